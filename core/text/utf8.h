// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace madoguchi::text {

/// One code point of a UTF-8 text (RFC 3629) and how many bytes it took. Bytes that are no UTF-8
/// give U+FFFD with `valid` false and take the longest prefix that could have become a character
/// (Unicode 3.9, "maximal subpart"), so a scan always gets on and never passes the end.
struct Utf8Char {
  char32_t code = 0;
  unsigned size = 1;
  bool valid = true;
};

[[nodiscard]] Utf8Char decode_utf8_multibyte(std::string_view text, std::size_t offset) noexcept;

/// The character at `offset`; `offset` must be below text.size().
[[nodiscard]] inline Utf8Char decode_utf8(std::string_view text, std::size_t offset) noexcept {
  const auto first = static_cast<unsigned char>(text.data()[offset]);
  if (first < 0x80) return {first, 1, true};
  if (first > 0xE0 && first < 0xED && offset + 2 < text.size()) {  // kana, kanji
    const unsigned second = static_cast<unsigned char>(text.data()[offset + 1]);
    const unsigned third = static_cast<unsigned char>(text.data()[offset + 2]);
    if ((second & 0xC0) == 0x80 && (third & 0xC0) == 0x80) {
      return {(first & 0x0FU) << 12 | (second & 0x3FU) << 6 | (third & 0x3FU), 3, true};
    }
  }
  return decode_utf8_multibyte(text, offset);
}
/// Surrogates and values over U+10FFFF become U+FFFD.
void append_utf8(std::string& out, char32_t code);

[[nodiscard]] bool is_valid_utf8(std::string_view text) noexcept;
/// The same text when it is valid, else with U+FFFD in place of what is not.
[[nodiscard]] std::string to_valid_utf8(std::string_view text);
/// The longest prefix of at most `max_bytes` that does not end inside a character.
[[nodiscard]] std::string_view truncate_utf8(std::string_view text, std::size_t max_bytes) noexcept;

/// U+202A–U+202E, U+2066–U+2069: characters that turn the order of what follows, used to disguise
/// names and links.
[[nodiscard]] constexpr bool is_bidi_control(char32_t c) noexcept {
  return (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
}

/// For values that stand in one line (names, subjects, file names): line breaks and tabs become one
/// space, other control characters (C0, DEL, C1, U+2028/2029), bidi controls and bytes that are no
/// UTF-8 go; spaces at both ends are trimmed.
[[nodiscard]] std::string one_line(std::string_view text);

}  // namespace madoguchi::text
