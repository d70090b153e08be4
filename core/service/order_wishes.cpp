// SPDX-License-Identifier: Apache-2.0
#include "core/service/order_wishes.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "core/service/customer_wishes.h"
#include "core/store/cards.h"
#include "core/store/products.h"
#include "core/text/utf8.h"

namespace madoguchi::service {
namespace {

void add(std::vector<FieldError>& wrong, Error error) {
  std::move(error.fields.begin(), error.fields.end(), std::back_inserter(wrong));
}

void set_amounts(domain::Order& order, const OrderPatchDto& wish) {
  const std::pair<std::int64_t*, const std::optional<Yen>*> amounts[] = {
      {&order.discount, &wish.discount},
      {&order.points_used, &wish.points_used},
      {&order.shipping_fee, &wish.shipping_fee},
      {&order.payment_fee, &wish.payment_fee}};
  for (const auto& one : amounts) {
    if (*one.second) *one.first = (*one.second)->amount;
  }
  order.tax_included = wish.tax_included.value_or(order.tax_included);
  if (!wish.coupons) return;
  order.coupons.clear();
  for (const CouponDto& one : *wish.coupons) {
    order.coupons.push_back({text::one_line(one.code), one.amount.amount});
  }
}

void set_delivery(domain::Order& order, const OrderPatchDto& wish, domain::BusinessDate today,
                  std::vector<FieldError>& wrong) {
  if (wish.shipping_address) order.shipping_address = *wish.shipping_address;
  if (wish.shipments) {
    order.shipments = *wish.shipments;
    for (domain::Shipment& one : order.shipments) {
      one.tracking_number = text::one_line(one.tracking_number);
    }
  }
  if (!wish.desired_delivery.given()) return;
  const domain::DesiredDelivery before = order.desired_delivery;
  order.desired_delivery = {};
  if (wish.desired_delivery.is_null()) return;
  const DesiredDeliveryDto& dto = *wish.desired_delivery.value();
  order.desired_delivery.time_slot = dto.time_slot;
  if (!dto.date) return;
  const std::string pointer = "/desired_delivery/date";
  order.desired_delivery.date = day_of(*dto.date, pointer, wrong);
  const std::optional<domain::BusinessDate>& date = order.desired_delivery.date;
  if (date && *date < today && date != before.date) {
    wrong.push_back({pointer, {"Is over already.", "過去の日付は指定できません。"}});
  }
}

}  // namespace

void set_card(db::Session& session, const domain::CustomerId& customer, std::string& card,
              const std::string& wish, std::vector<FieldError>& wrong) {
  const std::string before = std::exchange(card, text::one_line(wish));
  if (card.empty() || card == before || customer.empty()) return;
  if (store::has_card(session, customer, domain::CardId(card))) return;
  wrong.push_back(
      {"/card", {"The customer has no such card.", "この顧客のカードではありません。"}});
}

std::optional<domain::BusinessDate> day_of(const std::string& text, const std::string& pointer,
                                           std::vector<FieldError>& wrong) {
  std::optional<domain::BusinessDate> day = domain::BusinessDate::parse(text);
  if (!day) {
    wrong.push_back(
        {pointer,
         {"Has to be a day, such as 2026-12-24.", "2026-12-24 のような日付で指定してください。"}});
  }
  return day;
}

Result<store::OrderQuery> query_of(const OrderFilter& filter, const DirectoryView& directory) {
  store::OrderQuery query;
  query.numbers = filter.numbers;
  query.customer_numbers = filter.customers;
  query.subscriptions = filter.subscriptions;
  query.accounts = filter.accounts;
  query.states = filter.states;
  query.payment_states = filter.payment_states;
  query.skus = filter.skus;
  for (const std::string& typed : filter.tracking_numbers) {
    query.tracking_numbers.push_back(store::tracking_key(typed));
  }
  for (const std::string& label : filter.labels) {
    const auto* entry = entry_of(domain::MasterKind::customer_label, label, directory);
    query.labels.push_back(entry != nullptr ? entry->id : domain::MasterId(label));
  }
  std::vector<FieldError> wrong;
  if (filter.date_from) {
    const auto day = day_of(*filter.date_from, "/date_from", wrong);
    if (day) query.ordered_from = day->begins();
  }
  if (filter.date_to) {
    const auto day = day_of(*filter.date_to, "/date_to", wrong);
    if (day) query.ordered_before = day->plus_days(1).begins();
  }
  if (!wrong.empty()) return fail(Error::invalid(std::move(wrong)));
  query.limit = filter.limit;
  return query;
}

std::vector<domain::OrderItem> items_of(db::Session& session,
                                        const std::vector<OrderItemWishDto>& wish,
                                        const std::vector<domain::OrderItem>& before,
                                        const std::string& account,
                                        std::vector<FieldError>& wrong) {
  store::Products products(session);
  std::vector<domain::OrderItem> items;
  for (std::size_t i = 0; i < wish.size(); ++i) {
    const OrderItemWishDto& one = wish[i];
    domain::OrderItem& item = items.emplace_back();
    item.sku = text::one_line(one.sku);
    item.quantity = one.quantity;
    const auto known = std::find_if(before.begin(), before.end(),
                                    [&](const auto& other) { return other.sku == item.sku; });
    bool priced = one.unit_price.has_value();
    if (known != before.end()) {
      item = {item.sku, known->name, one.quantity, known->unit_price, known->tax_rate};
      priced = true;
    } else if (const auto product = products.by_code(account, item.sku)) {
      const std::optional<domain::Offer> offer = domain::offer_of(*product, item.sku);
      item = {item.sku, offer->name, one.quantity, offer->price, offer->tax_rate};
      priced = true;
    }
    if (one.name) item.name = text::one_line(*one.name);
    if (one.unit_price) item.unit_price = one.unit_price->amount;
    item.tax_rate = one.tax_rate.value_or(item.tax_rate);
    if (priced && !item.name.empty()) continue;
    wrong.push_back({"/items/" + std::to_string(i) + "/sku",
                     {"There is no such product: give name and unit_price.",
                      "該当する商品がありません。商品名と単価を入力してください。"}});
    item.name = item.sku;  // told once
  }
  return items;
}

Result<domain::Order> with_wishes(db::Session& session, domain::Order order,
                                  const OrderPatchDto& wish, const DirectoryView& directory,
                                  domain::BusinessDate today, std::vector<FieldError> wrong) {
  if (wish.items) order.items = items_of(session, *wish.items, order.items, order.account, wrong);
  set_amounts(order, wish);
  set_delivery(order, wish, today, wrong);
  order.payment_method = wish.payment_method.value_or(order.payment_method);
  if (wish.card.given())
    set_card(session, order.customer, order.card, wish.card.value().value_or(""), wrong);
  if (wish.payment_method && order.payment_method != domain::PaymentMethod::card &&
      !wish.card.given()) {
    order.card.clear();
  }
  order.payment_state = wish.payment_state.value_or(order.payment_state);
  order.state = wish.state.value_or(order.state);
  order.remark = wish.remark.value_or(order.remark);
  order.memo = wish.memo.value_or(order.memo);
  if (wish.labels) {
    Result<void> set = set_entries(order.labels, domain::MasterKind::customer_label, *wish.labels,
                                   "/labels", directory);
    if (!set) add(wrong, std::move(set.error()));
  }
  Result<domain::Order> checked = domain::checked(std::move(order));
  if (checked && wrong.empty()) return checked;
  if (!checked) add(wrong, std::move(checked.error()));
  return fail(Error::invalid(std::move(wrong)));
}

}  // namespace madoguchi::service
