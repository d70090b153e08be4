// SPDX-License-Identifier: Apache-2.0
#include "core/text/time_zone.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace madoguchi::text {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

bool has(const std::vector<ZoneChange>& changes, const char* at, std::chrono::seconds offset) {
  return std::find(changes.begin(), changes.end(), ZoneChange(parse_rfc3339(at).value(), offset)) !=
         changes.end();
}

TEST(TimeZone, ChangesOfKnownZones) {
  const auto tokyo = zone_changes("Asia/Tokyo");
  ASSERT_TRUE(tokyo);
  ASSERT_EQ(tokyo->size(), 1u);
  EXPECT_EQ(tokyo->front().second, hours(9));
  const auto new_york = zone_changes("America/New_York");
  ASSERT_TRUE(new_york);
  EXPECT_TRUE(has(*new_york, "2026-03-08T07:00:00Z", hours(-4)));
  EXPECT_TRUE(has(*new_york, "2026-11-01T06:00:00Z", hours(-5)));
  const auto lord_howe = zone_changes("Australia/Lord_Howe");
  ASSERT_TRUE(lord_howe);
  EXPECT_TRUE(has(*lord_howe, "2026-04-04T15:00:00Z", minutes(630)));
  EXPECT_TRUE(zone_changes("UTC"));
}

TEST(TimeZone, WhatIsNoneIsNone) {
  for (const char* name : {"", "Tokyo", "Asia/Edo", "GMT+9", "UTC+09:00", "asia tokyo"}) {
    EXPECT_FALSE(zone_changes(name)) << name;
  }
}

}  // namespace
}  // namespace madoguchi::text
