// SPDX-License-Identifier: Apache-2.0
#include "core/store/subscriptions.h"

#include <gmock/gmock.h>

#include "core/domain/subscription_names.h"
#include "core/store/customer_merges.h"
#include "core/store/customers.h"
#include "core/store/orders.h"
#include "core/store/store_test.h"

namespace madoguchi::store {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

domain::BusinessDate day(const char* text) { return domain::BusinessDate::parse(text).value(); }

class StoredSubscriptions : public StoreTest {
 protected:
  void SetUp() override {
    StoreTest::SetUp();
    if (IsSkipped()) return;
    yamada_ = insert_customer("山田");
    sato_ = insert_customer("佐藤");
  }
  domain::Customer insert_customer(const std::string& name) {
    domain::Customer customer;
    customer.id = ids_.make<domain::CustomerId>();
    customer.family_name = name;
    write([&](db::Session& session) { Customers(session).insert(customer); });
    return customer;
  }
  domain::Subscription new_subscription(const std::string& sku = "TEA") {
    domain::Subscription value;
    value.id = ids_.make<domain::SubscriptionId>();
    value.customer = yamada_.id;
    value.next_date = day("2026-12-20");
    value.items = {{sku, "お茶", 2, 1080, 8}};
    value.created_at = clock_.now();
    value.modified_at = clock_.now();
    return value;
  }
  domain::Subscription insert(domain::Subscription value) {
    write([&](db::Session& session) { Subscriptions(session).insert(value); });
    return value;
  }
  SubscriptionRecord stored(const domain::SubscriptionId& id) {
    return read([&](db::Session& session) { return Subscriptions(session).by_id(id).value(); });
  }
  /// Page after page.
  template <class Set>
  std::vector<std::string> with(Set&& set) {
    SubscriptionQuery query;
    set(query);
    query.limit = 2;
    std::vector<std::string> found;
    std::optional<std::int64_t> before;
    do {
      const SubscriptionPage page =
          read([&](db::Session& session) { return Subscriptions(session).list(query, before); });
      for (const SubscriptionRecord& one : page.items) found.push_back(one.value.number);
      before = page.next;
    } while (before);
    return found;
  }

