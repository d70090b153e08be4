// SPDX-License-Identifier: Apache-2.0
#include "daemon/api/cursor.h"

#include <cstdint>
#include <optional>

namespace madoguchi::api {
namespace {

// Never part of a key: texts with control characters are refused at the edge.
constexpr char kSeparator = '\x1f';
constexpr std::string_view kHex = "0123456789abcdef";
constexpr std::size_t kChecksumDigits = 8;

std::uint32_t checksum(std::string_view list, std::string_view bytes) {
  std::uint32_t hash = 2166136261U;  // FNV-1a
  const auto mix = [&](char c) { hash = (hash ^ static_cast<unsigned char>(c)) * 16777619U; };
  for (const char c : list) mix(c);
  mix('\0');
  for (const char c : bytes) mix(c);
  return hash;
}

void append_checksum(std::string& out, std::uint32_t value) {
  for (int shift = 28; shift >= 0; shift -= 4) out += kHex[(value >> shift) & 0xFU];
}

std::optional<std::string> from_hex(std::string_view text) {
  if (text.size() % 2 != 0) return std::nullopt;
  std::string bytes;
  for (std::size_t i = 0; i < text.size(); i += 2) {
    const std::size_t high = kHex.find(text[i]);
    const std::size_t low = kHex.find(text[i + 1]);
    if (high == std::string_view::npos || low == std::string_view::npos) return std::nullopt;
    bytes += static_cast<char>(high * 16 + low);
  }
  return bytes;
}

}  // namespace

std::string encode_cursor(std::string_view list, const std::vector<std::string>& key) {
  std::string bytes;
  for (const std::string& part : key) {
    bytes += part;
    bytes += kSeparator;
  }
  std::string cursor;
  append_checksum(cursor, checksum(list, bytes));
  for (const char c : bytes) {
    cursor += kHex[static_cast<unsigned char>(c) >> 4];
    cursor += kHex[static_cast<unsigned char>(c) & 0xFU];
  }
  return cursor;
}

Result<std::vector<std::string>> decode_cursor(std::string_view list, std::string_view cursor) {
  const auto refuse = [] {
    return fail(Error::invalid("/cursor",
                               {"Not a cursor of this list; start without one.",
                                "この一覧のカーソルではありません。先頭から取得してください。"}));
  };
  if (cursor.size() < kChecksumDigits) return refuse();
  const std::optional<std::string> bytes = from_hex(cursor.substr(kChecksumDigits));
  if (!bytes) return refuse();
  std::string expected;
  append_checksum(expected, checksum(list, *bytes));
  if (cursor.substr(0, kChecksumDigits) != expected) return refuse();
  std::vector<std::string> key;
  for (std::string_view rest = *bytes; !rest.empty();) {
    const std::size_t end = rest.find(kSeparator);
    if (end == std::string_view::npos) return refuse();
    key.emplace_back(rest.substr(0, end));
    rest.remove_prefix(end + 1);
  }
  return key;
}

}  // namespace madoguchi::api
