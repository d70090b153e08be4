// SPDX-License-Identifier: Apache-2.0
#include "core/service/subscriptions.h"

#include "core/service/customer_merges.h"
#include "core/service/customer_parts.h"
#include "core/service/customers.h"
#include "core/service/edit_locks.h"
#include "core/service/orders.h"
#include "core/service/service_test.h"
#include "core/service/subscription_orders.h"

namespace madoguchi::service {
namespace {

using domain::BusinessDate;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using State = domain::SubscriptionState;

template <class T>
std::vector<std::string> pointers_of(const Result<T>& answer) {
  std::vector<std::string> pointers;
  for (const FieldError& one : error_of(answer).fields) pointers.push_back(one.pointer);
  return pointers;
}

class UseOfSubscriptions : public ServiceTest {
 protected:
  void SetUp() override {
    ServiceTest::SetUp();
    if (IsSkipped()) return;
    customers_ = std::make_unique<CustomerService>(*env_);
    orders_ = std::make_unique<OrderService>(*env_);
    subscriptions_ = std::make_unique<SubscriptionService>(*env_);
    runner_->add(subscription_job(*env_));
    MasterDataService master(*env_);
    ASSERT_TRUE(
        master.create(as_ann(), domain::MasterKind::subscription_reason, {"飲みきれない", "", 1}));
    bob_ = new_agent("bob");
    CustomerCreateDto wish;
    wish.family_name = "山田";
    domain::PostalAddress address;
    address.postal_code = "1500001";
    address.prefecture = "東京";
    address.city = "渋谷区";
    wish.billing_address = address;
    yamada_ = customers_->create(as_ann(), wish).value().number;
  }

  /// So many days from now, in Japan.
  std::string in(int days) const { return BusinessDate::of(clock_.now()).plus_days(days).str(); }
  SubscriptionCreateDto wish_of(int days = 20) const {
    SubscriptionCreateDto wish;
    wish.customer = yamada_;
    wish.next_date = in(days);
    wish.items.emplace().push_back({"TEA", "お茶", 2, Yen{1080}, 8});
    wish.shipping_fee = Yen{550};
    return wish;
  }
  SubscriptionDto create(const SubscriptionCreateDto& wish) {
    const Result<SubscriptionDto> made = subscriptions_->create(as_ann(), wish);
    EXPECT_TRUE(made) << made.error().describe();
    return made.value_or(SubscriptionDto());
  }
  SubscriptionDto now(const std::string& id) { return subscriptions_->get(ann_, id).value(); }
  std::vector<OrderDto> orders_of(const std::string& id) {
    OrderFilter filter;
    filter.subscriptions = {id};
    return orders_->list(ann_, filter, std::nullopt).value().items;
  }
  void days_pass(int days) { run_jobs_after(std::chrono::hours(24 * days)); }

