// SPDX-License-Identifier: Apache-2.0
#include "core/crypto/shred_seal.h"

#include <gtest/gtest.h>

namespace madoguchi::crypto {
namespace {

const ShredSeal kSeal{Secret("the root of these tests, 32 long")};

TEST(ShredSeal, opens_under_its_salt) {
  const std::string salt = ShredSeal::new_salt();
  const std::string sealed = kSeal.seal(salt, "case", "住所");
  EXPECT_EQ(sealed.find("住所"), std::string::npos);
  EXPECT_EQ(kSeal.open(salt, "case", sealed), "住所");
  EXPECT_EQ(kSeal.open(salt, "case", kSeal.seal(salt, "case", "")), "");
}

TEST(ShredSeal, is_lost_with_its_salt) {
  const std::string sealed = kSeal.seal(ShredSeal::new_salt(), "case", "secret");
  EXPECT_FALSE(kSeal.open(ShredSeal::new_salt(), "case", sealed));
  EXPECT_FALSE(kSeal.open("", "case", sealed));
}

TEST(ShredSeal, does_not_open_when_it_was_altered_or_moved) {
  const std::string salt = ShredSeal::new_salt();
  std::string sealed = kSeal.seal(salt, "case", "secret");
  EXPECT_FALSE(kSeal.open(salt, "another case", sealed));
  EXPECT_FALSE(kSeal.open(salt, "case", sealed.substr(0, 10)));
  EXPECT_FALSE(kSeal.open(salt, "case", ""));
  sealed.back() = static_cast<char>(sealed.back() ^ 1);
  EXPECT_FALSE(kSeal.open(salt, "case", sealed));
  const ShredSeal other(Secret("another root, which is as long !"));
  EXPECT_FALSE(other.open(salt, "case", kSeal.seal(salt, "case", "secret")));
}

}  // namespace
}  // namespace madoguchi::crypto
