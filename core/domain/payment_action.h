// SPDX-License-Identifier: Apache-2.0
#pragma once

// What a desk does to the payments of orders, many at once: each where the payment stands for it,
// one table in payment_action.cpp. It is written down here; whoever takes the money hears of it by
// the order's sync.

#include "core/base/enum_names.h"
#include "core/domain/order.h"

namespace madoguchi::domain {

enum class PaymentAction {
  capture,      ///< 売上確定 of what was authorized
  mark_paid,    ///< 入金確認
  void_,        ///< 取消 of what was not taken
  force_void,   ///< 強制取消: also where nobody knows how it stands
  reauthorize,  ///< 再オーソリ
  refund        ///< 返金 of all of it
};

/// Where it leads; nullopt: not from there.
[[nodiscard]] std::optional<PaymentState> after(PaymentAction action, PaymentState from) noexcept;

/// Conflict "order-payment-state" where the payment does not stand for it.
[[nodiscard]] Result<Change> act_on_payment(Order& order, PaymentAction action);

}  // namespace madoguchi::domain

namespace madoguchi {

template <>
struct EnumNames<domain::PaymentAction> {
  static constexpr EnumName<domain::PaymentAction> values[] = {
      {domain::PaymentAction::capture, "capture"},
      {domain::PaymentAction::mark_paid, "mark_paid"},
      {domain::PaymentAction::void_, "void"},
      {domain::PaymentAction::force_void, "force_void"},
      {domain::PaymentAction::reauthorize, "reauthorize"},
      {domain::PaymentAction::refund, "refund"}};
};

}  // namespace madoguchi
