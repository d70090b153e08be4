// SPDX-License-Identifier: Apache-2.0
#include "daemon/api/services.h"

#include <charconv>

namespace madoguchi::api {
namespace {

/// "12" or "12, 7"; what is no token is one that nobody has.
std::vector<std::int64_t> tokens_in(std::string_view header) {
  std::vector<std::int64_t> tokens;
  for (std::size_t begin = 0; begin <= header.size();) {
    const std::size_t end = std::min(header.find(',', begin), header.size());
    std::string_view one = header.substr(begin, end - begin);
    begin = end + 1;
    const std::size_t first = one.find_first_not_of(" \t");
    if (first == std::string_view::npos) continue;
    one = one.substr(first, one.find_last_not_of(" \t") - first + 1);
    std::int64_t token = -1;
    const auto read = std::from_chars(one.data(), one.data() + one.size(), token);
    const bool whole = read.ec == std::errc() && read.ptr == one.data() + one.size();
    tokens.push_back(whole && token > 0 ? token : -1);
  }
  return tokens;
}

}  // namespace

void add_routes(RouteTable& table, const Services& services) {
  add_case_routes(table, services);
  add_message_routes(table, services);
  add_intake_routes(table, services);
  add_mail_trace_routes(table, services);
  add_quarantine_routes(table, services);
  add_agent_routes(table, services);
  add_rights_routes(table, services);
  add_sign_in_routes(table, services);
  add_token_routes(table, services);
  add_desk_setting_routes(table, services);
  add_delivery_routes(table, services);
  add_hook_routes(table, services);
  add_outgoing_routes(table, services);
  add_template_routes(table, services);
  add_customer_routes(table, services);
  add_customer_part_routes(table, services);
  add_edit_lock_routes(table, services);
  add_privacy_routes(table, services);
  add_view_routes(table, services);
  add_presence_routes(table, services);
  add_operation_routes(table, services);
  add_order_routes(table, services);
  add_order_return_routes(table, services);
  add_card_routes(table, services);
  add_survey_routes(table, services);
  add_screen_routes(table, services);
  add_search_routes(table, services);
  add_sla_routes(table, services);
  add_satisfaction_routes(table, services);
  add_statistics_routes(table, services);
  add_order_bulk_routes(table, services);
  add_subscription_routes(table, services);
  add_event_routes(table, services);
  add_webhook_endpoint_routes(table, services);
  add_scheme_routes(table, services);
  add_macro_routes(table, services);
  add_rule_routes(table, services);
  add_availability_routes(table, services);
  add_connector_type_routes(table, services);
  add_audit_routes(table, services);
}

service::Context context_of(const Call& call, const Services& services) {
  service::Context context{call.caller(), call.if_match()};
  if (const auto header = call.header("Edit-Lock")) context.edit_locks = tokens_in(*header);
  if (const std::optional<IdempotencyKey>& key = call.idempotency_key()) {
    context.claim = services.idempotency.claim(
        service::IdempotencyService::key_of(key->caller, key->method, key->path, key->key),
        call.route().tells_secret ? 0 : call.route().success);
  }
  return context;
}

}  // namespace madoguchi::api
