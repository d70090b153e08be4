// SPDX-License-Identifier: Apache-2.0
#include "core/store/orders.h"

#include <set>
#include <utility>

#include "core/store/order_columns.h"
#include "core/store/order_rows.h"
#include "core/store/search_texts.h"
#include "core/text/fold.h"

namespace madoguchi::store {
namespace {

constexpr db::Statement kInsert{
    "orders.insert",
    "INSERT INTO orders (id, account, number, customer_id, case_seq, source, source_message, "
    "items, discount, coupons, points_used, shipping_fee, payment_fee, tax_included, subtotal, "
    "tax, total, payment_method, card, payment_state, refunded, state, cancel_reason, "
    "shipping_address, desired_date, time_slot, shipments, remark, memo, labels, subscription_id, "
    "sync, ordered_at, created_at, modified_at, version) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, "
    "$9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, "
    "$27, $28, $29, $30, $31, $32, $33, $34, $35, $36) RETURNING seq"};
constexpr db::Statement kSetNumber{"orders.set_number",
                                   "UPDATE orders SET number = $2 WHERE seq = $1"};
constexpr db::Statement kUpdate{
    "orders.update",
    "UPDATE orders SET items = $3, discount = $4, coupons = $5, points_used = $6, shipping_fee = "
    "$7, payment_fee = $8, tax_included = $9, subtotal = $10, tax = $11, total = $12, "
    "payment_method = $13, card = $14, payment_state = $15, refunded = $16, state = $17, "
    "cancel_reason = $18, shipping_address = $19, desired_date = $20, time_slot = $21, shipments "
    "= $22, remark = $23, memo = $24, labels = $25, sync = $26, modified_at = $27, version = "
    "version + 1 WHERE id = $1 AND version = $2"};
constexpr db::Statement kIsTaken{"orders.is_taken",
                                 "SELECT 1 FROM orders WHERE number = $1 AND account = $2"};
constexpr db::Statement kAddKey{
    "orders.add_key",
    "INSERT INTO order_keys (kind, key, ordered_at, seq) VALUES ($1, $2, $3, $4) ON CONFLICT DO "
    "NOTHING"};
constexpr db::Statement kForgetKey{
    "orders.forget_key",
    "DELETE FROM order_keys WHERE kind = $1 AND key = $2 AND ordered_at = $3 AND seq = $4"};

using Keys = std::set<std::pair<std::string, std::string>>;

Keys keys_of(const domain::Order& order) {
  Keys keys;
  for (const domain::OrderItem& item : order.items) keys.emplace("sku", item.sku);
  for (const domain::MasterId& label : order.labels) keys.emplace("label", label.str());
  for (const domain::Shipment& one : order.shipments) {
    const std::string key = tracking_key(one.tracking_number);
    if (!key.empty()) keys.emplace("tracking", key);
  }
  return keys;
}

void write_keys(db::Session& session, const domain::Order& order, const Keys& before,
                const Keys& after) {
  for (const auto& key : before) {
    if (after.count(key) != 0) continue;
    session.queue(kForgetKey, {key.first, key.second, order.ordered_at, order.sequence});
  }
  for (const auto& key : after) {
    if (before.count(key) != 0) continue;
    session.queue(kAddKey, {key.first, key.second, order.ordered_at, order.sequence});
  }
}

/// The columns that hold lists and the like.
struct OrderTexts {
  explicit OrderTexts(const domain::Order& order)
      : items(to_column(order.items)),
        coupons(to_column(order.coupons)),
        tax(to_column(order.amounts.tax)),
        shipping_address(to_column(order.shipping_address)),
        shipments(to_column(order.shipments)),
        labels(to_column(order.labels)) {
    if (order.desired_delivery.date) desired_date = order.desired_delivery.date->str();
    if (order.desired_delivery.time_slot) time_slot = enum_name(*order.desired_delivery.time_slot);
    if (order.sync.state != domain::SyncState::local) sync = to_column(order.sync);
  }

