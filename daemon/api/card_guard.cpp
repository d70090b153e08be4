// SPDX-License-Identifier: Apache-2.0
#include "daemon/api/card_guard.h"

#include <string>

#include "core/json/document.h"
#include "core/service/unit_of_work.h"
#include "core/text/card_number.h"

namespace madoguchi::api {
namespace {

Result<void> check(const json::Node& node, const std::string& pointer) {
  if (node.kind() == json::Kind::string) return service::refuse_card_numbers(node.text(), pointer);
  std::size_t i = 0;
  for (const json::Node child : node.children()) {
    // The pointer would echo the name.
    if (Result<void> clean = service::refuse_card_numbers(child.name(), pointer); !clean) {
      return clean;
    }
    const bool member = node.kind() == json::Kind::object;
    const std::string below = member ? std::string(child.name()) : std::to_string(i);
    if (Result<void> clean = check(child, pointer + "/" + below); !clean) return clean;
    ++i;
  }
  return {};
}

}  // namespace

Result<void> refuse_card_numbers_in_json(std::string_view body) {
  if (!text::may_hold_card_number(body)) return {};
  const Result<json::Document> document = json::Document::parse(body);
  return document ? check(document->root(), "") : Result<void>{};
}

}  // namespace madoguchi::api
