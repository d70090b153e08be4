// SPDX-License-Identifier: Apache-2.0
#include "core/service/order_access.h"

#include <algorithm>

#include "core/service/case_dto_of.h"
#include "core/service/customer_access.h"
#include "core/service/unit_of_work.h"

namespace madoguchi::service {
namespace {

Yen yen(std::int64_t amount) { return Yen{amount}; }

std::optional<std::string> unless_empty(const std::string& text) {
  return text.empty() ? std::nullopt : std::optional(text);
}

void fill_amounts(OrderDto& dto, const domain::Order& order) {
  dto.items = item_dtos_of(order.items);
  dto.subtotal = yen(order.amounts.subtotal);
  dto.discount = yen(order.discount);
  for (const domain::Coupon& one : order.coupons)
    dto.coupons.push_back({one.code, yen(one.amount)});
  dto.points_used = yen(order.points_used);
  dto.shipping_fee = yen(order.shipping_fee);
  dto.payment_fee = yen(order.payment_fee);
  dto.tax_included = order.tax_included;
  for (const domain::TaxLine& one : order.amounts.tax) {
    dto.tax.push_back({one.rate, yen(one.taxable), yen(one.amount)});
  }
  dto.total = yen(order.amounts.total);
  dto.refunded = yen(order.refunded);
}

void announce_order(const Environment& env, db::Session& session, const domain::Caller& caller,
                    const domain::Order& order, domain::Change change,
                    const DirectoryView& directory) {
  name_fields(change, directory);
  announce_below_customer(env, session, caller, order.customer, change.event.c_str(), "order",
                          order.id.str(), std::move(change.fields));
}

}  // namespace

Result<store::OrderRecord> find_order(db::Session& session, const std::string& id) {
  std::optional<store::OrderRecord> record = store::Orders(session).by_id(domain::OrderId(id));
  if (record) return std::move(*record);
  return fail(Error::not_found({"There is no such order.", "その受注はありません。"}));
}

Result<store::OrderRecord> order_to_change(const Environment& env, db::Session& session,
                                           const Context& context, const std::string& id,
                                           const DirectoryView& directory) {
  Result<store::OrderRecord> record = find_order(session, id);
  if (!record) return record;
  const Result<domain::Customer> customer =
      customer_to_change(env, session, context, record->customer_number);
  if (!customer) return fail(customer.error());
  if (context.if_match && *context.if_match != record->value.version) {
    return fail(Error::stale().with_member(
        "current",
        json::to_string(order_dto_of(*record, directory, context.caller), context.caller.hides())));
  }
  return record;
}

std::vector<OrderItemDto> item_dtos_of(const std::vector<domain::OrderItem>& items) {
  std::vector<OrderItemDto> dtos;
  for (const domain::OrderItem& one : items) {
    dtos.push_back({one.sku, one.name, one.quantity, yen(one.unit_price), one.tax_rate});
  }
  return dtos;
}

OrderDto order_dto_of(const store::OrderRecord& record, const DirectoryView& directory,
                      const domain::Caller& caller) {
  const domain::Order& order = record.value;
  OrderDto dto;
  dto.id = order.id.str();
  dto.account = unless_empty(order.account);
  dto.number = order.number;
  dto.customer = record.customer_number;
  dto.customer_name = record.customer_name;
  if (order.case_sequence) dto.case_number = domain::case_number(*order.case_sequence);
  dto.source = order.source;
  if (order.source_message) dto.source_message = order.source_message->str();
  fill_amounts(dto, order);
  dto.payment_method = order.payment_method;
  dto.card = unless_empty(order.card);
  dto.payment_state = order.payment_state;
  dto.state = order.state;
  dto.cancel_reason = unless_empty(order.cancel_reason);
  dto.shipping_address = order.shipping_address;
  if (order.desired_delivery.date) dto.desired_delivery.date = order.desired_delivery.date->str();
  dto.desired_delivery.time_slot = order.desired_delivery.time_slot;
  dto.shipments = order.shipments;
  dto.remark = order.remark;
  dto.memo = order.memo;
  dto.labels = named_dtos_of(order.labels, directory);
  dto.subscription = unless_empty(order.subscription);
  dto.sync = order.sync;
  dto.ordered_at = order.ordered_at;
  dto.created_at = order.created_at;
  dto.modified_at = order.modified_at;
  dto.version = order.version;
  dto.allowed_actions = domain::allowed_actions(order, caller);
  dto.next_states = domain::next_states(order.state);
  dto.next_payment_states = domain::next_states(order.payment_state);
  return dto;
}

bool concerns_the_shop(const domain::Change& change) {
  return std::any_of(
      change.fields.begin(), change.fields.end(),
      [](const domain::FieldChange& one) { return one.field != "memo" && one.field != "labels"; });
}

void insert_order(const Environment& env, db::Session& session, const domain::Caller& caller,
                  domain::Order& order, const DirectoryView& directory) {
  order.id = env.ids.make<domain::OrderId>();
  order.created_at = env.clock.now();
  order.modified_at = order.created_at;
  store::Orders(session).insert(order);
  announce_order(env, session, caller, order, domain::creation(order), directory);
}

void save_order(const Environment& env, db::Session& session, const domain::Caller& caller,
                domain::Order& order, const domain::Order& before, domain::Change change,
                const DirectoryView& directory) {
  order.modified_at = env.clock.now();
  if (!order.account.empty() && concerns_the_shop(change)) {
    order.sync = {domain::SyncState::by_hand, order.account, order.modified_at, std::nullopt};
  }
  if (!store::Orders(session).update(order, before)) {
    throw db::Failure(db::FailureKind::serialization, "the order changed meanwhile");
  }
  announce_order(env, session, caller, order, std::move(change), directory);
}

}  // namespace madoguchi::service
