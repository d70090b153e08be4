// SPDX-License-Identifier: Apache-2.0
#include "core/domain/webhook_endpoint.h"

#include <algorithm>

namespace madoguchi::domain {
namespace {

bool is_word(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
  });
}

bool names(std::string_view pattern, std::string_view event) {
  if (pattern == "*") return true;
  if (pattern.size() < 2 || pattern.substr(pattern.size() - 2) != ".*") return pattern == event;
  return event.substr(0, pattern.size() - 1) == pattern.substr(0, pattern.size() - 1);
}

}  // namespace

bool is_event_pattern(std::string_view text) {
  if (text == "*") return true;
  const std::size_t dot = text.find('.');
  if (dot == std::string_view::npos || !is_word(text.substr(0, dot))) return false;
  const std::string_view what = text.substr(dot + 1);
  return what == "*" || is_word(what);
}

bool event_matches(const std::vector<std::string>& patterns, std::string_view event) {
  return patterns.empty() ||
         std::any_of(patterns.begin(), patterns.end(),
                     [&](const std::string& pattern) { return names(pattern, event); });
}

}  // namespace madoguchi::domain
