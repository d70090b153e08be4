// SPDX-License-Identifier: Apache-2.0
#include "core/service/statistics.h"

#include "core/service/service_test.h"

namespace madoguchi::service {
namespace {

class StatisticsTest : public ServiceTest {
 protected:
  void SetUp() override {
    ServiceTest::SetUp();
    if (IsSkipped()) return;
    statistics_ = std::make_unique<StatisticsService>(*env_);
    until("2026-11-24T10:00:00+09:00");
  }
  void until(const char* text) { clock_.advance(parse_rfc3339(text).value() - clock_.now()); }
  std::string new_case(const char* mailbox = "support") {
    CaseCreateDto wish;
    wish.channel = domain::Channel::web;
    wish.text = "いつ届きますか";
    wish.mailbox = mailbox;
    wish.requester = RequesterDto{"山田", "", "yamada@example.jp", ""};
    return cases_->create(as_ann(), wish).value().number;
  }
  StatisticsDto asked(store::StatisticsBy by, const char* from = "2026-11-24",
                      const char* to = "2026-11-26") {
    StatisticsFilter filter;
    filter.by = by;
    filter.from = domain::BusinessDate::parse(from);
    filter.to = domain::BusinessDate::parse(to);
    return statistics_->cases(ann_, filter).value();
  }

  std::unique_ptr<StatisticsService> statistics_;
};
INSTANTIATE_TEST_SUITE_P(Engines, StatisticsTest, testing::engines(), testing::engine_name);

TEST_P(StatisticsTest, DaysBeginAtMidnightInJapan) {
  until("2026-11-24T23:59:59+09:00");
  const std::string late = new_case();
  until("2026-11-25T00:00:00+09:00");
  (void)new_case();
  ASSERT_TRUE(cases_->resolve(as_ann(), late));
  const StatisticsDto found = asked(store::StatisticsBy::day);
  ASSERT_EQ(found.rows.size(), 3u);
  EXPECT_EQ(found.rows[0].key, "2026-11-24");
  EXPECT_EQ(found.rows[0].created, 1);
  EXPECT_EQ(found.rows[0].resolved, 0);
  EXPECT_EQ(found.rows[1].created, 1);
  EXPECT_EQ(found.rows[1].resolved, 1);
  EXPECT_EQ(found.rows[2].created, 0);
  EXPECT_EQ(found.total.created, 2);
}

TEST_P(StatisticsTest, PercentilesAreByNearestRankInBothTimes) {
  std::vector<std::string> numbers;
  for (int i = 0; i < 10; ++i) numbers.push_back(new_case());
  for (int i = 0; i < 9; ++i) {
    clock_.advance(std::chrono::minutes(10));
    reply(numbers[static_cast<std::size_t>(i)]);
  }
  until("2026-11-25T09:30:00+09:00");  // the last one waits overnight
  reply(numbers.back());
  const StatisticsRowDto total = asked(store::StatisticsBy::channel).total;
  const PercentilesDto& wall = total.first_response.wall_minutes;
  EXPECT_EQ(wall.count, 10);
  EXPECT_EQ(wall.p50, 50);
  EXPECT_EQ(wall.p90, 90);
  EXPECT_EQ(wall.p95, 23 * 60 + 30);
  const PercentilesDto& business = total.first_response.business_minutes;
  EXPECT_EQ(business.p50, 50);
  EXPECT_EQ(business.p95, 8 * 60 + 30);
}

TEST_P(StatisticsTest, OnlyWhatTheCallerSeesIsCounted) {
  (void)new_case("support");
  (void)new_case("sales");
  const domain::Caller seller =
      new_agent("seller", domain::Role::agent, std::vector<std::string>{"sales"});
  StatisticsFilter filter;
  filter.by = store::StatisticsBy::mailbox;
  const StatisticsDto found = statistics_->cases(seller, filter).value();
  ASSERT_EQ(found.rows.size(), 1u);
  EXPECT_EQ(found.rows[0].key, "sales");
  EXPECT_EQ(found.total.created, 1);
  EXPECT_EQ(statistics_->backlog(seller, filter)->total.unresolved, 1);
  EXPECT_EQ(statistics_->backlog(ann_, filter)->total.unresolved, 2);
}

TEST_P(StatisticsTest, TheBacklogGrowsOld) {
  (void)new_case();
  clock_.advance(std::chrono::hours(24 * 5));
  (void)new_case();
  StatisticsFilter filter;
  filter.by = store::StatisticsBy::agent;
  const BacklogDto found = statistics_->backlog(ann_, filter).value();
  EXPECT_EQ(found.total.unresolved, 2);
  EXPECT_EQ(found.total.unassigned, 2);
  EXPECT_EQ(found.total.today, 1);
  EXPECT_EQ(found.total.days_7, 1);
}

TEST_P(StatisticsTest, TooLongAPeriodIsRefused) {
  StatisticsFilter filter;
  filter.from = domain::BusinessDate::parse("2020-01-01");
  filter.to = domain::BusinessDate::parse("2026-01-01");
  EXPECT_EQ(error_of(statistics_->cases(ann_, filter)).fields.front().pointer, "/from");
  filter.from = domain::BusinessDate::parse("2026-01-02");
  EXPECT_EQ(error_of(statistics_->cases(ann_, filter)).fields.front().pointer, "/to");
  filter.mailboxes = {"none"};
  EXPECT_EQ(error_of(statistics_->backlog(ann_, filter)).fields.front().pointer, "/mailbox");
}

}  // namespace
}  // namespace madoguchi::service
