// SPDX-License-Identifier: Apache-2.0
#include "core/connector/circuit_breaker.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace madoguchi::connector {
namespace {

using std::chrono::milliseconds;

struct Step {
  enum What { ask, success, failure, other } what;
  int at;  ///< seconds
  bool admitted = true;
  BreakerState then = BreakerState::closed;
};

constexpr BreakerState kClosed = BreakerState::closed;
constexpr BreakerState kOpen = BreakerState::open;
constexpr BreakerState kHalf = BreakerState::half_open;

/// Three failures in a row open it for 10 seconds, 40 at most.
void run(const std::vector<Step>& steps) {
  CircuitBreaker breaker({3, milliseconds(10'000), milliseconds(40'000)});
  int number = 0;
  for (const Step& step : steps) {
    const SteadyPoint now{std::chrono::seconds(1000 + step.at)};
    const std::string where = "step " + std::to_string(++number);
    if (step.what == Step::ask) {
      EXPECT_EQ(breaker.admits(now), step.admitted) << where;
    }
    if (step.what == Step::success) breaker.succeeded();
    if (step.what == Step::failure) breaker.failed(now);
    if (step.what == Step::other) breaker.ended();
    EXPECT_EQ(breaker.state(now), step.then) << where;
  }
}

TEST(CircuitBreaker, OpensAfterFailuresInARow) {
  run({{Step::ask, 0, true, kClosed},
       {Step::failure, 0, true, kClosed},
       {Step::failure, 1, true, kClosed},
       {Step::ask, 1, true, kClosed},
       {Step::failure, 2, true, kOpen},
       {Step::ask, 11, false, kOpen},
       {Step::ask, 12, true, kHalf}});
}

TEST(CircuitBreaker, ASuccessBetweenFailuresStartsTheCountAnew) {
  run({{Step::failure, 0},
       {Step::failure, 0},
       {Step::success, 0},
       {Step::failure, 1},
       {Step::failure, 1},
       {Step::ask, 1, true, kClosed}});
}

TEST(CircuitBreaker, LetsOneTryAndClosesWhenItWorks) {
  run({{Step::failure, 0},
       {Step::failure, 0},
       {Step::failure, 0, true, kOpen},
       {Step::ask, 10, true, kHalf},
       {Step::ask, 10, false, kHalf},
       {Step::success, 11, true, kClosed},
       {Step::ask, 11, true, kClosed}});
}

TEST(CircuitBreaker, WaitsTwiceAsLongAfterEachTryUpToALimit) {
  run({{Step::failure, 0},
       {Step::failure, 0},
       {Step::failure, 0, true, kOpen},
       {Step::ask, 10, true, kHalf},
       {Step::failure, 10, true, kOpen},
       {Step::ask, 29, false, kOpen},
       {Step::ask, 30, true, kHalf},
       {Step::failure, 30, true, kOpen},
       {Step::ask, 69, false, kOpen},
       {Step::ask, 70, true, kHalf},
       {Step::failure, 70, true, kOpen},
       {Step::ask, 109, false, kOpen},
       {Step::ask, 110, true, kHalf}});
}

TEST(CircuitBreaker, ATryThatSaysNothingLetsAnotherTry) {
  run({{Step::failure, 0},
       {Step::failure, 0},
       {Step::failure, 0, true, kOpen},
       {Step::ask, 10, true, kHalf},
       {Step::other, 10, true, kHalf},
       {Step::ask, 10, true, kHalf}});
}

TEST(CircuitBreaker, CallsThatBeganBeforeDoNotProlongThePause) {
  run({{Step::failure, 0},
       {Step::failure, 0},
       {Step::failure, 0, true, kOpen},
       {Step::failure, 5, true, kOpen},
       {Step::ask, 10, true, kHalf}});
}

TEST(CircuitBreaker, SaysHowLong) {
  CircuitBreaker breaker({1, milliseconds(10'000), milliseconds(40'000)});
  const SteadyPoint now{std::chrono::seconds(5)};
  EXPECT_EQ(breaker.remaining(now), milliseconds(0));
  breaker.failed(now);
  EXPECT_EQ(breaker.remaining(now + std::chrono::seconds(4)), milliseconds(6'000));
  EXPECT_EQ(breaker.remaining(now + std::chrono::seconds(10)), milliseconds(0));
}

}  // namespace
}  // namespace madoguchi::connector
