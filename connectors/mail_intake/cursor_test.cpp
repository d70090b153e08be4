// SPDX-License-Identifier: Apache-2.0
#include "connectors/mail_intake/cursor.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "connectors/mail_intake/oauth.h"
#include "connectors/mail_intake/pop3_intake.h"

namespace madoguchi::connectors::mail_intake {
namespace {

TEST(Cursor, ComesBackAsItWent) {
  Cursor cursor;
  FolderCursor& inbox = cursor.of("INBOX");
  inbox.uid_validity = 4294967295;
  inbox.last_uid = 4294967294;
  inbox.old_until = 12;
  inbox.relisted = true;
  inbox.started = 1'800'000'000'000'000;
  inbox.marks = {{7, "100 22-Nov-2026 02:03:04 +0000"}};
  cursor.of("問い合わせ").pending = {{1, "x"}, {2, "y"}};
  cursor.refresh = {"digest", "token"};
  const Cursor back = parse_cursor(to_text(cursor)).value();
  ASSERT_EQ(back.folders.size(), 2U);
  EXPECT_EQ(back.folders[0].last_uid, 4294967294);
  EXPECT_TRUE(back.folders[0].relisted);
  EXPECT_EQ(back.folders[0].marks, cursor.folders[0].marks);
  EXPECT_EQ(back.folders[1].pending.size(), 2U);
  EXPECT_EQ(back.refresh.token, "token");
  EXPECT_EQ(to_text(back), to_text(cursor));
}

TEST(Cursor, KnowsNothingAtFirstAndRefusesGarbage) {
  EXPECT_TRUE(parse_cursor("").value().folders.empty());
  EXPECT_FALSE(parse_cursor("{").has_value());
  EXPECT_FALSE(parse_cursor(R"({"folders": 3})").has_value());
}

TEST(Cursor, KeepsUidlsShort) {
  ShortUids uids;
  for (int i = 0; i < 1000; ++i) uids.insert(short_uid("uidl-" + std::to_string(i)));
  EXPECT_EQ(uids.size(), 1000U);
  EXPECT_EQ(to_text(uids).size(), 12'000U);
  EXPECT_EQ(short_uids(to_text(uids)), uids);
  EXPECT_TRUE(short_uids("").empty());
  EXPECT_TRUE(short_uids("not base64!").empty());
}

TEST(Pop3, ReadsListings) {
  std::uint32_t number = 0;
  std::string value;
  EXPECT_TRUE(parse_pop3_listing("12 whqtswO00WBw418f9t5JxYwZ", number, value));
  EXPECT_EQ(number, 12U);
  EXPECT_EQ(value, "whqtswO00WBw418f9t5JxYwZ");
  EXPECT_TRUE(parse_pop3_listing("1 120 more words", number, value));
  EXPECT_EQ(value, "120");
  for (const char* bad : {"", "x", "1", "1 ", "-1 a", "99999999999 a", "0 a"}) {
    EXPECT_FALSE(parse_pop3_listing(bad, number, value)) << bad;
  }
}

TEST(OAuth, ReadsTokenAnswers) {
  const auto answer = parse_token_answer(
      R"({"token_type":"Bearer","access_token":"a","expires_in":3599,"ext_expires_in":3599})");
  ASSERT_TRUE(answer.has_value());
  EXPECT_EQ(answer->access_token, "a");
  EXPECT_EQ(answer->expires_in, 3599);
  EXPECT_EQ(parse_token_answer(R"({"error":"invalid_grant"})")->error, "invalid_grant");
  EXPECT_FALSE(parse_token_answer("<html>").has_value());
}

}  // namespace
}  // namespace madoguchi::connectors::mail_intake
