// SPDX-License-Identifier: Apache-2.0
#include "core/domain/subscription.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <set>

#include "core/domain/subscription_names.h"

namespace madoguchi::domain {
namespace {

using ::testing::ElementsAre;
using ::testing::UnorderedElementsAre;
using State = SubscriptionState;
using Action = SubscriptionAction;

BusinessDate day(const char* text) { return BusinessDate::parse(text).value(); }

/// A pack of tea on the 20th of each month.
Subscription tea() {
  Subscription value;
  value.id = SubscriptionId("s-1");
  value.next_date = day("2026-12-20");
  value.month_day = 20;
  value.items = {{"TEA", "お茶", 2, 1080, 8}};
  value.shipping_fee = 550;
  value.minimum_count = 3;
  value.delivered_count = 3;
  value.shipping_address.postal_code = "1500001";
  value.shipping_address.prefecture = "東京";
  value.shipping_address.city = "渋谷区";
  return checked(value).value();
}

template <class T>
std::vector<std::string> pointers(const Result<T>& result) {
  std::vector<std::string> out;
  if (result) return out;
  for (const FieldError& one : result.error().fields) out.push_back(one.pointer);
  return out;
}

TEST(SubscriptionStates, EveryStep) {
  std::set<std::string> found;
  for (const auto& from : EnumNames<State>::values) {
    for (const auto& to : EnumNames<State>::values) {
      Subscription value = tea();
      value.state = from.value;
      Subscription wanted = value;
      wanted.state = to.value;
      const bool possible = next_states(from.value).has(to.value);
      if (possible) found.insert(std::string(from.name) + ">" + std::string(to.name));
      const Result<Change> change = become(value, wanted, "subscription.changed");
      EXPECT_EQ(change.has_value(), possible || from.value == to.value);
      EXPECT_EQ(value.state, possible ? to.value : from.value);
      if (!change) {
        EXPECT_EQ(change.error().type, "subscription-state");
      }
    }
  }
  EXPECT_THAT(found, UnorderedElementsAre("active>paused", "active>canceled", "paused>active",
                                          "paused>canceled"));
}

TEST(SubscriptionDates, KeepTheDayOfTheMonth) {
  Subscription value = tea();
  value.next_date = day("2027-01-31");
  value.month_day = 31;
  value = skipped(value);
  EXPECT_EQ(value.next_date.str(), "2027-02-28");
  value = skipped(value);
  EXPECT_EQ(value.next_date.str(), "2027-03-31");
  value.interval = {IntervalUnit::week, 2};
  EXPECT_EQ(skipped(value).next_date.str(), "2027-04-14");
  value.interval = {IntervalUnit::day, 10};
  EXPECT_EQ(skipped(value).next_date.str(), "2027-04-10");
  EXPECT_EQ(value.change_deadline().str(), "2027-03-24");
  EXPECT_EQ(value.order_day().str(), "2027-03-28");
}

TEST(SubscriptionDates, SayWhenTheHubHasSomethingToDo) {
  Subscription value = tea();
  EXPECT_EQ(value.due_day(), day("2026-12-17"));
  value.state = State::paused;
  EXPECT_EQ(value.due_day(), std::nullopt);
  value.resume_on = day("2027-02-01");
  EXPECT_EQ(value.due_day(), day("2027-02-01"));
  value.account = "shop";
  EXPECT_EQ(value.due_day(), std::nullopt);
  value.account.clear();
  value.state = State::canceled;
  EXPECT_EQ(value.due_day(), std::nullopt);
}

TEST(SubscriptionDates, GoOnWhereAnOrderCanStillBeMade) {
  Subscription value = tea();
  value.state = State::paused;
  value.pause_reasons = {MasterId("m-1")};
  value.resume_on = day("2027-03-01");
  const Subscription later = resumed(value, std::nullopt, day("2027-02-18"));
  EXPECT_EQ(later.next_date.str(), "2027-03-20");  // the order of 02-20 would have been on 02-17
  EXPECT_EQ(later.state, State::active);
  EXPECT_TRUE(later.pause_reasons.empty());
  EXPECT_EQ(later.resume_on, std::nullopt);
  const Subscription chosen = resumed(value, day("2027-02-25"), day("2027-02-18"));
  EXPECT_EQ(chosen.next_date.str(), "2027-02-25");
  EXPECT_EQ(skipped(chosen).next_date.str(), "2027-03-25");
  const Subscription made = went_on(tea(), OrderId("o-1"), day("2026-12-20"));
  EXPECT_EQ(made.next_date.str(), "2027-01-20");
  EXPECT_EQ(made.delivered_count, 4);
  EXPECT_EQ(made.last_order, "o-1");
}

TEST(SubscriptionOrders, AreCalculatedAsAnyOrder) {
  Subscription value = tea();
  value.time_slot = TimeSlot::morning;
  EXPECT_EQ(value.total, 2710);
  const Order order = order_for(value, value.next_date).value();
  EXPECT_EQ(order.amounts.total, 2710);
  EXPECT_THAT(order.amounts.tax, ElementsAre(TaxLine{10, 550, 50}, TaxLine{8, 2160, 160}));
  EXPECT_EQ(order.subscription, "s-1");
  EXPECT_EQ(order.source, OrderSource::subscription);
  EXPECT_EQ(order.desired_delivery.date, value.next_date);
  EXPECT_EQ(order.desired_delivery.time_slot, TimeSlot::morning);
  EXPECT_EQ(order.shipping_address.prefecture, "東京都");
}

TEST(SubscriptionChecks, NameEveryMemberThatIsWrong) {
  Subscription value = tea();
  value.interval.count = 25;
  value.lead_days = 8;
  value.items.clear();
  value.shipping_address = {};
  EXPECT_THAT(pointers(checked(value)),
              ElementsAre("/interval/count", "/lead_days", "/items", "/shipping_address"));
  value = tea();
  value.payment_method = PaymentMethod::card;
  EXPECT_THAT(pointers(checked(value)), ElementsAre("/card"));
  value = tea();
  value.interval = {IntervalUnit::day, 730};
  EXPECT_TRUE(checked(value));
}

TEST(SubscriptionObjections, StandAgainstWhatTouchesADeliveryUnderWay) {
  const BusinessDate free = day("2026-12-13");
  const BusinessDate late = day("2026-12-14");
  const auto found = [](const std::function<void(Subscription&)>& edit, BusinessDate today) {
    Subscription wanted = tea();
    edit(wanted);
    return objections(tea(), wanted, today);
  };
  const auto less = [](Subscription& value) { value.items[0].quantity = 1; };
  const auto elsewhere = [](Subscription& value) { value.shipping_address.city = "港区"; };
  const auto sooner = [](Subscription& value) { value.deadline_days = 3; };
  const auto memo = [](Subscription& value) { value.memo = "電話済み"; };
  const auto stop = [](Subscription& value) { value.state = State::canceled; };
  for (const auto& edit :
       std::vector<std::function<void(Subscription&)>>{less, elsewhere, sooner, stop}) {
    EXPECT_EQ(found(edit, free), Objections());
    EXPECT_EQ(found(edit, late), Objections{Objection::past_deadline});
  }
  EXPECT_EQ(found(memo, late), Objections());
  Subscription paused = tea();
  paused.state = State::paused;
  Subscription wanted = paused;
  less(wanted);
  EXPECT_EQ(objections(paused, wanted, late), Objections());
}

TEST(SubscriptionObjections, StandAgainstFewerDeliveriesThanWereAgreed) {
  Subscription value = tea();
  value.delivered_count = 2;
  const BusinessDate today = day("2026-12-01");
  Subscription wanted = value;
  wanted.state = State::canceled;
  EXPECT_EQ(objections(value, wanted, today), Objections{Objection::below_minimum});
  wanted = value;
  wanted.minimum_count = 2;
  EXPECT_EQ(objections(value, wanted, today), Objections{Objection::below_minimum});
  wanted.minimum_count = 4;
  EXPECT_EQ(objections(value, wanted, today), Objections());
  wanted = value;
  wanted.state = State::paused;
  EXPECT_EQ(objections(value, wanted, today), Objections());
}

TEST(SubscriptionActions, FollowTheStateTheDayAndTheRole) {
  const auto names = [](const Subscription& value, Role role, const char* today) {
    std::vector<std::string> out;
    const Caller caller{AgentId("a"), "a", role};
    const SubscriptionActions actions = allowed_actions(value, caller, day(today));
    for (const auto& one : EnumNames<Action>::values) {
      if (actions.has(one.value)) out.emplace_back(one.name);
    }
    return out;
  };
  Subscription value = tea();
  EXPECT_THAT(names(value, Role::agent, "2026-12-13"),
              ElementsAre("edit", "edit_delivery", "skip", "pause", "cancel", "order_now"));
  EXPECT_THAT(names(value, Role::agent, "2026-12-14"), ElementsAre("edit", "order_now"));
  EXPECT_THAT(names(value, Role::supervisor, "2026-12-14"),
              ElementsAre("edit", "edit_delivery", "skip", "pause", "cancel", "order_now"));
  EXPECT_THAT(names(value, Role::viewer, "2026-12-01"), ElementsAre());
  value.delivered_count = 0;
  EXPECT_THAT(names(value, Role::agent, "2026-12-01"),
              ElementsAre("edit", "edit_delivery", "skip", "pause", "order_now"));
  value.state = State::paused;
  value.account = "shop";
  EXPECT_THAT(names(value, Role::agent, "2026-12-14"),
              ElementsAre("edit", "edit_delivery", "resume"));
  value.state = State::canceled;
  EXPECT_THAT(names(value, Role::admin, "2026-12-14"), ElementsAre("edit"));
}

TEST(SubscriptionChanges, AreToldFieldByField) {
  Subscription value = tea();
  Subscription wanted = value;
  wanted.interval = {IntervalUnit::week, 6};
  wanted.items[0].quantity = 3;
  wanted = checked(wanted).value();
  const Change change = become(value, wanted, "subscription.changed").value();
  const std::vector<FieldChange> fields = {
      {"interval", "1 month", "6 week"},
      {"items", "TEA お茶 x 2 @ 1080 JPY (8%)", "TEA お茶 x 3 @ 1080 JPY (8%)"},
      {"total", "2710 JPY", "3790 JPY"}};
  EXPECT_EQ(change.fields, fields);
  value.state = State::canceled;
  wanted = value;
  wanted.memo = "x";
  EXPECT_TRUE(become(value, wanted, "subscription.changed"));
  wanted.items[0].quantity = 1;
  EXPECT_EQ(become(value, wanted, "x").error().type, "subscription-canceled");
  for (const FieldChange& one : creation(tea()).fields) EXPECT_EQ(one.from, "") << one.field;
}

}  // namespace
}  // namespace madoguchi::domain
