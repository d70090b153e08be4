// SPDX-License-Identifier: Apache-2.0
#include "core/service/surveys.h"

#include "core/service/customer_merges.h"
#include "core/service/customers.h"
#include "core/service/service_test.h"

namespace madoguchi::service {
namespace {

using domain::SurveyLink;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class UseOfSurveys : public ServiceTest {
 protected:
  void SetUp() override {
    ServiceTest::SetUp();
    if (IsSkipped()) return;
    customers_ = std::make_unique<CustomerService>(*env_);
    surveys_ = std::make_unique<SurveyService>(*env_);
  }
  std::string new_customer(const std::string& name, const std::string& email = "",
                           const std::string& shop_id = "") {
    CustomerCreateDto wish;
    wish.family_name = name;
    if (!email.empty()) {
      wish.emails.emplace().push_back({EmailAddress::parse(email).value(), false, false});
    }
    if (!shop_id.empty()) wish.external_ids.emplace().push_back({"profile", shop_id, ""});
    return customers_->create(as_ann(), wish).value().number;
  }
  static ToldSurveyResponseDto told(const std::string& id, domain::Respondent who = {}) {
    ToldSurveyResponseDto dto;
    dto.external_id = id;
    dto.survey_id = "s1";
    dto.survey = "肌診断";
    dto.respondent = std::move(who);
    dto.answers = {{"q1", "肌質は?", {"乾燥肌"}}, {"q2", "気になることは?", {"しみ", "しわ"}}};
    dto.answered_at = parse_rfc3339("2026-11-01T00:00:00Z").value();
    return dto;
  }
  TakenSurveysDto take(std::vector<ToldSurveyResponseDto> items) {
    const Result<TakenSurveysDto> taken = surveys_->take(as_ann(), {"profile", std::move(items)});
    EXPECT_TRUE(taken) << taken.error().describe();
    return taken.value_or(TakenSurveysDto());
  }
  std::vector<SurveyResponseDto> of(const std::string& number) {
    return surveys_->of_customer(ann_, number, kFromTheBeginning, 50).value().items;
  }
  std::vector<SurveyResponseDto> unlinked() {
    store::SurveyQuery query;
    query.linked = false;
    return surveys_->list(ann_, query, kFromTheBeginning).value().items;
  }
  std::vector<std::string> history(const std::string& number) {
    std::vector<std::string> names;
    const HistoryListing listing = customers_->history(ann_, number, kFromTheBeginning, 50).value();
    for (const EventDto& one : listing.items) names.push_back(one.event);
    return names;
  }

  std::unique_ptr<CustomerService> customers_;
  std::unique_ptr<SurveyService> surveys_;
};
INSTANTIATE_TEST_SUITE_P(Engines, UseOfSurveys, testing::engines(), testing::engine_name);

TEST_P(UseOfSurveys, a_response_is_taken_once_and_kept_as_it_is_now) {
  const std::string number = new_customer("山田");
  ToldSurveyResponseDto one = told("r1", {number, "", ""});
  EXPECT_EQ(take({one}).created, 1);
  EXPECT_EQ(take({one, one}).unchanged, 2);
  ASSERT_THAT(of(number), SizeIs(1));
  const SurveyResponseDto first = of(number)[0];
  EXPECT_EQ(first.survey, "肌診断");
  ASSERT_THAT(first.answers, SizeIs(2));
  EXPECT_THAT(first.answers[1].answers, ElementsAre("しみ", "しわ"));
  EXPECT_EQ(first.version, 1);
  one.answers[0].answers = {"脂性肌"};
  EXPECT_EQ(take({one}).changed, 1);
  EXPECT_EQ(of(number)[0].answers[0].answers[0], "脂性肌");
  EXPECT_EQ(of(number)[0].version, 2);
  EXPECT_THAT(history(number),
              ElementsAre("survey.changed", "survey.answered", "customer.created"));
  // Another account's of the same id is another one.
  ASSERT_TRUE(surveys_->take(as_ann(), {"other", {one}}));
  EXPECT_THAT(of(number), SizeIs(2));
}

TEST_P(UseOfSurveys, belong_to_whom_they_name_by_the_surest_of_it) {
  const std::string by_number = new_customer("番号");
  const std::string by_id = new_customer("連携", "", "shop-7");
  const std::string by_email = new_customer("メール", "mail@example.jp");
  take({told("1", {by_number, "shop-7", "mail@example.jp"}),
        told("2", {"CU-999999", "shop-7", "mail@example.jp"}),
        told("3", {"", "", "MAIL@example.jp"})});
  ASSERT_THAT(of(by_number), SizeIs(1));
  EXPECT_EQ(of(by_number)[0].linked_by, SurveyLink::customer_number);
  ASSERT_THAT(of(by_id), SizeIs(1));
  EXPECT_EQ(of(by_id)[0].linked_by, SurveyLink::external_id);
  ASSERT_THAT(of(by_email), SizeIs(1));
  EXPECT_EQ(of(by_email)[0].linked_by, SurveyLink::email);
}

TEST_P(UseOfSurveys, wait_for_whom_they_name) {
  EXPECT_EQ(take({told("1", {"", "", "late@example.jp"}), told("2", {"", "shop-9", ""}),
                  told("3", {"", "", "nobody@example.jp"})})
                .unlinked,
            3);
  EXPECT_THAT(unlinked(), SizeIs(3));
  const std::string number = new_customer("遅い", "late@example.jp");
  ASSERT_THAT(of(number), SizeIs(1));
  EXPECT_THAT(history(number), Contains("survey.linked"));
  CustomerPatchDto wish;
  wish.external_ids.emplace().push_back({"profile", "shop-9", ""});
  ASSERT_TRUE(customers_->patch(as_ann(), number, wish));
  EXPECT_THAT(of(number), SizeIs(2));
  EXPECT_THAT(unlinked(), SizeIs(1));
  // Told again they stay where they are.
  EXPECT_EQ(take({told("1", {"", "", "late@example.jp"})}).unchanged, 1);
}

TEST_P(UseOfSurveys, somebody_says_whose_it_is) {
  take({told("1", {"", "", "shared@example.jp"})});
  const std::string number = new_customer("山田");
  const SurveyResponseDto one = unlinked().at(0);
  EXPECT_TRUE(one.allowed_actions.has(domain::SurveyAction::link));
  SurveyPatchDto wish;
  wish.customer = number;
  const Result<SurveyResponseDto> linked = surveys_->patch({ann_, one.version}, one.id, wish);
  ASSERT_TRUE(linked) << linked.error().describe();
  EXPECT_EQ(linked->customer, number);
  EXPECT_EQ(linked->linked_by, SurveyLink::by_hand);
  EXPECT_EQ(surveys_->patch({ann_, one.version}, one.id, wish).error().code, ErrorCode::stale);
  wish.customer = std::nullopt;
  const Result<SurveyResponseDto> free = surveys_->patch(as_ann(), one.id, wish);
  ASSERT_TRUE(free) << free.error().describe();
  EXPECT_FALSE(free->customer);
  EXPECT_THAT(history(number), Contains("survey.unlinked"));
  // What a person said stays said.
  new_customer("別人", "shared@example.jp");
  EXPECT_THAT(unlinked(), SizeIs(1));
  wish.customer = std::string("CU-999999");
  EXPECT_EQ(surveys_->patch(as_ann(), one.id, wish).error().fields[0].pointer, "/customer");
  EXPECT_EQ(surveys_->patch(as_ann(), "no-such", wish).error().code, ErrorCode::not_found);
}

TEST_P(UseOfSurveys, card_numbers_in_them_are_masked) {
  const std::string number = new_customer("山田");
  ToldSurveyResponseDto one = told("1", {number, "", ""});
  one.answers[0].answers = {"4111 1111 1111 1111"};
  take({one});
  EXPECT_EQ(of(number)[0].answers[0].answers[0], "**** **** **** 1111");
  EXPECT_EQ(take({one}).unchanged, 1);
}

TEST_P(UseOfSurveys, are_paged_last_answered_first) {
  const std::string number = new_customer("山田");
  std::vector<ToldSurveyResponseDto> items;
  for (int i = 0; i < 5; ++i) {
    items.push_back(told(std::to_string(i), {number, "", ""}));
    items.back().answered_at += std::chrono::hours(i / 2);
  }
  take(items);
  std::vector<std::string> seen;
  std::optional<std::vector<std::string>> after;
  do {
    const SurveyListing page = surveys_->of_customer(ann_, number, after, 2).value();
    for (const SurveyResponseDto& one : page.items) seen.push_back(one.external_id);
    after = page.next;
  } while (after);
  EXPECT_THAT(seen, ElementsAre("4", "3", "2", "1", "0"));
}

TEST_P(UseOfSurveys, go_along_when_customers_are_merged_and_come_back) {
  const std::string source = new_customer("山田");
  const std::string target = new_customer("山田");
  take({told("1", {source, "", ""})});
  CustomerMergeService merges(*env_);
  EXPECT_EQ(merges.merge(as_ann(), source, {target, false})->surveys, 1);
  EXPECT_THAT(of(target), SizeIs(1));
  take({told("2", {source, "", ""})});  // the number leads to the other one
  EXPECT_THAT(of(target), SizeIs(2));
  ASSERT_TRUE(merges.unmerge(as_ann(), source));
  EXPECT_THAT(of(source), SizeIs(1));
  EXPECT_THAT(of(target), SizeIs(1));
}

}  // namespace
}  // namespace madoguchi::service
