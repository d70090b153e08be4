// SPDX-License-Identifier: Apache-2.0
#include "daemon/api/uri.h"

#include <algorithm>

#include "core/text/percent.h"
#include "core/text/utf8.h"

namespace madoguchi::api {
namespace {

constexpr std::size_t kMaxPairs = 200;

Error bad_target() {
  return Error::malformed({"The request's address is not properly percent-encoded UTF-8.",
                           "リクエストの URL が正しくエンコードされた UTF-8 ではありません。"});
}

Result<std::string> text_of(std::optional<std::string> decoded) {
  if (!decoded) return fail(bad_target());
  std::string& out = *decoded;
  const bool control = std::any_of(out.begin(), out.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x20 || byte == 0x7f;
  });
  if (control || !text::is_valid_utf8(out)) return fail(bad_target());
  return std::move(out);
}

}  // namespace

Result<std::string> percent_decode(std::string_view text) {
  return text_of(text::percent_decoded(text));
}

Result<QueryPairs> parse_query(std::string_view query) {
  QueryPairs pairs;
  while (!query.empty()) {
    const std::size_t ampersand = query.find('&');
    const std::string_view item = query.substr(0, ampersand);
    query = ampersand == std::string_view::npos ? std::string_view{} : query.substr(ampersand + 1);
    if (item.empty()) continue;
    if (pairs.size() == kMaxPairs) return fail(bad_target());
    const std::size_t equals = item.find('=');
    Result<std::string> name = text_of(text::form_decoded(item.substr(0, equals)));
    Result<std::string> value = equals == std::string_view::npos
                                    ? std::string()
                                    : text_of(text::form_decoded(item.substr(equals + 1)));
    if (!name) return fail(std::move(name.error()));
    if (!value) return fail(std::move(value.error()));
    pairs.emplace_back(std::move(*name), std::move(*value));
  }
  return pairs;
}

}  // namespace madoguchi::api
