// SPDX-License-Identifier: Apache-2.0
#include "core/service/orders.h"

#include "core/service/customer_merges.h"
#include "core/service/customer_transfers.h"
#include "core/service/customers.h"
#include "core/service/edit_locks.h"
#include "core/service/products.h"
#include "core/service/service_test.h"

namespace madoguchi::service {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

template <class T>
std::vector<std::string> pointers_of(const Result<T>& answer) {
  std::vector<std::string> pointers;
  for (const FieldError& one : error_of(answer).fields) pointers.push_back(one.pointer);
  return pointers;
}

class UseOfOrders : public ServiceTest {
 protected:
  void SetUp() override {
    ServiceTest::SetUp();
    if (IsSkipped()) return;
    customers_ = std::make_unique<CustomerService>(*env_);
    merges_ = std::make_unique<CustomerMergeService>(*env_);
    transfers_ = std::make_unique<CustomerTransferService>(*env_);
    orders_ = std::make_unique<OrderService>(*env_);
    products_ = std::make_unique<ProductService>(*env_);
    runner_->add(transfers_->job_kind());
    yamada_ = new_customer("山田");
  }

  std::string new_customer(const std::string& name, const std::string& email = "") {
    CustomerCreateDto wish;
    wish.family_name = name;
    if (!email.empty()) {
      wish.emails.emplace().push_back({EmailAddress::parse(email).value(), false, false});
    }
    domain::PostalAddress address;
    address.postal_code = "1500001";
    address.prefecture = "東京";
    address.city = "渋谷区";
    wish.billing_address = address;
    return customers_->create(as_ann(), wish).value().number;
  }
  OrderCreateDto wish_of(std::int64_t price = 1080, std::int64_t quantity = 1) const {
    OrderCreateDto wish;
    wish.customer = yamada_;
    wish.items.emplace().push_back({"TEA", "お茶", quantity, Yen{price}, 8});
    return wish;
  }
  OrderDto create(const OrderCreateDto& wish) {
    const Result<OrderDto> made = orders_->create(as_ann(), wish);
    EXPECT_TRUE(made) << made.error().describe();
    return made.value_or(OrderDto());
  }
  ImportDto import(const std::string& csv, bool dry_run = false) {
    const Result<ImportDto> begun =
        transfers_->start(as_ann(), csv, "", dry_run, store::ImportKind::products);
    EXPECT_TRUE(begun) << begun.error().describe();
    run_jobs();
    return transfers_->get(begun->id).value();
  }
  std::vector<ProductDto> products(const std::string& q = "") {
    ProductFilter filter;
    filter.q = q;
    return products_->list(filter, kFromTheBeginning).value().items;
  }
  std::vector<std::string> numbers(const OrderFilter& filter) {
    const Result<OrderListing> listing = orders_->list(ann_, filter, kFromTheBeginning);
    EXPECT_TRUE(listing) << listing.error().describe();
    std::vector<std::string> found;
    if (!listing) return found;
    for (const OrderDto& one : listing->items) found.push_back(one.number);
    return found;
  }

