// SPDX-License-Identifier: Apache-2.0
#include "core/store/sla.h"

#include "core/store/satisfaction.h"
#include "core/store/statistics.h"
#include "core/store/store_test.h"

namespace madoguchi::store {
namespace {

using std::chrono::hours;

class SlaTablesTest : public StoreTest {
 protected:
  TimePoint begin() const { return clock_.now(); }
  domain::Case kept(const std::string& subject, const domain::CaseTimes& times,
                    std::int64_t revision = 1, std::optional<TimePoint> due = std::nullopt) {
    domain::Case value = new_case(subject);
    value.due_at = due;
    value = insert(value);
    CaseStanding standing;
    standing.revision = revision;
    write([&](db::Session& session) { CaseTimesTable(session).put(value, times, standing); });
    return value;
  }
  std::vector<std::int64_t> older(std::int64_t revision) {
    return read(
        [&](db::Session& session) { return CaseTimesTable(session).older_than(revision, 10); });
  }
};
INSTANTIATE_TEST_SUITE_P(Engines, SlaTablesTest, testing::engines(), testing::engine_name);

TEST_P(SlaTablesTest, TheStandardHoursAreThere) {
  const auto all = read([](db::Session& session) { return SlaTables(session).hours(); });
  ASSERT_EQ(all.size(), 1u);
  EXPECT_EQ(all[0].id.str(), "default");
  EXPECT_EQ(all[0].time_zone, "Asia/Tokyo");
  EXPECT_TRUE(all[0].japanese_holidays);
  for (std::size_t day = 0; day < 7; ++day) EXPECT_EQ(all[0].week[day].size(), day < 5 ? 1u : 0u);
  EXPECT_TRUE(domain::check(all[0]));
}

TEST_P(SlaTablesTest, PoliciesComeBackAsTheyWere) {
  domain::SlaPolicy policy;
  policy.id = domain::SlaPolicyId("p1");
  policy.name = "至急";
  policy.position = 3;
  policy.conditions.priorities = {domain::Priority::urgent};
  policy.conditions.tags = {"返品", "a\"b"};
  policy.conditions.customer_labels = {domain::MasterId("gold")};
  policy.targets.resolution = 480;
  policy.hours = domain::BusinessHoursId("default");
  std::int64_t first = 0;
  write([&](db::Session& session) {
    SlaTables tables(session);
    first = tables.revision();
    tables.insert(policy, clock_.now());
  });
  write([&](db::Session& session) {
    SlaTables tables(session);
    EXPECT_GT(tables.revision(), first);
    const std::vector<domain::SlaPolicy> all = tables.policies();
    ASSERT_EQ(all.size(), 1u);
    EXPECT_EQ(all[0].conditions, policy.conditions);
    EXPECT_EQ(all[0].targets, policy.targets);
    EXPECT_EQ(all[0].position, 3);
    const std::int64_t second = tables.revision();
    policy.archived = true;
    EXPECT_TRUE(tables.update(policy, clock_.now()));
    EXPECT_EQ(policy.version, 2);
    EXPECT_GT(tables.revision(), second);  // though no time has passed
    policy.version = 1;
    EXPECT_FALSE(tables.update(policy, clock_.now()));
  });
}

TEST_P(SlaTablesTest, WhatHappenedComesBackAsItWas) {
  domain::CaseTimes times;
  times.opened_at = begin();
  times.first_since = begin();
  times.first_at = begin() + hours(1);
  times.waiting_since = begin() + hours(3);
  times.last_wait = domain::Pause{begin() + hours(1), begin() + hours(2)};
  times.stopped_since = begin() + hours(9);
  times.pauses = {{begin() + hours(1), begin() + hours(2)},
                  {begin() + hours(4), begin() + hours(5)}};
  times.handled_at = begin() + hours(9);
  times.reopened = 2;
  const domain::Case value = kept("a", times);
  const auto same = [&](const domain::CaseTimes& expected) {
    const auto found =
        read([&](db::Session& session) { return CaseTimesTable(session).of(value.sequence); });
    ASSERT_TRUE(found);
    EXPECT_EQ(*found, expected);
  };
  same(times);
  domain::CaseTimes bare;
  bare.opened_at = begin();
  write([&](db::Session& session) { CaseTimesTable(session).put(value, bare, {}); });
  same(bare);
}

TEST_P(SlaTablesTest, OnlyWhatCanStillChangeIsLookedAtAgain) {
  domain::CaseTimes open;
  open.opened_at = begin();
  domain::CaseTimes handled = open;
  handled.handled_at = begin();
  const domain::Case a = kept("a", open, 5);
  const domain::Case b = kept("b", open, 6);
  (void)kept("c", handled, 5);
  const domain::Case d = kept("d", handled, 0);
  EXPECT_EQ(older(6), (std::vector<std::int64_t>{d.sequence, a.sequence}));
  EXPECT_EQ(older(7), (std::vector<std::int64_t>{d.sequence, a.sequence, b.sequence}));
  EXPECT_EQ(older(5), (std::vector<std::int64_t>{d.sequence}));
}

TEST_P(SlaTablesTest, TheListBySoonestDueGoesOnWithoutGapOrDouble) {
  domain::CaseTimes open;
  open.opened_at = begin();
  std::vector<std::int64_t> expected;
  for (int i = 0; i < 10; ++i) {
    const domain::Case value = kept("x", open, 1, begin() + hours(10 - i / 3));
    expected.insert(expected.begin() + (i % 3), value.sequence);
    (void)kept("none", open);
  }
  CaseQuery query;
  query.order = CaseOrder::soonest_due;
  query.limit = 3;
  std::vector<std::int64_t> found;
  std::optional<CasePlace> after;
  do {
    const CasePage page =
        read([&](db::Session& session) { return Cases(session).list(query, after); });
    for (const CaseRow& row : page.items) found.push_back(row.sequence());
    after = page.next;
  } while (after);
  EXPECT_EQ(found, expected);
  query.due_before = begin() + hours(8);
  EXPECT_EQ(read([&](db::Session& session) { return Cases(session).count(query, 100); }), 1);
  query.order = CaseOrder::newest_modified;
  EXPECT_EQ(read([&](db::Session& session) { return Cases(session).count(query, 100); }), 1);
}

TEST_P(SlaTablesTest, ScoresAreFacts) {
  domain::CaseTimes open;
  open.opened_at = begin();
  const domain::Case value = kept("a", open);
  write([&](db::Session& session) {
    SatisfactionAnswers(session).put({value.sequence, 2, "x", begin(), begin()});
    SatisfactionAnswers(session).put(
        {value.sequence, 4, "", begin() + hours(1), begin() + hours(1)});
    CaseTimesTable(session).put(value, open, {});  // a later change leaves it
    const auto answer = SatisfactionAnswers(session).of(value.sequence);
    EXPECT_EQ(answer->score, 4);
    EXPECT_EQ(answer->answered_at, begin());
    EXPECT_EQ(answer->changed_at, begin() + hours(1));
    StatisticsQuery query;
    query.from = begin() - hours(1);
    query.until = begin() + hours(1);
    int seen = 0;
    Statistics(session).opened(query, [&](const CaseFacts& facts) {
      ++seen;
      EXPECT_EQ(facts.score, 4);
    });
    EXPECT_EQ(seen, 1);
  });
}

}  // namespace
}  // namespace madoguchi::store
