// SPDX-License-Identifier: Apache-2.0
#include "core/store/orders.h"

#include <gmock/gmock.h>

#include "core/domain/order_names.h"
#include "core/store/customers.h"
#include "core/store/products.h"
#include "core/store/store_test.h"
#include "core/text/fold.h"

namespace madoguchi::store {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class StoredOrders : public StoreTest {
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
  domain::Order new_order(const std::string& sku = "A-1") {
    domain::Order order;
    order.id = ids_.make<domain::OrderId>();
    order.customer = yamada_.id;
    order.items = {{sku, "お茶", 2, 1080, 8}};
    order.shipping_address.city = "渋谷区";
    order.amounts = domain::amounts_of(order);
    order.ordered_at = clock_.now();
    order.created_at = clock_.now();
    order.modified_at = clock_.now();
    return order;
  }
  domain::Order insert(domain::Order order) {
    write([&](db::Session& session) { Orders(session).insert(order); });
    return order;
  }
  OrderRecord stored(const domain::OrderId& id) {
    return read([&](db::Session& session) { return Orders(session).by_id(id).value(); });
  }
  bool update(domain::Order& order, const domain::Order& before) {
    return write([&](db::Session& session) { return Orders(session).update(order, before); });
  }
  /// Page after page.
  std::vector<std::string> numbers(OrderQuery query) {
    query.limit = 2;
    std::vector<std::string> found;
    std::optional<OrderPlace> after;
    do {
      const OrderPage page =
          read([&](db::Session& session) { return Orders(session).list(query, after); });
      for (const OrderRecord& one : page.items) found.push_back(one.value.number);
      after = page.next;
    } while (after);
    EXPECT_EQ(read([&](db::Session& session) { return Orders(session).count(query, 1000); }),
              static_cast<int>(found.size()));
    return found;
  }
  template <class Set>
  std::vector<std::string> with(Set&& set) {
    OrderQuery query;
    set(query);
    return numbers(query);
  }

