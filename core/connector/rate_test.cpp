// SPDX-License-Identifier: Apache-2.0
#include "core/connector/rate.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

namespace madoguchi::connector {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

const TimePoint kStart = from_micros(1'790'000'000'000'000);
const RateLimit kMinute{60, minutes(1)};

/// Somebody who asks as soon as they may, for so long.
std::vector<TimePoint> greedy(const RateLimit& limit, microseconds time, Urgency urgency,
                              TimePoint& full_at, TimePoint from) {
  std::vector<TimePoint> passed;
  for (TimePoint now = from; now < from + time;) {
    const RateVerdict verdict = take(limit, full_at, now, urgency);
    if (verdict.may) {
      full_at = verdict.full_at;
      passed.push_back(now);
    } else {
      EXPECT_GT(verdict.wait.count(), 0);
      now += verdict.wait;
    }
  }
  return passed;
}

int most_within(const std::vector<TimePoint>& times, microseconds window) {
  int most = 0;
  for (auto first = times.begin(); first != times.end(); ++first) {
    const auto last = std::lower_bound(first, times.end(), *first + window);
    most = std::max(most, static_cast<int>(last - first));
  }
  return most;
}

TEST(Rate, NeverPassesTheLimitInAnyWindow) {
  for (const int requests : {1, 2, 5, 7, 60, 100, 1000}) {
    const RateLimit limit{requests, minutes(1)};
    TimePoint full_at{};
    const auto passed = greedy(limit, minutes(20), Urgency::person, full_at, kStart);
    EXPECT_LE(most_within(passed, minutes(1)), requests) << requests;
    EXPECT_GE(passed.size(), static_cast<std::size_t>(20 * std::max(1, requests / 2))) << requests;
  }
}

TEST(Rate, LeavesRequestsToPeopleWhileABacklogIsWorkedOff) {
  TimePoint full_at{};
  const auto passed = greedy(kMinute, minutes(10), Urgency::background, full_at, kStart);
  EXPECT_GE(passed.size(), 470U);  // 48 a minute
  EXPECT_LE(most_within(passed, minutes(1)), 60);
  const TimePoint now = kStart + minutes(10);
  int at_once = 0;
  while (true) {
    const RateVerdict verdict = take(kMinute, full_at, now, Urgency::person);
    if (!verdict.may) break;
    full_at = verdict.full_at;
    ++at_once;
  }
  EXPECT_GE(at_once, 10);
  EXPECT_FALSE(take(kMinute, full_at, now, Urgency::background).may);
}

TEST(Rate, SaysHowLongToWait) {
  TimePoint full_at{};
  (void)greedy(kMinute, microseconds(1), Urgency::person, full_at, kStart);
  const RateVerdict no = take(kMinute, full_at, kStart, Urgency::person);
  ASSERT_FALSE(no.may);
  EXPECT_FALSE(take(kMinute, full_at, kStart + no.wait - microseconds(1), Urgency::person).may);
  EXPECT_TRUE(take(kMinute, full_at, kStart + no.wait, Urgency::person).may);
}

TEST(Rate, HasNoLimitWithoutOne) {
  for (int i = 0; i < 1000; ++i) EXPECT_TRUE(take({0, {}}, {}, kStart, Urgency::background).may);
}

TEST(Rate, BelievesTheOtherSideWhenThereIsLess) {
  const TimePoint full_at = corrected(kMinute, {}, kStart, {0, seconds(40)});
  EXPECT_FALSE(take(kMinute, full_at, kStart + seconds(39), Urgency::person).may);
  EXPECT_TRUE(take(kMinute, full_at, kStart + seconds(40), Urgency::person).may);
  EXPECT_EQ(corrected(kMinute, full_at, kStart, {55, seconds(40)}), full_at) << "never more";
  EXPECT_EQ(corrected(kMinute, full_at, kStart, {}), full_at) << "nothing said";
}

TEST(Rate, AClockThatIsSetBackDoesNotStopIt) {
  const TimePoint full_at = kStart + std::chrono::hours(24);
  EXPECT_TRUE(take(kMinute, full_at, kStart, Urgency::person).wait < minutes(2));
}

}  // namespace
}  // namespace madoguchi::connector
