// SPDX-License-Identifier: Apache-2.0
#pragma once

// What cases an alert or a rule is about: the filter of the list, and what a list does not ask for.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/service/dto/view_dto.h"

namespace madoguchi::service {

/// Everything that is given must hold; of several values in a list, one.
struct CaseConditionDto {
  CaseFilter filter;               ///< without q and sort, which are a list's
  std::vector<std::string> words;  ///< in the subject or in what was written
  std::optional<bool> registered;
  std::optional<bool> blacklisted;
  std::vector<std::string> labels;
  std::optional<std::int64_t> open_cases;
  std::optional<std::int64_t> waiting_hours;
};

}  // namespace madoguchi::service

namespace madoguchi {

template <>
struct json::Table<service::CaseConditionDto> {
  static constexpr const char* name = "CaseCondition";
  static const json::Fields& fields();
};

}  // namespace madoguchi