  domain::Customer yamada_;
  domain::Customer sato_;
};
INSTANTIATE_TEST_SUITE_P(Engines, StoredOrders, testing::engines(), testing::engine_name);

TEST_P(StoredOrders, come_back_as_they_were_kept) {
  domain::Order order = new_order();
  order.account = "shop";
  order.number = "A-10023";
  order.case_sequence = 7;
  order.source = domain::OrderSource::mail;
  order.source_message = domain::MessageId("m-1");
  order.discount = 10;
  order.coupons = {{"春の割引", 5}};
  order.points_used = 3;
  order.shipping_fee = 550;
  order.payment_fee = 330;
  order.tax_included = false;
  order.amounts = domain::amounts_of(order);
  order.payment_method = domain::PaymentMethod::card;
  order.card = "token-1";
  order.payment_state = domain::PaymentState::authorized;
  order.refunded = 1;
  order.state = domain::OrderState::preparing;
  order.shipping_address.postal_code = "150-0001";
  order.shipping_address.prefecture = "東京都";
  order.desired_delivery = {domain::BusinessDate::parse("2026-12-24"),
                            domain::TimeSlot::from_18_to_20};
  order.shipments = {
      {domain::Carrier::sagawa, "12-34", "https://example.jp/12", clock_.now(), std::nullopt}};
  order.remark = "玄関先に置いてください";
  order.memo = "折り返し済み";
  order.labels = {domain::MasterId("vip")};
  order.subscription = "sub-1";
  order.sync = {domain::SyncState::by_hand, "shop", clock_.now(), std::nullopt};
  order = insert(order);
  const OrderRecord record = stored(order.id);
  const domain::Order& kept = record.value;
  EXPECT_EQ(record.customer_name, "山田");
  EXPECT_EQ(record.customer_number, yamada_.number());
  EXPECT_EQ(kept.number, "A-10023");
  EXPECT_EQ(kept.case_sequence, 7);
  EXPECT_EQ(kept.source_message, order.source_message);
  EXPECT_EQ(kept.items, order.items);
  EXPECT_EQ(kept.coupons, order.coupons);
  EXPECT_EQ(kept.amounts, order.amounts);
  EXPECT_EQ(kept.payment_state, order.payment_state);
  EXPECT_EQ(kept.desired_delivery, order.desired_delivery);
  EXPECT_EQ(kept.shipments, order.shipments);
  EXPECT_EQ(kept.shipping_address, order.shipping_address);
  EXPECT_EQ(kept.labels, order.labels);
  EXPECT_EQ(kept.sync.state, domain::SyncState::by_hand);
  // Nothing at all is different.
  domain::Order same = kept;
  EXPECT_TRUE(domain::become(same, order, "x")->empty());
  EXPECT_EQ(kept.points_used, 3);
  EXPECT_EQ(kept.refunded, 1);
  EXPECT_EQ(kept.subscription, "sub-1");
}

TEST_P(StoredOrders, get_numbers_of_their_own_and_keep_those_of_a_shop_apart) {
  EXPECT_EQ(insert(new_order()).number, "OR-000001");
  EXPECT_EQ(insert(new_order()).number, "OR-000002");
  domain::Order one = new_order();
  one.account = "shop-a";
  one.number = "17";
  insert(one);
  one.id = ids_.make<domain::OrderId>();
  one.account = "shop-b";
  insert(one);
  EXPECT_THAT(with([](auto& query) { query.numbers = {"17"}; }), ElementsAre("17", "17"));
  EXPECT_TRUE(read([](db::Session& session) { return Orders(session).is_taken("shop-a", "17"); }));
  EXPECT_FALSE(read([](db::Session& session) { return Orders(session).is_taken("", "17"); }));
  one.id = ids_.make<domain::OrderId>();
  const auto again = database().in_transaction([&](db::Session& session) -> Result<void> {
    Orders(session).insert(one);
    return {};
  });
  EXPECT_FALSE(again);
}

TEST_P(StoredOrders, only_one_of_two_writers_wins) {
  const domain::Order order = insert(new_order());
  domain::Order first = order;
  domain::Order second = order;
  first.memo = "one";
  second.memo = "two";
  EXPECT_TRUE(update(first, order));
  EXPECT_EQ(first.version, 2);
  EXPECT_FALSE(update(second, order));
  EXPECT_EQ(stored(order.id).value.memo, "one");
}

TEST_P(StoredOrders, are_listed_newest_first_by_each_filter) {
  domain::MasterId vip("vip");
  std::vector<domain::Order> orders;
  for (int i = 0; i < 5; ++i) {
    domain::Order order = new_order(i % 2 == 0 ? "EVEN" : "ODD");
    order.customer = i < 3 ? yamada_.id : sato_.id;
    if (i == 1) order.state = domain::OrderState::shipped;
    if (i == 1) order.shipments = {{domain::Carrier::yamato, "1111-2222-3333", "", {}, {}}};
    if (i >= 3) order.payment_state = domain::PaymentState::paid;
    if (i == 4) order.labels = {vip};
    if (i == 4) order.account = "shop", order.number = "OR-000005";
    if (i == 2) order.subscription = "sub";
    orders.push_back(insert(order));
    clock_.advance(std::chrono::hours(1));
  }
  const std::vector<std::string> all = {"OR-000005", "OR-000004", "OR-000003", "OR-000002",
                                        "OR-000001"};
  EXPECT_EQ(with([](auto&) {}), all);
  EXPECT_THAT(with([&](auto& q) { q.customer_numbers = {sato_.number()}; }),
              ElementsAre("OR-000005", "OR-000004"));
  EXPECT_THAT(with([&](auto& q) { q.skus = {"EVEN"}; }),
              ElementsAre("OR-000005", "OR-000003", "OR-000001"));
  EXPECT_EQ(with([&](auto& q) { q.skus = {"EVEN", "ODD"}; }), all);
  EXPECT_THAT(with([&](auto& q) { q.skus = {"even"}; }), IsEmpty());
  EXPECT_THAT(with([&](auto& q) { q.states = {domain::OrderState::shipped}; }),
              ElementsAre("OR-000002"));
  EXPECT_THAT(with([&](auto& q) {
                q.states = {domain::OrderState::shipped, domain::OrderState::received};
                q.payment_states = {domain::PaymentState::paid};
              }),
              ElementsAre("OR-000005", "OR-000004"));
  EXPECT_THAT(with([&](auto& q) { q.tracking_numbers = {tracking_key("１１１１ 22223333")}; }),
              ElementsAre("OR-000002"));
  EXPECT_THAT(with([&](auto& q) { q.labels = {vip}; }), ElementsAre("OR-000005"));
  EXPECT_THAT(with([&](auto& q) { q.accounts = {"shop"}; }), ElementsAre("OR-000005"));
  EXPECT_THAT(with([&](auto& q) { q.subscriptions = {"sub"}; }), ElementsAre("OR-000003"));
  EXPECT_THAT(with([&](auto& q) {
                q.skus = {"EVEN"};
                q.customer_numbers = {yamada_.number()};
                q.ordered_from = orders[1].ordered_at;
              }),
              ElementsAre("OR-000003"));
  EXPECT_THAT(with([&](auto& q) {
                q.ordered_from = orders[1].ordered_at;
                q.ordered_before = orders[3].ordered_at;
              }),
              ElementsAre("OR-000003", "OR-000002"));
  // What an order no longer has does not find it.
  domain::Order order = orders[0];
  order.items[0].sku = "OTHER";
  ASSERT_TRUE(update(order, orders[0]));
  EXPECT_THAT(with([&](auto& q) { q.skus = {"EVEN"}; }), ElementsAre("OR-000005", "OR-000003"));
  EXPECT_THAT(with([&](auto& q) { q.skus = {"OTHER"}; }), ElementsAre("OR-000001"));
}

TEST_P(StoredOrders, customers_are_found_by_them) {
  const domain::Order order = insert(new_order());
  CustomerQuery query;
  query.order_numbers = {order.number};
  const auto page =
      read([&](db::Session& session) { return Customers(session).list(query, std::nullopt); });
  ASSERT_EQ(page.items.size(), 1u);
  EXPECT_EQ(page.items[0].id, yamada_.id);
  query.order_numbers = {"OR-999999"};
  EXPECT_THAT(read([&](db::Session& session) { return Customers(session).list(query, {}); }).items,
              IsEmpty());
}

TEST_P(StoredOrders, products_are_found_by_any_of_their_codes_and_words) {
  domain::Product tea;
  tea.id = ids_.make<domain::ProductId>();
  tea.sku = "TEA";
  tea.name = "緑茶 ティーバッグ";
  tea.variants = {{"TEA-L", "大袋", 3000, 5}, {"TEA-S", "小袋", std::nullopt, std::nullopt}};
  tea.price = 1080;
  tea.tax_rate = 8;
  domain::Product cup;
  cup.id = ids_.make<domain::ProductId>();
  cup.account = "shop";
  cup.sku = "TEA";
  cup.name = "湯のみ";
  cup.price = 2200;
  cup.stock = 0;
  write([&](db::Session& session) {
    Products(session).insert(tea);
    Products(session).insert(cup);
  });
  const auto by_code = [&](const char* account, const char* sku) {
    return read([&](db::Session& session) { return Products(session).by_code(account, sku); });
  };
  EXPECT_EQ(by_code("", "TEA-L")->id, tea.id);
  EXPECT_EQ(by_code("", "TEA-L")->variants, tea.variants);
  EXPECT_EQ(by_code("shop", "TEA")->stock, 0);
  EXPECT_FALSE(by_code("shop", "TEA-L"));
  const auto names = [&](const std::vector<std::string>& words) {
    ProductQuery query;
    for (const std::string& word : words) query.words.push_back(text::fold(word));
    query.limit = 1;
    std::vector<std::string> found;
    std::optional<ProductPlace> after;
    do {
      const ProductPage page =
          read([&](db::Session& session) { return Products(session).list(query, after); });
      for (const domain::Product& one : page.items) found.push_back(one.name);
      after = page.next;
    } while (after);
    return found;
  };
  EXPECT_THAT(names({}), ElementsAre("緑茶 ティーバッグ", "湯のみ"));
  EXPECT_THAT(names({"ﾃｨｰ"}), ElementsAre("緑茶 ティーバッグ"));
  EXPECT_THAT(names({"tea-l", "緑"}), ElementsAre("緑茶 ティーバッグ"));
  EXPECT_THAT(names({"100%"}), IsEmpty());
  // A variant that is gone frees its code.
  tea.variants.pop_back();
  EXPECT_TRUE(write([&](db::Session& session) { return Products(session).update(tea); }));
  EXPECT_FALSE(by_code("", "TEA-S"));
  tea.version = 1;
  EXPECT_FALSE(write([&](db::Session& session) { return Products(session).update(tea); }));
}

}  // namespace
}  // namespace madoguchi::store
