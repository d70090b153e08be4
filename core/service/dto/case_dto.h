// SPDX-License-Identifier: Apache-2.0
#pragma once

// Cases as the facade, the change feed and webhooks show them (contract: Cases).

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/json/json.h"
#include "core/service/dto/case_alert_dto.h"
#include "core/service/dto/satisfaction_dto.h"
#include "core/store/columns.h"
#include "core/store/sla_columns.h"

namespace madoguchi::service {

template <class Text>
struct RequesterOf {
  Text name;
  Text kana;
  Text address;
  Text phone;
};
using RequesterDto = RequesterOf<std::string>;

struct PlacementDto {
  std::string message;
  std::string mailbox;
  std::string recipient;
  TimePoint at;
};

/// An entry of a small list that supervisors keep, as others show it.
struct NamedDto {
  std::string id;
  std::string name;
};

/// What agents have to know of a case's customer, whatever they do.
struct CaseCustomerDto {
  std::string_view name;
  bool blacklisted = false;
  std::vector<NamedDto> blacklist_reasons;
  std::vector<NamedDto> labels;
};

/// Only for answers: most of its texts stay in the rows that the case was read from.
struct CaseDto {
  std::string number;
  domain::Channel channel = domain::Channel::email;
  std::string_view subject;
  std::optional<std::string> text;
  domain::CaseStatus status = domain::CaseStatus::new_;
  domain::StatusGroup status_group = domain::StatusGroup::unhandled;
  std::optional<TimePoint> pending_until;
  std::string_view pending_reason;
  domain::Priority priority = domain::Priority::normal;
  std::optional<std::string_view> category;
  std::optional<std::string> category_name;
  std::optional<std::string> category_detail;
  std::vector<std::string> tags;
  std::optional<std::string_view> assignee;
  std::optional<std::string> assignee_name;
  std::optional<std::string_view> team;
  std::optional<std::string_view> customer;
  std::optional<CaseCustomerDto> customer_standing;
  RequesterOf<std::string_view> requester;
  std::vector<domain::Cc> ccs;
  std::optional<std::string> mailbox;
  std::optional<std::vector<PlacementDto>> mailboxes;
  std::vector<std::string> order_numbers;
  TimePoint created_at;
  TimePoint modified_at;
  std::optional<TimePoint> last_inbound_at;
  std::optional<TimePoint> due_at;
  std::optional<domain::SlaStanding> sla;
  std::optional<SatisfactionDto> satisfaction;
  std::optional<std::string> merged_into;
  std::optional<std::string> linked_to;
  std::int64_t version = 0;
  domain::CaseActions allowed_actions;
  std::optional<std::vector<StatusChoiceDto>> status_choices;
  std::optional<std::vector<CaseAlertDto>> alerts;

  /// What the views look into.
  std::shared_ptr<const void> rows;
};

/// What may be recorded by hand as the first entry.
enum class FirstEntry { inbound, call, note };

struct CaseCreateDto {
  domain::Channel channel = domain::Channel::internal;
  std::optional<std::string> category;
  std::optional<domain::CaseStatus> status;
  std::optional<domain::StatusGroup> status_group;
  std::string text;
  FirstEntry kind = FirstEntry::inbound;
  std::optional<std::string> subject;
  std::optional<std::string> customer;
  std::optional<RequesterDto> requester;
  std::optional<domain::Priority> priority;
  std::vector<std::string> tags;
  std::vector<domain::Cc> ccs;
  std::vector<std::string> order_numbers;
  std::optional<std::string> mailbox;
  std::optional<TimePoint> occurred_at;
  std::optional<domain::Call> call;
};

struct CasePatchDto {
  std::optional<std::string> subject;
  std::optional<domain::CaseStatus> status;
  std::optional<domain::StatusGroup> status_group;
  std::optional<domain::Priority> priority;
  json::Patch<std::string> category;
  std::optional<std::vector<std::string>> tags;
  json::Patch<std::string> customer;
  std::optional<RequesterDto> requester;
  std::optional<std::vector<domain::Cc>> ccs;
  std::optional<std::vector<std::string>> order_numbers;
  json::Patch<TimePoint> pending_until;
  std::optional<std::string> pending_reason;
};

struct AssignDto {
  json::Patch<std::string> assignee;
  json::Patch<std::string> team;
};

}  // namespace madoguchi::service

namespace madoguchi {

template <>
struct EnumNames<service::FirstEntry> {
  static constexpr EnumName<service::FirstEntry> values[] = {
      {service::FirstEntry::inbound, "inbound"},
      {service::FirstEntry::call, "call"},
      {service::FirstEntry::note, "note"}};
};

template <class Text>
struct json::Table<service::RequesterOf<Text>> {
  static constexpr const char* name = "Requester";
  using DescribedAs = service::RequesterDto;
  static const json::Fields& fields();
};
template <>
struct json::Table<service::PlacementDto> {
  static constexpr const char* name = "Placement";
  static const json::Fields& fields();
};
template <>
struct json::Table<service::NamedDto> {
  static constexpr const char* name = "Named";
  static const json::Fields& fields();
};
template <>
struct json::Table<service::CaseCustomerDto> {
  static constexpr const char* name = "CaseCustomer";
  static const json::Fields& fields();
};
template <>
struct json::Table<service::CaseDto> {
  static constexpr const char* name = "Case";
  static const json::Fields& fields();
};
template <>
struct json::Table<service::CaseCreateDto> {
  static constexpr const char* name = "CaseCreate";
  static const json::Fields& fields();
  static void check(const service::CaseCreateDto& value, json::Reader& reader);
};
template <>
struct json::Table<service::CasePatchDto> {
  static constexpr const char* name = "CasePatch";
  static const json::Fields& fields();
  static void check(const service::CasePatchDto& value, json::Reader& reader);
};
template <>
struct json::Table<service::AssignDto> {
  static constexpr const char* name = "Assign";
  static const json::Fields& fields();
};

}  // namespace madoguchi
