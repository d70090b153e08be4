// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.h"
#include "core/base/enum_set.h"
#include "core/base/id.h"

namespace madoguchi::domain {

struct AgentTag;
using AgentId = Id<AgentTag>;
struct TeamTag;
using TeamId = Id<TeamTag>;
struct RoleTag;
using RoleId = Id<RoleTag>;
struct MailboxTag;
using MailboxId = Id<MailboxTag>;

/// What an agent may do, in one word; the rights of each are one table (permissions_of).
enum class Role { viewer, agent, supervisor, admin, integration };

/// One right. Every route names the one it needs; nothing is allowed by default.
enum class Permission {
  cases_read,
  cases_write,   ///< create, patch, take, resolve, reply, note
  cases_assign,  ///< to somebody else
  replies_approve,
  customers_read,
  customers_contact_read,   ///< their phones, mail and postal addresses, wherever they stand
  customers_write,          ///< register, change, memos, delivery addresses
  customers_merge,          ///< and unmerge
  customers_transfer,       ///< many at once: import, export
  orders_read,              ///< products, orders, subscriptions
  orders_amount_read,       ///< prices, totals, refunds, wherever they stand
  orders_write,             ///< take, change, cancel, returns; subscriptions too
  orders_payment,           ///< payment states of many at once
  subscriptions_exception,  ///< changes past the deadline, ends below the minimum
  edit_locks_take_over,
  privacy_manage,  ///< all that is known of a person: export, erasure, holds, who saw it
  intake_write,    ///< hand mails in
  raw_read,        ///< the mail as it came
  hazards_read,    ///< infected files, and mails that were put aside
  settings_read,
  settings_write,
  agents_manage,    ///< agents, teams, roles
  webhooks_manage,  ///< who is told what happens here
  operations_read,  ///< jobs, quarantine, ledgers
  events_read,
};
using Permissions = EnumSet<Permission>;

[[nodiscard]] const Permissions& permissions_of(Role role);

/// A role that this desk made: a name for some permissions.
struct CustomRole {
  RoleId id;
  std::string name;         ///< unique
  std::string description;  ///< for whom it is
  /// Whose place it takes where a rule names a role: approval, the desk's scheme.
  Role based_on = Role::agent;
  Permissions permissions;
  std::int64_t version = 1;
  TimePoint created_at;
};

/// Agents who share mailboxes and cases; a brand, a shop, a specialty.
struct Team {
  TeamId id;
  std::string name;  ///< unique
  std::vector<AgentId> members;
  std::vector<MailboxId> mailboxes;  ///< what its members see beside their own
  bool archived = false;             ///< is given nothing new; its members still see its cases
  std::int64_t version = 1;
  TimePoint created_at;
};

/// A person or program that acts.
struct Agent {
  AgentId id;
  std::string name;          ///< unique; what `token create --agent=` takes
  std::string display_name;  ///< on screens; the name when empty
  std::string email;         ///< where copies of replies go; empty: nowhere
  Role role = Role::agent;
  /// Its permissions in place of the role's, which is then what it is based on.
  std::optional<RoleId> custom_role = std::nullopt;
  /// Only these mailboxes, those of its teams, and what came by them; nullopt: all.
  std::optional<std::vector<MailboxId>> mailboxes;
  bool disabled = false;
  std::int64_t version = 1;
  TimePoint created_at;
};

/// What of the desk somebody sees: what came by a mailbox, what is given to a team or to the agent,
/// and what belongs to nobody in particular. Each query takes it whole (store/case_scope.h, and
/// may_see for events), so that no part of it can be forgotten.
struct Scope {
  std::optional<std::vector<MailboxId>> mailboxes = std::nullopt;  ///< nullopt: sees everything
  std::vector<TeamId> teams = {};
  AgentId agent = {};

  [[nodiscard]] bool is_everything() const { return !mailboxes; }
  [[nodiscard]] bool has(const MailboxId& mailbox) const;
  [[nodiscard]] bool has_one_of(const std::vector<MailboxId>& some) const;
  /// Whether what is given to these is given to the caller.
  [[nodiscard]] bool is_given(const std::optional<AgentId>& assignee,
                              const std::optional<TeamId>& team) const;

  bool operator==(const Scope&) const = default;
};

/// Who makes a call: carried by every use case and every query, so that a filter by what the caller
/// may see cannot be forgotten. Of an agent: DirectoryView::caller.
struct Caller {
  AgentId agent;  ///< empty: the hub itself
  std::string name;
  Role role = Role::viewer;
  Scope scope = {};
  std::optional<Permissions> own_permissions = std::nullopt;  ///< of a custom role

  [[nodiscard]] const Permissions& permissions() const {
    return own_permissions ? *own_permissions : permissions_of(role);
  }
  [[nodiscard]] bool may(Permission permission) const { return permissions().has(permission); }
  /// Bits of the permissions that are lacking: what json::Writer leaves out.
  [[nodiscard]] std::uint32_t hides() const { return ~permissions().bits(); }
};

}  // namespace madoguchi::domain
