// SPDX-License-Identifier: Apache-2.0
#include "core/json/writer.h"

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

void append_escape(std::string& out, char c) {
  static constexpr char kHex[] = "0123456789abcdef";
  switch (c) {
    case '"':
      out += "\\\"";
      return;
    case '\\':
      out += "\\\\";
      return;
    case '\n':
      out += "\\n";
      return;
    case '\r':
      out += "\\r";
      return;
    case '\t':
      out += "\\t";
      return;
    case '\b':
      out += "\\b";
      return;
    case '\f':
      out += "\\f";
      return;
    default:
      break;
  }
  out += "\\u00";
  out += kHex[(static_cast<unsigned char>(c) >> 4) & 0xF];
  out += kHex[static_cast<unsigned char>(c) & 0xF];
}

/// `count` digits of `value` at `to`; returns what follows them.
char* put_digits(char* to, std::uint64_t value, int count) {
  for (int i = count - 1; i >= 0; --i) {
    to[i] = static_cast<char>('0' + value % 10);
    value /= 10;
  }
  return to + count;
}

template <class Number>
void append_number(std::string& out, Number value) {
  std::array<char, 40> text{};
  const auto done = std::to_chars(text.data(), text.data() + text.size(), value);
  out.append(text.data(), static_cast<std::size_t>(done.ptr - text.data()));
}

}  // namespace

void append_string(std::string& out, std::string_view text) {
  out += '"';
  const char* p = text.data();
  const char* const end = p + text.size();
  const char* run = p;
  const auto flush = [&](const char* to) { out.append(run, static_cast<std::size_t>(to - run)); };
  while (p < end) {
    if (at(p) < 0x80 && end - p >= 8 && plain8(p)) {
      p += 8;
      continue;
    }
    const unsigned char kind = kClasses[at(p)];
    if (kind == 0) {
      ++p;
    } else if (kind == 3 && end - p > 3 && at(p) != 0xE0 && at(p) != 0xED) {
      // Japanese text: nearly all of it is three bytes without a special case.
      if (!continues(p + 1) || !continues(p + 2)) {
        flush(p);
        out += kReplacement;
        run = ++p;
      } else {
        p += 3;
      }
    } else if (kind == 1) {
      flush(p);
      append_escape(out, *p);
      run = ++p;
    } else if (kind != 5 && valid_sequence(p, end, kind)) {
      p += kind;
    } else {
      flush(p);
      out += kReplacement;
      run = ++p;
    }
  }
  flush(end);
  out += '"';
}

void append_time(std::string& out, TimePoint time) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date{day};
  const int year = int(date.year());
  if (year < 0 || year > 9999) {
    out += to_rfc3339(time);
    return;
  }
  const auto micros = static_cast<std::uint64_t>((time - day).count());
  const std::uint64_t seconds = micros / 1'000'000;
  std::array<char, 32> text;
  char* at = put_digits(text.data(), static_cast<std::uint64_t>(year), 4);
  *at++ = '-';
  at = put_digits(at, unsigned(date.month()), 2);
  *at++ = '-';
  at = put_digits(at, unsigned(date.day()), 2);
  *at++ = 'T';
  at = put_digits(at, seconds / 3600, 2);
  *at++ = ':';
  at = put_digits(at, seconds / 60 % 60, 2);
  *at++ = ':';
  at = put_digits(at, seconds % 60, 2);
  if (micros % 1'000'000 != 0) {
    *at++ = '.';
    at = put_digits(at, micros % 1'000'000, 6);
  }
  *at++ = 'Z';
  out.append(text.data(), static_cast<std::size_t>(at - text.data()));
}

std::string quoted(std::string_view text) {
  std::string out;
  append_string(out, text);
  return out;
}

void Writer::integer(std::int64_t value) {
  separate();
  append_number(out_, value);
}

void Writer::integer(std::uint64_t value) {
  separate();
  append_number(out_, value);
}

void Writer::number(double value) {
  if (!std::isfinite(value)) return null();
  separate();
  append_number(out_, value);
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
