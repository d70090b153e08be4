// SPDX-License-Identifier: Apache-2.0
#include "core/domain/order.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "core/domain/order_names.h"

namespace madoguchi::domain {
namespace {

using ::testing::ElementsAre;
using ::testing::UnorderedElementsAre;

OrderItem item(std::int64_t price, std::int64_t quantity = 1, std::int64_t rate = 10) {
  return {"A-1", "お茶", quantity, price, rate};
}

Order order_of(std::vector<OrderItem> items) {
  Order order;
  order.items = std::move(items);
  order.shipping_address.postal_code = "1500001";
  order.shipping_address.prefecture = "東京";
  order.shipping_address.city = "渋谷区";
  return order;
}

Order good(std::vector<OrderItem> items) { return checked(order_of(std::move(items))).value(); }

std::vector<std::string> pointers(const Result<Order>& result) {
  std::vector<std::string> out;
  if (result) return out;
  for (const FieldError& one : result.error().fields) out.push_back(one.pointer);
  return out;
}

/// All pairs of states, and the steps that are possible, as "from>to".
template <class E>
std::set<std::string> steps() {
  std::set<std::string> found;
  for (const EnumName<E>& from : EnumNames<E>::values) {
    for (const EnumName<E>& to : EnumNames<E>::values) {
      if (next_states(from.value).has(to.value)) {
        found.insert(std::string(from.name) + ">" + std::string(to.name));
      }
    }
  }
  return found;
}

TEST(OrderStates, EveryStepOfAnOrder) {
  EXPECT_THAT(steps<OrderState>(),
              UnorderedElementsAre("received>on_hold", "received>preparing", "received>shipped",
                                   "received>canceled", "on_hold>received", "on_hold>preparing",
                                   "on_hold>canceled", "preparing>received", "preparing>on_hold",
                                   "preparing>shipped", "preparing>canceled", "shipped>preparing",
                                   "shipped>delivered", "shipped>returned", "delivered>shipped",
                                   "delivered>returned"));
}

TEST(OrderStates, EveryStepOfAPayment) {
  EXPECT_THAT(
      steps<PaymentState>(),
      UnorderedElementsAre(
          "pending>authorized", "pending>captured", "pending>paid", "pending>voided",
          "pending>failed", "pending>unknown", "authorized>captured", "authorized>voided",
          "authorized>failed", "authorized>unknown", "captured>paid", "captured>refunded",
          "captured>unknown", "paid>refunded", "paid>unknown", "voided>authorized",
          "failed>pending", "failed>authorized", "failed>captured", "failed>paid", "failed>voided",
          "failed>unknown", "unknown>pending", "unknown>authorized", "unknown>captured",
          "unknown>paid", "unknown>refunded", "unknown>voided", "unknown>failed"));
}

TEST(OrderStates, BecomeTakesExactlyTheStepsOfTheTables) {
  for (const auto& from : EnumNames<OrderState>::values) {
    for (const auto& to : EnumNames<OrderState>::values) {
      Order order = good({item(1000)});
      order.state = from.value;
      Order wanted = order;
      wanted.state = to.value;
      const bool possible = from.value == to.value || (next_states(from.value).has(to.value) &&
                                                       to.value != OrderState::canceled);
      const Result<Change> change = become(order, wanted, "order.changed");
      EXPECT_EQ(change.has_value(), possible) << from.name << " -> " << to.name;
      EXPECT_EQ(order.state, possible ? to.value : from.value);
      if (!possible) {
        EXPECT_EQ(change.error().type, "order-state");
      }
    }
  }
  for (const auto& from : EnumNames<PaymentState>::values) {
    for (const auto& to : EnumNames<PaymentState>::values) {
      Order order = good({item(1000)});
      order.payment_state = from.value;
      Order wanted = order;
      wanted.payment_state = to.value;
      const bool possible = from.value == to.value || next_states(from.value).has(to.value);
      EXPECT_EQ(become(order, wanted, "order.changed").has_value(), possible)
          << from.name << " -> " << to.name;
    }
  }
}

TEST(OrderAmounts, TaxIsRoundedDownOncePerRate) {
  // Three items of 99 yen at 8 %: rounded each it would be 7 + 7 + 7, once it is 22 (297*8/108).
  const Order order = good({item(99, 1, 8), item(99, 1, 8), item(99, 1, 8), item(105, 1, 10)});
  EXPECT_EQ(order.amounts.subtotal, 402);
  EXPECT_THAT(order.amounts.tax, ElementsAre(TaxLine{10, 105, 9}, TaxLine{8, 297, 22}));
  EXPECT_EQ(order.amounts.total, 402);
}

TEST(OrderAmounts, PricesWithoutTax) {
  Order order = order_of({item(1001, 3, 8), item(999, 1, 10)});
  order.tax_included = false;
  order.shipping_fee = 550;
  order.payment_fee = 330;
  order = checked(order).value();
  EXPECT_THAT(order.amounts.tax, ElementsAre(TaxLine{10, 1879, 187}, TaxLine{8, 3003, 240}));
  EXPECT_EQ(order.amounts.total, 1879 + 187 + 3003 + 240);
}

TEST(OrderAmounts, ReductionsAreSharedOutInProportionAndAddUp) {
  Order order = order_of({item(1000, 1, 8), item(2000, 1, 10)});
  order.discount = 50;
  order.coupons = {{"SPRING", 50}};
  order.points_used = 500;
  order.shipping_fee = 100;
  order = checked(order).value();
  // 100 of 3000: 33.3 and 66.7.
  EXPECT_THAT(order.amounts.tax, ElementsAre(TaxLine{10, 2033, 184}, TaxLine{8, 967, 71}));
  EXPECT_EQ(order.amounts.subtotal, 3000);
  EXPECT_EQ(order.amounts.total, 2500);
  // Whatever the discount, nothing is lost.
  for (std::int64_t discount = 0; discount <= 300; ++discount) {
    Order one = order_of({item(100, 1, 8), item(101, 1, 10), item(99, 1, 0)});
    one.discount = discount;
    EXPECT_EQ(amounts_of(one).total, 300 - discount) << discount;
    for (const TaxLine& line : amounts_of(one).tax) EXPECT_GE(line.taxable, 0) << discount;
  }
}

TEST(OrderChecks, NameEveryMemberThatIsWrong) {
  EXPECT_THAT(pointers(checked(Order())), ElementsAre("/items", "/shipping_address"));
  Order order = order_of({item(1000, 0), OrderItem{"X", "", 1, 10, 10}});
  order.discount = 20;
  order.shipping_address.postal_code = "15";
  order.card = "token-1";
  Shipment shipment;
  shipment.shipped_at = from_micros(2);
  shipment.delivered_at = from_micros(1);
  shipment.tracking_url = "javascript:alert(1)";
  order.shipments = {shipment};
  EXPECT_THAT(pointers(checked(order)),
              ElementsAre("/items/0/quantity", "/items/1/name", "/discount",
                          "/shipping_address/postal_code", "/shipments/0/delivered_at",
                          "/shipments/0/tracking_url", "/card"));
  order = order_of({item(1000)});
  order.points_used = 1001;
  order.payment_method = PaymentMethod::card;
  EXPECT_THAT(pointers(checked(order)), ElementsAre("/points_used", "/card"));
  EXPECT_THAT(pointers(checked(order_of({item(100'000'000, 10)}))), ElementsAre("/items"));
}

TEST(OrderChecks, AParcelCanBeFollowed) {
  Order order = order_of({item(1000)});
  order.shipments = {{Carrier::yamato, "1234-5678-9012", "", std::nullopt, std::nullopt},
                     {Carrier::other, "X1", "", std::nullopt, std::nullopt}};
  order = checked(order).value();
  EXPECT_EQ(order.shipments[0].tracking_url,
            "https://member.kms.kuronekoyamato.co.jp/parcel/detail?pno=123456789012");
  EXPECT_EQ(order.shipments[1].tracking_url, "");
  EXPECT_EQ(tracking_url(Carrier::sagawa, "12&x=1"), "");
}

TEST(OrderRules, WhatIsPaidKeepsItsAmountAndWhatLeftItsItems) {
  const auto with = [](OrderState state, PaymentState payment) {
    Order order = good({item(1000)});
    order.state = state;
    order.payment_state = payment;
    return order;
  };
  const auto type_of = [](Order order, const std::function<void(Order&)>& edit) {
    Order wanted = order;
    edit(wanted);
    wanted = checked(wanted).value();
    const Result<Change> change = become(order, wanted, "order.changed");
    return change ? std::string("fine") : change.error().type;
  };
  const auto dearer = [](Order& order) { order.items[0].unit_price = 1001; };
  const auto cheaper = [](Order& order) { order.items[0].unit_price = 999; };
  const auto memo = [](Order& order) { order.memo = "電話済み"; };
  const auto moved = [](Order& order) { order.shipping_address.city = "港区"; };
  EXPECT_EQ(type_of(with(OrderState::received, PaymentState::pending), dearer), "fine");
  EXPECT_EQ(type_of(with(OrderState::received, PaymentState::authorized), dearer), "order-paid");
  EXPECT_EQ(type_of(with(OrderState::received, PaymentState::authorized), cheaper), "fine");
  EXPECT_EQ(type_of(with(OrderState::received, PaymentState::paid), cheaper), "order-paid");
  EXPECT_EQ(type_of(with(OrderState::received, PaymentState::unknown), dearer), "order-paid");
  EXPECT_EQ(type_of(with(OrderState::received, PaymentState::paid), moved), "fine");
  EXPECT_EQ(type_of(with(OrderState::shipped, PaymentState::pending), moved), "order-closed");
  EXPECT_EQ(type_of(with(OrderState::canceled, PaymentState::pending), dearer), "order-closed");
  EXPECT_EQ(type_of(with(OrderState::canceled, PaymentState::voided), memo), "fine");
  const auto by_cash = [](Order& order) { order.payment_method = PaymentMethod::cash_on_delivery; };
  EXPECT_EQ(type_of(with(OrderState::received, PaymentState::paid), by_cash), "order-paid");
}

TEST(OrderRules, ChangesAreToldFieldByField) {
  Order order = good({item(1000)});
  Order wanted = order;
  wanted.items[0].quantity = 2;
  wanted.desired_delivery = {BusinessDate::parse("2026-12-24"), TimeSlot::from_18_to_20};
  wanted = checked(wanted).value();
  const Change change = become(order, wanted, "order.changed").value();
  const std::vector<FieldChange> fields = {
      {"items", "A-1 お茶 x 1 @ 1000 JPY (10%)", "A-1 お茶 x 2 @ 1000 JPY (10%)"},
      {"total", "1000 JPY", "2000 JPY"},
      {"desired_delivery", "", "2026-12-24 18_20"}};
  EXPECT_EQ(change.fields, fields);
  EXPECT_EQ(order.amounts.total, 2000);
}

TEST(OrderRules, CancelingStopsWhatWasNotPaid) {
  Order order = good({item(1000)});
  ASSERT_TRUE(cancel(order, "お客様都合"));
  EXPECT_EQ(order.state, OrderState::canceled);
  EXPECT_EQ(order.payment_state, PaymentState::voided);
  EXPECT_EQ(order.cancel_reason, "お客様都合");
  Order paid = good({item(1000)});
  paid.payment_state = PaymentState::paid;
  ASSERT_TRUE(cancel(paid, "x"));
  EXPECT_EQ(paid.payment_state, PaymentState::paid);  // the money has to go back by a refund
  Order gone = good({item(1000)});
  gone.state = OrderState::shipped;
  EXPECT_EQ(cancel(gone, "x").error().type, "order-state");
}

TEST(BusinessDates, AreJapaneseDays) {
  const TimePoint evening = parse_rfc3339("2026-11-22T14:59:59Z").value();
  const TimePoint night = parse_rfc3339("2026-11-22T15:00:00Z").value();
  EXPECT_EQ(BusinessDate::of(evening).str(), "2026-11-22");
  EXPECT_EQ(BusinessDate::of(night).str(), "2026-11-23");
  EXPECT_EQ(BusinessDate::of(night).begins(), night);
  EXPECT_EQ(BusinessDate::parse("2026-01-31")->plus_months(1).str(), "2026-02-28");
  EXPECT_EQ(BusinessDate::parse("2028-01-31")->plus_months(1).str(), "2028-02-29");
  EXPECT_EQ(BusinessDate::parse("2026-02-28")->plus_months(1, 31).str(), "2026-03-31");
  EXPECT_EQ(BusinessDate::parse("2026-12-31")->plus_days(1).str(), "2027-01-01");
  EXPECT_LT(*BusinessDate::parse("2026-12-31"), *BusinessDate::parse("2027-01-01"));
  for (const char* wrong : {"", "2026-02-29", "2026-1-01", "2026/01/01", "2026-13-01", "x"}) {
    EXPECT_FALSE(BusinessDate::parse(wrong)) << wrong;
  }
}

}  // namespace
}  // namespace madoguchi::domain
