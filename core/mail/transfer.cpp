// SPDX-License-Identifier: Apache-2.0
#include "core/mail/transfer.h"

#include <array>
#include <cstdint>
#include <cstring>

#include "core/mail/ascii.h"

namespace madoguchi::mail {
namespace {

constexpr std::string_view kAlphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::uint32_t kNoDigit = 0x01000000;

/// Four tables, one for each place of a quartet: a quartet is three lookups or-ed together, and a
/// byte outside the alphabet shows in bit 24.
struct Base64Tables {
  std::array<std::array<std::uint32_t, 256>, 4> place{};
  std::array<std::int8_t, 256> digit{};

  constexpr Base64Tables() {
    for (auto& table : place) {
      for (auto& entry : table) entry = kNoDigit;
    }
    for (auto& d : digit) d = -1;
    for (std::uint32_t value = 0; value < 64; ++value) {
      const auto c = static_cast<unsigned char>(kAlphabet[value]);
      digit[c] = static_cast<std::int8_t>(value);
      for (std::uint32_t i = 0; i < 4; ++i) place[i][c] = value << (18 - 6 * i);
    }
  }
};
constexpr Base64Tables kTables;

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return -1;
}

char* put_quartet(std::uint32_t bits, char* out) {
  out[0] = static_cast<char>(bits >> 16);
  out[1] = static_cast<char>(bits >> 8);
  out[2] = static_cast<char>(bits);
  return out + 3;
}

/// Digits that did not come as a clean quartet: white space, padding, junk between them.
class Base64Rest {
 public:
  char* take(unsigned char c, char* out) {
    if (c == '=') return flush(out);
    const int digit = kTables.digit[c];
    if (digit < 0) {
      if (c != '\r' && c != '\n' && c != ' ' && c != '\t') broken_ = true;
      return out;
    }
    bits_ = bits_ << 6 | static_cast<std::uint32_t>(digit);
    if (++count_ < 4) return out;
    count_ = 0;
    return put_quartet(bits_ & 0xFFFFFF, out);
  }

  /// Padding or the end: what is there becomes one or two bytes.
  char* flush(char* out) {
    if (count_ == 1) broken_ = true;
    if (count_ >= 2) *out++ = static_cast<char>(bits_ >> (count_ == 2 ? 4 : 10));
    if (count_ == 3) *out++ = static_cast<char>(bits_ >> 2);
    count_ = 0;
    return out;
  }

  [[nodiscard]] bool empty() const { return count_ == 0; }
  [[nodiscard]] bool broken() const { return broken_; }

 private:
  std::uint32_t bits_ = 0;
  int count_ = 0;
  bool broken_ = false;
};

/// Decodes the bytes of `text` into `out`, which has room for text.size() bytes; returns the end.
char* quoted_printable(std::string_view text, char* out) {
  const char* in = text.data();
  const char* const end = in + text.size();
  while (in < end) {
    const auto* sign =
        static_cast<const char*>(std::memchr(in, '=', static_cast<std::size_t>(end - in)));
    const char* const stop = sign == nullptr ? end : sign;
    std::memcpy(out, in, static_cast<std::size_t>(stop - in));
    out += stop - in;
    if (sign == nullptr) break;
    in = sign + 1;
    const int high = in < end ? hex_digit(*in) : -1;
    const int low = in + 1 < end ? hex_digit(in[1]) : -1;
    if (high >= 0 && low >= 0) {
      *out++ = static_cast<char>(high << 4 | low);
      in += 2;
      continue;
    }
    const char* p = in;  // a soft line break, white space before it allowed
    while (p < end && (*p == ' ' || *p == '\t')) ++p;
    if (p < end && *p == '\r') ++p;
    if (p < end && *p == '\n') {
      in = p + 1;
    } else if (p == end) {
      in = p;
    } else {
      *out++ = '=';
    }
  }
  return out;
}

std::size_t uu_value(char c) {
  return static_cast<std::size_t>(static_cast<unsigned char>(c) - 0x20U) & 0x3F;
}

/// False when the line is no uuencoded data line.
bool uu_line(std::string_view line, std::string& out) {
  if (line.empty() || line[0] < ' ' || line[0] > '`') return false;
  const std::size_t octets = uu_value(line[0]);
  const std::size_t needed = (octets + 2) / 3 * 4;
  // Trailing spaces may be gone, a checksum character may follow.
  if (line.size() > needed + 3 || (octets > 3 && line.size() < 3)) return false;
  std::size_t done = 0;
  for (std::size_t i = 1; done < octets; i += 4) {
    std::size_t bits = 0;
    for (std::size_t k = 0; k < 4; ++k) {
      bits = bits << 6 | (i + k < line.size() ? uu_value(line[i + k]) : 0);
    }
    for (int shift = 16; shift >= 0 && done < octets; shift -= 8, ++done) {
      out += static_cast<char>(bits >> shift);
    }
  }
  return true;
}

/// "begin 644 name"; the name, or empty.
std::string_view uu_name(std::string_view line) {
  if (line.substr(0, 6) != "begin ") return {};
  std::size_t i = 6;
  while (i < line.size() && line[i] >= '0' && line[i] <= '7') ++i;
  if (i < 9 || i > 10 || i >= line.size() || line[i] != ' ') return {};
  return trim(line.substr(i + 1));
}

}  // namespace

