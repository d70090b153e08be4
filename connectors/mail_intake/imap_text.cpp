// SPDX-License-Identifier: Apache-2.0
#include "connectors/mail_intake/imap_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "core/crypto/encoding.h"
#include "core/text/utf8.h"

namespace madoguchi::connectors::mail_intake {
namespace {

constexpr std::array<std::string_view, 12> kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                   "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

void append_utf16(std::string& out, char32_t code) {
  const auto append = [&out](char32_t unit) {
    out += static_cast<char>(unit >> 8U);
    out += static_cast<char>(unit & 0xFFU);
  };
  if (code < 0x10000) return append(code);
  append(0xD800 + ((code - 0x10000) >> 10U));
  append(0xDC00 + ((code - 0x10000) & 0x3FFU));
}

std::string shifted(const std::string& utf16) {
  std::string base64 = crypto::to_base64(utf16);
  base64.resize(std::min(base64.find('='), base64.size()));
  std::replace(base64.begin(), base64.end(), '/', ',');
  return "&" + base64 + "-";
}

}  // namespace

std::string to_modified_utf7(std::string_view utf8) {
  std::string out;
  std::string wide;
  for (std::size_t at = 0; at < utf8.size();) {
    const text::Utf8Char one = text::decode_utf8(utf8, at);
    at += one.size;
    const bool is_plain = one.code >= 0x20 && one.code <= 0x7E;
    if (!is_plain) {
      append_utf16(wide, one.code);
      continue;
    }
    if (!wide.empty()) out += shifted(wide);
    wide.clear();
    out += static_cast<char>(one.code);
    if (one.code == '&') out += '-';
  }
  if (!wide.empty()) out += shifted(wide);
  return out;
}

std::optional<std::string> imap_quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte == 0 || c == '\r' || c == '\n' || byte > 0x7E) return std::nullopt;
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + "\"";
}

std::string imap_set(const std::vector<std::uint32_t>& numbers) {
  std::string out;
  for (std::size_t i = 0; i < numbers.size();) {
    std::size_t last = i;
    while (last + 1 < numbers.size() && numbers[last + 1] == numbers[last] + 1) ++last;
    if (!out.empty()) out += ',';
    out += std::to_string(numbers[i]);
    if (last > i) out += ":" + std::to_string(numbers[last]);
    i = last + 1;
  }
  return out;
}

std::string imap_day(std::string_view day) {
  const auto number = [&](std::size_t at) { return (day[at] - '0') * 10 + (day[at + 1] - '0'); };
  if (day.size() != 10) return {};
  const auto month = static_cast<std::size_t>(number(5));
  if (month < 1 || month > kMonths.size()) return {};
  return fmt::format("{}-{}-{}", number(8), kMonths[month - 1], day.substr(0, 4));
}

std::string day_of(TimePoint time) { return to_rfc3339(time).substr(0, 10); }

std::optional<TimePoint> parse_internal_date(std::string_view text) {
  std::string date(text);
  if (!date.empty() && date.front() == ' ') date.front() = '0';
  if (date.size() == 25) date.insert(0, "0");
  if (date.size() != 26) return std::nullopt;
  const auto month = std::find(kMonths.begin(), kMonths.end(), std::string_view(date).substr(3, 3));
  if (month == kMonths.end()) return std::nullopt;
  const Result<TimePoint> time = parse_rfc3339(
      fmt::format("{}-{:02}-{}T{}{}:{}", date.substr(7, 4), month - kMonths.begin() + 1,
                  date.substr(0, 2), date.substr(12, 8), date.substr(21, 3), date.substr(24, 2)));
  return time ? std::optional(*time) : std::nullopt;
}

}  // namespace madoguchi::connectors::mail_intake
