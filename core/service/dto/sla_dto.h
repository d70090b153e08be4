// SPDX-License-Identifier: Apache-2.0
#pragma once

// Business hours and SLA policies (contract: /sla-policies).

#include <optional>
#include <string>
#include <vector>

#include "core/json/json.h"
#include "core/store/sla_columns.h"

namespace madoguchi::service {

struct BusinessHoursDto {
  std::string id;
  std::string name;
  std::string time_zone;
  store::WrittenWeek week;
  bool japanese_holidays = true;
  std::vector<domain::SpecialDay> special_days;
  bool archived = false;
  std::int64_t version = 0;
};

struct BusinessHoursCreateDto {
  std::string name;
  std::string time_zone = "Asia/Tokyo";
  store::WrittenWeek week;
  bool japanese_holidays = true;
  std::vector<domain::SpecialDay> special_days;
};

struct BusinessHoursPatchDto {
  std::optional<std::string> name;
  std::optional<std::string> time_zone;
  std::optional<store::WrittenWeek> week;
  std::optional<bool> japanese_holidays;
  std::optional<std::vector<domain::SpecialDay>> special_days;
  std::optional<bool> archived;
};

struct DayOffDto {
  domain::BusinessDate date;
  std::string name;
};
struct BusinessDaysDto {
  std::int64_t year = 0;
  std::vector<DayOffDto> holidays;
  std::int64_t business_minutes = 0;
};

/// In `conditions`, mailboxes stand by their names.
struct SlaPolicyDto {
  std::string id;
  std::string name;
  std::int64_t position = 0;
  domain::SlaConditions conditions;
  domain::SlaTargets targets;
  std::string business_hours;
  bool archived = false;
  std::int64_t version = 0;
};

struct SlaPolicyCreateDto {
  std::string name;
  std::int64_t position = 0;
  domain::SlaConditions conditions;
  domain::SlaTargets targets;
  std::optional<std::string> business_hours;
};

struct SlaPolicyPatchDto {
  std::optional<std::string> name;
  std::optional<std::int64_t> position;
  std::optional<domain::SlaConditions> conditions;
  std::optional<domain::SlaTargets> targets;
  std::optional<std::string> business_hours;
  std::optional<bool> archived;
};

}  // namespace madoguchi::service

namespace madoguchi::json {

template <>
struct Table<service::BusinessHoursDto> {
  static constexpr const char* name = "BusinessHours";
  static const Fields& fields();
};
template <>
struct Table<service::BusinessHoursCreateDto> {
  static constexpr const char* name = "BusinessHoursCreate";
  static const Fields& fields();
};
template <>
struct Table<service::BusinessHoursPatchDto> {
  static constexpr const char* name = "BusinessHoursPatch";
  static const Fields& fields();
};
template <>
struct Table<service::DayOffDto> {
  static constexpr const char* name = "DayOff";
  static const Fields& fields();
};
template <>
struct Table<service::BusinessDaysDto> {
  static constexpr const char* name = "BusinessDays";
  static const Fields& fields();
};
template <>
struct Table<service::SlaPolicyDto> {
  static constexpr const char* name = "SlaPolicy";
  static const Fields& fields();
};
template <>
struct Table<service::SlaPolicyCreateDto> {
  static constexpr const char* name = "SlaPolicyCreate";
  static const Fields& fields();
  static void check(const service::SlaPolicyCreateDto& value, Reader& reader);
};
template <>
struct Table<service::SlaPolicyPatchDto> {
  static constexpr const char* name = "SlaPolicyPatch";
  static const Fields& fields();
  static void check(const service::SlaPolicyPatchDto& value, Reader& reader);
};

}  // namespace madoguchi::json
