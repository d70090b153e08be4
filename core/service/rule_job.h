// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "core/domain/change.h"
#include "core/service/rule_engine.h"

namespace madoguchi::service {

inline constexpr char kRulesJob[] = "rules.run";

/// What a job knows of the change it was left by.
struct RuleJob {
  std::string case_id;
  std::vector<RuleEvent> events;
  std::vector<std::string> added_tags;
  std::string message;
  std::int64_t hours = 0;  ///< with waiting: how long
};

[[nodiscard]] RuleEvents events_of(const domain::Change& change);
[[nodiscard]] std::vector<std::string> added_tags_of(const domain::Change& change);

}  // namespace madoguchi::service

namespace madoguchi {

template <>
struct json::Table<service::RuleJob> {
  static constexpr const char* name = "RuleJob";
  static const json::Fields& fields();
};

}  // namespace madoguchi
