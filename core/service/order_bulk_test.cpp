// SPDX-License-Identifier: Apache-2.0
#include "core/service/order_bulk.h"

#include <algorithm>

#include "core/service/customer_parts.h"
#include "core/service/customers.h"
#include "core/service/edit_locks.h"
#include "core/service/order_returns.h"
#include "core/service/orders.h"
#include "core/service/service_test.h"
#include "core/service/templates.h"
#include "core/store/deliveries.h"

namespace madoguchi::service {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using RowState = store::OperationRowState;

class OrdersInBulk : public ServiceTest {
 protected:
  void SetUp() override {
    ServiceTest::SetUp();
    if (IsSkipped()) return;
    customers_ = std::make_unique<CustomerService>(*env_);
    orders_ = std::make_unique<OrderService>(*env_);
    operations_ = std::make_unique<OperationService>(*env_);
    bulk_ = std::make_unique<OrderBulkService>(*env_, *operations_);
    runner_->add(operations_->job_kind());
    bob_ = new_agent("bob");
  }

  std::string new_customer(const std::string& email = "") {
    CustomerCreateDto wish;
    wish.family_name = "山田";
    if (!email.empty()) {
      wish.emails.emplace().push_back({EmailAddress::parse(email).value(), true, false});
    }
    domain::PostalAddress address;
    address.prefecture = "東京都";
    address.city = "渋谷区";
    wish.billing_address = address;
    return customers_->create(as_ann(), wish).value().number;
  }
  OrderDto new_order(const std::string& customer,
                     domain::PaymentState payment = domain::PaymentState::pending) {
    OrderCreateDto wish;
    wish.customer = customer;
    wish.items.emplace().push_back({"TEA", "お茶", 1, Yen{1080}, 8});
    wish.payment_state = payment;
    const Result<OrderDto> made = orders_->create(as_ann(), wish);
    EXPECT_TRUE(made) << made.error().describe();
    return made.value_or(OrderDto());
  }
  OrderDto now(const std::string& id) { return orders_->get(ann_, id).value(); }
  OperationDto end_of(const Result<OperationStartedDto>& begun) {
    EXPECT_TRUE(begun) << begun.error().describe();
    if (!begun) return {};
    run_jobs();
    return operations_->get(ann_, begun->operation_id).value();
  }
  static std::vector<RowState> states_of(const OperationDto& operation) {
    std::vector<RowState> states;
    for (const OperationRowDto& row : operation.rows) states.push_back(row.state);
    return states;
  }
  template <class Wish>
  static Wish of(std::vector<std::string> ids) {
    Wish wish;
    wish.ids = std::move(ids);
    return wish;
  }