TransferEncoding transfer_encoding(std::string_view name) {
  name = trim(name);
  name = name.substr(0, name.find_first_of(" \t;("));
  if (iequals(name, "base64")) return TransferEncoding::base64;
  if (iequals(name, "quoted-printable")) return TransferEncoding::quoted_printable;
  if (iequals(name, "x-uuencode") || iequals(name, "uuencode") || iequals(name, "x-uue")) {
    return TransferEncoding::uuencode;
  }
  return TransferEncoding::identity;
}

std::string decode_base64(std::string_view text, bool* broken) {
  std::string decoded(text.size() / 4 * 3 + 6, '\0');
  char* out = decoded.data();
  const auto* in = reinterpret_cast<const unsigned char*>(text.data());
  const auto* const end = in + text.size();
  const auto& place = kTables.place;
  Base64Rest rest;
  while (in < end) {
    if (rest.empty()) {
      while (end - in >= 4) {
        const std::uint32_t bits =
            place[0][in[0]] | place[1][in[1]] | place[2][in[2]] | place[3][in[3]];
        if ((bits & kNoDigit) != 0) break;
        out = put_quartet(bits, out);
        in += 4;
      }
    }
    if (in < end) out = rest.take(*in++, out);
  }
  out = rest.flush(out);
  decoded.resize(static_cast<std::size_t>(out - decoded.data()));
  if (broken != nullptr) *broken = rest.broken();
  return decoded;
}

std::string decode_quoted_printable(std::string_view text) {
  std::string decoded(text.size(), '\0');
  const char* const end = quoted_printable(text, decoded.data());
  decoded.resize(static_cast<std::size_t>(end - decoded.data()));
  return decoded;
}

std::string decode_q(std::string_view text) {
  std::string spaced(text);
  for (char& c : spaced) {
    if (c == '_') c = ' ';
  }
  return decode_quoted_printable(spaced);
}

std::optional<UuFile> find_uuencoded(std::string_view text, std::size_t from) {
  for (std::size_t at = text.find("begin ", from); at != std::string_view::npos;
       at = text.find("begin ", at + 1)) {
    if (at != 0 && text[at - 1] != '\n') continue;
    Lines lines(text, at);
    std::string_view line;
    lines.next(line);
    UuFile file;
    file.name = uu_name(line);
    file.begin = at;
    if (file.name.empty()) continue;
    std::size_t data_lines = 0;
    file.end = lines.position();
    while (lines.next(line)) {
      if (line == "end") {
        file.end = lines.position();
        break;
      }
      if (line != "`" && line != " " && !line.empty() && !uu_line(line, file.bytes)) break;
      ++data_lines;
      file.end = lines.position();
    }
    // Without an "end" only a block of some length is one: people write "begin" too.
    if (line == "end" ? data_lines != 0 : data_lines >= 4) return file;
  }
  return std::nullopt;
}

}  // namespace madoguchi::mail
