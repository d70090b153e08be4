// SPDX-License-Identifier: Apache-2.0
#include "core/domain/sla.h"

#include <gtest/gtest.h>

namespace madoguchi::domain {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

TimePoint at(const char* text) {
  return parse_rfc3339(std::string("2026-11-") + text + ":00+09:00").value();
}

BusinessClock desk_clock() {
  BusinessHours made;
  for (std::size_t day = 0; day < 5; ++day) {
    made.week[day] = {{WallTime::parse("09:00").value(), WallTime::parse("18:00").value()}};
  }
  return {made, ZoneOffsets({{TimePoint{}, hours(9)}})};
}

/// A case whose life is told step by step. 24 to 27 November 2026 are ordinary days, the 23rd is
/// none.
class Sla : public ::testing::Test {
 protected:
  void opened(const char* when, CaseStatus status = CaseStatus::new_) {
    value_.created_at = at(when);
    value_.last_inbound_at = value_.created_at;
    value_.status = status;
    take_down(times_, value_, CaseHappening::opened, value_.created_at);
  }
  void is(const char* when, CaseStatus status, CaseHappening why = CaseHappening::other) {
    value_.status = status;
    take_down(times_, value_, why, at(when));
  }
  void written(const char* when) {
    value_.last_inbound_at = at(when);
    is(when, CaseStatus::open, CaseHappening::inbound);
  }
  void answered(const char* when) { is(when, CaseStatus::pending, CaseHappening::answered); }
  SlaStanding standing() const { return standing_of(times_, policy_, clock_); }

