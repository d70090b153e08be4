// SPDX-License-Identifier: Apache-2.0
// What an IMAP server sends: the input is its side of a connection, lines with their literals. And
// what a folder's name or a stored cursor may hold.
#include <algorithm>

#include "connectors/mail_intake/cursor.h"
#include "connectors/mail_intake/imap_response.h"
#include "connectors/mail_intake/imap_text.h"
#include "tests/fuzz/target.h"

namespace fuzz = madoguchi::fuzz;
namespace imap = madoguchi::connectors::mail_intake;

namespace {

void look(imap::ImapResponse response, std::size_t size) {
  fuzz::require(!response.tag.empty(), "a response has a tag");
  (void)response.code_number("UIDVALIDITY");
  (void)response.code_number("UIDNEXT");
  if (response.name == "CAPABILITY") (void)imap::parse_capabilities(response.rest);
  if (response.name == "SEARCH") {
    fuzz::require(imap::parse_search(response).size() <= size, "a number takes room");
  }
  if (response.name != "FETCH") return;
  const std::optional<imap::ImapFetched> mail = imap::parse_fetch(std::move(response));
  if (!mail) return;
  fuzz::require(mail->size >= -1, "no size is negative");
  fuzz::require(!mail->body || mail->body->size() <= size, "a body is what was sent");
}

/// A folder's name as it goes into a command: one line, and nothing can end its quotes.
void say(std::string_view name) {
  const std::optional<std::string> said = imap::imap_quoted(imap::to_modified_utf7(name));
  if (!said) return;
  fuzz::require(said->find_first_of("\r\n") == std::string::npos, "a name stays on its line");
  fuzz::require(said->size() >= 2 && said->front() == '"' && said->back() == '"', "it is quoted");
  for (std::size_t at = 1; at + 1 < said->size(); ++at) {
    fuzz::require((*said)[at] != '"', "a quote within is escaped");
    if ((*said)[at] == '\\') ++at;
    fuzz::require(at + 1 < said->size(), "the last quote is none of the name's");
  }
}

void keep(const std::string& text) {
  const madoguchi::Result<imap::Cursor> cursor = imap::parse_cursor(text);
  if (!cursor) return;
  const std::string kept = imap::to_text(*cursor);
  const madoguchi::Result<imap::Cursor> again = imap::parse_cursor(kept);
  fuzz::require(again && imap::to_text(*again) == kept, "a cursor is read as it was written");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input = fuzz::as_text(data, size);
  std::string_view left = input;
  std::string text;
  std::vector<std::string> literals;
  while (!left.empty()) {
    const std::size_t end = std::min(left.find("\r\n"), left.size());
    const std::string_view line = left.substr(0, end);
    left.remove_prefix(std::min(end + 2, left.size()));
    const std::optional<std::size_t> announced = imap::announced_literal(line);
    if (announced && *announced <= left.size()) {
      text.append(line.substr(0, line.rfind('{'))) += imap::ImapResponse::kLiteral;
      literals.emplace_back(left.substr(0, *announced));
      left.remove_prefix(*announced);
      continue;
    }
    text += line;
    if (auto response = imap::parse_response(std::move(text), std::move(literals))) {
      look(std::move(*response), size);
    }
    text = {};
    literals = {};
  }
  say(input);
  keep(std::string(input));
  (void)imap::parse_internal_date(input);
  return 0;
}
