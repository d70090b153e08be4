// SPDX-License-Identifier: Apache-2.0
#include "core/crypto/encoding.h"

#include <array>
#include <cstdint>

namespace madoguchi::crypto {

namespace {

constexpr std::string_view kBase64 =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view kBase64Url =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr std::string_view kBase32 = "abcdefghijklmnopqrstuvwxyz234567";
constexpr std::string_view kHex = "0123456789abcdef";

using ReverseTable = std::array<std::int8_t, 256>;

constexpr ReverseTable reverse(std::string_view alphabet, std::string_view other_case = {}) {
  ReverseTable table{};
  for (std::int8_t& value : table) value = -1;
  for (std::size_t i = 0; i < alphabet.size(); ++i) {
    table[static_cast<unsigned char>(alphabet[i])] = static_cast<std::int8_t>(i);
  }
  for (std::size_t i = 0; i < other_case.size(); ++i) {
    table[static_cast<unsigned char>(other_case[i])] = static_cast<std::int8_t>(i);
  }
  return table;
}

constexpr ReverseTable kFromBase64 = reverse(kBase64);
constexpr ReverseTable kFromBase64Url = reverse(kBase64Url);
constexpr ReverseTable kFromBase32 = reverse(kBase32, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567");
constexpr ReverseTable kFromHex = reverse(kHex, "0123456789ABCDEF");

std::string encode(std::string_view bytes, std::string_view alphabet, unsigned bits_each) {
  std::string out;
  out.reserve((bytes.size() * 8 + bits_each - 1) / bits_each + 2);
  const std::uint32_t mask = (1U << bits_each) - 1;
  std::uint32_t pool = 0;
  unsigned held = 0;
  for (const char c : bytes) {
    pool = (pool << 8U) | static_cast<unsigned char>(c);
    held += 8;
    while (held >= bits_each) {
      held -= bits_each;
      out += alphabet[(pool >> held) & mask];
    }
  }
  if (held > 0) out += alphabet[(pool << (bits_each - held)) & mask];
  return out;
}

Error not_decodable() {
  return Error::malformed(
      {"The encoded value cannot be decoded.", "エンコードされた値を復号できません。"});
}

Result<std::string> decode(std::string_view text, const ReverseTable& table, unsigned bits_each) {
  std::string out;
  out.reserve(text.size() * bits_each / 8);
  std::uint32_t pool = 0;
  unsigned held = 0;
  for (const char c : text) {
    const int value = table[static_cast<unsigned char>(c)];
    if (value < 0) return fail(not_decodable());
    pool = (pool << bits_each) | static_cast<std::uint32_t>(value);
    held += bits_each;
    if (held >= 8) {
      held -= 8;
      out += static_cast<char>((pool >> held) & 0xFFU);
    }
  }
  // A whole unused character, or unused bits that are set, would be a second text for one value.
  const bool whole_character_left = held >= bits_each;
  const bool bits_left = (pool & ((1U << held) - 1)) != 0;
  if (whole_character_left || bits_left) return fail(not_decodable());
  return out;
}

}  // namespace

std::string to_base64(std::string_view bytes) {
  std::string out = encode(bytes, kBase64, 6);
  while (out.size() % 4 != 0) out += '=';
  return out;
}

Result<std::string> from_base64(std::string_view text) {
  if (text.size() % 4 != 0) return fail(not_decodable());
  if (!text.empty() && text.back() == '=') text.remove_suffix(1);
  if (!text.empty() && text.size() % 4 == 3 && text.back() == '=') text.remove_suffix(1);
  return decode(text, kFromBase64, 6);
}

std::string to_base64url(std::string_view bytes) { return encode(bytes, kBase64Url, 6); }

Result<std::string> from_base64url(std::string_view text) {
  return decode(text, kFromBase64Url, 6);
}

std::string to_base32(std::string_view bytes) { return encode(bytes, kBase32, 5); }

Result<std::string> from_base32(std::string_view text) { return decode(text, kFromBase32, 5); }

Result<std::string> from_hex(std::string_view text) { return decode(text, kFromHex, 4); }

}  // namespace madoguchi::crypto
