// SPDX-License-Identifier: Apache-2.0
#include "core/mail/japanese.h"

#include <algorithm>
#include <cstring>

#include "core/mail/japanese_table.h"
#include "core/mail/utf8.h"

namespace madoguchi::mail {
namespace {

constexpr std::string_view kGeta = "\xE3\x80\x93";  // U+3013

unsigned byte_at(std::string_view bytes, std::size_t i) {
  return i < bytes.size() ? static_cast<unsigned char>(bytes[i]) : 0;
}

bool is_private(char16_t unit) { return unit >= 0xE000 && unit <= 0xF8FF; }

std::size_t ascii_run(std::string_view bytes, std::size_t i) {
  std::size_t end = i;
  while (end < bytes.size() && static_cast<unsigned char>(bytes[end]) < 0x80) ++end;
  return end - i;
}

void bad(JapaneseText& out) {
  ++out.errors;
  out.text += kReplacement;
}

void half_width_kana(unsigned byte, JapaneseText& out) {
  append_utf8(0xFF61 + (byte - 0xA1), out.text);
  ++out.characters;
  ++out.half_width;
}

/// False, and nothing appended, when the pair is no CP932 character at all.
bool cp932_pair(unsigned lead, unsigned trail, const JapaneseTable& table, Carrier carrier,
                JapaneseText& out) {
  const char16_t unit = table.cp932(lead, trail);
  if (lead >= 0xF0 && trail >= 0x40 && trail <= 0xFC && trail != 0x7F) {
    const auto code = static_cast<std::uint16_t>(lead << 8 | trail);
    const bool maybe_emoji = lead <= 0xF9 || unit == 0 || carrier == Carrier::softbank;
    if (maybe_emoji && append_carrier_emoji(code, carrier, out.text)) {
      ++out.characters;
      return true;
    }
    if (unit == 0 || is_private(unit)) {
      if (lead > 0xF9) return false;
      out.text += kGeta;
      ++out.characters;
      return true;
    }
  }
  if (unit == 0) return false;
  append_utf8(unit, out.text);
  ++out.characters;
  return true;
}

/// JIS X 0208 (and its vendors' rows) by way of CP932. `row` and `cell` are 0x21..0x7E.
void jis_pair(unsigned row, unsigned cell, const JapaneseTable& table, Carrier carrier,
              JapaneseText& out) {
  unsigned lead = (row - 0x21) / 2 + 0x81;
  if (lead > 0x9F) lead += 0x40;
  const unsigned trail = (row & 1) == 0 ? cell + 0x7E : (cell < 0x60 ? cell + 0x1F : cell + 0x20);
  if (row >= 0x75 && row <= 0x7B) {
    // au writes its emoji as JIS rows 75..7B: the Shift_JIS codes F640.. and F340.. moved down.
    // Rows 79..7B are also NEC's copies of the IBM kanji, which everybody else means there.
    const unsigned code = (lead << 8 | trail) + (row <= 0x78 ? 0x0B00U : 0x0600U);
    const bool kanji = table.cp932(lead, trail) != 0 && carrier != Carrier::kddi;
    if (!kanji && append_carrier_emoji(static_cast<std::uint16_t>(code), Carrier::kddi, out.text)) {
      ++out.characters;
      return;
    }
  }
  if (cp932_pair(lead, trail, table, carrier, out)) return;
  out.text += kGeta;
  // Rows 75..7E belong to the vendors: an emoji that no table knows is no broken text.
  row >= 0x75 ? ++out.characters : ++out.errors;
}

void jis_x_0212_pair(unsigned row, unsigned cell, const JapaneseTable& table, JapaneseText& out) {
  const char16_t unit = table.jis_x_0212(row - 0x20, cell - 0x20);
  if (unit == 0) {
    out.text += kGeta;
    ++out.errors;
    return;
  }
  append_utf8(is_private(unit) ? 0x3013U : unit, out.text);
  ++out.characters;
}

/// The state machine of decode_iso_2022_jp.
class JisReader {
 public:
  JisReader(std::string_view bytes, Carrier carrier)
      : bytes_(bytes), carrier_(carrier), table_(JapaneseTable::get()) {
    out_.text.reserve(bytes.size() + bytes.size() / 2);
  }

  JapaneseText read() {
    while (i_ < bytes_.size()) {
      if (set_ == Set::ascii && !shifted_) plain_run();
      if (i_ < bytes_.size()) step();
    }
    return std::move(out_);
  }

