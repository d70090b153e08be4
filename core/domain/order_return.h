// SPDX-License-Identifier: Apache-2.0
#pragma once

// What happens to an order after it has left: goods that come back or are sent again, money that
// goes back.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/domain/order.h"

namespace madoguchi::domain {

struct ReturnTag;
using ReturnId = Id<ReturnTag>;

enum class ReturnKind {
  return_,   ///< goods come back
  exchange,  ///< goods come back, others go out
  reship,    ///< goods go out again: lost, or broken on the way
  refund     ///< only money
};

enum class ReturnState {
  requested,
  approved,
  received,  ///< the goods are back
  completed,
  rejected,
  canceled
};
using ReturnStates = EnumSet<ReturnState>;

/// What may come next; money and reships come to their end without any goods that come back.
[[nodiscard]] ReturnStates next_states(ReturnKind kind, ReturnState state) noexcept;
/// Whether it takes no more part: nothing comes back, nothing is paid back.
[[nodiscard]] bool is_off(ReturnState state) noexcept;
/// When what is sent instead goes out; nullopt: nothing is sent.
[[nodiscard]] std::optional<ReturnState> replaced_when(ReturnKind kind) noexcept;

struct ReturnItem {
  std::string sku;
  std::int64_t quantity = 1;

  bool operator==(const ReturnItem&) const = default;
};

struct OrderReturn {
  ReturnId id;
  OrderId order;
  ReturnKind kind = ReturnKind::return_;
  ReturnState state = ReturnState::requested;
  std::vector<ReturnItem> items;             ///< of the order
  std::vector<OrderItem> replacement_items;  ///< what goes out instead
  std::optional<OrderId> replacement;        ///< the order it goes out by
  std::vector<MasterId> reasons;
  std::string reason;  ///< in words, beside those of the list or in their place
  std::string note;
  std::int64_t refund = 0;  ///< whole yen
  std::optional<std::int64_t> case_sequence;
  TimePoint created_at;
  TimePoint modified_at;
  std::int64_t version = 1;
};

/// Whether it may stand beside the others of its order: quantities that were delivered and do not
/// come back otherwise, money that was paid and does not go back otherwise. `invalid` with every
/// member that is wrong.
[[nodiscard]] Result<void> check(const OrderReturn& value, const Order& order,
                                 const std::vector<OrderReturn>& others);

/// "order_return.created", with everything that was written down.
[[nodiscard]] Change creation(const OrderReturn& value);
/// As become of orders; conflict "return-state", or "return-closed" for what has come to its end.
[[nodiscard]] Result<Change> become(OrderReturn& value, const OrderReturn& wanted);

/// What completing it does to the order: money went back, and when all of it came back, it is
/// returned. Empty when nothing is different.
[[nodiscard]] Change settle(Order& order, const OrderReturn& value,
                            const std::vector<OrderReturn>& others);

}  // namespace madoguchi::domain
