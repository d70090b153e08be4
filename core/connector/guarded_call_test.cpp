// SPDX-License-Identifier: Apache-2.0
#include "core/connector/guarded_call.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>
#include <vector>

#include "tests/support/fakes.h"

namespace madoguchi::connector {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::ElementsAre;

Error away() {
  Error error = Error::unavailable("down");
  error.retry_after.reset();
  return error;
}

class GuardedCall : public ::testing::Test {
 protected:
  CallGuard guard(CallGuard::Options options = {}) {
    return CallGuard(
        options,
        {clock_,
         [](int attempt, std::optional<seconds> after) -> std::optional<milliseconds> {
           if (attempt >= 3) return std::nullopt;
           return std::max<milliseconds>(milliseconds(100 * attempt), after.value_or(seconds(0)));
         },
         [this](milliseconds time, const std::stop_token&) {
           pauses_.push_back(time.count());
           clock_.advance(time);
         },
         [this](const CallReport& report) {
           reports_.push_back(report.error == nullptr ? "ok" : to_string(report.error->code));
         }});
  }
  /// Answers one after the other; the last again and again.
  Result<int> call(CallGuard& guard, const CallPlan& plan, std::vector<Result<int>> answers) {
    std::size_t next = 0;
    return guarded_call(guard, plan, [&](const CallOptions& options) -> Result<int> {
      deadlines_.push_back(options.deadline);
      return answers[std::min(next++, answers.size() - 1)];
    });
  }

  testing::FakeClock clock_;
  std::vector<std::int64_t> pauses_;
  std::vector<std::string> reports_;
  std::vector<SteadyPoint> deadlines_;
};

TEST_F(GuardedCall, GivesWhatTheConnectorGives) {
  CallGuard guarded = guard();
  EXPECT_EQ(call(guarded, {"x.read"}, {7}).value(), 7);
  EXPECT_THAT(reports_, ElementsAre("ok"));
  EXPECT_EQ(deadlines_.front(), clock_.steady_now() + seconds(60));
}

TEST_F(GuardedCall, RepeatsOnlyWhatMayBeRepeated) {
  CallGuard guarded = guard();
  EXPECT_FALSE(call(guarded, {"x.write"}, {fail(away()), 7}));
  EXPECT_THAT(reports_, ElementsAre("unavailable"));
  CallPlan reading{"x.read"};
  reading.repeat = Repeat::allowed;
  EXPECT_EQ(call(guarded, reading, {fail(away()), 7}).value(), 7);
  EXPECT_THAT(pauses_, ElementsAre(100));
  EXPECT_FALSE(call(guarded, reading, {fail(Error::invalid("/x", {"no", "不可"})), 7}));
  EXPECT_FALSE(call(guarded, reading, {fail(Error::unauthenticated("key")), 7}));
  EXPECT_THAT(pauses_, ElementsAre(100)) << "neither gets better by asking again";
}

TEST_F(GuardedCall, KeepsToTheDeadlineAndToWhatTheOtherSideAsksFor) {
  CallGuard guarded = guard();
  CallPlan reading{"x.read"};
  reading.repeat = Repeat::allowed;
  reading.limit = seconds(10);
  Error slow = away();
  slow.retry_after = seconds(4);
  EXPECT_EQ(call(guarded, reading, {fail(slow), 7}).value(), 7);
  EXPECT_THAT(pauses_, ElementsAre(4000));
  slow.retry_after = seconds(30);
  EXPECT_FALSE(call(guarded, reading, {fail(slow), 7}));
  EXPECT_THAT(pauses_, ElementsAre(4000)) << "no use: it would be too late";
}

TEST_F(GuardedCall, RepetitionsAreATenthOfTheCalls) {
  CallGuard guarded = guard({4, {1000, seconds(1), seconds(1)}});
  CallPlan reading{"x.read"};
  reading.repeat = Repeat::allowed;
  for (int i = 0; i < 100; ++i) (void)call(guarded, reading, {fail(away())});
  EXPECT_LE(pauses_.size(), 13U);
}

TEST_F(GuardedCall, LeavesAFailingSystemAloneAndTriesAgain) {
  CallGuard guarded = guard({4, {2, seconds(10), seconds(60)}});
  for (int i = 0; i < 2; ++i) (void)call(guarded, {"x.read"}, {fail(away())});
  EXPECT_EQ(guarded.view().breaker, BreakerState::open);
  const Result<int> refused = call(guarded, {"x.read"}, {7});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::unavailable);
  EXPECT_EQ(refused.error().retry_after, seconds(10));
  EXPECT_EQ(reports_.size(), 2U) << "nobody was asked";
  clock_.advance(seconds(10));
  EXPECT_TRUE(call(guarded, {"x.read"}, {7}));
  EXPECT_EQ(guarded.view().breaker, BreakerState::closed);
}

TEST_F(GuardedCall, ANoIsNoFailure) {
  CallGuard guarded = guard({4, {2, seconds(10), seconds(60)}});
  for (int i = 0; i < 9; ++i) {
    (void)call(guarded, {"x.read"}, {fail(Error::not_found({"none", "なし"}))});
  }
  EXPECT_EQ(guarded.view().breaker, BreakerState::closed);
}

TEST_F(GuardedCall, BackgroundWorkLeavesAPlaceForPeople) {
  CallGuard guarded = guard({2, {}});
  CallPlan person{"x.read"};
  person.urgency = Urgency::person;
  const Result<int> outer = guarded_call(guarded, CallPlan{"x.pull"}, [&](const CallOptions&) {
    EXPECT_FALSE(call(guarded, {"x.pull"}, {1})) << "background is full";
    const Result<int> mine = guarded_call(guarded, person, [&](const CallOptions&) {
      EXPECT_FALSE(call(guarded, person, {1})) << "now everything is";
      return Result<int>(2);
    });
    EXPECT_TRUE(mine);
    return mine;
  });
  EXPECT_EQ(outer.value(), 2);
  EXPECT_EQ(guarded.view().calls, 0);
}

TEST_F(GuardedCall, AnExceptionIsAnErrorAndGivesThePlaceBack) {
  CallGuard guarded = guard();
  const Result<int> answer =
      guarded_call(guarded, CallPlan{"x.read"},
                   [](const CallOptions&) -> Result<int> { throw std::runtime_error("boom"); });
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, ErrorCode::internal);
  EXPECT_EQ(guarded.view().calls, 0);
}

}  // namespace
}  // namespace madoguchi::connector
