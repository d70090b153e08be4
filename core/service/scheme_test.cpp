// SPDX-License-Identifier: Apache-2.0
// The desk's scheme at work: wherever a person changes a status, and nowhere else.
#include "core/service/scheme.h"

#include "core/service/case_bulk.h"
#include "core/service/case_waking.h"
#include "core/service/customers.h"
#include "core/service/operations.h"
#include "core/service/presence.h"
#include "core/service/screens.h"
#include "core/service/service_test.h"

namespace madoguchi::service {
namespace {

using domain::CaseField;
using domain::CaseStatus;
using domain::Role;
using std::chrono::hours;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

class SchemeAtWork : public ServiceTest {
 protected:
  void SetUp() override {
    ServiceTest::SetUp();
    if (IsSkipped()) return;
    scheme_ = std::make_unique<SchemeService>(*env_);
    bob_ = new_agent("bob");
    CategoryCreateDto category;
    category.name = "返品";
    category_ = settings_->create_category(as_ann(), category)->id;
  }

  /// Agents go forward only, and nothing is resolved without a category.
  SchemeWriteDto strict() const {
    using enum CaseStatus;
    SchemeWriteDto wish;
    wish.transitions = {{{new_, open, pending}, {open, pending, resolved}, {Role::agent}},
                        {{new_, open, pending, resolved, closed},
                         {new_, open, pending, resolved, closed},
                         {Role::supervisor, Role::admin}}};
    wish.required = {{{resolved, closed}, {CaseField::category}, {}, {}}};
    return wish;
  }
  SchemeDto put(const SchemeWriteDto& wish) {
    const Result<SchemeDto> done = scheme_->put(as_ann(), wish);
    EXPECT_TRUE(done) << done.error().describe();
    return done.value_or(SchemeDto());
  }
  Result<CaseDto> create(const CaseCreateDto& wish) { return cases_->create({bob_}, wish); }
  std::string create(const std::string& text = "返品したいです") {
    CaseCreateDto wish;
    wish.text = text;
    return create(wish)->number;
  }
  Result<CaseDto> patch(const std::string& number, const CasePatchDto& wish) {
    return cases_->patch({bob_}, number, wish);
  }
  void categorize(const std::string& number) {
    CasePatchDto wish;
    wish.category = category_;
    ASSERT_TRUE(patch(number, wish));
  }
  static std::string pointer_of(const Error& error) {
    return error.fields.empty() ? error.type : error.fields[0].pointer;
  }
  std::vector<std::string> alert_names(const std::string& number) {
    std::vector<std::string> names;
    const CaseDto dto = cases_->get(bob_, number).value();
    for (const CaseAlertDto& alert : *dto.alerts) names.push_back(alert.name);
    return names;
  }

