// SPDX-License-Identifier: Apache-2.0
#include "core/domain/payment_action.h"

#include "core/domain/order_names.h"

namespace madoguchi::domain {
namespace {

using P = PaymentState;
using Action = PaymentAction;

struct PaymentActionStep {
  Action action;
  PaymentStates from;
  P to;
};
constexpr PaymentActionStep kSteps[] = {
    {Action::capture, {P::authorized}, P::captured},
    {Action::mark_paid, {P::pending, P::captured, P::failed}, P::paid},
    {Action::void_, {P::pending, P::authorized, P::failed}, P::voided},
    {Action::force_void, {P::pending, P::authorized, P::failed, P::unknown}, P::voided},
    {Action::reauthorize, {P::voided, P::failed}, P::authorized},
    {Action::refund, {P::captured, P::paid}, P::refunded},
};

}  // namespace

std::optional<PaymentState> after(PaymentAction action, PaymentState from) noexcept {
  for (const PaymentActionStep& step : kSteps) {
    if (step.action == action && step.from.has(from)) return step.to;
  }
  return std::nullopt;
}

Result<Change> act_on_payment(Order& order, PaymentAction action) {
  const std::optional<PaymentState> to = after(action, order.payment_state);
  if (!to) {
    const std::string name(enum_name(action));
    const std::string state(enum_name(order.payment_state));
    return fail(Error::conflict("order-payment-state",
                                {"Not possible (" + name + ") while the payment is " + state + ".",
                                 "決済状態が " + state + " のため実行できません(" + name + ")。"}));
  }
  Order wanted = order;
  wanted.payment_state = *to;
  return become(order, wanted, "order.changed");
}

}  // namespace madoguchi::domain
