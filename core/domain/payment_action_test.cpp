// SPDX-License-Identifier: Apache-2.0
#include "core/domain/payment_action.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "core/domain/order_names.h"

namespace madoguchi::domain {
namespace {

TEST(PaymentActions, EveryStep) {
  std::set<std::string> found;
  for (const auto& action : EnumNames<PaymentAction>::values) {
    for (const auto& from : EnumNames<PaymentState>::values) {
      Order order;
      order.payment_state = from.value;
      order.amounts.total = 1000;
      const Result<Change> change = act_on_payment(order, action.value);
      if (!change) {
        EXPECT_EQ(change.error().type, "order-payment-state");
        EXPECT_EQ(order.payment_state, from.value);
        continue;
      }
      // Never a step that an order's payment cannot take.
      EXPECT_TRUE(next_states(from.value).has(order.payment_state)) << action.name << from.name;
      EXPECT_EQ(order.refunded, order.payment_state == PaymentState::refunded ? 1000 : 0);
      found.insert(std::string(action.name) + " " + std::string(from.name) + ">" +
                   std::string(enum_name(order.payment_state)));
    }
  }
  EXPECT_THAT(
      found,
      ::testing::UnorderedElementsAre(
          "capture authorized>captured", "mark_paid pending>paid", "mark_paid captured>paid",
          "mark_paid failed>paid", "void pending>voided", "void authorized>voided",
          "void failed>voided", "force_void pending>voided", "force_void authorized>voided",
          "force_void failed>voided", "force_void unknown>voided", "reauthorize voided>authorized",
          "reauthorize failed>authorized", "refund captured>refunded", "refund paid>refunded"));
}

}  // namespace
}  // namespace madoguchi::domain