  std::unique_ptr<CustomerService> customers_;
  std::unique_ptr<OrderService> orders_;
  std::unique_ptr<OperationService> operations_;
  std::unique_ptr<OrderBulkService> bulk_;
  domain::Caller bob_;
};
INSTANTIATE_TEST_SUITE_P(Engines, OrdersInBulk, testing::engines(), testing::engine_name);

TEST_P(OrdersInBulk, a_preview_says_what_would_change_and_what_would_be_refused) {
  const std::string customer = new_customer();
  const OrderDto open = new_order(customer);
  const OrderDto gone = new_order(customer);
  ASSERT_TRUE(orders_->cancel(as_ann(), gone.id, {"x"}));
  auto wish = of<OrderBulkDto>({open.id, gone.id, "no such", open.id});
  wish.state = domain::OrderState::preparing;
  wish.memo = "急ぎ";
  wish.preview = true;
  const OperationDto tried = end_of(bulk_->change(as_ann(), wish));
  EXPECT_THAT(states_of(tried), ElementsAre(RowState::done, RowState::failed, RowState::failed));
  const std::vector<domain::FieldChange> fields = {{"state", "received", "preparing"},
                                                   {"memo", "", "急ぎ"}};
  EXPECT_EQ(tried.rows.at(0).changes, fields);
  EXPECT_EQ(tried.rows.at(1).error->type, "order-state");
  EXPECT_EQ(now(open.id).state, domain::OrderState::received);
  EXPECT_THAT(events(open.id), ElementsAre("order.created"));
  wish.preview = false;
  const OperationDto done = end_of(bulk_->change(as_ann(), wish));
  EXPECT_EQ(done.rows.at(0).changes, fields);
  EXPECT_EQ(now(open.id).state, domain::OrderState::preparing);
  EXPECT_THAT(events(open.id), ElementsAre("order.created", "order.changed"));
}

TEST_P(OrdersInBulk, labels_parcels_and_days_are_set_and_failed_rows_tried_again) {
  MasterDataService master(*env_);
  ASSERT_TRUE(master.create(as_ann(), domain::MasterKind::customer_label, {"冷蔵", "", 1}));
  const std::string customer = new_customer();
  const OrderDto one = new_order(customer);
  const OrderDto two = new_order(new_customer());
  EditLockService locks(*env_);
  ASSERT_TRUE(locks.put({bob_}, customer, {}));
  OrderBulkDto wish;
  wish.filter.emplace().states = {domain::OrderState::received};
  wish.add_labels = {"冷蔵"};
  wish.shipments.emplace().push_back({domain::Carrier::yamato, "1234", "", {}, {}});
  wish.desired_delivery = DesiredDeliveryDto{
      domain::BusinessDate::of(clock_.now()).plus_days(3).str(), domain::TimeSlot::morning};
  const OperationDto done = end_of(bulk_->change(as_ann(), wish));
  EXPECT_THAT(states_of(done), ElementsAre(RowState::done, RowState::failed));
  EXPECT_EQ(done.rows.at(1).error->type, "edit-locked");
  EXPECT_EQ(now(two.id).labels.at(0).name, "冷蔵");
  EXPECT_EQ(now(two.id).shipments.at(0).tracking_number, "1234");
  EXPECT_EQ(now(two.id).desired_delivery.time_slot, domain::TimeSlot::morning);
  ASSERT_TRUE(locks.release({bob_}, customer));
  ASSERT_TRUE(operations_->retry(as_ann(), done.id));
  run_jobs();
  EXPECT_EQ(operations_->get(ann_, done.id)->counts.done, 2);
  EXPECT_EQ(now(one.id).labels.size(), 1u);
  EXPECT_EQ(now(two.id).version, 2) << "what was done is not done again";
  auto less = of<OrderBulkDto>({one.id});
  less.remove_labels = {"冷蔵"};
  end_of(bulk_->change(as_ann(), less));
  EXPECT_THAT(now(one.id).labels, IsEmpty());
  less.remove_labels = {"no such"};
  EXPECT_EQ(error_of(bulk_->change(as_ann(), less)).fields.at(0).pointer, "/remove_labels/0");
}

TEST_P(OrdersInBulk, who_edits_the_customer_changes_his_orders_too) {
  const std::string customer = new_customer();
  const OrderDto mine = new_order(customer);
  const OrderDto other = new_order(new_customer());
  EditLockService locks(*env_);
  const Result<EditLockDto> lock = locks.put({bob_}, customer, {});
  ASSERT_TRUE(lock);
  auto wish = of<OrderBulkDto>({mine.id, other.id});
  wish.memo = "x";
  Context context{bob_};
  context.edit_locks = {std::stoll(lock->token.value())};
  const Result<OperationStartedDto> begun = bulk_->change(context, wish);
  ASSERT_TRUE(begun);
  run_jobs();
  EXPECT_EQ(operations_->get(bob_, begun->operation_id)->counts.done, 2);
}

TEST_P(OrdersInBulk, payments_follow_their_table_and_the_permission) {
  const std::string customer = new_customer();
  const OrderDto held = new_order(customer, domain::PaymentState::authorized);
  const OrderDto paid = new_order(customer, domain::PaymentState::paid);
  auto wish = of<PaymentBulkDto>({held.id, paid.id});
  wish.action = domain::PaymentAction::capture;
  const OperationDto done = end_of(bulk_->change_payments(as_ann(), wish));
  EXPECT_THAT(states_of(done), ElementsAre(RowState::done, RowState::failed));
  EXPECT_EQ(done.rows.at(1).error->type, "order-payment-state");
  EXPECT_EQ(now(held.id).payment_state, domain::PaymentState::captured);
  wish.action = domain::PaymentAction::refund;
  EXPECT_EQ(end_of(bulk_->change_payments(as_ann(), wish)).counts.done, 2);
  EXPECT_EQ(now(paid.id).refunded.amount, 1080);
  // Whoever may not do it any more when it is worked off.
  const Result<OperationStartedDto> begun = bulk_->change_payments({bob_}, wish);
  ASSERT_TRUE(begun);
  run_jobs();
  EXPECT_EQ(operations_->get(bob_, begun->operation_id)->rows.at(0).error->type, "forbidden");
}

TEST_P(OrdersInBulk, customers_get_a_mail_by_template_each_in_a_case_of_its_own) {
  TemplateService templates(*env_);
  const Result<TemplateDto> made = templates.create(
      as_ann(), {"出荷遅延", "ja", "ご注文 {{order.number}} について",
                 "{{customer.name}} 様\n{{order.items}}\n{{order.total}}円", "", 1});
  ASSERT_TRUE(made) << made.error().describe();
  const OrderDto one = new_order(new_customer("yamada@example.jp"));
  const OrderDto silent = new_order(new_customer());
  auto wish = of<OrderNoticeDto>({one.id, silent.id});
  wish.template_id = made->id;
  wish.preview = true;
  const OperationDto tried = end_of(bulk_->notify(as_ann(), wish));
  EXPECT_EQ(tried.counts.done, 1);
  EXPECT_THAT(sender_.sent(), IsEmpty());
  EXPECT_EQ(this->number("SELECT count(*) FROM cases"), 0);
  wish.preview = false;
  const OperationDto done = end_of(bulk_->notify(as_ann(), wish));
  EXPECT_THAT(states_of(done), ElementsAre(RowState::done, RowState::failed));
  EXPECT_EQ(done.rows.at(1).error->type, "customer-without-address");
  const std::vector<domain::FieldChange> fields = {
      {"mail", "", "yamada@example.jp"}, {"subject", "", "ご注文 " + one.number + " について"}};
  EXPECT_EQ(done.rows.at(0).changes, fields);
  ASSERT_EQ(sender_.sent().size(), 1u);
  EXPECT_THAT(sender_.sent()[0].envelope.recipients, ElementsAre("yamada@example.jp"));
  EXPECT_THAT(events(one.id), ElementsAre("order.created", "order.notified"));
  const auto history = customers_->history(ann_, one.customer, std::nullopt, 1).value().items;
  const auto field =
      std::find_if(history.at(0).fields.begin(), history.at(0).fields.end(),
                   [](const domain::FieldChange& change) { return change.field == "case"; });
  ASSERT_NE(field, history.at(0).fields.end());
  const std::string number = field->to;
  const CaseDto opened = case_of(number);
  EXPECT_EQ(opened.status, domain::CaseStatus::resolved);
  EXPECT_EQ(opened.customer, one.customer);
  EXPECT_THAT(opened.order_numbers, ElementsAre(one.number));
  const MessageDto letter = messages_of(number).at(0);
  EXPECT_THAT(letter.text, HasSubstr("山田 様\nお茶 × 1\n1,080円"));
  EXPECT_EQ(letter.delivery.at(0).state, domain::DeliveryState::sent);
  // The customer answers into it.
  TestMail answer;
  answer.from = "yamada@example.jp";
  answer.in_reply_to = "<" + letter.mime_message_id + ">";
  EXPECT_EQ(deliver(answer).case_number, number);
  EXPECT_EQ(case_of(number).status, domain::CaseStatus::open);
  wish.template_id = "no such";
  EXPECT_EQ(error_of(bulk_->notify(as_ann(), wish)).fields.at(0).pointer, "/template");
  wish.template_id = made->id;
  wish.mailbox = "no such";
  EXPECT_EQ(error_of(bulk_->notify(as_ann(), wish)).fields.at(0).pointer, "/mailbox");
}

TEST_P(OrdersInBulk, nobody_writes_to_an_address_that_bounces) {
  TemplateService templates(*env_);
  const Result<TemplateDto> made =
      templates.create(as_ann(), {"通知", "ja", "通知", "本文", "", 1});
  ASSERT_TRUE(made) << made.error().describe();
  auto wish = of<OrderNoticeDto>({new_order(new_customer("gone@example.jp")).id});
  wish.template_id = made->id;
  EXPECT_EQ(end_of(bulk_->notify(as_ann(), wish)).counts.done, 1);
  const domain::MessageId letter(messages_of("CS-000001").at(0).id);
  write([&](db::Session& session) {
    EXPECT_TRUE(store::Deliveries(session).suppress(
        {"gone@example.jp", "gone@example.jp", "unknown_user", "", letter, 1, clock_.now()}));
  });
  const OperationDto again = end_of(bulk_->notify(as_ann(), wish));
  ASSERT_EQ(again.counts.failed, 1);
  EXPECT_EQ(again.rows.at(0).error->type, "address-suppressed");
  EXPECT_EQ(sender_.sent().size(), 1u);
}

TEST_P(OrdersInBulk, a_mail_that_would_have_gaps_is_not_sent) {
  TemplateService templates(*env_);
  const Result<TemplateDto> made = templates.create(
      as_ann(), {"発送", "ja", "発送", "伝票番号 {{order.tracking_number}}", "", 1});
  ASSERT_TRUE(made) << made.error().describe();
  auto wish = of<OrderNoticeDto>({new_order(new_customer("yamada@example.jp")).id});
  wish.template_id = made->id;
  const OperationDto done = end_of(bulk_->notify(as_ann(), wish));
  ASSERT_EQ(done.counts.failed, 1);
  EXPECT_EQ(done.rows.at(0).error->type, "template-incomplete");
  EXPECT_THAT(done.rows.at(0).error->message, HasSubstr("order.tracking_number"));
  EXPECT_EQ(number("SELECT count(*) FROM cases"), 0);
}

TEST_P(OrdersInBulk, returns_name_reasons_of_the_list) {
  MasterDataService master(*env_);
  ASSERT_TRUE(master.create(as_ann(), domain::MasterKind::return_reason, {"破損", "", 1}));
  const OrderDto order = new_order(new_customer());
  OrderPatchDto patch;
  patch.state = domain::OrderState::shipped;
  ASSERT_TRUE(orders_->patch(as_ann(), order.id, patch));
  OrderReturnService returns(*env_);
  ReturnCreateDto wish;
  wish.items.emplace().push_back({"TEA", 1});
  EXPECT_EQ(error_of(returns.create(as_ann(), order.id, wish)).fields.at(0).pointer, "/reason");
  wish.reasons.emplace().push_back("no such");
  EXPECT_EQ(error_of(returns.create(as_ann(), order.id, wish)).fields.at(0).pointer, "/reasons/0");
  wish.reasons = std::vector<std::string>{"破損"};
  const Result<OrderReturnDto> made = returns.create(as_ann(), order.id, wish);
  ASSERT_TRUE(made) << made.error().describe();
  EXPECT_EQ(made->reasons.at(0).name, "破損");
  EXPECT_EQ(returns.get(made->id)->reasons.at(0).name, "破損");
  const auto history = customers_->history(ann_, order.customer, std::nullopt, 1).value().items;
  EXPECT_THAT(history.at(0).fields, Contains(domain::FieldChange{"reasons", "", "破損"}));
}

}  // namespace
}  // namespace madoguchi::service
