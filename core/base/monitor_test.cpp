// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <deque>
#include <thread>
#include <vector>

#include "core/base/guarded.h"

namespace madoguchi {
namespace {

using namespace std::chrono_literals;
using Jobs = std::deque<int>;

bool any(const Jobs& jobs) { return !jobs.empty(); }
int take(Jobs& jobs) {
  const int job = jobs.front();
  jobs.pop_front();
  return job;
}

TEST(Monitor, GivesEachJobToOneOfManyWaiters) {
  constexpr int kWorkers = 8;
  constexpr int kJobs = 400;
  Monitor<Jobs> monitor;
  std::atomic<int> looked{0};
  std::vector<std::atomic<int>> seen(kJobs);
  {
    std::vector<std::jthread> workers;
    for (int i = 0; i < kWorkers; ++i) {
      workers.emplace_back([&] {
        while (true) {
          const int job = monitor.wait([](const Jobs& jobs) { return any(jobs); }, take);
          if (job < 0) return;
          ++looked;
          ++seen[static_cast<std::size_t>(job)];
        }
      });
    }
    for (int job = 0; job < kJobs; ++job) {
      monitor.update([job](Jobs& jobs) { jobs.push_back(job); });
    }
    monitor.update([](Jobs& jobs) { jobs.insert(jobs.end(), kWorkers, -1); });
  }
  EXPECT_EQ(looked, kJobs);
  for (const auto& one : seen) EXPECT_EQ(one, 1);
  EXPECT_TRUE(monitor.with([](const Jobs& jobs) { return jobs.empty(); }));
}

TEST(Monitor, LetsAnotherGoOnWhileTheFirstInLineMayNot) {
  Monitor<int> monitor(0);
  std::atomic<int> small{0};
  std::atomic<int> large{0};
  const auto wait_for = [&monitor](int wanted) {
    return monitor.wait([wanted](int now) { return now >= wanted; }, [](int& now) { return now; });
  };
  std::jthread first([&] { large = wait_for(10); });
  std::jthread second([&] { small = wait_for(1); });
  monitor.update([](int& now) { now = 2; });
  second.join();
  EXPECT_GE(small, 2);
  EXPECT_EQ(large, 0);
  monitor.update([](int& now) { now = 10; });
  first.join();
  EXPECT_EQ(large, 10);
}

TEST(Monitor, RunsTheUseAtTheDeadlineAndSaysThatItWasNotReady) {
  Monitor<int> monitor(1);
  int found = 0;
  EXPECT_FALSE(monitor.wait_until(
      std::chrono::steady_clock::now() + 1ms, [](int now) { return now > 1; },
      [&](int& now) { found = now; }));
  EXPECT_EQ(found, 1);
  // The one that gave up is not served any more.
  monitor.update([](int& now) { now = 2; });
  EXPECT_EQ(found, 1);
  EXPECT_TRUE(monitor.wait_until(
      std::chrono::steady_clock::now() + 1min, [](int now) { return now > 1; },
      [&](int& now) { found = now; }));
  EXPECT_EQ(found, 2);
}

TEST(Monitor, TellsAWaiterWithADeadlineInTime) {
  Monitor<int> monitor(0);
  std::jthread teller([&] { monitor.update([](int& now) { now = 7; }); });
  int found = 0;
  EXPECT_TRUE(monitor.wait_until(
      std::chrono::steady_clock::now() + 1min, [](int now) { return now == 7; },
      [&](int& now) { found = now; }));
  EXPECT_EQ(found, 7);
}

}  // namespace
}  // namespace madoguchi
