// SPDX-License-Identifier: Apache-2.0
#include "daemon/api/language.h"

#include "daemon/http/ascii.h"

namespace madoguchi::api {
namespace {

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

/// The weight of "ja;q=0.8" in thousandths; 0 when it cannot be read.
int weight(std::string_view parameters) {
  const std::size_t at = parameters.find("q=");
  if (at == std::string_view::npos) return 1000;
  int value = 0;
  int scale = 1000;
  bool point = false;
  for (const char c : parameters.substr(at + 2)) {
    if (c == '.') {
      point = true;
    } else if (c >= '0' && c <= '9') {
      if (point) scale /= 10;
      value += (c - '0') * scale;
    } else {
      break;
    }
  }
  return value > 1000 ? 1000 : value;
}

bool matches(std::string_view range, std::string_view language) {
  return http::same_ignoring_case(range.substr(0, language.size()), language) &&
         (range.size() == language.size() || range[language.size()] == '-');
}

}  // namespace

Language preferred_language(std::optional<std::string_view> accept_language) {
  int japanese = 0;
  int english = 0;
  std::string_view rest = accept_language.value_or("");
  while (!rest.empty()) {
    const std::string_view item = trimmed(rest.substr(0, rest.find(',')));
    const std::size_t comma = rest.find(',');
    rest = comma == std::string_view::npos ? std::string_view{} : rest.substr(comma + 1);
    const std::size_t semicolon = item.find(';');
    const std::string_view range = trimmed(item.substr(0, semicolon));
    const int q =
        weight(semicolon == std::string_view::npos ? std::string_view{} : item.substr(semicolon));
    if (matches(range, "ja") && q > japanese) japanese = q;
    if (matches(range, "en") && q > english) english = q;
  }
  return japanese > english ? Language::ja : Language::en;
}

}  // namespace madoguchi::api
