// SPDX-License-Identifier: Apache-2.0
#pragma once

// What customers answer when they are asked how it went.

#include <optional>
#include <string>

#include "core/base/enum_names.h"
#include "core/json/json.h"

namespace madoguchi::service {

/// 1: not at all, 5: very much.
enum class Score { very_bad = 1, bad, fair, good, very_good };

struct SatisfactionDto {
  std::int64_t score = 0;
  std::string comment;
  TimePoint answered_at;
  TimePoint changed_at;
};

struct SatisfactionLinkDto {
  std::string url;
  TimePoint expires_at;
};

}  // namespace madoguchi::service

namespace madoguchi {

template <>
struct EnumNames<service::Score> {
  static constexpr EnumName<service::Score> values[] = {{service::Score::very_bad, "1"},
                                                        {service::Score::bad, "2"},
                                                        {service::Score::fair, "3"},
                                                        {service::Score::good, "4"},
                                                        {service::Score::very_good, "5"}};
};

template <>
struct json::Table<service::SatisfactionDto> {
  static constexpr const char* name = "Satisfaction";
  static const json::Fields& fields();
};
template <>
struct json::Table<service::SatisfactionLinkDto> {
  static constexpr const char* name = "SatisfactionLink";
  static const json::Fields& fields();
};

}  // namespace madoguchi
