// SPDX-License-Identifier: Apache-2.0
#include "core/net/http.h"

#include <gtest/gtest.h>

namespace madoguchi::net {
namespace {

using std::chrono::seconds;

TEST(RetryAfter, is_a_number_or_a_date) {
  const TimePoint now = parse_rfc3339("2026-11-23T10:00:00Z").value();
  EXPECT_EQ(parse_retry_after("120", now), seconds(120));
  EXPECT_EQ(parse_retry_after(" 0 ", now), seconds(0));
  EXPECT_EQ(parse_retry_after("Mon, 23 Nov 2026 10:00:30 GMT", now), seconds(30));
  EXPECT_EQ(parse_retry_after("Monday, 23-Nov-26 10:00:30 GMT", now), seconds(30));
  EXPECT_EQ(parse_retry_after("Mon Nov 23 10:00:30 2026", now), seconds(30));
  EXPECT_EQ(parse_retry_after("Mon, 23 Nov 2026 09:00:00 GMT", now), seconds(0));
  EXPECT_EQ(parse_retry_after("99999999999999999999999", now), std::chrono::hours(24));
  EXPECT_EQ(parse_retry_after("Mon, 23 Nov 2037 09:00:00 GMT", now), std::chrono::hours(24));
  for (const char* value : {"", "soon", "-1", "1.5", "Mon, 23 Nov 2026"}) {
    EXPECT_FALSE(parse_retry_after(value, now)) << value;
  }
}

}  // namespace
}  // namespace madoguchi::net