  std::unique_ptr<CustomerService> customers_;
  std::unique_ptr<CustomerMergeService> merges_;
  std::unique_ptr<CustomerTransferService> transfers_;
  std::unique_ptr<OrderService> orders_;
  std::unique_ptr<ProductService> products_;
  std::string yamada_;
};
INSTANTIATE_TEST_SUITE_P(Engines, UseOfOrders, testing::engines(), testing::engine_name);

TEST_P(UseOfOrders, are_taken_changed_and_canceled_with_their_history) {
  const OrderDto made = create(wish_of(1080, 2));
  EXPECT_EQ(made.number, "OR-000001");
  EXPECT_EQ(made.customer_name, "山田");
  EXPECT_EQ(made.total.amount, 2160);
  ASSERT_EQ(made.tax.size(), 1u);
  EXPECT_EQ(made.tax[0].amount.amount, 160);
  EXPECT_EQ(made.shipping_address.prefecture, "東京都");  // the customer's own
  EXPECT_EQ(made.sync.state, domain::SyncState::local);
  OrderPatchDto patch;
  patch.items.emplace().push_back({"TEA", std::nullopt, 3, std::nullopt, std::nullopt});
  patch.memo = "数量変更の電話";
  const Result<OrderDto> changed = orders_->patch({ann_, 1}, made.id, patch);
  ASSERT_TRUE(changed) << changed.error().describe();
  EXPECT_EQ(changed->total.amount, 3240);
  EXPECT_EQ(changed->items[0].name, "お茶");
  EXPECT_EQ(changed->version, 2);
  // A second writer who saw the first version.
  const Error stale = error_of(orders_->patch({ann_, 1}, made.id, patch));
  EXPECT_EQ(stale.code, ErrorCode::stale);
  EXPECT_EQ(stale.members.count("current"), 1u);
  // The same again is no change.
  EXPECT_EQ(orders_->patch({ann_, 2}, made.id, patch).value().version, 2);
  const Result<OrderDto> canceled = orders_->cancel({ann_}, made.id, {"お客様都合"});
  ASSERT_TRUE(canceled) << canceled.error().describe();
  EXPECT_EQ(canceled->state, domain::OrderState::canceled);
  EXPECT_EQ(canceled->payment_state, domain::PaymentState::voided);
  EXPECT_EQ(error_of(orders_->cancel({ann_}, made.id, {"x"})).type, "order-state");
  EXPECT_THAT(events(made.id), ElementsAre("order.created", "order.changed", "order.canceled"));
  const auto history = customers_->history(ann_, yamada_, kFromTheBeginning, 10).value().items;
  ASSERT_GE(history.size(), 2u);
  const std::vector<domain::FieldChange> fields = {
      {"items", "TEA お茶 x 2 @ 1080 JPY (8%)", "TEA お茶 x 3 @ 1080 JPY (8%)"},
      {"total", "2160 JPY", "3240 JPY"},
      {"memo", "", "数量変更の電話"}};
  EXPECT_EQ(history[1].fields, fields);
}

TEST_P(UseOfOrders, by_phone_and_from_a_mail_carry_their_case) {
  new_customer("佐藤", "sato@example.jp");
  TestMail mail;
  mail.from = "sato@example.jp";
  mail.text = "お茶を1つお願いします";
  const std::string number = deliver(mail).case_number.value();
  const std::string message = messages_of(number).at(0).id;
  OrderCreateDto wish = wish_of();
  wish.customer.reset();
  wish.message = message;
  const OrderDto made = create(wish);
  EXPECT_EQ(made.customer_name, "佐藤");
  EXPECT_EQ(made.case_number, number);
  EXPECT_EQ(made.source, domain::OrderSource::mail);
  EXPECT_EQ(made.source_message, message);
  EXPECT_THAT(case_of(number).order_numbers, ElementsAre(made.number));
  const Result<OrderListing> of_case = orders_->of_case(ann_, number, kFromTheBeginning, 10);
  ASSERT_EQ(of_case->items.size(), 1u);
  EXPECT_EQ(of_case->items[0].id, made.id);
  // Somebody who may not see the case takes nothing from it.
  const domain::Caller sales =
      new_agent("sam", domain::Role::agent, std::vector<std::string>{"sales"});
  EXPECT_THAT(pointers_of(orders_->create({sales}, wish)),
              ElementsAre("/message", "/customer", "/shipping_address"));
  EXPECT_EQ(error_of(orders_->of_case(sales, number, kFromTheBeginning, 10)).code,
            ErrorCode::not_found);
  CaseCreateDto call;
  call.channel = domain::Channel::phone;
  call.text = "電話で注文";
  call.customer = yamada_;
  const Result<CaseDto> phone = cases_->create(as_ann(), call);
  ASSERT_TRUE(phone) << phone.error().describe();
  wish.message.reset();
  wish.case_number = phone->number;
  EXPECT_EQ(create(wish).source, domain::OrderSource::phone);
  wish.message = message;
  EXPECT_THAT(pointers_of(orders_->create(as_ann(), wish)), ElementsAre("/message"));
}

TEST_P(UseOfOrders, a_preview_calculates_and_warns_and_writes_nothing) {
  import("sku,name,price,tax_rate,stock\nTEA,お茶,1080,8%,1\n");
  CustomerPatchDto black;
  black.blacklisted = true;
  ASSERT_TRUE(customers_->patch({ann_, 1}, yamada_, black));
  OrderCreateDto wish = wish_of();
  wish.items = std::vector<OrderItemWishDto>{{"TEA", {}, 2, {}, {}}};
  wish.shipping_fee = Yen{550};
  const Result<OrderDto> shown = orders_->preview(as_ann(), wish);
  ASSERT_TRUE(shown) << shown.error().describe();
  EXPECT_EQ(shown->total.amount, 2710);
  EXPECT_EQ(shown->items[0].name, "お茶");
  EXPECT_EQ(shown->id, "");
  ASSERT_EQ(shown->warnings.size(), 2u);
  EXPECT_EQ(shown->warnings[0].code, "customer_blacklisted");
  EXPECT_EQ(shown->warnings[1].pointer, "/items/0");
  EXPECT_EQ(number("SELECT count(*) FROM orders"), 0);
}

TEST_P(UseOfOrders, of_a_customer_whom_somebody_edits_can_be_calculated_but_not_taken) {
  const domain::Caller bob = new_agent("bob");
  EditLockService locks(*env_);
  ASSERT_TRUE(locks.put({bob}, yamada_, {}));
  EXPECT_TRUE(orders_->preview(as_ann(), wish_of()));
  EXPECT_EQ(error_of(orders_->create(as_ann(), wish_of())).code, ErrorCode::locked);
  EXPECT_EQ(number("SELECT count(*) FROM orders"), 0);
}

TEST_P(UseOfOrders, bad_input_names_every_member) {
  OrderCreateDto wish;
  wish.items.emplace().push_back({"NO", {}, 1, {}, {}});
  wish.number = "17";
  wish.state = domain::OrderState::canceled;
  wish.payment_state = domain::PaymentState::refunded;
  wish.ordered_at = clock_.now() + std::chrono::hours(1);
  wish.desired_delivery = DesiredDeliveryDto{"2026-02-30", std::nullopt};
  wish.labels = std::vector<std::string>{"no such"};
  EXPECT_THAT(
      pointers_of(orders_->create(as_ann(), wish)),
      ElementsAre("/account", "/ordered_at", "/state", "/payment_state", "/customer",
                  "/items/0/sku", "/desired_delivery/date", "/labels/0", "/shipping_address"));
  EXPECT_EQ(number("SELECT count(*) FROM orders"), 0);
  wish = wish_of();
  wish.customer = "CU-999999";
  EXPECT_THAT(pointers_of(orders_->create(as_ann(), wish)),
              ElementsAre("/customer", "/shipping_address"));
  EXPECT_EQ(error_of(orders_->get(ann_, "no")).code, ErrorCode::not_found);
  OrderFilter filter;
  filter.date_from = "yesterday";
  filter.date_to = "2026-13-01";
  EXPECT_THAT(pointers_of(orders_->list(ann_, filter, kFromTheBeginning)),
              ElementsAre("/date_from", "/date_to"));
}

TEST_P(UseOfOrders, days_are_japanese_days) {
  // 2027-01-15 08:00 UTC is the clock of the tests; 15:30 UTC is the next day in Japan.
  const auto at = [&](const char* time) {
    OrderCreateDto wish = wish_of();
    wish.ordered_at = parse_rfc3339(time).value();
    return create(wish).number;
  };
  const std::string evening = at("2026-11-22T14:59:59Z");
  const std::string night = at("2026-11-22T15:00:00Z");
  OrderFilter filter;
  filter.date_from = "2026-11-23";
  EXPECT_THAT(numbers(filter), ElementsAre(night));
  filter.date_from.reset();
  filter.date_to = "2026-11-22";
  EXPECT_THAT(numbers(filter), ElementsAre(evening));
  const domain::BusinessDate today = domain::BusinessDate::of(clock_.now());
  OrderCreateDto wish = wish_of();
  wish.desired_delivery = DesiredDeliveryDto{today.plus_days(-1).str(), std::nullopt};
  EXPECT_THAT(pointers_of(orders_->create(as_ann(), wish)), ElementsAre("/desired_delivery/date"));
  wish.desired_delivery = DesiredDeliveryDto{today.str(), domain::TimeSlot::morning};
  const OrderDto made = create(wish);
  // Once it is over it stays what it was.
  clock_.advance(std::chrono::hours(48));
  OrderPatchDto patch;
  patch.desired_delivery = DesiredDeliveryDto{today.str(), domain::TimeSlot::from_14_to_16};
  EXPECT_TRUE(orders_->patch({ann_, 1}, made.id, patch));
}

TEST_P(UseOfOrders, a_shop_has_its_own_numbers_and_hears_of_changes) {
  OrderCreateDto wish = wish_of();
  wish.account = "shop";
  wish.number = "A-17";
  const OrderDto made = create(wish);
  EXPECT_EQ(made.sync.state, domain::SyncState::in_step);
  EXPECT_THAT(pointers_of(orders_->create(as_ann(), wish)), ElementsAre("/number"));
  wish.account = "shop2";
  create(wish);
  OrderPatchDto patch;
  patch.memo = "x";
  EXPECT_EQ(orders_->patch({ann_}, made.id, patch)->sync.state, domain::SyncState::in_step);
  patch.remark = "y";
  EXPECT_EQ(orders_->patch({ann_}, made.id, patch)->sync.state, domain::SyncState::by_hand);
}

TEST_P(UseOfOrders, go_along_when_customers_are_merged_and_come_back) {
  const OrderDto made = create(wish_of());
  const std::string other = new_customer("山田太郎");
  ASSERT_TRUE(merges_->merge(as_ann(), yamada_, {other, false}));
  EXPECT_EQ(orders_->get(ann_, made.id)->customer, other);
  OrderFilter filter;
  filter.customers = {yamada_};
  EXPECT_THAT(numbers(filter), ElementsAre(made.number));
  EXPECT_EQ(error_of(orders_->create(as_ann(), wish_of())).type, "customer-merged");
  ASSERT_TRUE(merges_->unmerge(as_ann(), yamada_));
  EXPECT_EQ(orders_->get(ann_, made.id)->customer, yamada_);
}

TEST_P(UseOfOrders, products_come_from_files) {
  const ImportDto tried = import("sku,name,price\nTEA,お茶,1080\n", true);
  EXPECT_EQ(tried.counts.created, 1);
  EXPECT_THAT(products(), IsEmpty());
  const ImportDto done = import(
      "商品コード,商品名,価格,税率,在庫,バリエーションコード,バリエーション名,色\n"
      "TEA,緑茶,\"1,080\",８％,10,,,\n"
      "TEA,,3000,,2,TEA-L,大袋,\n"
      "TEA-L,別の商品,1,,,,,\n"
      "CUP,湯のみ,abc,,,,,\n"
      "CUP,,100,,,,,\n"
      ",名なし,100,,,,,\n"
      "NO,,,,,NO-L,大,\n"
      "4111 1111 1111 1111,x,1,,,,,\n");
  EXPECT_EQ(done.state, store::ImportState::done);
  EXPECT_EQ(done.counts.created, 1);
  EXPECT_EQ(done.counts.changed, 1);
  EXPECT_EQ(done.counts.failed, 6);
  std::vector<std::string> wrong;
  for (const store::LineError& one : done.errors) {
    wrong.push_back(std::to_string(one.line) + " " + one.column);
  }
  EXPECT_THAT(wrong, ElementsAre("1 色", "4 商品コード", "5 価格", "6 商品名", "7 商品コード",
                                 "8 商品コード", "9 商品コード"));
  const std::vector<ProductDto> found = products("りょく OR");
  EXPECT_THAT(found, IsEmpty());
  ASSERT_EQ(products("緑茶").size(), 1u);
  const ProductDto tea = products("tea-l").at(0);
  EXPECT_EQ(tea.tax_rate, 8);
  EXPECT_EQ(tea.variants.at(0).price.amount, 3000);
  // A variant is ordered by its own code, at its own price, and keeps it.
  OrderCreateDto wish = wish_of();
  wish.items = std::vector<OrderItemWishDto>{{"TEA-L", {}, 1, {}, {}}};
  const OrderDto made = create(wish);
  EXPECT_EQ(made.items[0].name, "緑茶 大袋");
  EXPECT_EQ(made.items[0].tax_rate, 8);
  EXPECT_EQ(import("sku,variant_sku,price\nTEA,TEA-L,3300\n").counts.changed, 1);
  EXPECT_EQ(import("sku,variant_sku,price\nTEA,TEA-L,3300\n").counts.unchanged, 1);
  OrderPatchDto patch;
  patch.items.emplace().push_back({"TEA-L", {}, 2, {}, {}});
  EXPECT_EQ(orders_->patch({ann_}, made.id, patch)->total.amount, 6000);
}

}  // namespace
}  // namespace madoguchi::service
