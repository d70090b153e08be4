// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace madoguchi::domain {

/// The numbers that people read out to each other: a prefix and at least six digits, "CS-000123".
[[nodiscard]] std::string object_number(std::string_view prefix, std::int64_t sequence);
/// Nothing unless it is written like that.
[[nodiscard]] std::optional<std::int64_t> parse_object_number(std::string_view prefix,
                                                              std::string_view number);

}  // namespace madoguchi::domain
