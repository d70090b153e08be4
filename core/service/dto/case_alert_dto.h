// SPDX-License-Identifier: Apache-2.0
#pragma once

// What the scheme tells an agent about a case.

#include <optional>
#include <string>
#include <vector>

#include "core/base/text.h"
#include "core/domain/scheme_names.h"
#include "core/json/json.h"

namespace madoguchi::service {

enum class AlertLevel { info, warning, danger };

struct CaseAlertDto {
  std::string name;
  AlertLevel level = AlertLevel::info;
  Text text;
  std::optional<std::string> case_number;
};

/// A status that the caller's role may give a case.
struct StatusChoiceDto {
  domain::CaseStatus status = domain::CaseStatus::new_;
  std::vector<domain::CaseField> missing;
};

}  // namespace madoguchi::service

namespace madoguchi {

template <>
struct EnumNames<service::AlertLevel> {
  static constexpr EnumName<service::AlertLevel> values[] = {
      {service::AlertLevel::info, "info"},
      {service::AlertLevel::warning, "warning"},
      {service::AlertLevel::danger, "danger"}};
};

template <>
struct json::Table<Text> {
  static constexpr const char* name = "Text";
  static const json::Fields& fields();
};
template <>
struct json::Table<service::CaseAlertDto> {
  static constexpr const char* name = "CaseAlert";
  static const json::Fields& fields();
};
template <>
struct json::Table<service::StatusChoiceDto> {
  static constexpr const char* name = "StatusChoice";
  static const json::Fields& fields();
};

}  // namespace madoguchi
