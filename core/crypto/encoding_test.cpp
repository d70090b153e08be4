// SPDX-License-Identifier: Apache-2.0
#include "core/crypto/encoding.h"

#include <gtest/gtest.h>

#include <set>

#include "core/crypto/digest.h"
#include "core/crypto/random.h"

namespace madoguchi::crypto {
namespace {

struct Vector {
  const char* plain;
  const char* base64;
  const char* base64url;
  const char* base32;
};

// RFC 4648, section 10; base64url and base32 in the forms used here.
constexpr Vector kVectors[] = {
    {"", "", "", ""},
    {"f", "Zg==", "Zg", "my"},
    {"fo", "Zm8=", "Zm8", "mzxq"},
    {"foo", "Zm9v", "Zm9v", "mzxw6"},
    {"foob", "Zm9vYg==", "Zm9vYg", "mzxw6yq"},
    {"fooba", "Zm9vYmE=", "Zm9vYmE", "mzxw6ytb"},
    {"foobar", "Zm9vYmFy", "Zm9vYmFy", "mzxw6ytboi"},
};

TEST(Encoding, HoldsTheVectorsOfTheRfcBothWays) {
  for (const Vector& vector : kVectors) {
    SCOPED_TRACE(vector.plain);
    EXPECT_EQ(to_base64(vector.plain), vector.base64);
    EXPECT_EQ(to_base64url(vector.plain), vector.base64url);
    EXPECT_EQ(to_base32(vector.plain), vector.base32);
    EXPECT_EQ(from_base64(vector.base64).value(), vector.plain);
    EXPECT_EQ(from_base64url(vector.base64url).value(), vector.plain);
    EXPECT_EQ(from_base32(vector.base32).value(), vector.plain);
  }
}

TEST(Encoding, EveryLengthComesBack) {
  for (std::size_t size = 0; size < 80; ++size) {
    std::string bytes(size, '\0');
    random_bytes({reinterpret_cast<std::uint8_t*>(bytes.data()), bytes.size()});
    EXPECT_EQ(from_base64(to_base64(bytes)).value(), bytes);
    EXPECT_EQ(from_base64url(to_base64url(bytes)).value(), bytes);
    EXPECT_EQ(from_base32(to_base32(bytes)).value(), bytes);
    EXPECT_EQ(from_hex(to_hex(bytes)).value(), bytes);
  }
}

TEST(Encoding, UsesTheUrlAlphabet) {
  EXPECT_EQ(to_base64("\xfb\xff"), "+/8=");
  EXPECT_EQ(to_base64url("\xfb\xff"), "-_8");
  EXPECT_FALSE(from_base64url("+/8"));
  EXPECT_FALSE(from_base64("-_8="));
}

TEST(Encoding, RefusesASecondTextForAValue) {
  for (const char* text : {"Zg", "Zg=", "Zh==", "Zm9=", "Z===", "====", "=", "Zg==Zg==", "Zm9v\n",
                           " Zm9v", "Zm 9", "Zm9vA==="}) {
    EXPECT_FALSE(from_base64(text)) << text;
  }
  for (const char* text : {"Zg==", "Zh", "Z", "Zm9vA"}) EXPECT_FALSE(from_base64url(text)) << text;
  for (const char* text : {"mz", "m", "mzx", "mzxw6y", "my======", "m1", "m8", "0"}) {
    EXPECT_FALSE(from_base32(text)) << text;
  }
  for (const char* text : {"a", "0g", "0x", " 0", "abc"}) EXPECT_FALSE(from_hex(text)) << text;
}

TEST(Encoding, Base32AndHexAreReadInEitherCase) {
  EXPECT_EQ(from_base32("MZXW6YTBOI").value(), "foobar");
  EXPECT_EQ(from_hex("DEadBEef").value(), "\xde\xad\xbe\xef");
}

TEST(Random, TokensDifferAndHaveTheirLength) {
  std::set<std::string> seen;
  for (int i = 0; i < 1000; ++i) {
    const std::string token = random_token(32);
    EXPECT_EQ(token.size(), 43U);
    EXPECT_EQ(from_base64url(token).value().size(), 32U);
    EXPECT_TRUE(seen.insert(token).second);
  }
  EXPECT_EQ(random_token(0), "");
}

}  // namespace
}  // namespace madoguchi::crypto
