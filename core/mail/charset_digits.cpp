// SPDX-License-Identifier: Apache-2.0
#include "core/mail/charset_digits.h"

#include <cstddef>

namespace madoguchi::mail {
namespace {

/// A digit as it stands in bytes of some charset.
struct Digit {
  std::size_t offset = 0;
  bool wide = false;
};

/// How a charset writes full-width digits: `lead`, then from `zero` on. `mask` is U+FF0A in it.
struct WideDigits {
  std::string_view lead;
  unsigned char zero;
  std::string_view mask;
};

struct Family {
  std::string_view charset;
  std::optional<WideDigits> wide;
};

constexpr Family kFamilies[] = {
    {"utf-8", WideDigits{"\xEF\xBC", 0x90, "\xEF\xBC\x8A"}},
    {"us-ascii", std::nullopt},
    {"cp932", WideDigits{"\x82", 0x4F, "\x81\x96"}},
    {"euc-jp", WideDigits{"\xA3", 0xB0, "\xA1\xF6"}},
    {"iso-2022-jp", WideDigits{"\x23", 0x30, "\x21\x76"}},
    {"gb18030", WideDigits{"\xA3", 0xB0, "\xA3\xAA"}},
    {"cp949", WideDigits{"\xA3", 0xB0, "\xA3\xAA"}},
    {"big5-hkscs", WideDigits{"\xA2", 0xAF, "\xA1\xAF"}},
};

bool starts_with(std::string_view text, std::string_view prefix) {
  return text.substr(0, prefix.size()) == prefix;
}

std::optional<WideDigits> family_of(std::string_view charset, bool& known) {
  known = true;
  for (const Family& family : kFamilies) {
    if (family.charset == charset) return family.wide;
  }
  known = starts_with(charset, "windows-") || starts_with(charset, "iso-8859-") ||
          starts_with(charset, "koi8");
  return std::nullopt;
}

unsigned char at(std::string_view bytes, std::size_t i) {
  return i < bytes.size() ? static_cast<unsigned char>(bytes[i]) : 0;
}

/// Octets of the character that begins at `i`, in charsets that tell it by the octets themselves.
std::size_t length_at(std::string_view bytes, std::size_t i, std::string_view charset) {
  const unsigned char first = at(bytes, i);
  const unsigned char second = at(bytes, i + 1);
  if (first < 0x80) return 1;
  if (charset == "cp932") return (first >= 0xA0 && first <= 0xDF) || first == 0x80 ? 1 : 2;
  if (charset == "euc-jp") return first == 0x8F ? 3 : first == 0x8E || first >= 0xA1 ? 2 : 1;
  if (charset == "gb18030") return second >= 0x30 && second <= 0x39 ? 4 : first == 0x80 ? 1 : 2;
  if (charset == "cp949" || charset == "big5-hkscs") return first == 0x80 ? 1 : 2;
  if (charset == "utf-8") return first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : first >= 0xC0 ? 2 : 1;
  return 1;
}

/// Walks over the digits of bytes, in order.
std::vector<Digit> digits_of(std::string_view bytes, std::string_view charset,
                             const std::optional<WideDigits>& wide) {
  std::vector<Digit> digits;
  const bool shifts = charset == "iso-2022-jp";
  bool pairs = false;  // shifted to two octets a character (RFC 1468)
  const auto is_wide = [&](std::size_t i) {
    if (!wide || bytes.compare(i, wide->lead.size(), wide->lead) != 0) return false;
    const unsigned char last = at(bytes, i + wide->lead.size());
    return last >= wide->zero && last <= wide->zero + 9;
  };
  for (std::size_t i = 0; i < bytes.size();) {
    const unsigned char c = at(bytes, i);
    if (shifts && c == 0x1B) {
      pairs = at(bytes, i + 1) == '$';
      i += pairs && at(bytes, i + 2) == '(' ? 4U : 3U;
      continue;
    }
    if (c == '\r' || c == '\n') pairs = false;
    if (pairs ? is_wide(i) : (!shifts && c >= 0x80 && is_wide(i))) digits.push_back({i, true});
    if (!pairs && c >= '0' && c <= '9') digits.push_back({i, false});
    i += pairs ? 2 : shifts ? 1 : length_at(bytes, i, charset);
  }
  return digits;
}

}  // namespace

std::optional<std::string> with_masked_digits(std::string_view bytes, std::string_view charset,
                                              std::string_view text,
                                              const std::vector<text::DigitMask>& masks) {
  bool known = false;
  const std::optional<WideDigits> wide = family_of(charset, known);
  if (!known) return std::nullopt;
  bool utf8 = true;
  const std::vector<Digit> shown = digits_of(text, "utf-8", family_of("utf-8", utf8));
  const std::vector<Digit> sent = digits_of(bytes, charset, wide);
  if (shown.size() != sent.size()) return std::nullopt;
  std::string out;
  out.reserve(bytes.size());
  std::size_t copied = 0;
  std::size_t i = 0;
  for (const text::DigitMask& one : masks) {
    while (i < shown.size() && shown[i].offset < one.offset) ++i;
    if (i == shown.size() || shown[i].offset != one.offset || shown[i].wide != sent[i].wide) {
      return std::nullopt;
    }
    out.append(bytes, copied, sent[i].offset - copied);
    // A digit of a character reference gives way to another digit: it is no wide one.
    out += sent[i].wide ? wide->mask : one.mask;
    copied = sent[i].offset + (sent[i].wide ? wide->lead.size() + 1 : 1);
  }
  return out.append(bytes, copied, std::string_view::npos);
}

}  // namespace madoguchi::mail
