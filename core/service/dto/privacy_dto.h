// SPDX-License-Identifier: Apache-2.0
#pragma once

// What concerns a person's right to know, to be forgotten, and to know who looked.

#include <optional>
#include <string>
#include <vector>

#include "core/json/json.h"
#include "core/store/privacy.h"
#include "core/store/retention.h"

namespace madoguchi::service {

struct EraseCustomerDto {
  std::string reason;
  bool preview = false;
};

struct LegalHoldWishDto {
  std::string reason;
};
struct LegalHoldDto {
  bool held = false;
  std::string reason;
  std::string agent_name;
  std::optional<TimePoint> at;
};

struct SightingDto {
  std::string agent;
  std::string agent_name;
  store::Way way = store::Way::customer;
  TimePoint at;
};

struct RetentionDto : store::RetentionRules {
  std::int64_t version = 0;
};
/// What rules would take now, each counted up to 1,000.
struct RetentionPreviewDto {
  std::int64_t closed_cases = 0;
  std::int64_t original_mails = 0;
  std::int64_t idle_customers = 0;
  std::int64_t sightings = 0;
};

/// What an export holds (core/service/person_export.h).
struct ExportIndexDto {
  std::string customer;
  TimePoint at;
  std::vector<std::string> files;
  std::vector<std::string> left_out;
};

}  // namespace madoguchi::service

namespace madoguchi::json {

template <>
struct Table<service::EraseCustomerDto> {
  static constexpr const char* name = "EraseCustomer";
  static const Fields& fields();
};
template <>
struct Table<service::LegalHoldWishDto> {
  static constexpr const char* name = "LegalHoldWish";
  static const Fields& fields();
};
template <>
struct Table<service::LegalHoldDto> {
  static constexpr const char* name = "LegalHold";
  static const Fields& fields();
};
template <>
struct Table<service::ExportIndexDto> {
  static constexpr const char* name = "ExportIndex";
  static const Fields& fields();
};
template <>
struct Table<service::RetentionDto> {
  static constexpr const char* name = "Retention";
  static const Fields& fields();
};
template <>
struct Table<service::RetentionPreviewDto> {
  static constexpr const char* name = "RetentionPreview";
  static const Fields& fields();
};
template <>
struct Table<service::SightingDto> {
  static constexpr const char* name = "Sighting";
  static const Fields& fields();
};

}  // namespace madoguchi::json
