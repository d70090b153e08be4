// SPDX-License-Identifier: Apache-2.0
#include "core/domain/agent.h"

namespace madoguchi::domain {
namespace {

using enum Permission;

// Each role with all it may do; written out, so that it can be read in one look.
const std::set<Permission> kViewer = {cases_read, customers_read, orders_read, settings_read,
                                      events_read};
const std::set<Permission> kAgent = {cases_read,      cases_write, cases_assign, customers_read,
                                     customers_write, orders_read, orders_write, raw_read,
                                     settings_read,   events_read};
const std::set<Permission> kSupervisor = {
    cases_read,           cases_write,     cases_assign,    replies_approve,
    customers_read,       customers_write, customers_merge, customers_transfer,
    orders_read,          orders_write,    orders_payment,  subscriptions_exception,
    edit_locks_take_over, raw_read,        settings_read,   settings_write,
    operations_read,      events_read};
const std::set<Permission> kAdmin = {
    cases_read,           cases_write,     cases_assign,    replies_approve,
    customers_read,       customers_write, customers_merge, customers_transfer,
    orders_read,          orders_write,    orders_payment,  subscriptions_exception,
    edit_locks_take_over, privacy_manage,  intake_write,    raw_read,
    settings_read,        settings_write,  agents_manage,   webhooks_manage,
    operations_read,      events_read};
const std::set<Permission> kIntegration = {
    cases_read,  cases_write,  cases_assign,   customers_read, customers_write, customers_transfer,
    orders_read, orders_write, orders_payment, intake_write,   settings_read,   events_read};

}  // namespace

const std::set<Permission>& permissions_of(Role role) {
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

}  // namespace madoguchi::domain
