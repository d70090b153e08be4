// SPDX-License-Identifier: Apache-2.0
#include "core/crypto/password.h"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

namespace madoguchi::crypto {
namespace {

constexpr PasswordCost kCheap{64, 1, 1, 2};

TEST(PasswordHasher, TheRightPasswordAloneVerifies) {
  PasswordHasher hasher;
  const std::string phc = hasher.hash(Secret("正しい馬 battery staple"));
  EXPECT_EQ(phc.rfind("$argon2id$v=19$m=65536,t=3,p=1$", 0), 0U) << phc;
  EXPECT_TRUE(hasher.verify(Secret("正しい馬 battery staple"), phc));
  EXPECT_FALSE(hasher.verify(Secret("正しい馬 battery stapl"), phc));
  EXPECT_FALSE(hasher.is_outdated(phc));
}

TEST(PasswordHasher, SaltsDiffer) {
  PasswordHasher hasher(kCheap);
  EXPECT_NE(hasher.hash(Secret("x")), hasher.hash(Secret("x")));
}

TEST(PasswordHasher, ReadsHashesOfOtherCosts) {
  PasswordHasher hasher(kCheap);
  const std::string other = PasswordHasher(PasswordCost{128, 2, 1, 1}).hash(Secret("password"));
  EXPECT_TRUE(hasher.verify(Secret("password"), other));
  EXPECT_TRUE(hasher.is_outdated(other));
}

TEST(PasswordHasher, AnUnreadableHashIsNobodysPassword) {
  PasswordHasher hasher(kCheap);
  for (const char* phc :
       {"", "x", "$argon2id$v=19$m=64,t=1,p=1$", "$argon2i$v=19$m=64,t=1,p=1$c2FsdA$aA",
        "$2b$12$abcdefghijklmnopqrstuv"}) {
    EXPECT_FALSE(hasher.verify(Secret(""), phc)) << phc;
    EXPECT_FALSE(hasher.verify(Secret("password"), phc)) << phc;
  }
}

TEST(PasswordHasher, EmptyPasswordsAndNulBytesAreOrdinary) {
  PasswordHasher hasher(kCheap);
  const std::string with_nul("a\0b", 3);
  EXPECT_TRUE(hasher.verify(Secret(""), hasher.hash(Secret(""))));
  EXPECT_FALSE(hasher.verify(Secret("a"), hasher.hash(Secret(with_nul))));
}

TEST(PasswordHasher, MoreCallersThanTurnsAllGetTheirs) {
  PasswordHasher hasher(kCheap);
  std::vector<int> verified(8, 0);
  std::vector<std::jthread> threads;
  for (std::size_t i = 0; i < verified.size(); ++i) {
    threads.emplace_back([&hasher, &verified, i] {
      const Secret password("p" + std::to_string(i));
      verified[i] = hasher.verify(password, hasher.hash(password)) ? 1 : 0;
    });
  }
  threads.clear();
  EXPECT_EQ(verified, std::vector<int>(8, 1));
}

}  // namespace
}  // namespace madoguchi::crypto
