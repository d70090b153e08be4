// SPDX-License-Identifier: Apache-2.0
#include "core/service/satisfaction.h"

#include "core/service/service_test.h"

namespace madoguchi::service {
namespace {

class SatisfactionTest : public ServiceTest {
 protected:
  void SetUp() override {
    ServiceTest::SetUp();
    if (IsSkipped()) return;
    env_->public_url = "https://hub.example";
    service_ = std::make_unique<SatisfactionService>(*env_);
    CaseCreateDto wish;
    wish.channel = domain::Channel::web;
    wish.text = "いつ届きますか";
    wish.mailbox = "support";
    number_ = cases_->create(as_ann(), wish).value().number;
  }
  std::string token() {
    const std::string url = service_->link(ann_, number_).value().url;
    return url.substr(url.rfind('/') + 1);
  }
  std::unique_ptr<SatisfactionService> service_;
  std::string number_;
};
INSTANTIATE_TEST_SUITE_P(Engines, SatisfactionTest, testing::engines(), testing::engine_name);

TEST_P(SatisfactionTest, TheLinkAsksAndTheAnswerIsOnTheCase) {
  const std::string link = token();
  EXPECT_FALSE(service_->question(link)->answer);
  EXPECT_FALSE(case_of(number_).satisfaction);  // looking answers nothing
  ASSERT_TRUE(service_->answer(link, 4, "早かった\nです"));
  const CaseDto value = case_of(number_);
  ASSERT_TRUE(value.satisfaction);
  EXPECT_EQ(value.satisfaction->score, 4);
  EXPECT_EQ(value.satisfaction->comment, "早かった\nです");
  EXPECT_EQ(events(number_).back(), "case.satisfaction_answered");
  CaseFilter filter;
  filter.satisfaction = {4, 5};
  EXPECT_EQ(cases_->list(ann_, filter, kFromTheBeginning)->items.size(), 1u);
  filter.satisfaction = {1};
  EXPECT_TRUE(cases_->list(ann_, filter, kFromTheBeginning)->items.empty());
}

TEST_P(SatisfactionTest, TheAnswerCanBeChangedForAWeek) {
  const std::string link = token();
  const TimePoint first = clock_.now();
  ASSERT_TRUE(service_->answer(link, 2, ""));
  clock_.advance(std::chrono::hours(24));
  ASSERT_TRUE(service_->answer(link, 5, "直りました"));
  EXPECT_EQ(case_of(number_).satisfaction->score, 5);
  EXPECT_EQ(case_of(number_).satisfaction->answered_at, first);
  const std::size_t told = events(number_).size();
  ASSERT_TRUE(service_->answer(link, 5, "直りました"));  // the same again says nothing new
  EXPECT_EQ(events(number_).size(), told);
  clock_.advance(std::chrono::hours(24 * 7));
  EXPECT_EQ(error_of(service_->answer(link, 1, "")).type, "answer-is-final");
  EXPECT_FALSE(service_->question(link)->changeable);
}

TEST_P(SatisfactionTest, LinksThatDoNotHoldOpenNothing) {
  const std::string link = token();
  std::string other = link;
  other.back() = other.back() == 'A' ? 'B' : 'A';
  std::string next_case = "9" + link;
  std::string longer = link;
  longer.insert(longer.find('.') + 1, "9");
  for (const std::string& bad : {other, next_case, longer, std::string("x"), std::string(),
                                 link.substr(0, link.rfind('.')), std::string("..")}) {
    EXPECT_EQ(error_of(service_->question(bad)).code, ErrorCode::not_found) << bad;
    EXPECT_EQ(error_of(service_->answer(bad, 5, "")).code, ErrorCode::not_found) << bad;
  }
  clock_.advance(std::chrono::hours(24 * 31));
  EXPECT_EQ(error_of(service_->question(link)).code, ErrorCode::not_found);
}

TEST_P(SatisfactionTest, WrongAnswersAreRefused) {
  const std::string link = token();
  for (const int score : {0, 6, -1}) {
    EXPECT_EQ(error_of(service_->answer(link, score, "")).fields.front().pointer, "/score");
  }
  EXPECT_EQ(error_of(service_->answer(link, 5, std::string(2001, 'a'))).fields.front().pointer,
            "/comment");
  EXPECT_EQ(error_of(service_->answer(link, 5, "4111 1111 1111 1111")).type, "pan-detected");
  EXPECT_FALSE(case_of(number_).satisfaction);
  std::string japanese;
  for (int i = 0; i < 2000; ++i) japanese += "あ";
  EXPECT_TRUE(service_->answer(link, 5, japanese));
}

TEST_P(SatisfactionTest, OnlyWhoSeesTheCaseMakesALink) {
  const domain::Caller other =
      new_agent("sales-only", domain::Role::agent, std::vector<std::string>{"sales"});
  EXPECT_EQ(error_of(service_->link(other, number_)).code, ErrorCode::not_found);
  env_->public_url.clear();
  EXPECT_EQ(error_of(service_->link(ann_, number_)).type, "no-public-url");
}

}  // namespace
}  // namespace madoguchi::service
