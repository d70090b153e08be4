// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace madoguchi::mail {

/// A line of a calendar or a card: "group.NAME;PARAM=value:value" (RFC 5545 3.1, RFC 6350 3.3).
struct ContentLine {
  std::string name;                                             ///< upper case, without group
  std::vector<std::pair<std::string, std::string>> parameters;  ///< names in upper case
  std::string value;                                            ///< still escaped, in UTF-8

  /// The first parameter of that name, nullptr when there is none.
  [[nodiscard]] const std::string* parameter(std::string_view key) const;
};

/// Takes unfolded lines off a calendar or a card, ones without a colon left out. vCard 2.1's
/// quoted-printable values and its charset per value are decoded; other values are as the whole is.
class ContentLines {
 public:
  explicit ContentLines(std::string_view bytes) : bytes_(bytes) {}

  /// nullopt at the end, or after so many lines that nobody wrote them.
  std::optional<ContentLine> next();

 private:
  bool raw_line(std::string& line);

  std::string_view bytes_;
  std::size_t at_ = 0;
  std::size_t lines_ = 0;
};

/// \n, \, and the like taken out of a value; ends of lines become spaces; at most 300 octets.
[[nodiscard]] std::string shown_value(std::string_view escaped);

}  // namespace madoguchi::mail