 private:
  enum class Set { ascii, kana, jis_x_0208, jis_x_0212, softbank };

  void plain_run() {
    const std::size_t begin = i_;
    while (i_ < bytes_.size()) {
      const unsigned c = byte_at(bytes_, i_);
      if (c >= 0x80 || c == 0x1B || c == 0x0E || c == 0x0F) break;
      ++i_;
    }
    out_.text.append(bytes_, begin, i_ - begin);
  }

  void step() {
    const unsigned c = byte_at(bytes_, i_);
    if (c == 0x1B) return escape();
    if (c == 0x0E || c == 0x0F) {
      shifted_ = c == 0x0E;
      if (c == 0x0F && set_ == Set::softbank) set_ = Set::ascii;
      ++i_;
    } else if (c == '\n' || c == '\r') {
      // RFC 1468: a line ends in ASCII; a sender that forgot ESC ( B is forgiven here.
      set_ = Set::ascii;
      shifted_ = false;
      out_.text += static_cast<char>(c);
      ++i_;
    } else if (c <= 0x20 || c == 0x7F) {
      out_.text += static_cast<char>(c);
      ++i_;
    } else if (c >= 0x80) {
      high(c);
    } else {
      graphic(c);
    }
  }

  void high(unsigned c) {
    ++i_;
    if (c >= 0xA1 && c <= 0xDF && set_ != Set::jis_x_0208) return half_width_kana(c, out_);
    if (c >= 0xA1 && byte_at(bytes_, i_) >= 0xA1 && byte_at(bytes_, i_) <= 0xFE) {
      jis_pair(c & 0x7F, byte_at(bytes_, i_) & 0x7F, table_, carrier_, out_);
      ++i_;
      return;
    }
    bad(out_);
  }

  void graphic(unsigned c) {
    if (shifted_ || set_ == Set::kana) {
      ++i_;
      if (c <= 0x5F) return half_width_kana(c + 0x80, out_);
      out_.text += static_cast<char>(c);
      return;
    }
    if (set_ == Set::softbank) {
      ++i_;
      return softbank(c);
    }
    if (set_ == Set::ascii) {
      out_.text += static_cast<char>(c);
      ++i_;
      return;
    }
    const unsigned cell = byte_at(bytes_, i_ + 1);
    if (cell < 0x21 || cell > 0x7E) {  // half of a character: cut, or an escape is missing
      ++i_;
      return bad(out_);
    }
    i_ += 2;
    if (set_ == Set::jis_x_0208) return jis_pair(c, cell, table_, carrier_, out_);
    jis_x_0212_pair(c, cell, table_, out_);
  }

  /// SoftBank's webcodes (ESC $ G ! SI): each group is a run of its Shift_JIS codes.
  void softbank(unsigned c) {
    unsigned code = softbank_base_ + (c - 0x21);
    if ((softbank_base_ & 0xFF) == 0x41 && (code & 0xFF) >= 0x7F) ++code;
    if (append_carrier_emoji(static_cast<std::uint16_t>(code), Carrier::softbank, out_.text)) {
      ++out_.characters;
    } else {
      out_.text += kGeta;
    }
  }

  /// The next byte of an escape sequence; folding may have put white space into the middle.
  unsigned next_of_escape(std::size_t& i) const {
    while (i < bytes_.size() && std::strchr(" \t\r\n", bytes_[i]) != nullptr && bytes_[i] != 0) ++i;
    return byte_at(bytes_, i++);
  }

  void escape() {
    std::size_t i = i_ + 1;
    const unsigned first = next_of_escape(i);
    const unsigned second = next_of_escape(i);
    if (first == '(' && designate_single(second)) return accept(i);
    if (first == '$') {
      if (second == '@' || second == 'B') return accept(i, Set::jis_x_0208);
      if (second == '(') {
        const unsigned third = next_of_escape(i);
        if (third == 'D') return accept(i, Set::jis_x_0212);
        if (third == '@' || third == 'B' || third == 'O' || third == 'Q') {
          return accept(i, Set::jis_x_0208);  // JIS X 0213 plane 1 is 0208 and more
        }
      }
      if (const unsigned base = softbank_group(second); base != 0) {
        softbank_base_ = base;
        return accept(i, Set::softbank);
      }
    }
    if (first == '&' && second == '@') {  // announces the 1990 edition; ESC $ B follows
      i_ = i;
      return;
    }
    ++i_;
    ++out_.errors;
  }

