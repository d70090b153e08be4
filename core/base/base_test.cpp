// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "core/base/clock.h"
#include "core/base/email_address.h"
#include "core/base/phone_number.h"
#include "core/base/secret.h"
#include "core/base/uuid.h"

namespace madoguchi {
namespace {

class FixedClock final : public Clock {
 public:
  TimePoint time = from_micros(1'700'000'000'000'000);
  [[nodiscard]] TimePoint now() const override { return time; }
  [[nodiscard]] SteadyPoint steady_now() const override { return {}; }
};

TEST(Time, WritesAndReadsRfc3339) {
  for (const char* text :
       {"2026-11-22T02:03:04Z", "1969-12-31T23:59:59.000001Z", "2024-02-29T00:00:00Z"}) {
    ASSERT_TRUE(parse_rfc3339(text)) << text;
    EXPECT_EQ(to_rfc3339(*parse_rfc3339(text)), text);
  }
  EXPECT_EQ(to_rfc3339(*parse_rfc3339("2026-11-22T09:00:00+09:00")), "2026-11-22T00:00:00Z");
  EXPECT_EQ(to_rfc3339(*parse_rfc3339("2026-11-22t09:00:00.5-01:30")),
            "2026-11-22T10:30:00.500000Z");
}

TEST(Time, RefusesWhatIsNoTime) {
  for (const char* text :
       {"", "2026-11-22", "2026-02-30T00:00:00Z", "2026-11-22T24:00:00Z", "2026-11-22T00:00:00",
        "2026-11-22T00:00:00.Z", "2026-11-22T00:00:00Zx", "2026-11-22T00:00:00+99:00", "昨日"}) {
    EXPECT_FALSE(parse_rfc3339(text)) << text;
  }
}

TEST(Uuid7, CountsUpWhenTheClockStandsOrGoesBack) {
  FixedClock clock;
  Uuid7Source source(clock, [](std::array<std::uint8_t, 10>& bytes) { bytes.fill(0xFF); });
  std::string last;
  for (int i = 0; i < 10'000; ++i) {
    if (i == 5'000) clock.time -= std::chrono::hours(1);
    const std::string id = source.next();
    ASSERT_EQ(id.size(), 36U);
    ASSERT_EQ(id[14], '7');
    ASSERT_GT(id, last);
    last = id;
  }
}

TEST(EmailAddress, TakesWhatPeopleHave) {
  for (const char* text : {"a@b.jp", "a..b@docomo.ne.jp", "ab.@ezweb.ne.jp", "-ab@docomo.ne.jp",
                           "\"a..b\"@docomo.ne.jp", "担当@例え.jp", "a+b=c@d.example"}) {
    EXPECT_TRUE(EmailAddress::parse(text)) << text;
  }
}

TEST(EmailAddress, ComparesWithoutQuotesAndCase) {
  EXPECT_EQ(*EmailAddress::parse("\"a..b\"@docomo.ne.jp"),
            *EmailAddress::parse("a..b@DOCOMO.ne.jp"));
  EXPECT_EQ(EmailAddress::parse("a..b@docomo.ne.jp")->wire(), "\"a..b\"@docomo.ne.jp");
  EXPECT_EQ(EmailAddress::parse("a.b@docomo.ne.jp")->wire(), "a.b@docomo.ne.jp");
}

TEST(EmailAddress, RefusesWhatIsNone) {
  for (const char* text : {"", "a", "@b", "a@", "a b@c", "a@b c", "a@.b", "a@b..c",
                           "a\r\nRCPT TO:<x>@b", "<a@b>", "a@b@"}) {
    EXPECT_FALSE(EmailAddress::parse(text)) << text;
  }
}

TEST(PhoneNumber, ComparesByDigits) {
  EXPECT_EQ(*PhoneNumber::parse("090-1234-5678"),
            *PhoneNumber::parse("０９０（１２３４）５６７８"));
  EXPECT_EQ(*PhoneNumber::parse("+81 90 1234 5678"), *PhoneNumber::parse("09012345678"));
  EXPECT_EQ(*PhoneNumber::parse("+81 (0)90 1234 5678"), *PhoneNumber::parse("09012345678"));
  EXPECT_FALSE(PhoneNumber::parse("call me"));
  EXPECT_FALSE(PhoneNumber::parse("12"));
  EXPECT_FALSE(PhoneNumber::parse("090+12"));
}

}  // namespace
}  // namespace madoguchi