  domain::Customer yamada_;
  domain::Customer sato_;
};
INSTANTIATE_TEST_SUITE_P(Engines, StoredSubscriptions, testing::engines(), testing::engine_name);

TEST_P(StoredSubscriptions, come_back_as_they_were_kept) {
  domain::Subscription value = new_subscription();
  value.account = "shop";
  value.number = "T-17";
  value.case_sequence = 7;
  value.state = domain::SubscriptionState::paused;
  value.interval = {domain::IntervalUnit::week, 6};
  value.month_day = 31;
  value.time_slot = domain::TimeSlot::from_18_to_20;
  value.lead_days = 2;
  value.deadline_days = 5;
  value.delivered_count = 4;
  value.minimum_count = 3;
  value.discount = 10;
  value.shipping_fee = 550;
  value.payment_fee = 330;
  value.tax_included = false;
  value.total = 3000;
  value.payment_method = domain::PaymentMethod::card;
  value.card = "token-1";
  value.shipping_address.prefecture = "東京都";
  value.memo = "玄関先";
  value.labels = {domain::MasterId("vip")};
  value.pause_reasons = {domain::MasterId("r-1")};
  value.cancel_reasons = {domain::MasterId("r-2")};
  value.resume_on = day("2027-02-01");
  value.last_order = "o-1";
  value.error = "住所";
  value.sync = {domain::SyncState::by_hand, "shop", clock_.now(), std::nullopt};
  value = insert(value);
  const SubscriptionRecord record = stored(value.id);
  EXPECT_EQ(record.customer_number, yamada_.number());
  EXPECT_EQ(record.customer_name, "山田");
  EXPECT_EQ(record.value.number, "T-17");
  EXPECT_EQ(record.value.case_sequence, 7);
  EXPECT_EQ(record.value.month_day, 31);
  EXPECT_EQ(record.value.sync.state, domain::SyncState::by_hand);
  // Nothing at all is different.
  domain::Subscription same = record.value;
  EXPECT_TRUE(domain::become(same, value, "x")->empty());
}

TEST_P(StoredSubscriptions, have_one_writer_at_a_time_and_one_order_a_day) {
  const domain::Subscription value = insert(new_subscription());
  EXPECT_EQ(value.number, "SB-000001");
  EXPECT_EQ(stored(value.id).value.number, "SB-000001");
  domain::Subscription first = value;
  domain::Subscription second = value;
  first.memo = "one";
  const auto update = [&](domain::Subscription& one) {
    return write([&](db::Session& session) { return Subscriptions(session).update(one); });
  };
  EXPECT_TRUE(update(first));
  EXPECT_EQ(first.version, 2);
  EXPECT_FALSE(update(second));
  EXPECT_EQ(stored(value.id).value.memo, "one");
  domain::Order order;
  order.id = ids_.make<domain::OrderId>();
  order.customer = yamada_.id;
  const auto add = [&](const char* date) {
    return write([&](db::Session& session) {
      return Subscriptions(session).add_order(value.id, day(date), order.id);
    });
  };
  write([&](db::Session& session) { Orders(session).insert(order); });
  EXPECT_TRUE(add("2026-12-20"));
  EXPECT_FALSE(add("2026-12-20"));
  EXPECT_TRUE(add("2027-01-20"));
  EXPECT_TRUE(read([&](db::Session& session) {
    return Subscriptions(session).has_order(value.id, day("2026-12-20"));
  }));
  EXPECT_FALSE(read([&](db::Session& session) {
    return Subscriptions(session).has_order(value.id, day("2026-12-21"));
  }));
}

TEST_P(StoredSubscriptions, are_listed_newest_first_by_each_filter) {
  const domain::MasterId vip("vip");
  for (int i = 0; i < 5; ++i) {
    domain::Subscription value = new_subscription(i % 2 == 0 ? "EVEN" : "O\"DD");
    value.customer = i < 3 ? yamada_.id : sato_.id;
    if (i == 1) value.state = domain::SubscriptionState::paused;
    if (i == 4) value.labels = {vip};
    if (i == 4) value.account = "shop", value.number = "17";
    value.next_date = day("2026-12-20").plus_days(i);
    insert(value);
  }
  EXPECT_THAT(with([](auto&) {}),
              ElementsAre("17", "SB-000004", "SB-000003", "SB-000002", "SB-000001"));
  EXPECT_THAT(with([](auto& q) {
                q.numbers = {"17", "SB-000002"};
              }),
              ElementsAre("17", "SB-000002"));
  EXPECT_THAT(with([&](auto& q) { q.customer_numbers = {sato_.number()}; }),
              ElementsAre("17", "SB-000004"));
  EXPECT_THAT(with([](auto& q) { q.accounts = {"shop"}; }), ElementsAre("17"));
  EXPECT_THAT(with([](auto& q) { q.states = {domain::SubscriptionState::paused}; }),
              ElementsAre("SB-000002"));
  EXPECT_THAT(with([](auto& q) { q.skus = {"O\"DD"}; }), ElementsAre("SB-000004", "SB-000002"));
  EXPECT_THAT(with([](auto& q) { q.skus = {"ODD", "EVE"}; }), IsEmpty());
  EXPECT_THAT(with([&](auto& q) { q.labels = {vip}; }), ElementsAre("17"));
  EXPECT_THAT(with([](auto& q) {
                q.next_from = day("2026-12-21");
                q.next_to = day("2026-12-22");
              }),
              ElementsAre("SB-000003", "SB-000002"));
  EXPECT_THAT(with([&](auto& q) {
                q.customer_numbers = {yamada_.number()};
                q.skus = {"EVEN"};
                q.next_from = day("2026-12-21");
              }),
              ElementsAre("SB-000003"));
}

TEST_P(StoredSubscriptions, find_their_customers_and_go_along_with_them) {
  const domain::Subscription value = insert(new_subscription());
  CustomerQuery query;
  query.subscription_numbers = {value.number};
  const auto page =
      read([&](db::Session& session) { return Customers(session).list(query, std::nullopt); });
  ASSERT_EQ(page.items.size(), 1u);
  EXPECT_EQ(page.items[0].id, yamada_.id);
  write([&](db::Session& session) {
    CustomerMerges merges(session);
    merges.move(merges.belongings(yamada_.id), yamada_.id, sato_.id);
  });
  EXPECT_EQ(stored(value.id).value.customer, sato_.id);
  EXPECT_EQ(stored(value.id).value.version, 2);
}

}  // namespace
}  // namespace madoguchi::store
