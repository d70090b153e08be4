// SPDX-License-Identifier: Apache-2.0
#include "core/base/byte_budget.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

namespace madoguchi {
namespace {

constexpr std::chrono::milliseconds kNow{0};
constexpr std::chrono::milliseconds kLong{20'000};

TEST(ByteBudget, GivesNoMoreThanThereIs) {
  ByteBudget budget(100);
  std::optional<ByteBudget::Share> first = budget.take(60, kNow);
  ASSERT_TRUE(first);
  EXPECT_FALSE(budget.take(41, kNow));
  EXPECT_TRUE(budget.take(40, kNow)) << "given back at once";
  const ByteBudget::Share moved = std::move(*first);
  first.reset();
  EXPECT_FALSE(budget.take(41, kNow)) << "what was moved is still held";
}

TEST(ByteBudget, LetsInAloneWhatIsMoreThanAll) {
  ByteBudget budget(100);
  {
    const auto small = budget.take(1, kNow);
    EXPECT_FALSE(budget.take(1'000, kNow));
  }
  const auto huge = budget.take(1'000, kNow);
  EXPECT_TRUE(huge);
  EXPECT_FALSE(budget.take(1, kNow));
}

TEST(ByteBudget, HoldsManyThreadsBelowIt) {
  ByteBudget budget(3);
  std::atomic<int> inside{0};
  std::atomic<int> most{0};
  std::vector<std::jthread> threads;
  for (int i = 0; i < 12; ++i) {
    threads.emplace_back([&] {
      for (int round = 0; round < 200; ++round) {
        const auto share = budget.take(1, kLong);
        ASSERT_TRUE(share);
        const int now = ++inside;
        int seen = most;
        while (seen < now && !most.compare_exchange_weak(seen, now)) continue;
        --inside;
      }
    });
  }
  threads.clear();
  EXPECT_LE(most, 3);
  EXPECT_TRUE(budget.take(3, kNow));
}

}  // namespace
}  // namespace madoguchi
