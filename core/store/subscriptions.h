// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/db/session.h"
#include "core/domain/subscription.h"

namespace madoguchi::store {

/// A subscription with what is shown of its customer.
struct SubscriptionRecord {
  domain::Subscription value;
  std::string customer_number;
  std::string customer_name;
  bool customer_blacklisted = false;
};

/// Filters of the list; several values of one filter mean OR, different filters AND.
struct SubscriptionQuery {
  std::vector<std::string> numbers;
  std::vector<std::string> customer_numbers;
  std::vector<std::string> accounts;
  std::vector<domain::SubscriptionState> states;
  std::vector<std::string> skus;
  std::vector<domain::MasterId> labels;
  std::optional<domain::BusinessDate> next_from;
  std::optional<domain::BusinessDate> next_to;  ///< included
  int limit = 50;
};

struct SubscriptionPage {
  std::vector<SubscriptionRecord> items;
  std::optional<std::int64_t> next;  ///< sequence to go on behind
};

class Subscriptions {
 public:
  explicit Subscriptions(db::Session& session) : session_(session) {}

  /// Sets `sequence`, and `number` of one that has none.
  void insert(domain::Subscription& value);
  /// Counts the version up; false when the row is no longer at `value.version`.
  [[nodiscard]] bool update(domain::Subscription& value);
  [[nodiscard]] std::optional<SubscriptionRecord> by_id(const domain::SubscriptionId& id);
  /// The order of the delivery on that day; false when there is one already.
  [[nodiscard]] bool add_order(const domain::SubscriptionId& id, domain::BusinessDate date,
                               const domain::OrderId& order);
  [[nodiscard]] bool has_order(const domain::SubscriptionId& id, domain::BusinessDate date);
  [[nodiscard]] bool is_taken(const std::string& account, const std::string& number);
  /// Newest first. Looks at 20,000 rows at most: a page may be short, or empty, and go on.
  [[nodiscard]] SubscriptionPage list(const SubscriptionQuery& query,
                                      std::optional<std::int64_t> before);

 private:
  db::Session& session_;
};

}  // namespace madoguchi::store
