// SPDX-License-Identifier: Apache-2.0
// The order list: one condition chooses the index that gives rows newest first, everything else is
// checked on the rows as they come, and at most kRowsLookedAt of them.
#include "core/domain/order_names.h"
#include "core/store/conditions.h"
#include "core/store/order_rows.h"
#include "core/store/orders.h"

namespace madoguchi::store {
namespace {

constexpr int kRowsLookedAt = 20'000;

const auto kPlain = [](const auto& value) { return db::Param(value); };
const auto kNamed = [](const auto& value) { return db::Param(enum_name(value)); };

template <class T>
std::string bound_list(Conditions& conditions, const std::vector<T>& values) {
  std::string list;
  for (const T& value : values) list += (list.empty() ? "" : ", ") + conditions.bind(value);
  return "(" + list + ")";
}

/// Which filter has an index that gives its rows newest first; the first that is set counts.
/// Numbers and cases are few rows in any order.
enum class Driver { number, customer, subscription, tracking, sku, label, payment, state, none };

Driver driver_of(const OrderQuery& query) {
  if (!query.numbers.empty() || !query.cases.empty()) return Driver::number;
  if (query.customer_numbers.size() == 1) return Driver::customer;
  if (query.subscriptions.size() == 1) return Driver::subscription;
  if (query.tracking_numbers.size() == 1) return Driver::tracking;
  if (query.skus.size() == 1) return Driver::sku;
  if (query.labels.size() == 1) return Driver::label;
  if (query.payment_states.size() == 1) return Driver::payment;
  if (query.states.size() == 1) return Driver::state;
  return Driver::none;
}

void numbered(Conditions& conditions, const OrderQuery& query) {
  std::string any;
  if (!query.numbers.empty()) any = "o.number IN " + bound_list(conditions, query.numbers);
  if (!query.cases.empty()) {
    any += (any.empty() ? "" : " OR ") + ("o.case_seq IN " + bound_list(conditions, query.cases));
  }
  if (!any.empty()) conditions.add("(" + any + ")");
}

/// Of a customer that was merged: whoever it was merged into.
void customers(Conditions& conditions, const OrderQuery& query) {
  if (query.customer_numbers.empty()) return;
  conditions.add(
      "o.customer_id IN (SELECT coalesce(merged_into, id) FROM customers WHERE number IN " +
      bound_list(conditions, query.customer_numbers) + ")");
}

template <class T>
void keyed(Conditions& conditions, const char* kind, const std::vector<T>& keys) {
  if (keys.empty()) return;
  conditions.add("EXISTS (SELECT 1 FROM order_keys k WHERE k.kind = " + conditions.bind(kind) +
                 " AND k.key IN " + bound_list(conditions, keys) +
                 " AND k.ordered_at = o.ordered_at AND k.seq = o.seq)");
}

struct ListSql {
  std::string inner;  ///< " FROM … WHERE …"
  std::size_t inner_params = 0;
  std::string order;  ///< " ORDER BY …" of the inner query
  std::string outer;  ///< " WHERE …", or nothing
};

template <class T>
void key_driver(Conditions& conditions, const char* kind, const std::vector<T>& keys) {
  conditions.add("k.kind = " + conditions.bind(kind));
  conditions.add("k.key = " + conditions.bind(keys.front()));
}

/// What the inner query asks for by the driver; true when it walks order_keys.
bool drive(Conditions& conditions, const OrderQuery& query, Driver driver) {
  switch (driver) {
    case Driver::number:
      numbered(conditions, query);
      return false;
    case Driver::customer:
      customers(conditions, query);
      return false;
    case Driver::subscription:
      conditions.add("o.subscription_id <> ''");
      conditions.one_of("o.subscription_id", query.subscriptions, kPlain);
      return false;
    case Driver::tracking:
      key_driver(conditions, "tracking", query.tracking_numbers);
      return true;
    case Driver::sku:
      key_driver(conditions, "sku", query.skus);
      return true;
    case Driver::label:
      key_driver(conditions, "label", query.labels);
      return true;
    case Driver::payment:
      conditions.one_of("o.payment_state", query.payment_states, kNamed);
      return false;
    case Driver::state:
      conditions.one_of("o.state", query.states, kNamed);
      return false;
    case Driver::none:
      break;
  }
  return false;
}

/// Everything the driver does not see to.
void outer_conditions(Conditions& conditions, const OrderQuery& query, Driver driver) {
  if (driver != Driver::number) numbered(conditions, query);
  if (driver != Driver::customer) customers(conditions, query);
  if (driver != Driver::subscription) {
    conditions.one_of("o.subscription_id", query.subscriptions, kPlain);
  }
  if (driver != Driver::tracking) keyed(conditions, "tracking", query.tracking_numbers);
  if (driver != Driver::sku) keyed(conditions, "sku", query.skus);
  if (driver != Driver::label) keyed(conditions, "label", query.labels);
  if (driver != Driver::payment) {
    conditions.one_of("o.payment_state", query.payment_states, kNamed);
  }
  if (driver != Driver::state) conditions.one_of("o.state", query.states, kNamed);
  conditions.one_of("o.account", query.accounts, kPlain);
}

ListSql list_sql(Conditions& conditions, const OrderQuery& query,
                 const std::optional<OrderPlace>& after) {
  const Driver driver = driver_of(query);
  ListSql sql;
  const bool by_key = drive(conditions, query, driver);
  const std::string alias = by_key ? "k" : "o";
  if (after) {
    conditions.add("(" + alias + ".ordered_at, " + alias + ".seq) < (" +
                   conditions.bind(after->ordered_at) + ", " + conditions.bind(after->sequence) +
                   ")");
  }
  if (query.ordered_from) {
    conditions.add(alias + ".ordered_at >= " + conditions.bind(*query.ordered_from));
  }
  if (query.ordered_before) {
    conditions.add(alias + ".ordered_at < " + conditions.bind(*query.ordered_before));
  }
  sql.order = " ORDER BY " + alias + ".ordered_at DESC, " + alias + ".seq DESC";
  // SQLite reads the tables of a CROSS JOIN in this order, PostgreSQL as it likes.
  sql.inner = by_key ? " FROM order_keys k CROSS JOIN orders o" : " FROM orders o";
  if (by_key) conditions.add("o.seq = k.seq");
  sql.inner += conditions.where();
  sql.inner_params = conditions.params().size();
  conditions.clear();
  outer_conditions(conditions, query, driver);
  sql.outer = conditions.where();
  return sql;
}

}  // namespace

OrderPage Orders::list(const OrderQuery& query, std::optional<OrderPlace> after) {
  Conditions conditions;
  const ListSql sql = list_sql(conditions, query, after);
  const std::string columns(kOrderColumns);
  const std::string inner = sql.inner + sql.order;
  std::string text;
  if (sql.outer.empty()) {
    text = "SELECT " + columns + inner;
  } else {
    text = "SELECT " + columns + " FROM (SELECT o.*" + inner + " LIMIT " +
           std::to_string(kRowsLookedAt) + ") o" + sql.outer;
    // PostgreSQL may lose the order; it knows when there is nothing left to sort.
    if (session_.engine() == db::Engine::postgresql) {
      text += " ORDER BY o.ordered_at DESC, o.seq DESC";
    }
  }
  text += " LIMIT " + std::to_string(query.limit + 1);
  const db::Rows rows =
      session_.run({"orders.list", text}, conditions.params().data(), conditions.params().size());

  OrderPage page;
  for (const db::Row row : db::each(rows)) {
    if (page.items.size() == static_cast<std::size_t>(query.limit)) {
      const domain::Order& last = page.items.back().value;
      page.next = OrderPlace{to_micros(last.ordered_at), last.sequence};
      return page;
    }
    page.items.push_back(order_of(row));
  }
  if (sql.outer.empty()) return page;

  // A short page: either that was all, or the rows to look at ran out.
  const std::string last =
      "SELECT o.ordered_at, o.seq" + inner + " LIMIT 1 OFFSET " + std::to_string(kRowsLookedAt - 1);
  const db::Rows end =
      session_.run({"orders.list_end", last}, conditions.params().data(), sql.inner_params);
  if (!end.empty()) page.next = OrderPlace{end.front().integer(0), end.front().integer(1)};
  return page;
}

int Orders::count(const OrderQuery& query, int limit) {
  Conditions conditions;
  const ListSql sql = list_sql(conditions, query, std::nullopt);
  const std::string text = "SELECT count(*) FROM (SELECT 1 FROM (SELECT o.*" + sql.inner +
                           sql.order + " LIMIT " + std::to_string(kRowsLookedAt) + ") o" +
                           sql.outer + " LIMIT " + std::to_string(limit) + ") n";
  const db::Rows rows =
      session_.run({"orders.count", text}, conditions.params().data(), conditions.params().size());
  return static_cast<int>(rows.front().integer(0));
}

}  // namespace madoguchi::store
