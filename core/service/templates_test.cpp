// SPDX-License-Identifier: Apache-2.0
#include "core/service/templates.h"

#include "core/service/customers.h"
#include "core/service/orders.h"
#include "core/service/service_test.h"

namespace madoguchi::service {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class UseOfTemplates : public ServiceTest {
 protected:
  void SetUp() override {
    ServiceTest::SetUp();
    if (IsSkipped() || HasFatalFailure()) return;
    templates_ = std::make_unique<TemplateService>(*env_);
    TestMail mail;
    mail.from = "\"<b>Yamada\" <yamada@example.jp>";
    number_ = deliver(mail).case_number.value_or("");
  }
  std::unique_ptr<TemplateService> templates_;
  std::string number_;
};
INSTANTIATE_TEST_SUITE_P(Engines, UseOfTemplates, testing::engines(), testing::engine_name);

TEST_P(UseOfTemplates, are_kept_changed_and_deleted) {
  TemplateCreateDto wish{"発送", "ja", "", "{{customer.name}}様", "", 2};
  const Result<TemplateDto> made = templates_->create(as_ann(), wish);
  ASSERT_TRUE(made) << made.error().describe();
  EXPECT_EQ(templates_->create(as_ann(), wish).error().fields.at(0).pointer, "/name");
  wish.name = "First";
  wish.position = 1;
  ASSERT_TRUE(templates_->create(as_ann(), wish));
  const std::vector<TemplateDto> all = *templates_->list();
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(all[1].name, "発送");
  TemplatePatchDto patch;
  patch.text = "{{customer.name|お客様}}様";
  EXPECT_EQ(templates_->patch({ann_, 1}, made->id, patch)->version, 2);
  EXPECT_EQ(templates_->patch({ann_, 1}, made->id, patch).error().code, ErrorCode::stale);
  EXPECT_EQ(templates_->get(made->id)->text, "{{customer.name|お客様}}様");
  patch.name = "First";
  EXPECT_EQ(templates_->patch({ann_, 2}, made->id, patch).error().fields.at(0).pointer, "/name");
  EXPECT_EQ(templates_->remove({ann_, 1}, made->id).error().code, ErrorCode::stale);
  EXPECT_TRUE(templates_->remove({ann_, 2}, made->id));
  EXPECT_EQ(templates_->get(made->id).error().code, ErrorCode::not_found);
  EXPECT_THAT(events(made->id),
              ElementsAre("template.created", "template.changed", "template.deleted"));
}

TEST_P(UseOfTemplates, wrong_ones_are_refused_when_they_are_saved) {
  const auto pointer = [&](const TemplateCreateDto& wish) {
    const Result<TemplateDto> made = templates_->create(as_ann(), wish);
    return made ? "taken" : made.error().fields.at(0).pointer;
  };
  EXPECT_EQ(pointer({"a", "", "{{case.nummer}}", "x", "", 0}), "/subject");
  EXPECT_EQ(pointer({"a", "", "", "{{customer.password}}", "", 0}), "/text");
  EXPECT_EQ(pointer({"a", "", "", "x", "<p>{{x</p>", 0}), "/html");
  EXPECT_EQ(pointer({"a", "", "", "4111 1111 1111 1111", "", 0}), "/text");
  const Result<TemplateDto> good = templates_->create(as_ann(), {"a", "", "", "x", "", 0});
  TemplatePatchDto patch;
  patch.html = "{{nothing}}";
  const Result<TemplateDto> refused = templates_->patch({ann_, 1}, good->id, patch);
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().fields.at(0).message.en, HasSubstr("{{nothing}}"));
  EXPECT_THAT(refused.error().fields.at(0).message.en, HasSubstr("requester.kana"));
  EXPECT_EQ(templates_->get(good->id)->version, 1);
}

