// SPDX-License-Identifier: Apache-2.0
#include "core/service/sla.h"

#include "core/service/customers.h"
#include "core/service/dto/customer_dto.h"
#include "core/service/service_test.h"

namespace madoguchi::service {
namespace {

TimePoint at(const char* text) { return parse_rfc3339(std::string(text) + ":00+09:00").value(); }

class SlaTest : public ServiceTest {
 protected:
  void SetUp() override {
    ServiceTest::SetUp();
    if (IsSkipped()) return;
    sla_ = std::make_unique<SlaService>(*env_);
    runner_->add(sla_->job_kind());
    // A Tuesday, 10:00 in Tokyo.
    set_clock("2026-11-24T10:00");
  }
  void set_clock(const char* text) { clock_.advance(at(text) - clock_.now()); }

  SlaPolicyDto policy(const std::string& name, domain::SlaTargets targets,
                      domain::SlaConditions conditions = {}, std::int64_t position = 0) {
    SlaPolicyCreateDto wish;
    wish.name = name;
    wish.targets = targets;
    wish.conditions = std::move(conditions);
    wish.position = position;
    return sla_->create_policy(as_ann(), wish).value();
  }
  std::string new_case(domain::Priority priority = domain::Priority::normal) {
    CaseCreateDto wish;
    wish.channel = domain::Channel::web;
    wish.text = "いつ届きますか";
    wish.priority = priority;
    wish.mailbox = "support";
    wish.requester = RequesterDto{"山田", "", "yamada@example.jp", ""};
    return cases_->create(as_ann(), wish).value().number;
  }
  std::vector<std::string> by_due(CaseFilter filter = {}) {
    filter.order = store::CaseOrder::soonest_due;
    std::vector<std::string> numbers;
    std::optional<std::vector<std::string>> after;
    do {
      const CaseListing page = cases_->list(ann_, filter, after).value();
      for (const CaseDto& one : page.items) {
        // What the list shows is what the case shows.
        const CaseDto single = case_of(one.number);
        EXPECT_EQ(single.due_at, one.due_at);
        EXPECT_EQ(single.sla, one.sla);
        numbers.push_back(one.number);
      }
      after = page.next;
    } while (after);
    return numbers;
  }

