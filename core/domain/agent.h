// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.h"
#include "core/base/id.h"

namespace madoguchi::domain {

struct AgentTag;
using AgentId = Id<AgentTag>;
struct TeamTag;
using TeamId = Id<TeamTag>;
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
  customers_write,          ///< register, change, memos, delivery addresses
  customers_merge,          ///< and unmerge
  customers_transfer,       ///< many at once: import, export
  orders_read,              ///< products, orders, subscriptions
  orders_write,             ///< take, change, cancel, returns; subscriptions too
  orders_payment,           ///< payment states of many at once
  subscriptions_exception,  ///< changes past the deadline, ends below the minimum
  edit_locks_take_over,
  privacy_manage,  ///< all that is known of a person: export, erasure, holds, who saw it
  intake_write,    ///< hand mails in
  raw_read,        ///< the mail as it came
  settings_read,
  settings_write,
  agents_manage,
  webhooks_manage,  ///< who is told what happens here
  operations_read,  ///< jobs, quarantine, ledgers
  events_read,
};

[[nodiscard]] const std::set<Permission>& permissions_of(Role role);

/// A person or program that acts.
struct Agent {
  AgentId id;
  std::string name;          ///< unique; what `token create --agent=` takes
  std::string display_name;  ///< on screens; the name when empty
  Role role = Role::agent;
  /// Only these mailboxes and what came by them; nullopt: all.
  std::optional<std::vector<MailboxId>> mailboxes;
  bool disabled = false;
  std::int64_t version = 1;
  TimePoint created_at;
};

/// Who makes a call: carried by every use case and every query, so that a filter by what the caller
/// may see cannot be forgotten.
struct Caller {
  AgentId agent;  ///< empty: the hub itself
  std::string name;
  Role role = Role::viewer;
  /// Mailboxes the caller may see; nullopt: all of them.
  std::optional<std::vector<MailboxId>> mailboxes = std::nullopt;

  [[nodiscard]] bool may(Permission permission) const {
    return permissions_of(role).count(permission) != 0;
  }
};

}  // namespace madoguchi::domain
