// SPDX-License-Identifier: Apache-2.0
#include "core/domain/order_return.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "core/domain/return_names.h"

namespace madoguchi::domain {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

Order delivered_order() {
  Order order;
  order.items = {{"TEA", "お茶", 3, 1000, 8}, {"CUP", "湯のみ", 1, 2000, 10}};
  order.amounts = amounts_of(order);
  order.state = OrderState::delivered;
  order.payment_state = PaymentState::paid;
  return order;
}

OrderReturn of(ReturnKind kind, std::vector<ReturnItem> items, std::int64_t refund = 0) {
  OrderReturn value;
  value.id = ReturnId("r-" + std::to_string(refund) + std::to_string(items.size()));
  value.kind = kind;
  value.items = std::move(items);
  value.refund = refund;
  value.reason = "破損";
  return value;
}

std::vector<std::string> pointers(const Result<void>& result) {
  std::vector<std::string> out;
  if (result) return out;
  for (const FieldError& one : result.error().fields) out.push_back(one.pointer);
  return out;
}

std::set<std::string> steps(ReturnKind kind) {
  std::set<std::string> found;
  for (const auto& from : EnumNames<ReturnState>::values) {
    for (const auto& to : EnumNames<ReturnState>::values) {
      const bool possible = next_states(kind, from.value).has(to.value);
      OrderReturn value = of(kind, {});
      value.state = from.value;
      OrderReturn wanted = value;
      wanted.state = to.value;
      EXPECT_EQ(become(value, wanted).has_value(), possible || from.value == to.value)
          << from.name << " -> " << to.name;
      if (possible) found.insert(std::string(from.name) + ">" + std::string(to.name));
    }
  }
  return found;
}

TEST(ReturnStates, EveryStep) {
  const auto with_goods =
      UnorderedElementsAre("requested>approved", "requested>received", "requested>rejected",
                           "requested>canceled", "approved>received", "approved>rejected",
                           "approved>canceled", "received>completed", "received>rejected");
  const auto without =
      UnorderedElementsAre("requested>approved", "requested>rejected", "requested>canceled",
                           "approved>completed", "approved>canceled");
  EXPECT_THAT(steps(ReturnKind::return_), with_goods);
  EXPECT_THAT(steps(ReturnKind::exchange), with_goods);
  EXPECT_THAT(steps(ReturnKind::reship), without);
  EXPECT_THAT(steps(ReturnKind::refund), without);
}

TEST(ReturnChecks, NoMoreComesBackThanWasDelivered) {
  const Order order = delivered_order();
  const OrderReturn two = of(ReturnKind::return_, {{"TEA", 2}});
  EXPECT_THAT(pointers(check(two, order, {})), IsEmpty());
  const OrderReturn rest = of(ReturnKind::exchange, {{"TEA", 1}});
  EXPECT_THAT(pointers(check(rest, order, {two})), IsEmpty());
  EXPECT_THAT(pointers(check(two, order, {two})), ElementsAre("/items/0/quantity"));
  OrderReturn off = two;
  off.state = ReturnState::rejected;
  EXPECT_THAT(pointers(check(two, order, {off})), IsEmpty());
  // What goes out again does not come back.
  EXPECT_THAT(pointers(check(of(ReturnKind::reship, {{"TEA", 3}}), order, {two})), IsEmpty());
  // The same code twice in one return counts twice.
  EXPECT_THAT(pointers(check(of(ReturnKind::return_, {{"TEA", 2}, {"TEA", 2}}), order, {})),
              ElementsAre("/items/1/quantity"));
  EXPECT_THAT(pointers(check(of(ReturnKind::return_, {{"NO", 1}}), order, {})),
              ElementsAre("/items/0/quantity"));
  Order here = order;
  here.state = OrderState::preparing;
  EXPECT_THAT(pointers(check(rest, here, {})), ElementsAre("/items/0/quantity"));
}

TEST(ReturnChecks, NoMoreGoesBackThanWasPaid) {
  const Order order = delivered_order();  // 5,000 yen
  const OrderReturn most = of(ReturnKind::refund, {}, 4000);
  EXPECT_THAT(pointers(check(most, order, {})), IsEmpty());
  EXPECT_THAT(pointers(check(of(ReturnKind::refund, {}, 1000), order, {most})), IsEmpty());
  EXPECT_THAT(pointers(check(of(ReturnKind::refund, {}, 1001), order, {most})),
              ElementsAre("/refund"));
  Order unpaid = order;
  unpaid.payment_state = PaymentState::pending;
  EXPECT_THAT(pointers(check(most, unpaid, {})), ElementsAre("/refund"));
  OrderReturn nothing = of(ReturnKind::return_, {});
  nothing.reason.clear();
  EXPECT_THAT(pointers(check(nothing, order, {})), ElementsAre("/items", "/reason"));
  OrderReturn odd = of(ReturnKind::refund, {{"TEA", 1}});
  odd.replacement_items = order.items;
  EXPECT_THAT(pointers(check(odd, order, {})),
              ElementsAre("/refund", "/items", "/replacement_items"));
}

TEST(ReturnRules, CompletingBooksTheRefundAndReturnsTheOrder) {
  Order order = delivered_order();
  OrderReturn part = of(ReturnKind::return_, {{"TEA", 3}}, 3000);
  EXPECT_TRUE(settle(order, part, {}).empty());  // only requested
  part.state = ReturnState::completed;
  ASSERT_FALSE(settle(order, part, {}).empty());
  EXPECT_EQ(order.refunded, 3000);
  EXPECT_EQ(order.payment_state, PaymentState::paid);
  EXPECT_EQ(order.state, OrderState::delivered);
  OrderReturn rest = of(ReturnKind::return_, {{"CUP", 1}}, 2000);
  rest.state = ReturnState::completed;
  ASSERT_FALSE(settle(order, rest, {part}).empty());
  EXPECT_EQ(order.refunded, 5000);
  EXPECT_EQ(order.payment_state, PaymentState::refunded);
  EXPECT_EQ(order.state, OrderState::returned);
}

TEST(ReturnRules, WhatHasComeToItsEndStays) {
  for (const ReturnState state :
       {ReturnState::completed, ReturnState::rejected, ReturnState::canceled}) {
    OrderReturn value = of(ReturnKind::return_, {{"TEA", 1}});
    value.state = state;
    OrderReturn wanted = value;
    wanted.refund = 1;
    EXPECT_EQ(become(value, wanted).error().type, "return-closed");
    wanted = value;
    wanted.note = "電話済み";
    EXPECT_TRUE(become(value, wanted));
  }
}

}  // namespace
}  // namespace madoguchi::domain
