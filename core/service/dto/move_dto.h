// SPDX-License-Identifier: Apache-2.0
#pragma once

// What moving messages between cases takes.

#include <optional>
#include <string>
#include <vector>

#include "core/json/json.h"

namespace madoguchi::service {

struct MergeDto {
  std::string into;
};

struct SplitDto {
  std::vector<std::string> messages;
  std::optional<std::string> subject;
};

struct MoveDto {
  std::optional<std::string> to_case;
  std::optional<bool> new_case;
};

}  // namespace madoguchi::service

namespace madoguchi {

template <>
struct json::Table<service::MergeDto> {
  static constexpr const char* name = "Merge";
  static const json::Fields& fields();
};
template <>
struct json::Table<service::SplitDto> {
  static constexpr const char* name = "Split";
  static const json::Fields& fields();
};
template <>
struct json::Table<service::MoveDto> {
  static constexpr const char* name = "Move";
  static const json::Fields& fields();
  static void check(const service::MoveDto& value, json::Reader& reader);
};

}  // namespace madoguchi
