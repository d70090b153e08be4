// SPDX-License-Identifier: Apache-2.0
#include "core/crypto/one_time_code.h"

#include <gtest/gtest.h>

namespace madoguchi::crypto {
namespace {

const Secret kRfcSecret("12345678901234567890");  // RFC 6238, appendix B

TEST(OneTimeCode, has_the_digits_of_the_rfc) {
  const auto code_at = [](std::int64_t seconds) {
    return totp_code(kRfcSecret, totp_step(from_micros(seconds * 1'000'000)));
  };
  EXPECT_EQ(code_at(59), "287082");
  EXPECT_EQ(code_at(1111111109), "081804");
  EXPECT_EQ(code_at(1111111111), "050471");
  EXPECT_EQ(code_at(1234567890), "005924");
  EXPECT_EQ(code_at(2000000000), "279037");
  EXPECT_EQ(code_at(20000000000), "353130");
}

TEST(OneTimeCode, tells_an_app_what_it_needs) {
  EXPECT_EQ(totp_uri(kRfcSecret, "Madoguchi", "佐藤@shop"),
            "otpauth://totp/Madoguchi:%E4%BD%90%E8%97%A4%40shop?"
            "secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Madoguchi");
}

}  // namespace
}  // namespace madoguchi::crypto