  std::string items;
  std::string coupons;
  std::string tax;
  std::string shipping_address;
  std::string shipments;
  std::string labels;
  std::string desired_date;
  std::string time_slot;
  std::string sync;
};

}  // namespace

OrderRecord order_of(const db::Row& row) {
  OrderRecord record;
  domain::Order& order = record.value;
  order.sequence = row.integer(0);
  order.id = row.id<domain::OrderId>(1);
  order.account = row.string(2);
  order.number = row.string(3);
  order.customer = row.id<domain::CustomerId>(4);
  if (!row.is_null(5)) order.case_sequence = row.integer(5);
  order.source = enum_column<domain::OrderSource>(row.text(6));
  if (!row.is_null(7)) order.source_message = row.id<domain::MessageId>(7);
  order.items = from_column<std::vector<domain::OrderItem>>(row.text(8));
  order.discount = row.integer(9);
  order.coupons = from_column<std::vector<domain::Coupon>>(row.text(10));
  order.points_used = row.integer(11);
  order.shipping_fee = row.integer(12);
  order.payment_fee = row.integer(13);
  order.tax_included = row.boolean(14);
  order.amounts.subtotal = row.integer(15);
  order.amounts.tax = from_column<std::vector<domain::TaxLine>>(row.text(16));
  order.amounts.total = row.integer(17);
  order.payment_method = enum_column<domain::PaymentMethod>(row.text(18));
  order.card = row.string(19);
  order.payment_state = enum_column<domain::PaymentState>(row.text(20));
  order.refunded = row.integer(21);
  order.state = enum_column<domain::OrderState>(row.text(22));
  order.cancel_reason = row.string(23);
  order.shipping_address = from_column<domain::PostalAddress>(row.text(24));
  order.desired_delivery.date = domain::BusinessDate::parse(row.text(25));
  if (!row.text(26).empty()) {
    order.desired_delivery.time_slot = enum_column<domain::TimeSlot>(row.text(26));
  }
  order.shipments = from_column<std::vector<domain::Shipment>>(row.text(27));
  order.remark = row.string(28);
  order.memo = row.string(29);
  order.labels = from_column<std::vector<domain::MasterId>>(row.text(30));
  order.subscription = row.string(31);
  order.sync = from_column<domain::CustomerSync>(row.text(32));
  order.ordered_at = row.time(33);
  order.created_at = row.time(34);
  order.modified_at = row.time(35);
  order.version = row.integer(36);
  record.customer_number = row.string(37);
  record.customer_name = row.string(38);
  record.customer_blacklisted = row.boolean(39);
  return record;
}

std::string tracking_key(std::string_view tracking_number) {
  std::string key;
  for (const char c : text::fold(tracking_number)) {
    if (c != '-' && c != ' ') key += c;
  }
  return key;
}

void Orders::insert(domain::Order& order) {
  const OrderTexts texts(order);
  const bool unnumbered = order.number.empty();
  // Until its sequence is known its id stands in for its number.
  const std::string number = unnumbered ? order.id.str() : order.number;
  const db::Rows rows = session_.run(kInsert, {order.id,
                                               order.account,
                                               number,
                                               order.customer,
                                               order.case_sequence,
                                               enum_name(order.source),
                                               order.source_message,
                                               texts.items,
                                               order.discount,
                                               texts.coupons,
                                               order.points_used,
                                               order.shipping_fee,
                                               order.payment_fee,
                                               order.tax_included,
                                               order.amounts.subtotal,
                                               texts.tax,
                                               order.amounts.total,
                                               enum_name(order.payment_method),
                                               order.card,
                                               enum_name(order.payment_state),
                                               order.refunded,
                                               enum_name(order.state),
                                               order.cancel_reason,
                                               texts.shipping_address,
                                               texts.desired_date,
                                               texts.time_slot,
                                               texts.shipments,
                                               order.remark,
                                               order.memo,
                                               texts.labels,
                                               order.subscription,
                                               texts.sync,
                                               order.ordered_at,
                                               order.created_at,
                                               order.modified_at,
                                               order.version});
  order.sequence = rows.front().integer(0);
  if (unnumbered) {
    order.number = domain::order_number(order.sequence);
    session_.queue(kSetNumber, {order.sequence, order.number});
  }
  write_keys(session_, order, {}, keys_of(order));
  SearchTexts(session_).put(TextKind::order, order.id.str(), search_text_of(order));
}

bool Orders::update(domain::Order& order, const domain::Order& before) {
  const OrderTexts texts(order);
  const db::Rows rows = session_.run(kUpdate, {order.id,
                                               order.version,
                                               texts.items,
                                               order.discount,
                                               texts.coupons,
                                               order.points_used,
                                               order.shipping_fee,
                                               order.payment_fee,
                                               order.tax_included,
                                               order.amounts.subtotal,
                                               texts.tax,
                                               order.amounts.total,
                                               enum_name(order.payment_method),
                                               order.card,
                                               enum_name(order.payment_state),
                                               order.refunded,
                                               enum_name(order.state),
                                               order.cancel_reason,
                                               texts.shipping_address,
                                               texts.desired_date,
                                               texts.time_slot,
                                               texts.shipments,
                                               order.remark,
                                               order.memo,
                                               texts.labels,
                                               texts.sync,
                                               order.modified_at});
  if (rows.affected() != 1) return false;
  ++order.version;
  write_keys(session_, order, keys_of(before), keys_of(order));
  SearchTexts(session_).put(TextKind::order, order.id.str(), search_text_of(order));
  return true;
}

std::optional<OrderRecord> Orders::by_id(const domain::OrderId& id) {
  static const std::string sql =
      "SELECT " + std::string(kOrderColumns) + " FROM orders o WHERE o.id = $1";
  const db::Rows rows = session_.run({"orders.by_id", sql}, {id});
  return rows.empty() ? std::nullopt : std::optional(order_of(rows.front()));
}

bool Orders::is_taken(const std::string& account, const std::string& number) {
  return !session_.run(kIsTaken, {number, account}).empty();
}

}  // namespace madoguchi::store
