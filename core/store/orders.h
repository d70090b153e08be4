// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/db/session.h"
#include "core/domain/order.h"

namespace madoguchi::store {

/// An order with what is shown of its customer.
struct OrderRecord {
  domain::Order value;
  std::string customer_number;
  std::string customer_name;
  bool customer_blacklisted = false;
};

/// Filters of the order list; several values of one filter mean OR, different filters AND.
struct OrderQuery {
  std::vector<std::string> numbers;
  std::vector<std::int64_t> cases;  ///< sequences of those they were taken in; OR with `numbers`
  std::vector<std::string> customer_numbers;
  std::vector<std::string> subscriptions;  ///< ids
  std::vector<std::string> accounts;
  std::vector<domain::OrderState> states;
  std::vector<domain::PaymentState> payment_states;
  std::vector<std::string> skus;
  std::vector<std::string> tracking_numbers;  ///< as tracking_key has them
  std::vector<domain::MasterId> labels;
  std::optional<TimePoint> ordered_from;
  std::optional<TimePoint> ordered_before;
  int limit = 50;
};

/// Where a page of the list ended.
struct OrderPlace {
  std::int64_t ordered_at = 0;
  std::int64_t sequence = 0;
};

struct OrderPage {
  std::vector<OrderRecord> items;
  std::optional<OrderPlace> next;  ///< empty: there is nothing behind this page
};

/// A tracking number however it is typed: without hyphens and spaces, in one width and case.
[[nodiscard]] std::string tracking_key(std::string_view tracking_number);

class Orders {
 public:
  explicit Orders(db::Session& session) : session_(session) {}

  /// Sets `order.sequence`, and `order.number` of one that has none.
  void insert(domain::Order& order);
  /// Counts the version up; false when the row is no longer at `order.version`.
  [[nodiscard]] bool update(domain::Order& order, const domain::Order& before);

  [[nodiscard]] std::optional<OrderRecord> by_id(const domain::OrderId& id);
  [[nodiscard]] bool is_taken(const std::string& account, const std::string& number);
  /// Newest order first. Looks at 20,000 rows at most: a page may be short, or empty, and go on.
  [[nodiscard]] OrderPage list(const OrderQuery& query, std::optional<OrderPlace> after);
  /// How many match, counted up to `limit`.
  [[nodiscard]] int count(const OrderQuery& query, int limit);

 private:
  db::Session& session_;
};

}  // namespace madoguchi::store
