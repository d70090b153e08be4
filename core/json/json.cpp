// SPDX-License-Identifier: Apache-2.0
#include "core/json/json.h"

namespace madoguchi::json {

Result<void> read_into(std::string_view body, const Type& type, void* value, ReadOptions options) {
  if (body.find_first_not_of(" \t\r\n") == std::string_view::npos) {
    return fail(Error::malformed(
        {"The body is empty; JSON is expected.", "本文が空です。JSON を送ってください。"}));
  }
  Result<Document> document = Document::parse(body, {options.max_depth});
  if (!document) return fail(std::move(document.error()));
  Reader reader(options);
  type.read(reader, document->root(), Limits{}, value);
  if (!reader.ok()) return fail(reader.take_error());
  return {};
}

}  // namespace madoguchi::json
