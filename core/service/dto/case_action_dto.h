// SPDX-License-Identifier: Apache-2.0
#pragma once

// What macros and rules do to a case: one action is one step, with the members that its kind has.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/service/dto/case_dto.h"

namespace madoguchi::service {

enum class CaseStep {
  set_status,
  set_category,
  set_priority,
  add_tags,
  remove_tags,
  assign,          ///< to an agent, a team, or nobody
  assign_in_turn,  ///< to the next of some agents who is there
  assign_by_load,  ///< to the one of them who has the fewest unresolved cases
  pend,
  add_note,
  reply
};

struct CaseActionDto {
  CaseStep step = CaseStep::set_status;
  std::optional<domain::CaseStatus> status;
  std::optional<std::string> category;
  std::optional<domain::Priority> priority;
  std::vector<std::string> tags;
  std::optional<std::string> assignee;
  std::optional<std::string> team;
  std::vector<std::string> agents;
  std::optional<std::int64_t> hours;
  std::optional<std::string> reason;
  std::optional<std::string> text;
  std::optional<std::string> template_id;
  bool draft = false;
};

}  // namespace madoguchi::service

namespace madoguchi {

template <>
struct EnumNames<service::CaseStep> {
  static constexpr EnumName<service::CaseStep> values[] = {
      {service::CaseStep::set_status, "set_status"},
      {service::CaseStep::set_category, "set_category"},
      {service::CaseStep::set_priority, "set_priority"},
      {service::CaseStep::add_tags, "add_tags"},
      {service::CaseStep::remove_tags, "remove_tags"},
      {service::CaseStep::assign, "assign"},
      {service::CaseStep::assign_in_turn, "assign_in_turn"},
      {service::CaseStep::assign_by_load, "assign_by_load"},
      {service::CaseStep::pend, "pend"},
      {service::CaseStep::add_note, "add_note"},
      {service::CaseStep::reply, "reply"}};
};

template <>
struct json::Table<service::CaseActionDto> {
  static constexpr const char* name = "CaseStep";
  static const json::Fields& fields();
  static void check(const service::CaseActionDto& value, json::Reader& reader);
};

}  // namespace madoguchi
