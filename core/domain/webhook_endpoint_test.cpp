// SPDX-License-Identifier: Apache-2.0
#include "core/domain/webhook_endpoint.h"

#include <gtest/gtest.h>

namespace madoguchi::domain {
namespace {

TEST(EventPatterns, name_one_event_all_of_a_kind_or_all) {
  for (const char* good : {"*", "case.*", "case.created", "edit_lock.taken_over"}) {
    EXPECT_TRUE(is_event_pattern(good)) << good;
  }
  for (const char* bad : {"", "case", "case.", ".created", "Case.created", "case.cre*", "*.created",
                          "case.created.twice", "case .created", "案件.作成"}) {
    EXPECT_FALSE(is_event_pattern(bad)) << bad;
  }
}

TEST(EventPatterns, match_what_they_name_and_nothing_else) {
  EXPECT_TRUE(event_matches({}, "case.created"));
  EXPECT_TRUE(event_matches({"*"}, "case.created"));
  EXPECT_TRUE(event_matches({"message.*", "case.created"}, "case.created"));
  EXPECT_TRUE(event_matches({"case.*"}, "case.resolved"));
  EXPECT_FALSE(event_matches({"case.*"}, "cases.resolved"));
  EXPECT_FALSE(event_matches({"case.*"}, "case"));
  EXPECT_FALSE(event_matches({"case.created"}, "case.created_by_hand"));
}

}  // namespace
}  // namespace madoguchi::domain