  std::unique_ptr<CustomerService> customers_;
  std::unique_ptr<OrderService> orders_;
  std::unique_ptr<SubscriptionService> subscriptions_;
  domain::Caller bob_;
  std::string yamada_;
};
INSTANTIATE_TEST_SUITE_P(Engines, UseOfSubscriptions, testing::engines(), testing::engine_name);

TEST_P(UseOfSubscriptions, make_each_order_when_it_is_due_and_once) {
  SubscriptionCreateDto wish = wish_of(20);
  wish.interval = domain::Interval{domain::IntervalUnit::week, 2};
  wish.time_slot = domain::TimeSlot::morning;
  const SubscriptionDto made = create(wish);
  EXPECT_EQ(made.number, "SB-000001");
  EXPECT_EQ(made.total.amount, 2710);
  EXPECT_EQ(made.change_deadline, in(13));
  EXPECT_EQ(made.order_day, in(17));
  const std::string first = in(20);
  const std::string second = in(34);
  days_pass(16);
  EXPECT_THAT(orders_of(made.id), IsEmpty());
  days_pass(1);
  ASSERT_EQ(orders_of(made.id).size(), 1u);
  const OrderDto order = orders_of(made.id)[0];
  EXPECT_EQ(order.source, domain::OrderSource::subscription);
  EXPECT_EQ(order.customer, yamada_);
  EXPECT_EQ(order.desired_delivery.date, first);
  EXPECT_EQ(order.desired_delivery.time_slot, domain::TimeSlot::morning);
  EXPECT_EQ(order.total.amount, 2710);
  ASSERT_EQ(order.tax.size(), 2u);
  EXPECT_EQ(order.tax[1].amount.amount, 160);
  EXPECT_EQ(order.shipping_address.prefecture, "東京都");
  SubscriptionDto after = now(made.id);
  EXPECT_EQ(after.next_date, second);
  EXPECT_EQ(after.delivered_count, 1);
  EXPECT_EQ(after.last_order, order.id);
  // The same job again, as after a crash or in another daemon, makes nothing.
  write([&](db::Session& session) {
    env_->queue.put(session, {"subscriptions.order", "again",
                              BusinessDate::of(clock_.now()).str() + " " + made.id});
  });
  run_jobs();
  EXPECT_EQ(orders_of(made.id).size(), 1u);
  days_pass(14);
  EXPECT_EQ(orders_of(made.id).size(), 2u);
  EXPECT_THAT(events(made.id),
              ElementsAre("subscription.created", "subscription.ordered", "subscription.ordered"));
  EXPECT_THAT(events(order.id), ElementsAre("order.created"));
}

TEST_P(UseOfSubscriptions, one_that_is_late_makes_one_order_and_goes_on) {
  SubscriptionCreateDto wish = wish_of(20);
  wish.interval = domain::Interval{domain::IntervalUnit::day, 7};
  const SubscriptionDto made = create(wish);
  days_pass(60);  // the hub was away
  ASSERT_EQ(orders_of(made.id).size(), 1u);
  EXPECT_EQ(orders_of(made.id)[0].desired_delivery.date, in(3));
  EXPECT_EQ(now(made.id).next_date, in(10));
}

TEST_P(UseOfSubscriptions, many_at_once_make_one_order) {
  const SubscriptionDto made = create(wish_of(20));
  clock_.advance(std::chrono::hours(24 * 17));
  write([&](db::Session& session) {
    for (int i = 0; i < 10; ++i) {
      env_->queue.put(session, {"subscriptions.order", "race " + std::to_string(i),
                                BusinessDate::of(clock_.now()).str() + " " + made.id});
    }
  });
  run_jobs();
  EXPECT_EQ(orders_of(made.id).size(), 1u);
  EXPECT_EQ(now(made.id).delivered_count, 1);
}

TEST_P(UseOfSubscriptions, past_the_deadline_only_exceptions_are_made) {
  const SubscriptionDto made = create(wish_of(20));
  days_pass(13);
  SubscriptionPatchDto less;
  less.items.emplace().push_back({"TEA", {}, 1, {}, {}});
  ASSERT_TRUE(subscriptions_->patch({bob_}, made.id, less)) << "the last free day";
  days_pass(1);
  SubscriptionPatchDto more;
  more.items.emplace().push_back({"TEA", {}, 5, {}, {}});
  more.exception = true;
  const Error forbidden = error_of(subscriptions_->patch({bob_}, made.id, more));
  EXPECT_EQ(forbidden.code, ErrorCode::forbidden);
  EXPECT_EQ(forbidden.members.at("objections"), "[\"past_deadline\"]");
  more.exception = false;
  const Error warned = error_of(subscriptions_->patch(as_ann(), made.id, more));
  EXPECT_EQ(warned.type, "subscription-objection");
  EXPECT_EQ(warned.members.at("objections"), "[\"past_deadline\"]");
  EXPECT_EQ(error_of(subscriptions_->skip({bob_}, made.id, {})).code, ErrorCode::forbidden);
  SubscriptionPatchDto memo;
  memo.memo = "電話済み";
  EXPECT_TRUE(subscriptions_->patch({bob_}, made.id, memo));
  EXPECT_EQ(now(made.id).total.amount, 1630);
  more.exception = true;
  const Result<SubscriptionDto> done = subscriptions_->patch(as_ann(), made.id, more);
  ASSERT_TRUE(done) << done.error().describe();
  EXPECT_EQ(done->total.amount, 5950);
  const auto history = customers_->history(ann_, yamada_, std::nullopt, 10).value().items;
  const domain::FieldChange last = history.at(0).fields.back();
  EXPECT_EQ(last.field, "exception");
  EXPECT_EQ(last.to, "past_deadline");
}

TEST_P(UseOfSubscriptions, end_below_the_minimum_as_an_exception_and_with_reasons) {
  SubscriptionCreateDto wish = wish_of(20);
  wish.minimum_count = 2;
  const SubscriptionDto made = create(wish);
  EXPECT_EQ(error_of(subscriptions_->cancel({bob_}, made.id, {{"飲みきれない"}, true})).code,
            ErrorCode::forbidden);
  SubscriptionPatchDto lower;
  lower.minimum_count = 0;
  EXPECT_EQ(error_of(subscriptions_->patch({bob_}, made.id, lower)).code, ErrorCode::forbidden);
  const Error warned = error_of(subscriptions_->cancel(as_ann(), made.id, {{"飲みきれない"}}));
  EXPECT_EQ(warned.members.at("objections"), "[\"below_minimum\"]");
  EXPECT_THAT(pointers_of(subscriptions_->cancel(as_ann(), made.id, {{"no such"}, true})),
              ElementsAre("/reasons/0"));
  const Result<SubscriptionDto> ended =
      subscriptions_->cancel(as_ann(), made.id, {{"飲みきれない"}, true});
  ASSERT_TRUE(ended) << ended.error().describe();
  EXPECT_EQ(ended->state, State::canceled);
  EXPECT_EQ(ended->cancel_reasons.at(0).name, "飲みきれない");
  days_pass(40);
  EXPECT_THAT(orders_of(made.id), IsEmpty());
  EXPECT_EQ(error_of(subscriptions_->resume(as_ann(), made.id, {})).type, "subscription-state");
  EXPECT_EQ(error_of(subscriptions_->order_now(as_ann(), made.id, {})).type, "subscription-state");
  const auto history = customers_->history(ann_, yamada_, std::nullopt, 10).value().items;
  const domain::FieldChange reason{"cancel_reasons", "", "飲みきれない"};
  EXPECT_THAT(history.at(0).fields, ::testing::Contains(reason));
}

TEST_P(UseOfSubscriptions, skip_pause_and_go_on_by_themselves) {
  SubscriptionCreateDto wish = wish_of(20);
  wish.interval = domain::Interval{domain::IntervalUnit::day, 10};
  const SubscriptionDto made = create(wish);
  const std::string third = in(40);
  ASSERT_EQ(subscriptions_->skip({bob_}, made.id, {})->next_date, in(30));
  const Result<SubscriptionDto> paused =
      subscriptions_->pause({bob_}, made.id, {{"飲みきれない"}, in(35), false});
  ASSERT_TRUE(paused) << paused.error().describe();
  EXPECT_EQ(paused->resume_on, in(35));
  EXPECT_EQ(error_of(subscriptions_->skip({bob_}, made.id, {})).type, "subscription-state");
  days_pass(34);
  EXPECT_THAT(orders_of(made.id), IsEmpty());
  EXPECT_EQ(now(made.id).state, State::paused);
  days_pass(1);
  EXPECT_EQ(now(made.id).state, State::active);
  EXPECT_EQ(now(made.id).next_date, third);
  days_pass(2);
  ASSERT_EQ(orders_of(made.id).size(), 1u);
  EXPECT_EQ(orders_of(made.id)[0].desired_delivery.date, third);
  EXPECT_THAT(pointers_of(subscriptions_->pause({ann_}, made.id, {{}, in(0), true})),
              ElementsAre("/resume_on"));
  ASSERT_TRUE(subscriptions_->pause({ann_}, made.id, {{}, std::nullopt, true}));
  EXPECT_THAT(pointers_of(subscriptions_->resume({bob_}, made.id, {third})),
              ElementsAre("/next_date"));
  EXPECT_EQ(subscriptions_->resume({bob_}, made.id, {in(9)})->next_date, in(9));
}

TEST_P(UseOfSubscriptions, order_now_comes_in_place_of_the_next_one) {
  SubscriptionCreateDto wish = wish_of(20);
  wish.interval = domain::Interval{domain::IntervalUnit::day, 30};
  const SubscriptionDto made = create(wish);
  const Result<OrderDto> order = subscriptions_->order_now({bob_}, made.id, {});
  ASSERT_TRUE(order) << order.error().describe();
  EXPECT_EQ(order->subscription, made.id);
  EXPECT_EQ(order->desired_delivery.date, in(3));
  EXPECT_EQ(now(made.id).next_date, in(33));
  EXPECT_EQ(error_of(subscriptions_->order_now({bob_}, made.id, {})).type, "subscription-ordered");
  EXPECT_EQ(orders_of(made.id).size(), 1u);
  EXPECT_THAT(pointers_of(subscriptions_->order_now({bob_}, made.id, {in(-1)})),
              ElementsAre("/date"));
}

TEST_P(UseOfSubscriptions, what_cannot_be_made_says_why_and_is_made_once_it_can) {
  const SubscriptionDto made = create(wish_of(20));
  write([&](db::Session& session) {
    session.run({"test", "UPDATE subscriptions SET shipping_address = '{}'"});
  });
  days_pass(17);
  EXPECT_THAT(orders_of(made.id), IsEmpty());
  EXPECT_THAT(now(made.id).error.value_or(""), ::testing::HasSubstr("/shipping_address"));
  EXPECT_EQ(events(made.id).back(), "subscription.order_failed");
  SubscriptionPatchDto patch;
  patch.shipping_address.emplace();
  patch.shipping_address->prefecture = "大阪府";
  patch.shipping_address->city = "大阪市";
  patch.exception = true;
  ASSERT_TRUE(subscriptions_->patch(as_ann(), made.id, patch));
  run_jobs();
  EXPECT_EQ(now(made.id).error, std::nullopt);
  EXPECT_EQ(orders_of(made.id).size(), 1u);
}

TEST_P(UseOfSubscriptions, of_a_shop_are_ordered_there) {
  SubscriptionCreateDto wish = wish_of(20);
  wish.account = "shop";
  wish.number = "T-17";
  wish.delivered_count = 5;
  const SubscriptionDto made = create(wish);
  EXPECT_EQ(made.sync.state, domain::SyncState::in_step);
  EXPECT_THAT(pointers_of(subscriptions_->create(as_ann(), wish)), ElementsAre("/number"));
  days_pass(30);
  EXPECT_THAT(orders_of(made.id), IsEmpty());
  EXPECT_EQ(error_of(subscriptions_->order_now(as_ann(), made.id, {})).type,
            "subscription-of-shop");
  SubscriptionPatchDto patch;
  patch.memo = "x";
  EXPECT_EQ(subscriptions_->patch(as_ann(), made.id, patch)->sync.state,
            domain::SyncState::in_step);
  patch.next_date = in(40);
  patch.exception = true;
  EXPECT_EQ(subscriptions_->patch(as_ann(), made.id, patch)->sync.state,
            domain::SyncState::by_hand);
}

TEST_P(UseOfSubscriptions, are_under_the_edit_lock_and_a_version) {
  const SubscriptionDto made = create(wish_of(20));
  SubscriptionPatchDto patch;
  patch.memo = "x";
  ASSERT_TRUE(subscriptions_->patch({ann_, 1}, made.id, patch));
  const Error stale = error_of(subscriptions_->patch({ann_, 1}, made.id, patch));
  EXPECT_EQ(stale.code, ErrorCode::stale);
  EXPECT_EQ(stale.members.count("current"), 1u);
  EXPECT_EQ(subscriptions_->patch({ann_, 2}, made.id, patch)->version, 2);
  EditLockService locks(*env_);
  ASSERT_TRUE(locks.put({bob_}, yamada_, {}));
  EXPECT_EQ(error_of(subscriptions_->skip(as_ann(), made.id, {})).code, ErrorCode::locked);
  EXPECT_EQ(error_of(subscriptions_->create(as_ann(), wish_of())).code, ErrorCode::locked);
  EXPECT_EQ(error_of(subscriptions_->order_now(as_ann(), made.id, {})).code, ErrorCode::locked);
  EXPECT_EQ(number("SELECT count(*) FROM subscriptions"), 1);
  days_pass(17);  // the hub's own goes on
  EXPECT_EQ(orders_of(made.id).size(), 1u);
}

TEST_P(UseOfSubscriptions, go_along_when_customers_are_merged) {
  const SubscriptionDto made = create(wish_of(20));
  CustomerCreateDto wish;
  wish.family_name = "佐藤";
  const std::string other = customers_->create(as_ann(), wish).value().number;
  CustomerMergeService merges(*env_);
  ASSERT_EQ(merges.merge(as_ann(), yamada_, {other, false})->subscriptions, 1);
  EXPECT_EQ(now(made.id).customer, other);
  days_pass(17);
  ASSERT_EQ(orders_of(made.id).size(), 1u);
  EXPECT_EQ(orders_of(made.id)[0].customer, other);
}

TEST_P(UseOfSubscriptions, bad_input_names_every_member) {
  SubscriptionCreateDto wish;
  wish.items.emplace().push_back({"NO", {}, 1, {}, {}});
  wish.number = "17";
  wish.case_number = "CS-999999";
  wish.interval = domain::Interval{domain::IntervalUnit::month, 25};
  wish.labels = std::vector<std::string>{"no such"};
  EXPECT_THAT(pointers_of(subscriptions_->create(as_ann(), wish)),
              ElementsAre("/case", "/account", "/customer", "/next_date", "/items/0/sku",
                          "/labels/0", "/interval/count", "/shipping_address"));
  wish = wish_of(-1);
  EXPECT_THAT(pointers_of(subscriptions_->create(as_ann(), wish)), ElementsAre("/next_date"));
  wish.next_date = "2026-02-30";
  EXPECT_THAT(pointers_of(subscriptions_->create(as_ann(), wish)), ElementsAre("/next_date"));
  EXPECT_EQ(error_of(subscriptions_->get(ann_, "no")).code, ErrorCode::not_found);
  SubscriptionFilter filter;
  filter.next_from = "tomorrow";
  EXPECT_THAT(pointers_of(subscriptions_->list(ann_, filter, std::nullopt)),
              ElementsAre("/next_from"));
}

}  // namespace
}  // namespace madoguchi::service
