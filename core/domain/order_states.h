// SPDX-License-Identifier: Apache-2.0
#pragma once

// What an order and its payment go through: one table each, in order_states.cpp.

#include "core/base/enum_set.h"

namespace madoguchi::domain {

enum class OrderState {
  received,   ///< 受付
  on_hold,    ///< 保留
  preparing,  ///< 出荷準備中
  shipped,    ///< 出荷済み
  delivered,  ///< 配達完了
  returned,   ///< 返品 of all of it
  canceled    ///< キャンセル
};
using OrderStates = EnumSet<OrderState>;

enum class PaymentState {
  pending,     ///< nothing has happened yet: a transfer is awaited, cash is due at the door
  authorized,  ///< the card's limit holds the amount
  captured,    ///< the card was charged
  paid,        ///< the money is there
  refunded,    ///< all of it went back
  voided,      ///< will not be asked for any more
  failed,
  unknown  ///< the gateway did not answer: to be looked up, never to be repeated blindly
};
using PaymentStates = EnumSet<PaymentState>;

/// What may come next; the state itself is never among them.
[[nodiscard]] OrderStates next_states(OrderState state) noexcept;
[[nodiscard]] PaymentStates next_states(PaymentState state) noexcept;

/// Items, prices and addresses can still be changed.
[[nodiscard]] bool is_open(OrderState state) noexcept;
/// The goods have left, so that they can come back.
[[nodiscard]] bool has_left(OrderState state) noexcept;
/// Money was taken.
[[nodiscard]] bool is_taken(PaymentState state) noexcept;

}  // namespace madoguchi::domain
