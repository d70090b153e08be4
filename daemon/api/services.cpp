// SPDX-License-Identifier: Apache-2.0
#include "daemon/api/services.h"

namespace madoguchi::api {

void add_routes(RouteTable& table, const Services& services) {
  add_case_routes(table, services);
  add_message_routes(table, services);
  add_intake_routes(table, services);
  add_mail_trace_routes(table, services);
  add_quarantine_routes(table, services);
  add_agent_routes(table, services);
  add_desk_setting_routes(table, services);
  add_delivery_routes(table, services);
  add_hook_routes(table, services);
  add_outgoing_routes(table, services);
  add_template_routes(table, services);
  add_customer_routes(table, services);
  add_customer_part_routes(table, services);
  add_order_routes(table, services);
  add_order_return_routes(table, services);
  add_event_routes(table, services);
  add_audit_routes(table, services);
}

service::Context context_of(const Call& call, const Services& services) {
  service::Context context{call.caller(), call.if_match(), std::nullopt};
  if (const std::optional<IdempotencyKey>& key = call.idempotency_key()) {
    context.claim = services.idempotency.claim(
        service::IdempotencyService::key_of(key->caller, key->method, key->path, key->key),
        call.route().success);
  }
  return context;
}

}  // namespace madoguchi::api