  bool designate_single(unsigned letter) {
    if (letter == 'I') {
      set_ = Set::kana;
    } else if (letter == 'B' || letter == 'J' || letter == 'H') {
      set_ = Set::ascii;
    } else {
      return false;
    }
    return true;
  }

  void accept(std::size_t next) {
    i_ = std::min(next, bytes_.size());
    shifted_ = false;
  }
  void accept(std::size_t next, Set set) {
    set_ = set;
    accept(next);
  }

  static unsigned softbank_group(unsigned letter) {
    switch (letter) {
      case 'G':
        return 0xF941;
      case 'E':
        return 0xF741;
      case 'F':
        return 0xF7A1;
      case 'O':
        return 0xF9A1;
      case 'P':
        return 0xFB41;
      case 'Q':
        return 0xFBA1;
      default:
        return 0;
    }
  }

  std::string_view bytes_;
  Carrier carrier_;
  const JapaneseTable& table_;
  std::size_t i_ = 0;
  Set set_ = Set::ascii;
  bool shifted_ = false;
  unsigned softbank_base_ = 0;
  JapaneseText out_;
};

}  // namespace

JapaneseText decode_cp932(std::string_view bytes, Carrier carrier) {
  const JapaneseTable& table = JapaneseTable::get();
  JapaneseText out;
  out.text.reserve(bytes.size() + bytes.size() / 2);
  for (std::size_t i = 0; i < bytes.size();) {
    if (const std::size_t run = ascii_run(bytes, i); run != 0) {
      out.text.append(bytes, i, run);
      i += run;
      continue;
    }
    const unsigned lead = byte_at(bytes, i);
    if (lead >= 0xA1 && lead <= 0xDF) {
      half_width_kana(lead, out);
      ++i;
    } else if (cp932_pair(lead, byte_at(bytes, i + 1), table, carrier, out)) {
      i += 2;
    } else {
      // A trail byte of the ASCII half is kept: it is more likely the next character.
      bad(out);
      i += byte_at(bytes, i + 1) >= 0x80 && lead != 0x80 && lead != 0xA0 ? 2 : 1;
    }
  }
  return out;
}

JapaneseText decode_euc_jp(std::string_view bytes) {
  const JapaneseTable& table = JapaneseTable::get();
  JapaneseText out;
  out.text.reserve(bytes.size() + bytes.size() / 2);
  const auto is_94 = [](unsigned c) { return c >= 0xA1 && c <= 0xFE; };
  for (std::size_t i = 0; i < bytes.size();) {
    if (const std::size_t run = ascii_run(bytes, i); run != 0) {
      out.text.append(bytes, i, run);
      i += run;
      continue;
    }
    const unsigned a = byte_at(bytes, i);
    const unsigned b = byte_at(bytes, i + 1);
    const unsigned c = byte_at(bytes, i + 2);
    if (a == 0x8E && b >= 0xA1 && b <= 0xDF) {
      half_width_kana(b, out);
      i += 2;
    } else if (a == 0x8F && is_94(b) && is_94(c)) {
      jis_x_0212_pair(b & 0x7F, c & 0x7F, table, out);
      i += 3;
    } else if (is_94(a) && is_94(b)) {
      jis_pair(a & 0x7F, b & 0x7F, table, Carrier::unknown, out);
      i += 2;
    } else {
      bad(out);
      ++i;
    }
  }
  return out;
}

JapaneseText decode_iso_2022_jp(std::string_view bytes, Carrier carrier) {
  return JisReader(bytes, carrier).read();
}

bool has_jis_escape(std::string_view bytes) {
  for (std::size_t i = bytes.find('\x1B'); i != std::string_view::npos;
       i = bytes.find('\x1B', i + 1)) {
    const unsigned first = byte_at(bytes, i + 1);
    const unsigned second = byte_at(bytes, i + 2);
    if (first == '$' && second != 0 && std::strchr("@B(GEFOPQ", static_cast<int>(second))) {
      return true;
    }
    if (first == '(' && second != 0 && std::strchr("BJIH", static_cast<int>(second))) return true;
    // Folded in the middle: the next line goes on with the rest.
    if (first == '\r' || first == '\n' || first == ' ') return true;
  }
  return false;
}

}  // namespace madoguchi::mail
