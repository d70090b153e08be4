// SPDX-License-Identifier: Apache-2.0
#pragma once

// Macros: several steps for a case in one call.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/service/dto/case_action_dto.h"

namespace madoguchi::service {

struct MacroDto {
  std::string id;
  std::string name;
  bool shared = false;
  std::vector<CaseActionDto> actions;
  std::int64_t position = 0;
  std::int64_t version = 0;
};

struct MacroCreateDto {
  std::string name;
  bool shared = false;
  std::vector<CaseActionDto> actions;
  std::int64_t position = 0;
};

struct MacroPatchDto {
  std::optional<std::string> name;
  std::optional<std::vector<CaseActionDto>> actions;
  std::optional<std::int64_t> position;
};

struct MacroApplyDto {
  std::string macro;
  bool preview = false;
};

struct MacroAppliedDto {
  bool preview = false;
  std::vector<domain::FieldChange> changes;
  CaseDto value;
};

}  // namespace madoguchi::service

namespace madoguchi {

template <>
struct json::Table<service::MacroDto> {
  static constexpr const char* name = "Macro";
  static const json::Fields& fields();
};
template <>
struct json::Table<service::MacroCreateDto> {
  static constexpr const char* name = "MacroCreate";
  static const json::Fields& fields();
};
template <>
struct json::Table<service::MacroPatchDto> {
  static constexpr const char* name = "MacroPatch";
  static const json::Fields& fields();
};
template <>
struct json::Table<service::MacroApplyDto> {
  static constexpr const char* name = "MacroApply";
  static const json::Fields& fields();
};
template <>
struct json::Table<service::MacroAppliedDto> {
  static constexpr const char* name = "MacroApplied";
  static const json::Fields& fields();
};

}  // namespace madoguchi