  Case value_;
  CaseTimes times_;
  BusinessClock clock_ = desk_clock();
  SlaPolicy policy_{SlaPolicyId("p"), "P", 0, {}, {60, 120, 600}, BusinessHoursId("default")};
};

TEST_F(Sla, TheFirstAnswerIsDueInWorkingTime) {
  opened("20T17:30");  // a Friday before a long weekend
  EXPECT_EQ(standing().first_response->due_at, at("24T09:30"));
  EXPECT_EQ(standing().first_response->state, SlaState::running);
  EXPECT_EQ(standing().resolution->due_at, at("25T09:30"));
  EXPECT_FALSE(standing().next_response);
  EXPECT_EQ(standing().due_at(), at("24T09:30"));
  answered("24T09:30");
  EXPECT_EQ(standing().first_response, (SlaClock{at("24T09:30"), at("24T09:30"), SlaState::met}));
  EXPECT_EQ(first_response_time(times_, clock_), hours(1));
  EXPECT_EQ(standing().resolution->state, SlaState::paused);
  EXPECT_EQ(standing().due_at(), std::nullopt);
}

TEST_F(Sla, ALateFirstAnswerIsMissed) {
  opened("24T10:00");
  answered("24T11:01");
  EXPECT_EQ(standing().first_response,
            (SlaClock{at("24T11:00"), at("24T11:01"), SlaState::missed}));
}

TEST_F(Sla, WhatTheCustomerSaysNextIsAnsweredFromItsFirstPart) {
  opened("24T10:00");
  answered("24T10:10");
  written("24T13:00");
  written("24T14:00");
  EXPECT_EQ(standing().next_response, (SlaClock{at("24T15:00"), std::nullopt, SlaState::running}));
  EXPECT_EQ(standing().due_at(), at("24T15:00"));
  answered("24T15:30");
  EXPECT_EQ(standing().next_response, (SlaClock{at("24T15:00"), at("24T15:30"), SlaState::missed}));
  written("25T10:00");
  answered("25T10:30");
  EXPECT_EQ(standing().next_response, (SlaClock{at("25T12:00"), at("25T10:30"), SlaState::met}));
}

TEST_F(Sla, ResolvingStandsStillWhilePending) {
  opened("24T09:00");
  answered("24T10:00");  // one hour
  written("25T09:00");
  EXPECT_EQ(standing().resolution->due_at, at("25T18:00"));
  is("25T12:00", CaseStatus::pending);  // four hours
  EXPECT_EQ(standing().resolution, (SlaClock{std::nullopt, std::nullopt, SlaState::paused}));
  is("26T09:00", CaseStatus::open);
  EXPECT_EQ(standing().resolution->due_at, at("26T15:00"));
  is("26T15:00", CaseStatus::resolved);
  EXPECT_EQ(standing().resolution, (SlaClock{at("26T15:00"), at("26T15:00"), SlaState::met}));
  EXPECT_EQ(resolution_time(times_, clock_), hours(10));
  EXPECT_EQ(standing().due_at(), std::nullopt);
}

TEST_F(Sla, ReopenedItGoesOnFromWhereItStood) {
  opened("24T09:00");
  answered("24T09:10");
  is("24T10:00", CaseStatus::resolved);
  EXPECT_EQ(resolution_time(times_, clock_), minutes(10));
  written("26T09:00");
  EXPECT_EQ(times_.reopened, 1);
  EXPECT_FALSE(times_.handled_at);
  EXPECT_EQ(standing().resolution->due_at, at("27T09:50"));
  EXPECT_EQ(standing().next_response->due_at, at("26T11:00"));
  is("27T10:00", CaseStatus::closed);
  EXPECT_EQ(standing().resolution->state, SlaState::missed);
  EXPECT_EQ(standing().next_response, std::nullopt);  // nobody waits any more
  EXPECT_EQ(times_.pauses.size(), 1u);
}

TEST_F(Sla, HandledWithoutAnAnswerNeedsNone) {
  opened("24T09:00");
  is("24T12:00", CaseStatus::closed);
  EXPECT_EQ(standing().first_response,
            (SlaClock{std::nullopt, std::nullopt, SlaState::not_needed}));
  EXPECT_EQ(first_response_time(times_, clock_), std::nullopt);
  written("26T09:00");
  EXPECT_EQ(standing().first_response->due_at, at("26T10:00"));
  answered("26T09:30");
  EXPECT_EQ(first_response_time(times_, clock_), minutes(30));
}

TEST_F(Sla, OpenedAsHandledNothingIsDue) {
  opened("24T09:00", CaseStatus::resolved);
  EXPECT_EQ(standing().due_at(), std::nullopt);
  EXPECT_EQ(standing().first_response->state, SlaState::not_needed);
  EXPECT_EQ(standing().resolution->state, SlaState::met);
}

TEST_F(Sla, AnAnswerToSomethingOlderLeavesTheNewerWaiting) {
  opened("24T09:00");
  answered("24T09:10");
  written("24T10:00");
  value_.last_inbound_at = at("24T10:00");
  is("24T10:05", CaseStatus::open, CaseHappening::answered);  // written before it came
  EXPECT_EQ(standing().next_response->state, SlaState::running);
  EXPECT_EQ(times_.waiting_since, at("24T10:00"));
}

TEST_F(Sla, AMergeUndoneReopensNothing) {
  opened("24T09:00");
  is("24T10:00", CaseStatus::closed);
  is("24T11:00", CaseStatus::new_, CaseHappening::moved_back);
  EXPECT_EQ(times_.reopened, 0);
  EXPECT_FALSE(times_.handled_at);
}

TEST_F(Sla, PoliciesFitByEachConditionGiven) {
  opened("24T09:00");
  value_.priority = Priority::high;
  value_.channel = Channel::phone;
  value_.tags = {"a", "b"};
  value_.category = CategoryId("c1");
  value_.mailbox = MailboxId("m1");
  const std::vector<MasterId> labels = {MasterId("gold")};
  const auto fit = [&](auto&& set) {
    SlaConditions conditions;
    set(conditions);
    return fits(conditions, value_, labels);
  };
  EXPECT_TRUE(fit([](auto&) {}));
  EXPECT_TRUE(fit([](auto& c) { c.priorities = {Priority::low, Priority::high}; }));
  EXPECT_FALSE(fit([](auto& c) { c.priorities = {Priority::low}; }));
  EXPECT_TRUE(fit([](auto& c) { c.channels = {Channel::phone}; }));
  EXPECT_FALSE(fit([](auto& c) { c.channels = {Channel::email}; }));
  EXPECT_TRUE(fit([](auto& c) { c.tags = {"b", "z"}; }));
  EXPECT_FALSE(fit([](auto& c) { c.tags = {"z"}; }));
  EXPECT_TRUE(fit([](auto& c) { c.categories = {CategoryId("c1")}; }));
  EXPECT_FALSE(fit([](auto& c) { c.categories = {CategoryId("c2")}; }));
  EXPECT_TRUE(fit([](auto& c) { c.mailboxes = {MailboxId("m1")}; }));
  EXPECT_TRUE(fit([](auto& c) { c.customer_labels = {MasterId("gold")}; }));
  EXPECT_FALSE(fit([](auto& c) { c.customer_labels = {MasterId("silver")}; }));
  EXPECT_FALSE(fit([](auto& c) {
    c.tags = {"a"};
    c.channels = {Channel::email};
  }));
  value_.category.reset();
  EXPECT_FALSE(fit([](auto& c) { c.categories = {CategoryId("c1")}; }));
}

}  // namespace
}  // namespace madoguchi::domain