TEST_P(UseOfTemplates, are_filled_with_what_a_case_has) {
  CasePatchDto patch;
  patch.order_numbers = std::vector<std::string>{"A-1", "A-2"};
  ASSERT_TRUE(cases_->patch(as_ann(), number_, patch));
  const Result<TemplateDto> made = templates_->create(
      as_ann(), {"a", "", "[{{case.number}}] {{case.subject}}",
                 "{{customer.name}} {{order.number}} {{order.numbers}} {{agent.name}} "
                 "{{mailbox.address}} {{customer.number}}{{requester.phone|-}}",
                 "<p style=\"color:red\" onclick=\"x()\">{{requester.name}}</p>", 0});
  ASSERT_TRUE(made) << made.error().describe();
  const Result<RenderedDto> shown = templates_->preview(ann_, made->id, {number_});
  ASSERT_TRUE(shown) << shown.error().describe();
  EXPECT_EQ(shown->subject, "[" + number_ + "] Question");
  EXPECT_EQ(shown->text, "<b>Yamada A-1 A-1, A-2 ann display support@shop.example -");
  EXPECT_EQ(shown->html, "<p style=\"color:red\">&lt;b&gt;Yamada</p>");
  EXPECT_THAT(shown->missing, ElementsAre("customer.number"));

  EXPECT_EQ(templates_->preview(ann_, "none", {number_}).error().code, ErrorCode::not_found);
  EXPECT_EQ(templates_->preview(ann_, made->id, {"CS-000099"}).error().code, ErrorCode::not_found);
  const domain::Caller elsewhere =
      new_agent("sales", domain::Role::agent, std::vector<std::string>{"sales"});
  EXPECT_EQ(templates_->preview(elsewhere, made->id, {number_}).error().code, ErrorCode::not_found);
  EXPECT_EQ(templates_->try_out(ann_, {number_, "", "{{case.number}}", ""})->text, number_);
  EXPECT_EQ(templates_->try_out(ann_, {number_, "", "{{nope}}", ""}).error().code,
            ErrorCode::invalid);
}

TEST_P(UseOfTemplates, tell_the_customers_order_and_nobody_elses) {
  CustomerService customers(*env_);
  OrderService orders(*env_);
  const auto ordered = [&](const std::string& family_name) {
    CustomerCreateDto person;
    person.family_name = family_name;
    const std::string customer = customers.create(as_ann(), person)->number;
    OrderCreateDto wish;
    wish.customer = customer;
    wish.items.emplace().push_back({"TEA", "お茶", 2, Yen{1080}, 8});
    wish.shipping_fee = Yen{550};
    domain::PostalAddress& address = wish.shipping_address.emplace();
    address.name = family_name;
    address.postal_code = "150-0001";
    address.prefecture = "東京都";
    address.city = "渋谷区";
    address.street = "神宮前1-1";
    const Result<OrderDto> made = orders.create(as_ann(), wish);
    EXPECT_TRUE(made) << made.error().describe();
    return std::pair(customer, made->number);
  };
  const auto [mine, my_order] = ordered("山田");
  const auto [other, other_order] = ordered("佐藤");
  const TemplateTryDto wish{number_, "",
                            "{{order.number}} {{order.items}} {{order.total}}円 "
                            "{{order.shipping_name|-}} {{order.tracking_number|-}}",
                            ""};
  CasePatchDto patch;
  patch.order_numbers = std::vector<std::string>{other_order};
  ASSERT_TRUE(cases_->patch(as_ann(), number_, patch));
  EXPECT_EQ(templates_->try_out(ann_, wish)->text, other_order + "  円 - -")
      << "named by somebody who is no customer";
  patch.customer = mine;
  ASSERT_TRUE(cases_->patch(as_ann(), number_, patch));
  EXPECT_EQ(templates_->try_out(ann_, wish)->text, other_order + "  円 - -") << "another's";
  patch = {};
  patch.order_numbers = std::vector<std::string>{other_order, my_order};
  ASSERT_TRUE(cases_->patch(as_ann(), number_, patch));
  EXPECT_EQ(templates_->try_out(ann_, wish)->text, my_order + " お茶 × 2 2,710円 山田 -");
}

}  // namespace
}  // namespace madoguchi::service
