// SPDX-License-Identifier: Apache-2.0
#include "core/domain/agent.h"

#include <algorithm>

namespace madoguchi::domain {
namespace {

using enum Permission;

// Each role with all it may do; written out, so that it can be read in one look.
constexpr Permissions kViewer = {cases_read,  customers_read,     customers_contact_read,
                                 orders_read, orders_amount_read, settings_read,
                                 events_read};
constexpr Permissions kAgent = {
    cases_read,         cases_write, cases_assign, customers_read, customers_contact_read,
    customers_write,    orders_read, orders_write, raw_read,       settings_read,
    orders_amount_read, events_read};
constexpr Permissions kSupervisor = {
    cases_read,     cases_write,     cases_assign,         replies_approve,
    customers_read, customers_write, customers_merge,      customers_transfer,
    orders_read,    orders_write,    orders_payment,       subscriptions_exception,
    raw_read,       settings_read,   edit_locks_take_over, customers_contact_read,
    settings_write, operations_read, orders_amount_read,   events_read};
constexpr Permissions kAdmin = {
    cases_read,     cases_write,     cases_assign,         replies_approve,
    customers_read, customers_write, customers_merge,      customers_transfer,
    orders_read,    orders_write,    orders_payment,       subscriptions_exception,
    raw_read,       settings_read,   edit_locks_take_over, customers_contact_read,
    settings_write, operations_read, orders_amount_read,   events_read,
    intake_write,   agents_manage,   webhooks_manage,      hazards_read,
    privacy_manage};
constexpr Permissions kIntegration = {
    cases_read,         cases_write,        cases_assign,  customers_read, customers_contact_read,
    customers_write,    customers_transfer, orders_read,   orders_write,   orders_payment,
    orders_amount_read, intake_write,       settings_read, events_read};

}  // namespace

const Permissions& permissions_of(Role role) {
  switch (role) {
    case Role::viewer:
      return kViewer;
    case Role::agent:
      return kAgent;
    case Role::supervisor:
      return kSupervisor;
    case Role::admin:
      return kAdmin;
    case Role::integration:
      return kIntegration;
  }
  return kViewer;
}

bool Scope::has(const MailboxId& mailbox) const {
  return !mailboxes || std::find(mailboxes->begin(), mailboxes->end(), mailbox) != mailboxes->end();
}

bool Scope::has_one_of(const std::vector<MailboxId>& some) const {
  return std::any_of(some.begin(), some.end(), [&](const MailboxId& one) { return has(one); });
}

bool Scope::is_given(const std::optional<AgentId>& assignee,
                     const std::optional<TeamId>& team) const {
  if (assignee && !agent.empty() && *assignee == agent) return true;
  return team && std::find(teams.begin(), teams.end(), *team) != teams.end();
}

}  // namespace madoguchi::domain
