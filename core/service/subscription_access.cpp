// SPDX-License-Identifier: Apache-2.0
#include "core/service/subscription_access.h"

#include "core/service/case_dto_of.h"
#include "core/service/customer_access.h"
#include "core/service/order_access.h"
#include "core/service/subscription_orders.h"
#include "core/service/unit_of_work.h"

namespace madoguchi::service {
namespace {

std::optional<std::string> unless_empty(const std::string& text) {
  return text.empty() ? std::nullopt : std::optional(text);
}

void announce_subscription(const Environment& env, db::Session& session,
                           const domain::Caller& caller, const domain::Subscription& value,
                           domain::Change change, const DirectoryView& directory) {
  name_fields(change, directory);
  announce_below_customer(env, session, caller, value.customer, change.event.c_str(),
                          "subscription", value.id.str(), std::move(change.fields));
}

}  // namespace

Result<store::SubscriptionRecord> find_subscription(db::Session& session, const std::string& id) {
  std::optional<store::SubscriptionRecord> record =
      store::Subscriptions(session).by_id(domain::SubscriptionId(id));
  if (record) return std::move(*record);
  return fail(Error::not_found({"There is no such subscription.", "その定期受注はありません。"}));
}

Result<store::SubscriptionRecord> subscription_to_change(const Environment& env,
                                                         db::Session& session,
                                                         const Context& context,
                                                         const std::string& id,
                                                         const DirectoryView& directory) {
  Result<store::SubscriptionRecord> record = find_subscription(session, id);
  if (!record) return record;
  const Result<domain::Customer> customer =
      customer_to_change(env, session, context, record->customer_number);
  if (!customer) return fail(customer.error());
  if (context.if_match && *context.if_match != record->value.version) {
    return fail(Error::stale().with_member(
        "current", json::to_string(subscription_dto_of(env, *record, directory, context.caller),
                                   context.caller.hides())));
  }
  return record;
}

SubscriptionDto subscription_dto_of(const Environment& env, const store::SubscriptionRecord& record,
                                    const DirectoryView& directory, const domain::Caller& caller) {
  const domain::Subscription& value = record.value;
  const domain::BusinessDate today = domain::BusinessDate::of(env.clock.now());
  SubscriptionDto dto;
  dto.id = value.id.str();
  dto.account = unless_empty(value.account);
  dto.number = value.number;
  dto.customer = record.customer_number;
  dto.customer_name = record.customer_name;
  if (value.case_sequence) dto.case_number = domain::case_number(*value.case_sequence);
  dto.state = value.state;
  dto.interval = value.interval;
  dto.next_date = value.next_date.str();
  dto.change_deadline = value.change_deadline().str();
  dto.order_day = value.order_day().str();
  dto.time_slot = value.time_slot;
  dto.lead_days = value.lead_days;
  dto.deadline_days = value.deadline_days;
  dto.delivered_count = value.delivered_count;
  dto.minimum_count = value.minimum_count;
  dto.items = item_dtos_of(value.items);
  dto.discount = Yen{value.discount};
  dto.shipping_fee = Yen{value.shipping_fee};
  dto.payment_fee = Yen{value.payment_fee};
  dto.tax_included = value.tax_included;
  dto.total = Yen{value.total};
  dto.payment_method = value.payment_method;
  dto.card = unless_empty(value.card);
  dto.shipping_address = value.shipping_address;
  dto.memo = value.memo;
  dto.labels = named_dtos_of(value.labels, directory);
  dto.pause_reasons = named_dtos_of(value.pause_reasons, directory);
  dto.cancel_reasons = named_dtos_of(value.cancel_reasons, directory);
  if (value.resume_on) dto.resume_on = value.resume_on->str();
  dto.last_order = unless_empty(value.last_order);
  dto.error = unless_empty(value.error);
  dto.sync = value.sync;
  dto.created_at = value.created_at;
  dto.modified_at = value.modified_at;
  dto.version = value.version;
  dto.allowed_actions = domain::allowed_actions(value, caller, today);
  dto.next_states = domain::next_states(value.state);
  domain::Subscription ended = value;
  ended.state = domain::SubscriptionState::canceled;
  dto.objections = domain::objections(value, ended, today);
  return dto;
}

void insert_subscription(const Environment& env, db::Session& session, const domain::Caller& caller,
                         domain::Subscription& value, const DirectoryView& directory) {
  value.id = env.ids.make<domain::SubscriptionId>();
  value.created_at = env.clock.now();
  value.modified_at = value.created_at;
  store::Subscriptions(session).insert(value);
  announce_subscription(env, session, caller, value, domain::creation(value), directory);
  order_later(env, session, value);
}

void save_subscription(const Environment& env, db::Session& session, const domain::Caller& caller,
                       domain::Subscription& value, domain::Change change,
                       const DirectoryView& directory) {
  value.modified_at = env.clock.now();
  if (!value.account.empty() && concerns_the_shop(change)) {
    value.sync = {domain::SyncState::by_hand, value.account, value.modified_at, std::nullopt};
  }
  if (!store::Subscriptions(session).update(value)) {
    throw db::Failure(db::FailureKind::serialization, "the subscription changed meanwhile");
  }
  announce_subscription(env, session, caller, value, std::move(change), directory);
  order_later(env, session, value);
}

}  // namespace madoguchi::service
