// SPDX-License-Identifier: Apache-2.0
#include "core/domain/business_hours.h"

#include <gtest/gtest.h>

#include <random>

namespace madoguchi::domain {
namespace {

using std::chrono::hours;
using std::chrono::microseconds;
using std::chrono::minutes;

TimePoint at(const char* text) { return parse_rfc3339(text).value(); }
OpenTime open(const char* from, const char* to) {
  return {WallTime::parse(from).value(), WallTime::parse(to).value()};
}

ZoneOffsets tokyo() { return ZoneOffsets({{TimePoint{}, hours(9)}}); }
/// New York in 2026: summer time from 8 March to 1 November, 2 o'clock.
ZoneOffsets new_york() {
  return ZoneOffsets({{TimePoint{}, hours(-5)},
                      {at("2026-03-08T07:00:00Z"), hours(-4)},
                      {at("2026-11-01T06:00:00Z"), hours(-5)}});
}
/// Lord Howe Island: half an hour of summer time, until 5 April and from 4 October.
ZoneOffsets lord_howe() {
  return ZoneOffsets({{TimePoint{}, hours(11)},
                      {at("2026-04-04T15:00:00Z"), minutes(630)},
                      {at("2026-10-03T15:30:00Z"), hours(11)}});
}
/// Clocks that go back at midnight, so that a day comes twice.
ZoneOffsets havana() {
  return ZoneOffsets({{TimePoint{}, hours(-4)}, {at("2026-11-01T04:00:00Z"), hours(-5)}});
}

BusinessHours desk() {
  BusinessHours made;
  for (std::size_t day = 0; day < 5; ++day) {
    made.week[day] = {open("09:00", "12:00"), open("13:00", "18:00")};
  }
  return made;
}
BusinessHours always() {
  BusinessHours made;
  for (auto& day : made.week) day = {open("00:00", "24:00")};
  made.japanese_holidays = false;
  return made;
}

TEST(BusinessHours, CountOnlyTheTimeWorked) {
  const BusinessClock clock(desk(), tokyo());
  // Friday 20 November 2026, 17:00 in Tokyo; Monday the 23rd is a holiday.
  const TimePoint friday = at("2026-11-20T17:00:00+09:00");
  EXPECT_EQ(clock.after(friday, hours(1)), at("2026-11-20T18:00:00+09:00"));
  EXPECT_EQ(clock.after(friday, minutes(61)), at("2026-11-24T09:01:00+09:00"));
  EXPECT_EQ(clock.after(friday, hours(5)), at("2026-11-24T14:00:00+09:00"));
  EXPECT_EQ(clock.after(friday, minutes(0)), friday);
  EXPECT_EQ(clock.between(friday, at("2026-11-24T12:30:00+09:00")), hours(4));
  EXPECT_EQ(clock.between(at("2026-11-21T00:00:00+09:00"), at("2026-11-24T09:00:00+09:00")),
            hours(0));
  EXPECT_EQ(clock.between(friday, friday), hours(0));
  EXPECT_EQ(clock.between(friday, friday - hours(3)), hours(0));
}

TEST(BusinessHours, SpecialDaysGoBeforeEverything) {
  BusinessHours hours_ = desk();
  hours_.special_days = {
      {BusinessDate::parse("2026-11-23").value(), "セール", {open("10:00", "15:00")}},
      {BusinessDate::parse("2026-11-24").value(), "棚卸し", {}}};
  const BusinessClock clock(hours_, tokyo());
  EXPECT_EQ(clock.between(at("2026-11-21T00:00:00+09:00"), at("2026-11-25T00:00:00+09:00")),
            hours(5));
  EXPECT_EQ(clock.after(at("2026-11-20T18:00:00+09:00"), hours(6)),
            at("2026-11-25T10:00:00+09:00"));
}

TEST(BusinessHours, AreExactWhenClocksArePut) {
  const BusinessClock clock(always(), new_york());
  const auto day = [&](const char* from, const char* to) {
    return clock.between(at(from), at(to));
  };
  EXPECT_EQ(day("2026-03-08T00:00:00-05:00", "2026-03-09T00:00:00-04:00"), hours(23));
  EXPECT_EQ(day("2026-11-01T00:00:00-04:00", "2026-11-02T00:00:00-05:00"), hours(25));

  BusinessHours night = always();
  night.week = {};
  night.week[6] = {open("01:30", "02:30")};  // Sundays
  const BusinessClock nights(night, new_york());
  const auto worked = [&](const char* from, const char* to) {
    return nights.between(at(from), at(to));
  };
  EXPECT_EQ(worked("2026-03-01T00:00:00Z", "2026-03-02T00:00:00Z"), minutes(60));
  EXPECT_EQ(worked("2026-03-08T00:00:00Z", "2026-03-09T00:00:00Z"), minutes(30));
  EXPECT_EQ(worked("2026-11-01T00:00:00Z", "2026-11-02T00:00:00Z"), minutes(120));
  EXPECT_EQ(nights.after(at("2026-03-08T00:00:00Z"), minutes(30)), at("2026-03-08T07:00:00Z"));
}

TEST(BusinessHours, AddingAndCountingAgree) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937_64 random(seed);
  const auto pick = [&](std::int64_t from, std::int64_t to) {
    return std::uniform_int_distribution<std::int64_t>(from, to)(random);
  };
  BusinessHours nights;
  for (std::size_t day = 0; day < 7; day += 2) {
    nights.week[day] = {open("00:00", "02:10"), open("02:40", "03:00"), open("22:00", "24:00")};
  }
  std::vector<BusinessClock> clocks;
  for (const BusinessHours& one : {desk(), always(), nights}) {
    for (const ZoneOffsets& zone : {tokyo(), new_york(), lord_howe(), havana()}) {
      clocks.emplace_back(one, zone);
    }
  }
  const TimePoint begin = at("2026-01-01T00:00:00Z");
  for (int round = 0; round < 2000; ++round) {
    const BusinessClock& clock = clocks[static_cast<std::size_t>(round) % clocks.size()];
    const TimePoint from = begin + minutes(pick(0, 525'000)) + microseconds(pick(0, 60'000'000));
    const microseconds amount{pick(1, 3'000) * 1'000'000 * 60};
    const std::optional<TimePoint> due = clock.after(from, amount);
    ASSERT_TRUE(due);
    EXPECT_EQ(clock.between(from, *due), amount);
    EXPECT_LT(clock.between(from, *due - microseconds(1)), amount);  // and not before
    const TimePoint middle = from + (*due - from) * pick(0, 100) / 100;
    EXPECT_EQ(clock.between(from, middle) + clock.between(middle, *due), amount);
    EXPECT_LE(clock.between(from, middle), middle - from);
    EXPECT_EQ(clock.after(middle, amount - clock.between(from, middle)), due)
        << to_rfc3339(from) << " " << to_rfc3339(middle);
  }
}

TEST(BusinessHours, ThatMakeNoSenseAreRefusedWithTheirPlace) {
  const auto refused = [](const BusinessHours& value) {
    const Result<void> good = check(value);
    return good ? std::string() : good.error().fields.front().pointer;
  };
  EXPECT_EQ(refused(desk()), "");
  EXPECT_EQ(refused(BusinessHours{}), "/week");
  BusinessHours value = desk();
  value.week[2] = {open("09:00", "09:00")};
  EXPECT_EQ(refused(value), "/week/wednesday/0/to");
  value.week[2] = {open("09:00", "12:00"), open("11:59", "13:00")};
  EXPECT_EQ(refused(value), "/week/wednesday/1/from");
  value = desk();
  value.special_days = {{BusinessDate::parse("2026-12-30").value(), "", {}},
                        {BusinessDate::parse("2026-12-30").value(), "", {}}};
  EXPECT_EQ(refused(value), "/special_days/1/date");
  value.special_days = {{BusinessDate::parse("2026-12-30").value(), "", {open("10:00", "09:00")}}};
  EXPECT_EQ(refused(value), "/special_days/0/open/0/to");
}

TEST(BusinessHours, NeverWorkingMeansNeverDue) {
  BusinessHours value;
  value.week[0] = {open("09:00", "09:01")};
  const BusinessClock clock(value, tokyo());
  EXPECT_TRUE(clock.after(at("2026-01-01T00:00:00Z"), minutes(400)));
  EXPECT_FALSE(clock.after(at("2026-01-01T00:00:00Z"), hours(24)));
}

TEST(WallTime, IsReadAndWritten) {
  for (const char* good : {"00:00", "09:05", "23:59", "24:00"}) {
    ASSERT_TRUE(WallTime::parse(good)) << good;
    EXPECT_EQ(WallTime::parse(good)->str(), good);
  }
  for (const char* bad : {"", "9:00", "24:01", "12:60", "1200", "ab:cd", "12:00 ", "-1:00"}) {
    EXPECT_FALSE(WallTime::parse(bad)) << bad;
  }
}

}  // namespace
}  // namespace madoguchi::domain
