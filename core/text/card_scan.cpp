// SPDX-License-Identifier: Apache-2.0
#include "core/text/card_scan.h"

#include <algorithm>

#include "core/text/utf8.h"

namespace madoguchi::text::card_scan {
namespace {

constexpr bool in(char32_t c, char32_t low, char32_t high) { return c >= low && c <= high; }

char32_t simplify(char32_t c) {
  if (c < 0x80) return in(c, 'A', 'Z') ? c + 0x20 : c == '\t' ? ' ' : c;
  if (in(c, 0x3041, 0x30FA) || in(c, 0x3400, 0x9FFF)) return c;
  if (const int digit = digit_value(c); digit >= 0) return static_cast<char32_t>('0' + digit);
  if (in(c, 0xFF01, 0xFF5E)) c -= 0xFEE0;
  if (in(c, 'A', 'Z')) return c + 0x20;
  if (c == 0x3000 || c == 0xA0 || in(c, 0x2000, 0x200A) || c == 0x202F) return ' ';
  // ー and ｰ stand in for hyphens between digits when people type with a Japanese keyboard.
  if (in(c, 0x2010, 0x2015) || c == 0x2212 || c == 0x30FC || c == 0xFF70 || c == 0x2500) return '-';
  if (c == 0x30FB || c == 0xFF65 || c == 0xB7 || c == 0x2022) return '.';
  if (c == 0x2028 || c == 0x2029 || c == 0x85) return '\n';
  return c;
}

Unit unit_of(const Utf8Char& c, std::size_t offset) {
  Unit unit{};
  unit.code = static_cast<std::uint32_t>(simplify(c.code)) & 0xFFFFFFU;
  unit.size = c.size & 0xFFU;
  unit.offset = static_cast<std::uint32_t>(offset);
  return unit;
}

}  // namespace

int digit_value(char32_t c) noexcept {
  if (in(c, '0', '9')) return static_cast<int>(c - '0');
  if (c < 0xB2) return -1;
  if (in(c, 0xFF10, 0xFF19)) return static_cast<int>(c - 0xFF10);
  if (in(c, 0x1D7CE, 0x1D7FF)) return static_cast<int>((c - 0x1D7CE) % 10);
  if (in(c, 0x1FBF0, 0x1FBF9)) return static_cast<int>(c - 0x1FBF0);
  if (in(c, 0x2460, 0x2468)) return static_cast<int>(c - 0x2460 + 1);
  if (c == 0x24EA || c == 0x2070 || c == 0x2080) return 0;
  if (c == 0xB9) return 1;
  if (c == 0xB2 || c == 0xB3) return static_cast<int>(c - 0xB0);
  if (in(c, 0x2074, 0x2079)) return static_cast<int>(c - 0x2070);
  if (in(c, 0x2081, 0x2089)) return static_cast<int>(c - 0x2080);
  return -1;
}

bool is_invisible(char32_t c) noexcept {
  if (c < 0xAD) return c == '\r';
  return c == 0xAD || c == 0x34F || c == 0x180E || in(c, 0x200B, 0x200F) || in(c, 0x202A, 0x202E) ||
         in(c, 0x2060, 0x206F) || in(c, 0xFE00, 0xFE0F) || c == 0xFEFF || in(c, 0xE0000, 0xE0FFF) ||
         c == 0x20E3;
}

std::vector<Unit> units_of(std::string_view utf8) {
  std::vector<Unit> units;
  units.reserve(utf8.size() / 2);
  for (std::size_t i = 0; i < utf8.size();) {
    const Utf8Char c = decode_utf8(utf8, i);
    if (!is_invisible(c.code)) units.push_back(unit_of(c, i));
    i += c.size;
  }
  return units;
}

bool ends_with_any(const std::vector<Unit>& units, std::size_t index,
                   const std::vector<std::u32string_view>& words) {
  return std::any_of(words.begin(), words.end(), [&](std::u32string_view word) {
    if (word.size() > index) return false;
    return std::equal(word.begin(), word.end(),
                      units.begin() + static_cast<std::ptrdiff_t>(index - word.size()),
                      [](char32_t c, const Unit& unit) { return c == unit.code; });
  });
}

std::size_t starts_with_any(const std::vector<Unit>& units, std::size_t index,
                            const std::vector<std::u32string_view>& words) {
  std::size_t longest = 0;
  for (const std::u32string_view word : words) {
    if (word.size() > units.size() - index || word.size() <= longest) continue;
    const bool same =
        std::equal(word.begin(), word.end(), units.begin() + static_cast<std::ptrdiff_t>(index),
                   [](char32_t c, const Unit& unit) { return c == unit.code; });
    if (same) longest = word.size();
  }
  return longest;
}

bool has_long_run(std::string_view utf8) noexcept {
  std::size_t digits = 0;
  for (std::size_t i = 0; i < utf8.size();) {
    const auto byte = static_cast<unsigned char>(utf8[i]);
    unsigned size = 1;
    if (byte >= '0' && byte <= '9') {
      ++digits;
    } else if (byte >= 0x80) {
      const Utf8Char c = decode_utf8(utf8, i);
      size = c.size;
      if (in(c.code, 0x4E00, 0x9FFF)) {
        digits = 0;
      } else if (digit_value(c.code) >= 0) {
        ++digits;
      }
    } else if (byte > 0x20 && byte != '-' && byte != '.') {
      digits = 0;
    }
    if (digits >= 13) return true;
    i += size;
  }
  return false;
}

bool has_enough_digits(std::string_view utf8) noexcept {
  std::size_t digits = 0;
  std::size_t others = 0;
  for (const char c : utf8) {
    const auto byte = static_cast<unsigned char>(c);
    digits += byte >= '0' && byte <= '9' ? 1U : 0U;
    others += byte == 0xEF || byte == 0xE2 || byte == 0xF0 || byte == 0xC2 ? 1U : 0U;
  }
  if (digits >= 13) return true;
  if (digits + others < 13) return false;
  for (std::size_t i = 0; i < utf8.size() && digits < 13;) {
    const Utf8Char c = decode_utf8(utf8, i);
    if (c.size > 1 && digit_value(c.code) >= 0) ++digits;
    i += c.size;
  }
  return digits >= 13;
}

}  // namespace madoguchi::text::card_scan
