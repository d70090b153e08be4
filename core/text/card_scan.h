// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace madoguchi::text::card_scan {

/// Private to the card-number guard: a text as the guard looks at it.

/// One visible character, its width and case folded where that is one to one. Eight bytes, because
/// texts of some megabytes pass here.
struct Unit {
  std::uint32_t code : 24;
  std::uint32_t size : 8;  ///< bytes it takes in the text
  std::uint32_t offset;    ///< bytes; texts are below 4 GB
};

/// 0–9 when NFKC makes an ASCII digit of `c`, else -1.
[[nodiscard]] int digit_value(char32_t c) noexcept;
[[nodiscard]] bool is_invisible(char32_t c) noexcept;
[[nodiscard]] inline bool is_digit(const Unit& unit) noexcept {
  return unit.code >= '0' && unit.code <= '9';
}
[[nodiscard]] inline bool is_letter(const Unit& unit) noexcept {
  return unit.code >= 'a' && unit.code <= 'z';
}

/// All characters of the text but the invisible ones. Digits are '0'–'9', Latin letters lower case,
/// all hyphens and long marks '-', all dots '.', all spaces ' ', line ends '\n' (CR dropped).
[[nodiscard]] std::vector<Unit> units_of(std::string_view utf8);

/// Whether some word of `words` ends right before / begins right at `index`. Spaces in the text
/// count (a word may hold them).
[[nodiscard]] bool ends_with_any(const std::vector<Unit>& units, std::size_t index,
                                 const std::vector<std::u32string_view>& words);
/// The length in units of the longest of `words` that begins at `index`, or 0.
[[nodiscard]] std::size_t starts_with_any(const std::vector<Unit>& units, std::size_t index,
                                          const std::vector<std::u32string_view>& words);

/// A card number as a range of units (first digit, one behind the last digit).
struct Range {
  std::size_t begin = 0;
  std::size_t end = 0;
};

[[nodiscard]] std::vector<Range> card_ranges(std::string_view utf8, const std::vector<Unit>& units);
/// Whether the guard has to look at all; one pass over the bytes.
[[nodiscard]] bool has_enough_digits(std::string_view utf8) noexcept;

/// Whether so many digits stand together, with nothing but what may separate groups between them:
/// stricter, for texts as they are read, without markup or escapes. One pass over the bytes.
[[nodiscard]] bool has_long_run(std::string_view utf8) noexcept;
/// Whether there may be a number that was masked before; one pass over the bytes.
[[nodiscard]] bool has_masked_number(std::string_view utf8) noexcept;

/// Digit ranges of security codes and PINs that stand beside the given numbers, or beside numbers
/// that were masked before.
[[nodiscard]] std::vector<Range> security_codes(const std::vector<Unit>& units,
                                                const std::vector<Range>& cards);

}  // namespace madoguchi::text::card_scan