  std::unique_ptr<SchemeService> scheme_;
  domain::Caller bob_;
  std::string category_;
};

INSTANTIATE_TEST_SUITE_P(Engines, SchemeAtWork, testing::engines(), testing::engine_name);

TEST_P(SchemeAtWork, begins_with_everything_allowed) {
  const SchemeDto scheme = scheme_->get().value();
  EXPECT_EQ(scheme.version, 1);
  EXPECT_EQ(scheme.changed_at, std::nullopt);
  EXPECT_FALSE(domain::binds(scheme.rules()));
  const std::string number = create();
  const CaseDto dto = cases_->get(bob_, number).value();
  EXPECT_EQ(dto.status_choices->size(), 4U);
  EXPECT_THAT(*dto.alerts, IsEmpty());
  EXPECT_TRUE(cases_->resolve({bob_}, number));
}

TEST_P(SchemeAtWork, a_resolution_needs_the_required_field_by_whatever_call) {
  put(strict());
  const std::string number = create();
  const Error refused = error_of(cases_->resolve({bob_}, number));
  EXPECT_EQ(refused.type, "fields-required");
  EXPECT_EQ(pointer_of(refused), "/category");
  CasePatchDto wish;
  wish.status = CaseStatus::resolved;
  EXPECT_EQ(pointer_of(error_of(patch(number, wish))), "/category");
  CasePatchDto group;
  group.status_group = domain::StatusGroup::handled;
  EXPECT_EQ(pointer_of(error_of(patch(number, group))), "/category");
  CaseCreateDto born;
  born.text = "電話で解決済み";
  born.status_group = domain::StatusGroup::handled;
  EXPECT_EQ(pointer_of(error_of(create(born))), "/category");
  EXPECT_EQ(case_of(number).status, CaseStatus::new_) << "nothing of it was kept";
  wish.category = category_;
  EXPECT_TRUE(patch(number, wish)) << "the field may come with the status";
}

TEST_P(SchemeAtWork, moves_follow_the_role) {
  put(strict());
  const std::string number = create();
  categorize(number);
  ASSERT_TRUE(cases_->resolve({bob_}, number));
  EXPECT_EQ(error_of(cases_->reopen({bob_}, number)).type, "transition-not-allowed");
  EXPECT_TRUE(cases_->reopen(as_ann(), number)) << "ann is an admin";
}

TEST_P(SchemeAtWork, taking_is_a_move_too) {
  using enum CaseStatus;
  SchemeWriteDto wish = strict();
  wish.transitions[0].from = {open, pending};
  put(wish);
  const std::string number = create();
  EXPECT_EQ(error_of(cases_->take({bob_}, number)).type, "transition-not-allowed");
  EXPECT_FALSE(case_of(number).assignee) << "neither status nor agent";
  EXPECT_FALSE(cases_->get(bob_, number)->allowed_actions.has(domain::CaseAction::take));
  EXPECT_TRUE(cases_->take(as_ann(), number));
}

TEST_P(SchemeAtWork, allowed_actions_and_choices_say_what_it_allows_now) {
  put(strict());
  const std::string number = create();
  const auto read = [&] { return cases_->get(bob_, number).value(); };
  using domain::CaseAction;
  EXPECT_FALSE(read().allowed_actions.has(CaseAction::resolve));
  const CaseDto before = read();
  ASSERT_EQ(before.status_choices->size(), 3U) << "never closed by an agent";
  EXPECT_EQ((*before.status_choices)[2].status, CaseStatus::resolved);
  EXPECT_THAT((*before.status_choices)[2].missing, ElementsAre(CaseField::category));
  const auto listed = [&] {
    return cases_->list(bob_, CaseFilter(), std::nullopt)->items[0].allowed_actions;
  };
  EXPECT_FALSE(listed().has(CaseAction::resolve));
  categorize(number);
  EXPECT_TRUE(read().allowed_actions.has(CaseAction::resolve));
  EXPECT_TRUE(listed().has(CaseAction::resolve));
}

TEST_P(SchemeAtWork, mails_replies_and_waits_move_cases_whatever_it_says) {
  using enum CaseStatus;
  SchemeWriteDto wish;
  // Nobody moves anything to open or pending by hand.
  wish.transitions = {{{new_, open, pending}, {resolved}, {}}, {{resolved}, {closed, new_}, {}}};
  wish.required = {{{open, pending}, {CaseField::category}, {}, {}}};
  put(wish);
  const IntakeDto in = deliver(TestMail{});
  const std::string number = *in.case_number;
  reply(number);
  EXPECT_EQ(case_of(number).status, pending);
  ASSERT_TRUE(cases_->resolve({bob_}, number));
  TestMail more;
  more.subject = "Re: Question [" + number + "]";
  more.in_reply_to = messages_of(number).front().mime_message_id;
  deliver(more);
  const CaseDto after = case_of(number);
  EXPECT_TRUE(after.status == open || after.status == resolved);
}

TEST_P(SchemeAtWork, a_row_of_a_bulk_change_fails_with_the_reason) {
  put(strict());
  OperationService operations(*env_);
  CaseBulkService bulk(*env_, operations);
  runner_->add(operations.job_kind());
  const std::string good = create("一つ目");
  const std::string bad = create("二つ目");
  categorize(good);
  CaseBulkDto wish;
  wish.action = CaseBulkAction::resolve;
  wish.ids = {good, bad};
  const std::string id = bulk.start({bob_}, wish)->operation_id;
  run_jobs();
  const OperationDto ended = operations.get(bob_, id).value();
  ASSERT_EQ(ended.rows.size(), 2U);
  EXPECT_EQ(ended.rows[0].state, store::OperationRowState::done);
  EXPECT_EQ(ended.rows[1].state, store::OperationRowState::failed);
  EXPECT_EQ(ended.rows[1].error->type, "fields-required");
  EXPECT_NE(ended.rows[1].error->message_ja.find("お問い合わせ区分"), std::string::npos);
}

TEST_P(SchemeAtWork, a_call_without_outcome_holds_the_case_back) {
  SchemeWriteDto wish;
  wish.transitions = domain::default_scheme().transitions;
  wish.required = {{{CaseStatus::resolved}, {CaseField::call_outcome}, {}, {}}};
  put(wish);
  CaseCreateDto phone;
  phone.text = "折り返し希望";
  phone.channel = domain::Channel::phone;
  phone.kind = FirstEntry::call;
  const std::string number = create(phone)->number;
  EXPECT_FALSE(cases_->get(bob_, number)->allowed_actions.has(domain::CaseAction::resolve));
  EXPECT_EQ(pointer_of(error_of(cases_->resolve({bob_}, number))), "/call/outcome");
  MessagePatchDto ended;
  ended.call = domain::Call{};
  ASSERT_TRUE(messages_->correct({bob_}, messages_of(number)[0].id, ended));
  EXPECT_TRUE(cases_->resolve({bob_}, number));
}

TEST_P(SchemeAtWork, changes_are_in_the_history_and_need_the_version) {
  SchemeDto now = put(strict());
  EXPECT_EQ(now.version, 2);
  EXPECT_EQ(put(strict()).version, 2) << "nothing is different";
  Context old = as_ann();
  old.if_match = 1;
  EXPECT_EQ(error_of(scheme_->put(old, strict())).code, ErrorCode::stale);
  const std::vector<EventDto> history = scheme_->history(10).value();
  ASSERT_EQ(history.size(), 1U);
  EXPECT_EQ(history[0].event, "scheme.changed");
  EXPECT_EQ(history[0].actor_name, "ann");
  ASSERT_EQ(history[0].fields.size(), 2U);
  EXPECT_EQ(history[0].fields[1].field, "required");
  EXPECT_EQ(history[0].fields[1].from, "[]");
}

TEST_P(SchemeAtWork, refuses_what_cannot_be) {
  const auto refused = [&](const SchemeWriteDto& wish) {
    std::vector<std::string> pointers;
    const Result<SchemeDto> answer = scheme_->put(as_ann(), wish);
    EXPECT_FALSE(answer);
    if (answer) return pointers;
    for (const FieldError& field : answer.error().fields) pointers.push_back(field.pointer);
    return pointers;
  };
  SchemeWriteDto wish = strict();
  wish.required[0].categories = {domain::CategoryId("none")};
  EXPECT_THAT(refused(wish), ElementsAre("/required/0/categories/0"));
  wish = strict();
  SchemeAlertDto alert{"VIP", AlertLevel::info, {}, {"VIP", "VIP"}};
  wish.alerts = {alert};
  EXPECT_THAT(refused(wish), ElementsAre("/alerts/0/when")) << "it would stand everywhere";
  wish.alerts[0].when.labels = {"none"};
  wish.alerts[0].when.filter.assignees = {"me", "nobody"};
  wish.alerts[0].when.filter.categories = {"none"};
  wish.alerts[0].when.filter.mailboxes = {"none"};
  wish.alerts[0].when.filter.q = "返品";
  EXPECT_THAT(refused(wish),
              ElementsAre("/alerts/0/when/filter/q", "/alerts/0/when/filter/assignee/0",
                          "/alerts/0/when/filter/assignee/1", "/alerts/0/when/filter/category/0",
                          "/alerts/0/when/filter/mailbox/0", "/alerts/0/when/labels/0"));
  wish = strict();
  alert.when.blacklisted = true;
  wish.alerts = {alert, alert};
  EXPECT_THAT(refused(wish), ElementsAre("/alerts/1/name"));
  wish.alerts = {alert};
  wish.alerts[0].text.en = "4111 1111 1111 1111";
  EXPECT_THAT(refused(wish), ElementsAre("/alerts/0/text/en"));
  EXPECT_EQ(scheme_->get()->version, 1);
}

TEST_P(SchemeAtWork, alerts_stand_on_the_cases_they_are_about) {
  SchemeWriteDto wish;
  wish.transitions = domain::default_scheme().transitions;
  const auto add = [&](const std::string& name) -> CaseConditionDto& {
    wish.alerts.push_back({name, AlertLevel::warning, {}, {name, name}});
    return wish.alerts.back().when;
  };
  add("blacklist").blacklisted = true;
  add("stranger").registered = false;
  add("angry").words = {"ﾍﾝｷﾝ"};
  add("many").open_cases = 2;
  add("late").waiting_hours = 24;
  add("urgent").filter.priorities = {domain::Priority::urgent};
  put(wish);

  CaseCreateDto first;
  first.text = "返金してください。へんきん！";
  first.requester = RequesterDto{"山田", "", "yamada@example.jp", ""};
  const std::string number = create(first)->number;
  EXPECT_THAT(alert_names(number), ElementsAre("stranger", "angry"));
  CaseCreateDto second = first;
  second.text = "まだですか";
  second.priority = domain::Priority::urgent;
  const std::string other = create(second)->number;
  EXPECT_THAT(alert_names(number), ElementsAre("stranger", "angry", "many"));
  EXPECT_THAT(alert_names(other), ElementsAre("stranger", "many", "urgent"));
  clock_.advance(hours(24));
  EXPECT_THAT(alert_names(other), ElementsAre("stranger", "many", "late", "urgent"));
  ASSERT_TRUE(cases_->resolve({bob_}, number));
  EXPECT_THAT(alert_names(other), ElementsAre("stranger", "late", "urgent"));
}

TEST_P(SchemeAtWork, alerts_stand_on_the_customers_screen) {
  CustomerService customers(*env_);
  PresenceService presence(*env_);
  ScreenService screens(*env_, presence);
  CustomerCreateDto person;
  person.family_name = "山田";
  person.blacklisted = true;
  const std::string customer = customers.create(as_ann(), person)->number;
  SchemeWriteDto wish;
  wish.transitions = domain::default_scheme().transitions;
  SchemeAlertDto alert{"blacklist", AlertLevel::danger, {}, {"Careful.", "要注意です。"}};
  alert.when.blacklisted = true;
  wish.alerts.push_back(alert);
  alert.name = "claim";
  alert.when = {};
  alert.when.filter.priorities = {domain::Priority::high};
  wish.alerts.push_back(alert);
  put(wish);
  const auto shown = [&] { return screens.get(bob_, customer, 20).value(); };
  ASSERT_EQ(shown().alerts.size(), 1U) << "without any case";
  EXPECT_EQ(shown().alerts[0].text.ja, "要注意です。");
  CaseCreateDto inquiry;
  inquiry.text = "苦情";
  inquiry.customer = customer;
  inquiry.priority = domain::Priority::high;
  const std::string number = create(inquiry)->number;
  ASSERT_EQ(shown().alerts.size(), 2U);
  EXPECT_EQ(shown().alerts[1].case_number, number);
  ASSERT_TRUE(cases_->resolve({bob_}, number));
  EXPECT_EQ(shown().alerts.size(), 1U) << "a case that is handled alarms nobody";
}

}  // namespace
}  // namespace madoguchi::service
