// SPDX-License-Identifier: Apache-2.0
#pragma once

// One wish for many objects, and how it goes.

#include <optional>
#include <string>
#include <vector>

#include "core/json/json.h"
#include "core/service/dto/view_dto.h"
#include "core/store/operations.h"

namespace madoguchi::service {

struct OperationErrorDto {
  std::string type;
  std::string message;
  std::string message_ja;
};

struct OperationRowDto {
  std::string object;
  store::OperationRowState state = store::OperationRowState::ready;
  std::optional<OperationErrorDto> error;
  std::vector<domain::FieldChange> changes;
};

struct OperationCountsDto {
  std::int64_t ready = 0;
  std::int64_t done = 0;
  std::int64_t failed = 0;
  std::int64_t cancelled = 0;
};

struct OperationDto {
  std::string id;
  std::string kind;
  store::OperationState state = store::OperationState::running;
  bool preview = false;
  OperationCountsDto counts;
  std::vector<OperationRowDto> rows;
  std::string agent_name;
  TimePoint created_at;
  std::optional<TimePoint> ended_at;
};

struct OperationStartedDto {
  std::string operation_id;
};

enum class CaseBulkAction { resolve, assign, tag, category, priority };

struct CaseBulkDto {
  CaseBulkAction action = CaseBulkAction::resolve;
  std::optional<std::vector<std::string>> ids;
  std::optional<CaseFilter> filter;
  bool preview = false;
  json::Patch<std::string> assignee;
  std::vector<std::string> add_tags;
  std::vector<std::string> remove_tags;
  json::Patch<std::string> category;
  std::optional<domain::Priority> priority;
  json::Patch<std::string> team = {};
};

}  // namespace madoguchi::service

namespace madoguchi {

template <>
struct EnumNames<service::CaseBulkAction> {
  static constexpr EnumName<service::CaseBulkAction> values[] = {
      {service::CaseBulkAction::resolve, "resolve"},
      {service::CaseBulkAction::assign, "assign"},
      {service::CaseBulkAction::tag, "tag"},
      {service::CaseBulkAction::category, "category"},
      {service::CaseBulkAction::priority, "priority"}};
};

template <>
struct json::Table<service::OperationErrorDto> {
  static constexpr const char* name = "OperationError";
  static const json::Fields& fields();
};
template <>
struct json::Table<service::OperationRowDto> {
  static constexpr const char* name = "OperationRow";
  static const json::Fields& fields();
};
template <>
struct json::Table<service::OperationCountsDto> {
  static constexpr const char* name = "OperationCounts";
  static const json::Fields& fields();
};
template <>
struct json::Table<service::OperationDto> {
  static constexpr const char* name = "Operation";
  static const json::Fields& fields();
};
template <>
struct json::Table<service::OperationStartedDto> {
  static constexpr const char* name = "OperationStarted";
  static const json::Fields& fields();
};
template <>
struct json::Table<service::CaseBulkDto> {
  static constexpr const char* name = "CaseBulk";
  static const json::Fields& fields();
  static void check(const service::CaseBulkDto& value, json::Reader& reader);
};

}  // namespace madoguchi
