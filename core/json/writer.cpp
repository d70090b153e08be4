// SPDX-License-Identifier: Apache-2.0
#include "core/json/writer.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstring>

namespace madoguchi::json {
namespace {

// What a byte means at the start of a character: 0 plain, 1 to be escaped, 2 to 4 the length of a
// UTF-8 sequence, 5 never valid.
constexpr std::array<unsigned char, 256> make_classes() {
  std::array<unsigned char, 256> classes{};
  for (std::size_t i = 0; i < 0x20; ++i) classes[i] = 1;
  classes['"'] = classes['\\'] = 1;
  for (std::size_t i = 0x80; i < 0xC2; ++i) classes[i] = 5;
  for (std::size_t i = 0xC2; i < 0xE0; ++i) classes[i] = 2;
  for (std::size_t i = 0xE0; i < 0xF0; ++i) classes[i] = 3;
  for (std::size_t i = 0xF0; i < 0xF5; ++i) classes[i] = 4;
  for (std::size_t i = 0xF5; i < 0x100; ++i) classes[i] = 5;
  return classes;
}
constexpr std::array<unsigned char, 256> kClasses = make_classes();
constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

unsigned char at(const char* p) { return static_cast<unsigned char>(*p); }

bool continues(const char* p) { return (at(p) & 0xC0U) == 0x80; }

/// Whether the sequence of `length` bytes at `p` is a character (RFC 3629, section 4).
bool valid_sequence(const char* p, const char* end, unsigned length) {
  if (static_cast<std::size_t>(end - p) < length) return false;
  for (unsigned i = 1; i < length; ++i) {
    if (!continues(p + i)) return false;
  }
  const unsigned char second = at(p + 1);
  switch (at(p)) {
    case 0xE0:
      return second >= 0xA0;
    case 0xED:
      return second <= 0x9F;
    case 0xF0:
      return second >= 0x90;
    case 0xF4:
      return second <= 0x8F;
    default:
      return true;
  }
}

/// Whether none of 8 bytes is a control character, a quote, a backslash or beyond ASCII.
bool plain8(const char* p) {
  std::uint64_t word = 0;
  std::memcpy(&word, p, 8);
  constexpr std::uint64_t kOnes = 0x0101010101010101ULL;
  constexpr std::uint64_t kHigh = 0x8080808080808080ULL;
  const std::uint64_t quote = word ^ (kOnes * '"');
  const std::uint64_t backslash = word ^ (kOnes * '\\');
  const std::uint64_t found = (word - kOnes * 0x20) | (quote - kOnes) | (backslash - kOnes) | word;
  return (found & kHigh) == 0;
}

constexpr std::size_t kLongestEscape = 6;

/// `c` escaped; returns what follows.
char* put_escape(char* to, char c) {
  static constexpr char kHex[] = "0123456789abcdef";
  static constexpr std::string_view kShort = "\"\\\n\r\t\b\f";
  static constexpr char kLetters[] = "\"\\nrtbf";
  *to++ = '\\';
  if (const std::size_t known = kShort.find(c); known != std::string_view::npos) {
    *to++ = kLetters[known];
    return to;
  }
  *to++ = 'u';
  *to++ = '0';
  *to++ = '0';
  *to++ = kHex[(static_cast<unsigned char>(c) >> 4) & 0xF];
  *to++ = kHex[static_cast<unsigned char>(c) & 0xF];
  return to;
}

/// A number below 100 as two digits; returns what follows them.
char* put_pair(char* to, unsigned value) {
  to[0] = static_cast<char>('0' + value / 10);
  to[1] = static_cast<char>('0' + value % 10);
  return to + 2;
}

constexpr std::size_t kLongestTime = 27;  // 2026-11-22T09:30:00.123456Z

/// Two to four bytes that are one character, or one that is replaced: moves `p` behind it and
/// returns what follows it at `to`.
char* put_beyond_ascii(char* to, const char*& p, const char* end) {
  const unsigned length = kClasses[at(p)];
  if (length != 5 && valid_sequence(p, end, length)) {
    for (unsigned i = 0; i < length; ++i) *to++ = *p++;
    return to;
  }
  ++p;
  return kReplacement.copy(to, kReplacement.size()) + to;
}

/// Of a year with four digits; returns what follows.
char* put_time(char* to, std::chrono::sys_days day, TimePoint time) {
  const std::chrono::year_month_day date{day};
  const auto year = static_cast<unsigned>(int(date.year()));
  const auto micros = static_cast<std::uint64_t>((time - day).count());
  const auto seconds = static_cast<unsigned>(micros / 1'000'000);
  const auto rest = static_cast<unsigned>(micros % 1'000'000);
  char* at = put_pair(to, year / 100);
  at = put_pair(at, year % 100);
  *at++ = '-';
  at = put_pair(at, unsigned(date.month()));
  *at++ = '-';
  at = put_pair(at, unsigned(date.day()));
  *at++ = 'T';
  at = put_pair(at, seconds / 3600);
  *at++ = ':';
  at = put_pair(at, seconds / 60 % 60);
  *at++ = ':';
  at = put_pair(at, seconds % 60);
  if (rest != 0) {
    *at++ = '.';
    at = put_pair(at, rest / 10'000);
    at = put_pair(at, rest / 100 % 100);
    at = put_pair(at, rest % 100);
  }
  *at++ = 'Z';
  return at;
}

}  // namespace

void append_string(std::string& out, std::string_view text) { Writer(out).string(text); }

void append_time(std::string& out, TimePoint time) {
  std::string text;
  Writer(text).time(time);
  out.append(text, 1, text.size() - 2);
}

std::string quoted(std::string_view text) {
  std::string out;
  append_string(out, text);
  return out;
}

void Writer::open() {
  at_ = end_ = out_.data() + out_.size();
  comma_ = false;
}

void Writer::settle() { out_.resize(size()); }

void Writer::grow(std::size_t bytes) {
  const std::size_t used = size();
  out_.resize(used + std::max(bytes, used) + 64);
  at_ = out_.data() + used;
  end_ = out_.data() + out_.size();
}

void Writer::put_string(std::string_view text) {
  const char* p = text.data();
  const char* const end = p + text.size();
  room(text.size() + 2);  // and more for each character that becomes longer
  char* to = at_;
  *to++ = '"';
  while (p < end) {
    const auto left = static_cast<std::size_t>(end - p);
    const unsigned char kind = kClasses[at(p)];
    if (kind == 0 && left >= 8 && plain8(p)) {
      std::memcpy(to, p, 8);
      p += 8;
      to += 8;
    } else if (kind == 0 && left < 8 && text.size() >= 8 && plain8(end - 8)) {
      // The rest in one step, together with what was written of the last eight.
      to += left;
      std::memcpy(to - 8, end - 8, 8);
      p = end;
    } else if (kind == 0) {
      *to++ = *p++;
    } else if (kind == 3 && left > 3 && at(p) != 0xE0 && at(p) != 0xED && continues(p + 1) &&
               continues(p + 2)) {
      // Japanese text: nearly all of it is three bytes without a special case.
      *to++ = *p++;
      *to++ = *p++;
      *to++ = *p++;
    } else {
      at_ = to;
      room(left + 1 + kLongestEscape);
      to = kind == 1 ? put_escape(at_, *p++) : put_beyond_ascii(at_, p, end);
    }
  }
  *to++ = '"';
  at_ = to;
}

template <class Number>
void Writer::put_number(Number value) {
  constexpr std::size_t kLongest = 32;
  before_value();
  room(kLongest);
  at_ = std::to_chars(at_, at_ + kLongest, value).ptr;
  after_value();
}

void Writer::integer(std::int64_t value) { put_number(value); }

void Writer::integer(std::uint64_t value) { put_number(value); }

void Writer::number(double value) {
  if (!std::isfinite(value)) return null();
  put_number(value);
}

void Writer::time(TimePoint value) {
  const auto day = std::chrono::floor<std::chrono::days>(value);
  constexpr std::chrono::sys_days kFirst = std::chrono::year{0} / 1 / 1;
  constexpr std::chrono::sys_days kBehind = std::chrono::year{10000} / 1 / 1;
  if (day < kFirst || day >= kBehind) return string(to_rfc3339(value));
  before_value();
  room(kLongestTime + 2);
  *at_++ = '"';
  at_ = put_time(at_, day, value);
  *at_++ = '"';
  after_value();
}

std::string pretty(std::string_view json) {
  std::string out;
  std::size_t depth = 0;
  bool in_string = false;
  const auto new_line = [&] {
    out += '\n';
    out.append(depth * 2, ' ');
  };
  for (std::size_t i = 0; i < json.size(); ++i) {
    const char c = json[i];
    if (in_string) {
      out += c;
      if (c == '\\' && i + 1 < json.size()) out += json[++i];
      if (c == '"') in_string = false;
      continue;
    }
    switch (c) {
      case ' ':
      case '\n':
      case '\r':
      case '\t':
        break;
      case '{':
      case '[': {
        const std::size_t next = json.find_first_not_of(" \n\r\t", i + 1);
        out += c;
        if (next != std::string_view::npos && (json[next] == '}' || json[next] == ']')) {
          out += json[next];
          i = next;
          break;
        }
        ++depth;
        new_line();
        break;
      }
      case '}':
      case ']':
        if (depth > 0) --depth;
        new_line();
        out += c;
        break;
      case ',':
        out += c;
        new_line();
        break;
      case ':':
        out += ": ";
        break;
      default:
        in_string = c == '"';
        out += c;
        break;
    }
  }
  out += '\n';
  return out;
}

}  // namespace madoguchi::json
