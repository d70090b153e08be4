// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <vector>

#include "core/db/session.h"
#include "core/domain/order_return.h"

namespace madoguchi::store {

class OrderReturns {
 public:
  explicit OrderReturns(db::Session& session) : session_(session) {}

  void insert(const domain::OrderReturn& value);
  /// Counts the version up; false when the row is no longer at `value.version`.
  [[nodiscard]] bool update(domain::OrderReturn& value);
  [[nodiscard]] std::optional<domain::OrderReturn> by_id(const domain::ReturnId& id);
  /// Oldest first.
  [[nodiscard]] std::vector<domain::OrderReturn> of_order(const domain::OrderId& id);

 private:
  db::Session& session_;
};

}  // namespace madoguchi::store
