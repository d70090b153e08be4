// SPDX-License-Identifier: Apache-2.0
#include "core/domain/order_states.h"

namespace madoguchi::domain {
namespace {

struct OrderStep {
  OrderState from;
  OrderStates to;
};
using enum OrderState;
// Back from shipped and delivered: somebody wrote down what had not happened.
constexpr OrderStep kOrderSteps[] = {
    {received, {on_hold, preparing, shipped, canceled}},
    {on_hold, {received, preparing, canceled}},
    {preparing, {received, on_hold, shipped, canceled}},
    {shipped, {preparing, delivered, returned}},
    {delivered, {shipped, returned}},
    {returned, {}},
    {canceled, {}},
};

struct PaymentStep {
  PaymentState from;
  PaymentStates to;
};
using P = PaymentState;
constexpr PaymentStep kPaymentSteps[] = {
    {P::pending, {P::authorized, P::captured, P::paid, P::voided, P::failed, P::unknown}},
    {P::authorized, {P::captured, P::voided, P::failed, P::unknown}},
    {P::captured, {P::paid, P::refunded, P::unknown}},
    {P::paid, {P::refunded, P::unknown}},
    {P::refunded, {}},
    {P::voided, {P::authorized}},  // 再オーソリ
    {P::failed, {P::pending, P::authorized, P::captured, P::paid, P::voided, P::unknown}},
    {P::unknown,
     {P::pending, P::authorized, P::captured, P::paid, P::refunded, P::voided, P::failed}},
};

}  // namespace

OrderStates next_states(OrderState state) noexcept {
  for (const OrderStep& step : kOrderSteps) {
    if (step.from == state) return step.to;
  }
  return {};
}

PaymentStates next_states(PaymentState state) noexcept {
  for (const PaymentStep& step : kPaymentSteps) {
    if (step.from == state) return step.to;
  }
  return {};
}

bool is_open(OrderState state) noexcept {
  return OrderStates{received, on_hold, preparing}.has(state);
}

bool has_left(OrderState state) noexcept {
  return OrderStates{shipped, delivered, returned}.has(state);
}

bool is_taken(PaymentState state) noexcept {
  return PaymentStates{P::captured, P::paid}.has(state);
}

}  // namespace madoguchi::domain
