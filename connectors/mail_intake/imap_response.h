// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.h"

namespace madoguchi::connectors::mail_intake {

/// One response of an IMAP server (RFC 3501, section 7), its literals taken out: where one stood in
/// `rest` there is kLiteral, which no response can hold otherwise.
struct ImapResponse {
  static constexpr char kLiteral = '\0';

  std::string tag;           ///< "*", "+" or the tag of our command
  std::string name;          ///< upper case: "OK", "EXISTS", "FETCH"; empty for "+"
  std::uint32_t number = 0;  ///< of "* 23 EXISTS"
  std::string code;          ///< of OK, NO, BAD, BYE, PREAUTH: what stands in [brackets]
  std::string rest;          ///< what is left: words for people, or data
  std::vector<std::string> literals;

  [[nodiscard]] bool is_untagged() const { return tag == "*"; }
  /// The argument of a code: "123" of "[UIDVALIDITY 123]" for "UIDVALIDITY".
  [[nodiscard]] std::optional<std::uint32_t> code_number(std::string_view code_name) const;
};

/// What a line announces at its end: "{310}", the octets that follow it before it goes on.
[[nodiscard]] std::optional<std::size_t> announced_literal(std::string_view line);

/// Nothing when it is no response: empty, or with a NUL of the server's own.
[[nodiscard]] std::optional<ImapResponse> parse_response(std::string text,
                                                         std::vector<std::string> literals);

/// What a FETCH response tells of one mail, of what we ask for; anything else is passed over.
struct ImapFetched {
  std::uint32_t uid = 0;  ///< 0: not told
  std::int64_t size = -1;
  std::optional<TimePoint> internal_date;
  std::string date_text;            ///< as the server wrote it
  std::optional<std::string> body;  ///< BODY[]; nothing when it is NIL or missing
};
[[nodiscard]] std::optional<ImapFetched> parse_fetch(ImapResponse response);

/// The numbers of a SEARCH response; what is none is passed over.
[[nodiscard]] std::vector<std::uint32_t> parse_search(const ImapResponse& response);
/// The words of a CAPABILITY response or code, in upper case.
[[nodiscard]] std::set<std::string> parse_capabilities(std::string_view words);

}  // namespace madoguchi::connectors::mail_intake
