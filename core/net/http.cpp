// SPDX-License-Identifier: Apache-2.0
#include "core/net/http.h"

#include <algorithm>
#include <charconv>
#include <ctime>

namespace madoguchi::net {
namespace {

constexpr std::chrono::hours kLongestRest{24};

bool same_name(std::string_view a, std::string_view b) {
  const auto folded = [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  };
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [&](char x, char y) { return folded(x) == folded(y); });
}

}  // namespace

std::optional<std::string_view> find_header(const Fields& headers, std::string_view name) {
  const auto found = std::find_if(headers.begin(), headers.end(), [&](const auto& header) {
    return same_name(header.first, name);
  });
  if (found == headers.end()) return std::nullopt;
  return found->second;
}

const char* to_string(HttpTrouble trouble) noexcept {
  switch (trouble) {
    case HttpTrouble::refused:
      return "refused";
    case HttpTrouble::unresolved:
      return "unresolved";
    case HttpTrouble::unreachable:
      return "unreachable";
    case HttpTrouble::untrusted:
      return "untrusted";
    case HttpTrouble::late:
      return "late";
    case HttpTrouble::stopped:
      return "stopped";
    case HttpTrouble::broken:
      return "broken";
    case HttpTrouble::garbled:
      return "garbled";
    case HttpTrouble::too_large:
      return "too_large";
  }
  return "broken";
}

Error to_error(const HttpFailure& failure) {
  std::string detail = failure.detail.empty() ? to_string(failure.trouble) : failure.detail;
  if (failure.trouble != HttpTrouble::refused) return Error::unavailable(std::move(detail));
  Error error =
      Error::forbidden({"That address must not be asked.", "この URL には接続できません。"});
  error.detail = std::move(detail);
  return error;
}

std::optional<TimePoint> parse_http_date(std::string_view value) {
  const std::string text(value);
  for (const char* form :
       {"%a, %d %b %Y %H:%M:%S GMT", "%A, %d-%b-%y %H:%M:%S GMT", "%a %b %d %H:%M:%S %Y"}) {
    std::tm parts{};
    const char* end = ::strptime(text.c_str(), form, &parts);
    if (end == nullptr || *end != '\0') continue;
    return TimePoint(std::chrono::seconds(::timegm(&parts)));
  }
  return std::nullopt;
}

std::optional<std::chrono::seconds> parse_retry_after(std::string_view value, TimePoint now) {
  while (value.ends_with(' ') || value.ends_with('\t')) value.remove_suffix(1);
  while (value.starts_with(' ') || value.starts_with('\t')) value.remove_prefix(1);
  if (value.empty()) return std::nullopt;
  if (std::all_of(value.begin(), value.end(), [](char c) { return c >= '0' && c <= '9'; })) {
    std::int64_t seconds = 0;
    const auto read = std::from_chars(value.data(), value.data() + value.size(), seconds);
    if (read.ec != std::errc{}) return kLongestRest;
    return std::min<std::chrono::seconds>(
        kLongestRest, std::chrono::seconds(std::min<std::int64_t>(seconds, 1'000'000)));
  }
  const std::optional<TimePoint> date = parse_http_date(value);
  if (!date) return std::nullopt;
  return std::clamp(std::chrono::ceil<std::chrono::seconds>(*date - now), std::chrono::seconds{0},
                    std::chrono::seconds(kLongestRest));
}

}  // namespace madoguchi::net
