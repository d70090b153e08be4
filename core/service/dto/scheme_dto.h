// SPDX-License-Identifier: Apache-2.0
#pragma once

// The desk's scheme, and what agents are told by it.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/domain/scheme.h"
#include "core/service/dto/case_alert_dto.h"
#include "core/service/dto/case_condition_dto.h"

namespace madoguchi::service {

struct SchemeAlertDto {
  std::string name;
  AlertLevel level = AlertLevel::info;
  CaseConditionDto when;
  Text text;
};

struct SchemeWriteDto {
  std::vector<domain::StatusRule> transitions;
  std::vector<domain::FieldRule> required;
  std::vector<SchemeAlertDto> alerts;
};

struct SchemeDto : SchemeWriteDto {
  std::optional<TimePoint> changed_at;
  std::int64_t version = 1;

  [[nodiscard]] domain::Scheme rules() const { return {transitions, required}; }
};

}  // namespace madoguchi::service

namespace madoguchi {

template <>
struct json::Table<domain::StatusRule> {
  static constexpr const char* name = "SchemeTransition";
  static const json::Fields& fields();
};
template <>
struct json::Table<domain::FieldRule> {
  static constexpr const char* name = "SchemeRequirement";
  static const json::Fields& fields();
};
template <>
struct json::Table<service::SchemeAlertDto> {
  static constexpr const char* name = "SchemeAlert";
  static const json::Fields& fields();
};
template <>
struct json::Table<service::SchemeWriteDto> {
  static constexpr const char* name = "SchemeWrite";
  static const json::Fields& fields();
};
template <>
struct json::Table<service::SchemeDto> {
  static constexpr const char* name = "Scheme";
  static const json::Fields& fields();
};

}  // namespace madoguchi