  std::unique_ptr<SlaService> sla_;
};
INSTANTIATE_TEST_SUITE_P(Engines, SlaTest, testing::engines(), testing::engine_name);

TEST_P(SlaTest, WithoutAPolicyNothingIsDue) {
  const CaseDto one = case_of(new_case());
  EXPECT_FALSE(one.due_at);
  EXPECT_FALSE(one.sla);
  EXPECT_TRUE(by_due().empty());
}

TEST_P(SlaTest, ACaseIsDueAsItsPolicySays) {
  const SlaPolicyDto made = policy("標準", {60, 120, 480});
  const std::string number = new_case();
  CaseDto one = case_of(number);
  ASSERT_TRUE(one.sla);
  EXPECT_EQ(one.sla->policy, (domain::SlaPolicyName{made.id, "標準"}));
  EXPECT_EQ(one.due_at, at("2026-11-24T11:00"));
  EXPECT_EQ(one.sla->resolution->due_at, at("2026-11-24T18:00"));
  set_clock("2026-11-24T10:30");
  reply(number);
  one = case_of(number);
  EXPECT_EQ(one.sla->first_response->state, domain::SlaState::met);
  EXPECT_EQ(one.sla->first_response->met_at, at("2026-11-24T10:30"));
  EXPECT_EQ(one.sla->resolution->state, domain::SlaState::paused);
  EXPECT_FALSE(one.due_at);
  set_clock("2026-11-25T09:00");
  ASSERT_TRUE(messages_->add(as_ann(), number, entry(EntryKind::inbound, "まだ届きません")));
  one = case_of(number);
  EXPECT_EQ(one.sla->next_response->due_at, at("2026-11-25T11:00"));
  EXPECT_EQ(one.due_at, at("2026-11-25T11:00"));
  set_clock("2026-11-25T12:00");
  reply(number);
  EXPECT_EQ(case_of(number).sla->next_response->state, domain::SlaState::missed);
  ASSERT_TRUE(cases_->resolve(as_ann(), number));
  one = case_of(number);
  EXPECT_EQ(one.sla->resolution->state, domain::SlaState::met);
  EXPECT_FALSE(one.due_at);
}

TEST_P(SlaTest, MailsOpenCasesThatAreDue) {
  policy("標準", {60, std::nullopt, std::nullopt});
  const IntakeDto taken = deliver(TestMail{});
  EXPECT_TRUE(case_of(*taken.case_number).due_at);
}

TEST_P(SlaTest, TheFirstPolicyThatFitsCounts) {
  domain::SlaConditions urgent;
  urgent.priorities = {domain::Priority::urgent};
  policy("標準", {240, std::nullopt, std::nullopt}, {}, 10);
  policy("至急", {30, std::nullopt, std::nullopt}, urgent, 1);
  const std::string number = new_case();
  EXPECT_EQ(case_of(number).sla->policy.name, "標準");
  CasePatchDto wish;
  wish.priority = domain::Priority::urgent;
  ASSERT_TRUE(cases_->patch(as_ann(), number, wish));
  EXPECT_EQ(case_of(number).sla->policy.name, "至急");
  EXPECT_EQ(case_of(number).due_at, at("2026-11-24T10:30"));
}

TEST_P(SlaTest, TheListIsInTheOrderOfWhatIsDue) {
  domain::SlaConditions high;
  high.priorities = {domain::Priority::high};
  policy("早く", {30, std::nullopt, std::nullopt}, high);
  policy("標準", {240, std::nullopt, std::nullopt}, {}, 1);
  std::vector<std::string> normal;
  for (int i = 0; i < 3; ++i) normal.push_back(new_case());
  clock_.advance(std::chrono::minutes(10));
  const std::string soon = new_case(domain::Priority::high);
  const std::string handled = new_case();
  ASSERT_TRUE(cases_->resolve(as_ann(), handled));
  std::vector<std::string> expected = {soon};
  expected.insert(expected.end(), normal.begin(), normal.end());
  EXPECT_EQ(by_due(), expected);
  CaseFilter pages;
  pages.limit = 1;  // equal times: no gap, nothing twice
  EXPECT_EQ(by_due(pages), expected);
  CaseFilter before;
  before.due_before = at("2026-11-24T12:00");
  EXPECT_EQ(by_due(before), (std::vector<std::string>{soon}));
  CaseFilter overdue;
  overdue.overdue = true;
  EXPECT_TRUE(by_due(overdue).empty());
  set_clock("2026-11-24T10:41");
  EXPECT_EQ(by_due(overdue), (std::vector<std::string>{soon}));
  overdue.count = true;
  EXPECT_EQ(cases_->list(ann_, overdue, kFromTheBeginning)->count, 1);
}

TEST_P(SlaTest, AChangedPolicyCountsSoonForWhatIsOpenAndNeverForWhatIsHandled) {
  const SlaPolicyDto made = policy("標準", {60, std::nullopt, 120});
  const std::string open = new_case();
  const std::string handled = new_case();
  reply(handled);
  ASSERT_TRUE(cases_->resolve(as_ann(), handled));
  const CaseDto ended = case_of(handled);
  const std::int64_t version = case_of(open).version;
  SlaPolicyPatchDto wish;
  wish.targets = domain::SlaTargets{90, std::nullopt, 30};
  wish.name = "変更後";
  ASSERT_TRUE(sla_->patch_policy(as_ann(), made.id, wish));
  run_jobs();
  EXPECT_EQ(case_of(open).sla->first_response->due_at, at("2026-11-24T11:30"));
  EXPECT_EQ(case_of(open).sla->policy.name, "変更後");
  EXPECT_EQ(case_of(open).due_at, at("2026-11-24T10:30"));
  EXPECT_EQ(case_of(open).version, version);  // no change of the case
  EXPECT_EQ(case_of(handled).sla, ended.sla);
  EXPECT_EQ(by_due(), (std::vector<std::string>{open}));

  SlaPolicyPatchDto archive;
  archive.archived = true;
  ASSERT_TRUE(sla_->patch_policy(as_ann(), made.id, archive));
  run_jobs();
  EXPECT_FALSE(case_of(open).sla);
  EXPECT_TRUE(by_due().empty());
  EXPECT_EQ(case_of(handled).sla, ended.sla);
}

TEST_P(SlaTest, ChangedHoursMoveWhatIsDue) {
  policy("標準", {60, std::nullopt, std::nullopt});
  const std::string number = new_case();
  BusinessHoursPatchDto wish;
  wish.special_days = std::vector<domain::SpecialDay>{
      {domain::BusinessDate::parse("2026-11-24").value(), "臨時休業", {}}};
  ASSERT_TRUE(sla_->patch_hours(as_ann(), "default", wish));
  run_jobs();
  EXPECT_EQ(case_of(number).due_at, at("2026-11-25T10:00"));
}

TEST_P(SlaTest, MoreCasesThanOneStepTakes) {
  for (int i = 0; i < 205; ++i) (void)new_case();
  policy("標準", {60, std::nullopt, std::nullopt});
  run_jobs();
  EXPECT_EQ(by_due().size(), 205u);
}

TEST_P(SlaTest, WhatIsWrongIsRefusedWithItsPlace) {
  const auto place = [](const auto& answer) {
    const Error error = error_of(answer);
    return error.fields.empty() ? error.type : error.fields.front().pointer;
  };
  SlaPolicyCreateDto wish;
  wish.name = "標準";
  wish.targets.first_response = 60;
  wish.conditions.mailboxes = {domain::MailboxId("support"), domain::MailboxId("none")};
  EXPECT_EQ(place(sla_->create_policy(as_ann(), wish)), "/conditions/mailboxes/1");
  wish.conditions = {};
  wish.conditions.categories = {domain::CategoryId("none")};
  EXPECT_EQ(place(sla_->create_policy(as_ann(), wish)), "/conditions/categories/0");
  wish.conditions = {};
  wish.conditions.customer_labels = {domain::MasterId("none")};
  EXPECT_EQ(place(sla_->create_policy(as_ann(), wish)), "/conditions/customer_labels/0");
  wish.conditions = {};
  wish.business_hours = "none";
  EXPECT_EQ(place(sla_->create_policy(as_ann(), wish)), "/business_hours");
  wish.business_hours.reset();
  const SlaPolicyDto made = sla_->create_policy(as_ann(), wish).value();
  EXPECT_EQ(place(sla_->create_policy(as_ann(), wish)), "/name");
  wish.name = "4111 1111 1111 1111";
  EXPECT_EQ(error_of(sla_->create_policy(as_ann(), wish)).type, "pan-detected");

  Context stale = as_ann();
  stale.if_match = made.version + 1;
  EXPECT_EQ(error_of(sla_->patch_policy(stale, made.id, {})).code, ErrorCode::stale);
  EXPECT_EQ(error_of(sla_->policy("none")).code, ErrorCode::not_found);
  EXPECT_EQ(error_of(sla_->hours("none")).code, ErrorCode::not_found);
  BusinessHoursPatchDto changed;
  changed.time_zone = "Mars/Olympus";
  EXPECT_EQ(place(sla_->patch_hours(as_ann(), "default", changed)), "/time_zone");
  changed = {};
  changed.archived = true;
  EXPECT_EQ(place(sla_->patch_hours(as_ann(), "default", changed)), "default-hours");
}

TEST_P(SlaTest, TheYearsHolidaysAreShown) {
  const BusinessDaysDto days = sla_->days("default", 2026).value();
  EXPECT_EQ(days.holidays.size(), 18u);
  // 261 weekdays, 17 of them holidays, nine hours each.
  EXPECT_EQ(days.business_minutes, (261 - 17) * 9 * 60);
}

}  // namespace
}  // namespace madoguchi::service
