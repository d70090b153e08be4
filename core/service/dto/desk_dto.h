// SPDX-License-Identifier: Apache-2.0
#pragma once

// Agents, mailboxes, categories and feed events as the facade shows them.

#include <optional>
#include <string>
#include <vector>

#include "core/json/json.h"
#include "core/store/columns.h"
#include "core/store/fetch_cursors.h"
#include "core/store/mailbox_rules.h"

namespace madoguchi::service {

struct AgentDto {
  std::string id;
  std::string name;
  std::string display_name;
  domain::Role role = domain::Role::agent;
  std::optional<std::vector<std::string>> mailboxes;
  bool disabled = false;
  std::int64_t version = 0;
  std::optional<std::string> custom_role = std::nullopt;
  std::vector<std::string> teams = {};
  std::optional<std::string> email = std::nullopt;
};

struct AgentCreateDto {
  std::string name;
  std::optional<std::string> display_name;
  domain::Role role = domain::Role::agent;
  std::optional<std::vector<std::string>> mailboxes;
  std::optional<std::string> custom_role = std::nullopt;
  std::optional<std::string> email = std::nullopt;
};

struct AgentPatchDto {
  std::optional<std::string> display_name;
  std::optional<domain::Role> role;
  json::Patch<std::vector<std::string>> mailboxes;
  std::optional<bool> disabled;
  json::Patch<std::string> custom_role = {};
  json::Patch<std::string> email = {};
};

struct MeDto {
  std::string id;
  std::string name;
  domain::Role role = domain::Role::viewer;
  std::vector<std::string> permissions;
  std::optional<std::string> custom_role = std::nullopt;
  std::optional<std::vector<std::string>> mailboxes = std::nullopt;
  std::vector<std::string> teams = {};
};

/// How fetching a mailbox goes.
struct FetchStateDto {
  std::string account;
  store::FetchState state = store::FetchState::starting;
  std::optional<TimePoint> last_success_at;
  std::optional<std::int64_t> lag_seconds;
  std::optional<std::string> last_error;
  std::optional<TimePoint> last_error_at;
  std::int64_t mails = 0;
};

struct MailboxDto {
  std::string name;
  std::string address;
  std::optional<std::string> category;
  std::string signature;
  domain::MailboxRules rules;
  domain::ManagedBy managed_by = domain::ManagedBy::api;
  std::int64_t version = 0;
  std::optional<FetchStateDto> fetch = std::nullopt;
  domain::OutgoingRules outgoing = {};
};

struct MailboxCreateDto {
  std::string name;
  EmailAddress address;
  std::optional<std::string> category;
  std::string signature;
  domain::MailboxRules rules = {};
  domain::OutgoingRules outgoing = {};
};

struct MailboxPatchDto {
  std::optional<EmailAddress> address;
  json::Patch<std::string> category;
  std::optional<std::string> signature;
  std::optional<domain::MailboxRules> rules;
  std::optional<domain::OutgoingRules> outgoing = std::nullopt;
};

struct CategoryDto {
  std::string id;
  std::string name;
  std::string detail;
  std::int64_t position = 0;
  bool archived = false;
  std::int64_t version = 0;
};

struct CategoryCreateDto {
  std::string name;
  std::string detail;
  std::int64_t position = 0;
};

struct CategoryPatchDto {
  std::optional<std::string> name;
  std::optional<std::string> detail;
  std::optional<std::int64_t> position;
  std::optional<bool> archived;
};

/// One event of the change feed.
struct EventDto {
  std::string id;
  std::string event;
  TimePoint at;
  std::string object_type;
  std::string object_id;
  std::optional<std::string> customer;
  std::optional<std::string> actor;
  std::string actor_name;
  std::vector<domain::FieldChange> fields;
  bool erased = false;
};

struct ChangesDto {
  std::vector<EventDto> items;
  std::string next;
};

}  // namespace madoguchi::service

namespace madoguchi::json {

template <>
struct Table<service::AgentDto> {
  static constexpr const char* name = "Agent";
  static const Fields& fields();
};
template <>
struct Table<service::AgentCreateDto> {
  static constexpr const char* name = "AgentCreate";
  static const Fields& fields();
};
template <>
struct Table<service::AgentPatchDto> {
  static constexpr const char* name = "AgentPatch";
  static const Fields& fields();
};
template <>
struct Table<service::MeDto> {
  static constexpr const char* name = "Me";
  static const Fields& fields();
};
template <>
struct Table<service::FetchStateDto> {
  static constexpr const char* name = "FetchState";
  static const Fields& fields();
};
template <>
struct Table<service::MailboxDto> {
  static constexpr const char* name = "Mailbox";
  static const Fields& fields();
};
template <>
struct Table<service::MailboxCreateDto> {
  static constexpr const char* name = "MailboxCreate";
  static const Fields& fields();
};
template <>
struct Table<service::MailboxPatchDto> {
  static constexpr const char* name = "MailboxPatch";
  static const Fields& fields();
};
template <>
struct Table<service::CategoryDto> {
  static constexpr const char* name = "Category";
  static const Fields& fields();
};
template <>
struct Table<service::CategoryCreateDto> {
  static constexpr const char* name = "CategoryCreate";
  static const Fields& fields();
};
template <>
struct Table<service::CategoryPatchDto> {
  static constexpr const char* name = "CategoryPatch";
  static const Fields& fields();
};
template <>
struct Table<service::EventDto> {
  static constexpr const char* name = "Event";
  static const Fields& fields();
};
template <>
struct Table<service::ChangesDto> {
  static constexpr const char* name = "Changes";
  static const Fields& fields();
};

}  // namespace madoguchi::json
