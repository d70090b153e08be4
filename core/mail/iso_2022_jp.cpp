// SPDX-License-Identifier: Apache-2.0
#include "core/mail/iso_2022_jp.h"

#include <array>
#include <cstdint>

#include "core/mail/japanese_table.h"
#include "core/text/utf8.h"

namespace madoguchi::mail {
namespace {

constexpr unsigned kRows = 84;
constexpr unsigned kVendorRow = 13;
constexpr char kEscape = '\x1B';

/// U+0000 to U+FFFF to the two octets of JIS X 0208; 0: none.
class ReverseTable {
 public:
  static const ReverseTable& get() {
    static const ReverseTable table;
    return table;
  }
  [[nodiscard]] unsigned code_of(char32_t c) const { return c <= 0xFFFF ? codes_[c] : 0; }

 private:
  ReverseTable() {
    const JapaneseTable& table = JapaneseTable::get();
    for (unsigned row = 1; row <= kRows; ++row) {
      if (row == kVendorRow) continue;
      for (unsigned cell = 1; cell <= 94; ++cell) {
        // JIS X 0208, appendix 1: the shifted representation.
        const unsigned half = (row - 1) / 2;
        const unsigned lead = half + (half < 0x1F ? 0x81 : 0xC1);
        const unsigned trail = row % 2 == 1 ? cell + (cell < 64 ? 0x3F : 0x40) : cell + 0x9E;
        const char16_t c = table.cp932(lead, trail);
        if (c != 0 && codes_[c] == 0) {
          codes_[c] = static_cast<std::uint16_t>((row + 0x20) << 8 | (cell + 0x20));
        }
      }
    }
    constexpr char16_t kTwins[][2] = {{0x301C, 0xFF5E}, {0x2212, 0xFF0D}, {0x2016, 0x2225},
                                      {0x00A2, 0xFFE0}, {0x00A3, 0xFFE1}, {0x00AC, 0xFFE2},
                                      {0x2014, 0x2015}};
    for (const auto& twin : kTwins) {
      const std::uint16_t code = codes_[twin[0]] != 0 ? codes_[twin[0]] : codes_[twin[1]];
      codes_[twin[0]] = codes_[twin[1]] = code;
    }
  }

  std::array<std::uint16_t, 0x10000> codes_{};
};

/// U+FF61 to U+FF9F.
constexpr char16_t kWide[] =
    u"。「」、・ヲァィゥェォャュョッーアイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホ"
    u"マミムメモヤ"
    u"ユヨラリルレロワン゛゜";

constexpr bool is_half_width(char32_t c) { return c >= 0xFF61 && c <= 0xFF9F; }

/// The kana with the sound mark that follows it (U+FF9E, U+FF9F); 0 when they are two characters.
char32_t with_mark(char32_t wide, char32_t mark) {
  const bool ha_row = wide >= U'ハ' && wide <= U'ホ' && (wide - U'ハ') % 3 == 0;
  if (mark == 0xFF9F) return ha_row ? wide + 2 : 0;
  if (mark != 0xFF9E) return 0;
  if (wide == U'ウ') return U'ヴ';
  const bool ka_to_chi = wide >= U'カ' && wide <= U'チ' && (wide - U'カ') % 2 == 0;
  const bool tsu_to_to = wide == U'ツ' || wide == U'テ' || wide == U'ト';
  return ha_row || ka_to_chi || tsu_to_to ? wide + 1 : 0;
}

}  // namespace

std::optional<std::string> jis_repertoire(std::string_view utf8) {
  const ReverseTable& table = ReverseTable::get();
  std::string out;
  out.reserve(utf8.size());
  for (std::size_t i = 0; i < utf8.size();) {
    const text::Utf8Char c = text::decode_utf8(utf8, i);
    i += c.size;
    char32_t code = c.code;
    if (code < 0x80) {
      // Escapes and shifts would be taken for our own.
      if (code == 0x1B || code == 0x0E || code == 0x0F) return std::nullopt;
      out += static_cast<char>(code);
      continue;
    }
    if (is_half_width(code)) {
      code = kWide[code - 0xFF61];
      if (i < utf8.size()) {
        const text::Utf8Char next = text::decode_utf8(utf8, i);
        if (const char32_t joined = with_mark(code, next.code); joined != 0) {
          code = joined;
          i += next.size;
        }
      }
    }
    if (!c.valid || table.code_of(code) == 0) return std::nullopt;
    text::append_utf8(out, code);
  }
  return out;
}

std::string encode_iso_2022_jp(std::string_view utf8) {
  const ReverseTable& table = ReverseTable::get();
  std::string out;
  bool shifted = false;
  const auto shift = [&](bool to_jis) {
    if (shifted == to_jis) return;
    out += kEscape;
    out += to_jis ? "$B" : "(B";
    shifted = to_jis;
  };
  for (std::size_t i = 0; i < utf8.size();) {
    const text::Utf8Char c = text::decode_utf8(utf8, i);
    i += c.size;
    shift(c.code >= 0x80);
    if (c.code < 0x80) {
      out += static_cast<char>(c.code);
      continue;
    }
    const unsigned code = table.code_of(c.code);
    out += static_cast<char>(code >> 8);
    out += static_cast<char>(code & 0xFF);
  }
  shift(false);
  return out;
}

}  // namespace madoguchi::mail
