// SPDX-License-Identifier: Apache-2.0
#include "core/store/subscriptions.h"

#include "core/domain/subscription_names.h"
#include "core/json/writer.h"
#include "core/store/conditions.h"
#include "core/store/order_columns.h"

namespace madoguchi::store {
namespace {

constexpr int kRowsLookedAt = 20'000;

constexpr std::string_view kColumns =
    "s.seq, s.id, s.account, s.number, s.customer_id, s.case_seq, s.state, s.interval_unit, "
    "s.interval_count, s.next_date, s.month_day, s.time_slot, s.lead_days, s.deadline_days, "
    "s.delivered_count, s.minimum_count, s.items, s.discount, s.shipping_fee, s.payment_fee, "
    "s.tax_included, s.total, s.payment_method, s.card, s.shipping_address, s.memo, s.labels, "
    "s.pause_reasons, s.cancel_reasons, s.resume_on, s.last_order_id, s.error, s.sync, "
    "s.created_at, s.modified_at, s.version, "
    "(SELECT u.number FROM customers u WHERE u.id = s.customer_id), "
    "(SELECT u.name FROM customers u WHERE u.id = s.customer_id), "
    "(SELECT u.blacklisted FROM customers u WHERE u.id = s.customer_id)";

constexpr db::Statement kInsert{
    "subscriptions.insert",
    "INSERT INTO subscriptions (id, account, number, customer_id, case_seq, state, interval_unit, "
    "interval_count, next_date, month_day, time_slot, lead_days, deadline_days, delivered_count, "
    "minimum_count, items, discount, shipping_fee, payment_fee, tax_included, total, "
    "payment_method, card, shipping_address, memo, labels, pause_reasons, cancel_reasons, "
    "resume_on, last_order_id, error, sync, created_at, modified_at, version) VALUES ($1, $2, $3, "
    "$4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, "
    "$23, $24, $25, $26, $27, $28, $29, $30, $31, $32, $33, $34, $35) RETURNING seq"};
constexpr db::Statement kSetNumber{"subscriptions.set_number",
                                   "UPDATE subscriptions SET number = $2 WHERE seq = $1"};
constexpr db::Statement kUpdate{
    "subscriptions.update",
    "UPDATE subscriptions SET state = $3, interval_unit = $4, interval_count = $5, next_date = "
    "$6, month_day = $7, time_slot = $8, lead_days = $9, deadline_days = $10, delivered_count = "
    "$11, minimum_count = $12, items = $13, discount = $14, shipping_fee = $15, payment_fee = "
    "$16, tax_included = $17, total = $18, payment_method = $19, card = $20, shipping_address = "
    "$21, memo = $22, labels = $23, pause_reasons = $24, cancel_reasons = $25, resume_on = $26, "
    "last_order_id = $27, error = $28, sync = $29, modified_at = $30, version = version + 1 WHERE "
    "id = $1 AND version = $2"};
constexpr db::Statement kIsTaken{"subscriptions.is_taken",
                                 "SELECT 1 FROM subscriptions WHERE number = $1 AND account = $2"};
constexpr db::Statement kAddOrder{
    "subscriptions.add_order",
    "INSERT INTO subscription_orders (subscription_id, delivery_date, order_id) VALUES ($1, $2, "
    "$3) ON CONFLICT DO NOTHING"};
constexpr db::Statement kHasOrder{
    "subscriptions.has_order",
    "SELECT 1 FROM subscription_orders WHERE subscription_id = $1 AND delivery_date = $2"};

std::string text_of(const std::optional<domain::BusinessDate>& date) {
  return date ? date->str() : "";
}
std::string_view text_of(const std::optional<domain::TimeSlot>& slot) {
  return slot ? enum_name(*slot) : std::string_view();
}
std::string text_of(const domain::CustomerSync& sync) {
  return sync.state == domain::SyncState::local ? "" : to_column(sync);
}

domain::Subscription subscription_of(const db::Row& row) {
  domain::Subscription value;
  value.sequence = row.integer(0);
  value.id = row.id<domain::SubscriptionId>(1);
  value.account = row.string(2);
  value.number = row.string(3);
  value.customer = row.id<domain::CustomerId>(4);
  if (!row.is_null(5)) value.case_sequence = row.integer(5);
  value.state = enum_column<domain::SubscriptionState>(row.text(6));
  value.interval = {enum_column<domain::IntervalUnit>(row.text(7)), row.integer(8)};
  value.next_date = domain::BusinessDate::parse(row.text(9)).value();
  value.month_day = row.integer(10);
  if (!row.text(11).empty()) value.time_slot = enum_column<domain::TimeSlot>(row.text(11));
  value.lead_days = row.integer(12);
  value.deadline_days = row.integer(13);
  value.delivered_count = row.integer(14);
  value.minimum_count = row.integer(15);
  value.items = from_column<std::vector<domain::OrderItem>>(row.text(16));
  value.discount = row.integer(17);
  value.shipping_fee = row.integer(18);
  value.payment_fee = row.integer(19);
  value.tax_included = row.boolean(20);
  value.total = row.integer(21);
  value.payment_method = enum_column<domain::PaymentMethod>(row.text(22));
  value.card = row.string(23);
  value.shipping_address = from_column<domain::PostalAddress>(row.text(24));
  value.memo = row.string(25);
  value.labels = from_column<std::vector<domain::MasterId>>(row.text(26));
  value.pause_reasons = from_column<std::vector<domain::MasterId>>(row.text(27));
  value.cancel_reasons = from_column<std::vector<domain::MasterId>>(row.text(28));
  value.resume_on = domain::BusinessDate::parse(row.text(29));
  value.last_order = row.string(30);
  value.error = row.string(31);
  value.sync = from_column<domain::CustomerSync>(row.text(32));
  value.created_at = row.time(33);
  value.modified_at = row.time(34);
  value.version = row.integer(35);
  return value;
}

SubscriptionRecord record_of(const db::Row& row) {
  return {subscription_of(row), row.string(36), row.string(37), row.boolean(38)};
}

template <class T>
std::string bound_list(Conditions& conditions, const std::vector<T>& values) {
  std::string list;
  for (const T& value : values) list += (list.empty() ? "" : ", ") + conditions.bind(value);
  return "(" + list + ")";
}

/// Any of `parts` in a column of JSON; as JSON texts stand there in quotes, which are escaped
/// inside of them, finding one is finding it whole.
void holds_one_of(Conditions& conditions, const std::string& column,
                  const std::vector<std::string>& parts) {
  std::string any;
  for (const std::string& part : parts) {
    any += (any.empty() ? "" : " OR ") + ("replace(" + column + ", ") + conditions.keep(part) +
           ", '') <> " + column;
  }
  if (!any.empty()) conditions.add("(" + any + ")");
}

/// What has an index that gives rows newest first.
void drive(Conditions& conditions, const SubscriptionQuery& query) {
  if (!query.numbers.empty()) {
    conditions.add("s.number IN " + bound_list(conditions, query.numbers));
  }
  if (!query.customer_numbers.empty()) {
    conditions.add(
        "s.customer_id IN (SELECT coalesce(merged_into, id) FROM customers WHERE number IN " +
        bound_list(conditions, query.customer_numbers) + ")");
  }
  conditions.one_of("s.state", query.states,
                    [](const auto& state) { return db::Param(enum_name(state)); });
}

void check_rest(Conditions& conditions, const SubscriptionQuery& query) {
  conditions.one_of("s.account", query.accounts,
                    [](const auto& account) { return db::Param(account); });
  if (query.next_from) conditions.add("s.next_date >= " + conditions.keep(query.next_from->str()));
  if (query.next_to) conditions.add("s.next_date <= " + conditions.keep(query.next_to->str()));
  std::vector<std::string> parts;
  for (const std::string& sku : query.skus) parts.push_back("\"sku\":" + json::quoted(sku) + ",");
  holds_one_of(conditions, "s.items", parts);
  parts.clear();
  for (const domain::MasterId& label : query.labels) parts.push_back(json::quoted(label.str()));
  holds_one_of(conditions, "s.labels", parts);
}

}  // namespace

void Subscriptions::insert(domain::Subscription& value) {
  const bool unnumbered = value.number.empty();
  // Until its sequence is known its id stands in for its number.
  const std::string number = unnumbered ? value.id.str() : value.number;
  const db::Rows rows = session_.run(kInsert, {value.id,
                                               value.account,
                                               number,
                                               value.customer,
                                               value.case_sequence,
                                               enum_name(value.state),
                                               enum_name(value.interval.unit),
                                               value.interval.count,
                                               value.next_date.str(),
                                               value.month_day,
                                               text_of(value.time_slot),
                                               value.lead_days,
                                               value.deadline_days,
                                               value.delivered_count,
                                               value.minimum_count,
                                               to_column(value.items),
                                               value.discount,
                                               value.shipping_fee,
                                               value.payment_fee,
                                               value.tax_included,
                                               value.total,
                                               enum_name(value.payment_method),
                                               value.card,
                                               to_column(value.shipping_address),
                                               value.memo,
                                               to_column(value.labels),
                                               to_column(value.pause_reasons),
                                               to_column(value.cancel_reasons),
                                               text_of(value.resume_on),
                                               value.last_order,
                                               value.error,
                                               text_of(value.sync),
                                               value.created_at,
                                               value.modified_at,
                                               value.version});
  value.sequence = rows.front().integer(0);
  if (!unnumbered) return;
  value.number = domain::subscription_number(value.sequence);
  session_.queue(kSetNumber, {value.sequence, value.number});
}

bool Subscriptions::update(domain::Subscription& value) {
  const db::Rows rows = session_.run(kUpdate, {value.id,
                                               value.version,
                                               enum_name(value.state),
                                               enum_name(value.interval.unit),
                                               value.interval.count,
                                               value.next_date.str(),
                                               value.month_day,
                                               text_of(value.time_slot),
                                               value.lead_days,
                                               value.deadline_days,
                                               value.delivered_count,
                                               value.minimum_count,
                                               to_column(value.items),
                                               value.discount,
                                               value.shipping_fee,
                                               value.payment_fee,
                                               value.tax_included,
                                               value.total,
                                               enum_name(value.payment_method),
                                               value.card,
                                               to_column(value.shipping_address),
                                               value.memo,
                                               to_column(value.labels),
                                               to_column(value.pause_reasons),
                                               to_column(value.cancel_reasons),
                                               text_of(value.resume_on),
                                               value.last_order,
                                               value.error,
                                               text_of(value.sync),
                                               value.modified_at});
  if (rows.affected() != 1) return false;
  ++value.version;
  return true;
}

std::optional<SubscriptionRecord> Subscriptions::by_id(const domain::SubscriptionId& id) {
  static const std::string sql =
      "SELECT " + std::string(kColumns) + " FROM subscriptions s WHERE s.id = $1";
  const db::Rows rows = session_.run({"subscriptions.by_id", sql}, {id});
  return rows.empty() ? std::nullopt : std::optional(record_of(rows.front()));
}

bool Subscriptions::add_order(const domain::SubscriptionId& id, domain::BusinessDate date,
                              const domain::OrderId& order) {
  return session_.run(kAddOrder, {id, date.str(), order}).affected() == 1;
}

bool Subscriptions::has_order(const domain::SubscriptionId& id, domain::BusinessDate date) {
  return !session_.run(kHasOrder, {id, date.str()}).empty();
}

bool Subscriptions::is_taken(const std::string& account, const std::string& number) {
  return !session_.run(kIsTaken, {number, account}).empty();
}

SubscriptionPage Subscriptions::list(const SubscriptionQuery& query,
                                     std::optional<std::int64_t> before) {
  Conditions conditions;
  drive(conditions, query);
  if (before) conditions.add("s.seq < " + conditions.bind(*before));
  const std::string inner =
      " FROM subscriptions s" + conditions.where() + " ORDER BY s.seq DESC LIMIT ";
  const std::size_t inner_params = conditions.params().size();
  conditions.clear();
  check_rest(conditions, query);
  const std::string rest = conditions.where();
  const std::string looked_at = std::to_string(kRowsLookedAt);
  const std::string text = "SELECT " + std::string(kColumns) + " FROM (SELECT s.*" + inner +
                           looked_at + ") s" + rest + " ORDER BY s.seq DESC LIMIT " +
                           std::to_string(query.limit + 1);
  const db::Rows rows = session_.run({"subscriptions.list", text}, conditions.params().data(),
                                     conditions.params().size());
  SubscriptionPage page;
  for (const db::Row row : db::each(rows)) {
    if (page.items.size() == static_cast<std::size_t>(query.limit)) {
      page.next = page.items.back().value.sequence;
      return page;
    }
    page.items.push_back(record_of(row));
  }
  if (rest.empty()) return page;
  // A short page: either that was all, or the rows to look at ran out.
  const std::string last = "SELECT s.seq" + inner + "1 OFFSET " + std::to_string(kRowsLookedAt - 1);
  const db::Rows end =
      session_.run({"subscriptions.list_end", last}, conditions.params().data(), inner_params);
  if (!end.empty()) page.next = end.front().integer(0);
  return page;
}

}  // namespace madoguchi::store
