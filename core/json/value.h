// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/result.h"

namespace madoguchi::json {

/// Arbitrary JSON, for code that reads what others define: vendors' payloads, opaque settings. The
/// only header that brings nlohmann; include it in .cpp files. What we define ourselves has a field
/// table (field.h).
using Value = nlohmann::json;

/// `malformed` when it is not JSON or nested deeper than `max_depth`. Never throws.
[[nodiscard]] Result<Value> parse(std::string_view text, std::size_t max_depth = 64);
/// Compact; bytes that are not UTF-8 become U+FFFD. Never throws.
[[nodiscard]] std::string dump(const Value& value);

/// The value at a JSON pointer ("/data/0/id"), or null when there is none. Never throws.
[[nodiscard]] const Value* find(const Value& value, std::string_view pointer);
/// What is there in that type, else nullopt: vendors change types without notice.
[[nodiscard]] std::optional<std::string> text_at(const Value& value, std::string_view pointer);
/// Also a number written as a string.
[[nodiscard]] std::optional<std::int64_t> integer_at(const Value& value, std::string_view pointer);
[[nodiscard]] std::optional<bool> boolean_at(const Value& value, std::string_view pointer);

}  // namespace madoguchi::json
