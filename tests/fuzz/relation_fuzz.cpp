// SPDX-License-Identifier: Apache-2.0
// Tickets, lists and cursors of the Re:lation connector.
#include "connectors/relation/cursor.h"
#include "tests/fuzz/target.h"

namespace fuzz = madoguchi::fuzz;
namespace json = madoguchi::json;
namespace relation = madoguchi::connectors::relation;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(fuzz::as_text(data, size));
  if (const auto cursor = relation::Cursor::parse(text)) {
    fuzz::require(relation::Cursor::parse(cursor->str()).has_value(), "a cursor can be read again");
  }
  const auto value = json::parse(text);
  if (!value) return 0;
  (void)relation::read_list(*value);
  (void)relation::read_boxes(*value);
  const auto ticket = relation::read_ticket(*value, {1, {}, {{31, "label"}}});
  if (!ticket) return 0;
  for (const auto& message : ticket->messages) {
    fuzz::require(!message.id.empty(), "a message has a number");
    fuzz::require_utf8(message.text, "text is UTF-8");
    fuzz::require(message.subject.find('\n') == std::string::npos, "a subject is one line");
  }
  return 0;
}
