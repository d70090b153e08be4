// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace madoguchi::mail::quoted {

/// Private to `visible_text`: what one line, or a few, look like.

/// `content` is the line without spaces at both ends (full-width ones too) and without its line
/// end.
struct Line {
  std::string_view whole;
  std::string_view content;
};

[[nodiscard]] std::vector<Line> lines_of(std::string_view text);

[[nodiscard]] inline bool is_blank(const Line& line) { return line.content.empty(); }
/// Not blank, and by its first and last characters nothing of what follows here but a signature of
/// a telephone: most lines, so it must cost nothing.
[[nodiscard]] bool is_ordinary(const Line& line);
/// Begins with > or ＞.
[[nodiscard]] bool is_quoted(const Line& line);
/// "---------- Forwarded message ----------", "転送されたメッセージ", "Begin forwarded message:".
[[nodiscard]] bool is_forward_marker(const Line& line);
/// "-----Original Message-----", "-----元のメッセージ-----".
[[nodiscard]] bool is_original_marker(const Line& line);
/// "-- " or "--" alone.
[[nodiscard]] bool is_signature_marker(const Line& line);
/// "Sent from my iPhone", "iPhoneから送信".
[[nodiscard]] bool is_device_signature(const Line& line);
/// A line of at least eight dashes, stars or box characters and nothing else.
[[nodiscard]] bool is_border(const Line& line);
/// A telephone number, postal code, URL with its usual label.
[[nodiscard]] bool has_contact(const Line& line);
[[nodiscard]] inline bool has_address(const Line& line) {
  return line.content.find('@') != std::string_view::npos;
}
/// Ends as sentences end, with 。 or ? for instance.
[[nodiscard]] bool is_sentence(const Line& line);
/// What a form or an order holds: its borders are no signature.
[[nodiscard]] bool is_form_field(const Line& line);

enum class Strength {
  none,
  weak,   ///< only with quoted lines behind it: "Bob wrote:"
  strong  ///< names a date or an address
};
struct Introduction {
  Strength strength = Strength::none;
  std::size_t lines = 0;
};
/// Whether a quoted mail is introduced by the lines from `at`.
[[nodiscard]] Introduction introduction_at(const std::vector<Line>& lines, std::size_t at);

/// From/差出人 and at least two further headers of a mail, one a line.
[[nodiscard]] bool is_header_block_at(const std::vector<Line>& lines, std::size_t at);

}  // namespace madoguchi::mail::quoted
