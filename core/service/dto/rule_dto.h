// SPDX-License-Identifier: Apache-2.0
#pragma once

// Rules: what happens by itself when something happens to a case.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/base/enum_set.h"
#include "core/service/dto/case_action_dto.h"
#include "core/service/dto/case_condition_dto.h"
#include "core/service/dto/operation_dto.h"
#include "core/store/rules.h"

namespace madoguchi::service {

enum class RuleEvent {
  case_created,
  message_inbound,
  message_reply,
  message_note,
  message_call,
  status_changed,
  assigned,
  tag_added,
  pending_over,
  waiting  ///< nobody has answered for `when.waiting_hours`
};

/// What is kept of a rule in one column.
struct RuleContent {
  std::vector<RuleEvent> events;
  CaseConditionDto when;
  std::vector<std::string> added_tags;  ///< with tag_added: one of these was
  std::vector<CaseActionDto> actions;
  bool stop = false;
};

enum class RuleState { active, off, broken };

struct RuleProblemDto {
  std::string pointer;
  Text message;
};

struct RuleDto : RuleContent {
  std::string id;
  std::string name;
  bool enabled = true;
  std::int64_t position = 0;
  RuleState state = RuleState::active;
  std::vector<RuleProblemDto> problems;
  std::int64_t version = 0;
};

struct RuleCreateDto : RuleContent {
  std::string name;
  bool enabled = true;
  std::int64_t position = 0;
};

struct RulePatchDto {
  std::optional<std::string> name;
  std::optional<bool> enabled;
  std::optional<std::int64_t> position;
  std::optional<std::vector<RuleEvent>> events;
  std::optional<CaseConditionDto> when;
  std::optional<std::vector<std::string>> added_tags;
  std::optional<std::vector<CaseActionDto>> actions;
  std::optional<bool> stop;
};

struct RuleRunDto {
  std::string case_number;
  TimePoint at;
  std::string event;
  store::RuleRunState state = store::RuleRunState::applied;
  std::vector<domain::FieldChange> changes;
  std::optional<OperationErrorDto> error;
};

/// Which rule: one that there is, or one that there is not yet.
struct RuleDryRunDto {
  std::optional<std::string> rule;
  CaseConditionDto when;
  std::vector<CaseActionDto> actions;
  CaseFilter filter;
  std::int64_t limit = 50;
};

struct RuleDryRunCaseDto {
  std::string number;
  std::string subject;
  std::vector<domain::FieldChange> changes;
  std::optional<OperationErrorDto> error;
};

struct RuleDryRunAnswerDto {
  std::int64_t looked_at = 0;
  std::int64_t matched = 0;
  bool more = false;
  std::vector<RuleDryRunCaseDto> items;
};

}  // namespace madoguchi::service

namespace madoguchi {

template <>
struct EnumNames<service::RuleEvent> {
  static constexpr EnumName<service::RuleEvent> values[] = {
      {service::RuleEvent::case_created, "case_created"},
      {service::RuleEvent::message_inbound, "message_inbound"},
      {service::RuleEvent::message_reply, "message_reply"},
      {service::RuleEvent::message_note, "message_note"},
      {service::RuleEvent::message_call, "message_call"},
      {service::RuleEvent::status_changed, "status_changed"},
      {service::RuleEvent::assigned, "assigned"},
      {service::RuleEvent::tag_added, "tag_added"},
      {service::RuleEvent::pending_over, "pending_over"},
      {service::RuleEvent::waiting, "waiting"}};
};
template <>
struct EnumNames<service::RuleState> {
  static constexpr EnumName<service::RuleState> values[] = {{service::RuleState::active, "active"},
                                                            {service::RuleState::off, "off"},
                                                            {service::RuleState::broken, "broken"}};
};

template <>
struct json::Table<service::RuleContent> {
  static constexpr const char* name = "RuleContent";
  static const json::Fields& fields();
};
template <>
struct json::Table<service::RuleProblemDto> {
  static constexpr const char* name = "RuleProblem";
  static const json::Fields& fields();
};
template <>
struct json::Table<service::RuleDto> {
  static constexpr const char* name = "Rule";
  static const json::Fields& fields();
};
template <>
struct json::Table<service::RuleCreateDto> {
  static constexpr const char* name = "RuleCreate";
  static const json::Fields& fields();
};
template <>
struct json::Table<service::RulePatchDto> {
  static constexpr const char* name = "RulePatch";
  static const json::Fields& fields();
};
template <>
struct json::Table<service::RuleRunDto> {
  static constexpr const char* name = "RuleRun";
  static const json::Fields& fields();
};
template <>
struct json::Table<service::RuleDryRunDto> {
  static constexpr const char* name = "RuleDryRun";
  static const json::Fields& fields();
  static void check(const service::RuleDryRunDto& value, json::Reader& reader);
};
template <>
struct json::Table<service::RuleDryRunCaseDto> {
  static constexpr const char* name = "RuleDryRunCase";
  static const json::Fields& fields();
};
template <>
struct json::Table<service::RuleDryRunAnswerDto> {
  static constexpr const char* name = "RuleDryRunAnswer";
  static const json::Fields& fields();
};

}  // namespace madoguchi
