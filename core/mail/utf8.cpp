// SPDX-License-Identifier: Apache-2.0
#include "core/mail/utf8.h"

#include <cstring>

namespace madoguchi::mail {
namespace {

unsigned char at(std::string_view bytes, std::size_t i) {
  return i < bytes.size() ? static_cast<unsigned char>(bytes[i]) : 0;
}

bool tail(unsigned char byte) { return (byte & 0xC0) == 0x80; }

/// Length of the valid sequence at `i`, 0 when there is none.
std::size_t sequence(std::string_view bytes, std::size_t i) {
  const unsigned char a = at(bytes, i);
  if (a < 0x80) return 1;
  const unsigned char b = at(bytes, i + 1);
  if (a < 0xC2 || a > 0xF4 || !tail(b)) return 0;
  if (a < 0xE0) return 2;
  if (!tail(at(bytes, i + 2))) return 0;
  if (a < 0xF0) {
    if ((a == 0xE0 && b < 0xA0) || (a == 0xED && b > 0x9F)) return 0;
    return 3;
  }
  if (!tail(at(bytes, i + 3)) || (a == 0xF0 && b < 0x90) || (a == 0xF4 && b > 0x8F)) return 0;
  return 4;
}

std::size_t skip_ascii(std::string_view bytes, std::size_t i) {
  while (i + 8 <= bytes.size()) {
    std::uint64_t word;
    std::memcpy(&word, bytes.data() + i, 8);
    if ((word & 0x8080808080808080ULL) != 0) break;
    i += 8;
  }
  while (i < bytes.size() && static_cast<unsigned char>(bytes[i]) < 0x80) ++i;
  return i;
}

}  // namespace

bool is_ascii(std::string_view bytes) { return skip_ascii(bytes, 0) == bytes.size(); }

Utf8Count count_utf8(std::string_view bytes) {
  Utf8Count count;
  std::size_t i = 0;
  while (i < bytes.size()) {
    // Kana and kanji in runs: E1..EC with two tails need no further look.
    while (i + 3 <= bytes.size() && at(bytes, i) >= 0xE1 && at(bytes, i) <= 0xEC &&
           tail(at(bytes, i + 1)) && tail(at(bytes, i + 2))) {
      ++count.longer;
      i += 3;
    }
    i = skip_ascii(bytes, i);
    if (i >= bytes.size()) break;
    const std::size_t length = sequence(bytes, i);
    if (length == 0) {
      ++count.errors;
      ++i;
      continue;
    }
    ++(length == 2 ? count.two : count.longer);
    i += length;
  }
  return count;
}

std::string mend_utf8(std::string_view bytes) {
  std::string out;
  out.reserve(bytes.size());
  bool broken = false;
  for (std::size_t i = 0; i < bytes.size();) {
    const std::size_t length = sequence(bytes, i);
    if (length == 0) {
      if (!broken) out += kReplacement;
      broken = true;
      ++i;
      continue;
    }
    broken = false;
    out.append(bytes, i, length);
    i += length;
  }
  return out;
}

void append_utf8(std::uint32_t code_point, std::string& out) {
  if (code_point > 0x10FFFF || (code_point >= 0xD800 && code_point < 0xE000)) code_point = 0xFFFD;
  const auto octet = [](std::uint32_t bits) { return static_cast<char>(bits); };
  const auto tail_of = [&](int shift) { return octet(0x80 | (code_point >> shift & 0x3F)); };
  if (code_point < 0x80) {
    out += octet(code_point);
  } else if (code_point < 0x800) {
    const char bytes[] = {octet(0xC0 | code_point >> 6), tail_of(0)};
    out.append(bytes, 2);
  } else if (code_point < 0x10000) {
    const char bytes[] = {octet(0xE0 | code_point >> 12), tail_of(6), tail_of(0)};
    out.append(bytes, 3);
  } else {
    const char bytes[] = {octet(0xF0 | code_point >> 18), tail_of(12), tail_of(6), tail_of(0)};
    out.append(bytes, 4);
  }
}

std::string_view utf8_prefix(std::string_view text, std::size_t octets) {
  if (text.size() <= octets) return text;
  while (octets > 0 && tail(static_cast<unsigned char>(text[octets]))) --octets;
  return text.substr(0, octets);
}

}  // namespace madoguchi::mail
