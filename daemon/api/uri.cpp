// SPDX-License-Identifier: Apache-2.0
#include "daemon/api/uri.h"

#include <algorithm>

#include "core/text/utf8.h"

namespace madoguchi::api {
namespace {

constexpr std::size_t kMaxPairs = 200;

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

Error bad_target() {
  return Error::malformed({"The request's address is not properly percent-encoded UTF-8.",
                           "リクエストの URL が正しくエンコードされた UTF-8 ではありません。"});
}

Result<std::string> decode(std::string_view text, bool plus_is_space) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '+' && plus_is_space) {
      out += ' ';
    } else if (text[i] == '%') {
      const int high = i + 2 < text.size() ? hex_digit(text[i + 1]) : -1;
      const int low = i + 2 < text.size() ? hex_digit(text[i + 2]) : -1;
      if (high < 0 || low < 0) return fail(bad_target());
      out += static_cast<char>(high * 16 + low);
      i += 2;
    } else {
      out += text[i];
    }
  }
  const bool control = std::any_of(out.begin(), out.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x20 || byte == 0x7f;
  });
  if (control || !text::is_valid_utf8(out)) return fail(bad_target());
  return out;
}

}  // namespace

Result<std::string> percent_decode(std::string_view text) { return decode(text, false); }

std::string percent_encode(std::string_view text) {
  static constexpr char kHex[] = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '-' || c == '.' || c == '_' || c == '~';
    if (plain) {
      out += c;
    } else {
      out += '%';
      out += kHex[byte >> 4];
      out += kHex[byte & 0xF];
    }
  }
  return out;
}

Result<QueryPairs> parse_query(std::string_view query) {
  QueryPairs pairs;
  while (!query.empty()) {
    const std::size_t ampersand = query.find('&');
    const std::string_view item = query.substr(0, ampersand);
    query = ampersand == std::string_view::npos ? std::string_view{} : query.substr(ampersand + 1);
    if (item.empty()) continue;
    if (pairs.size() == kMaxPairs) return fail(bad_target());
    const std::size_t equals = item.find('=');
    Result<std::string> name = decode(item.substr(0, equals), true);
    Result<std::string> value =
        equals == std::string_view::npos ? std::string() : decode(item.substr(equals + 1), true);
    if (!name) return fail(std::move(name.error()));
    if (!value) return fail(std::move(value.error()));
    pairs.emplace_back(std::move(*name), std::move(*value));
  }
  return pairs;
}

}  // namespace madoguchi::api
