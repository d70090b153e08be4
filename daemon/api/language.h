// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/base/text.h"

namespace madoguchi::api {

enum class Language { en, ja };

/// What a caller prefers of the two (RFC 9110, 12.5.4); English when nothing is said or neither is
/// wanted.
[[nodiscard]] Language preferred_language(std::optional<std::string_view> accept_language);

[[nodiscard]] inline const std::string& in(Language language, const Text& text) {
  return language == Language::ja && !text.ja.empty() ? text.ja : text.en;
}
[[nodiscard]] inline const char* to_string(Language language) {
  return language == Language::ja ? "ja" : "en";
}

}  // namespace madoguchi::api
