// SPDX-License-Identifier: Apache-2.0
#include "core/domain/card_session.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/domain/card_names.h"

namespace madoguchi::domain {
namespace {

using ::testing::SizeIs;

using State = CardSessionState;
using Event = CardSessionEvent;

const TimePoint kNow = TimePoint(std::chrono::hours(500'000));

CardSession a_session(State state = State::waiting) {
  CardSession session;
  session.customer_number = "CU-000001";
  session.state = state;
  session.amount = 100;
  session.expires_at = kNow + std::chrono::minutes(10);
  return session;
}

CardReport success(CardProof proof = CardProof::notification) {
  CardReport report;
  report.proof = proof;
  report.customer = "CU-000001";
  report.amount = 100;
  report.outcome = CardOutcome::succeeded;
  report.card.emplace();
  report.card->token = CardToken::parse("tok_1").value();
  report.card->brand = CardBrand::visa;
  report.card->last_digits = LastDigits::parse("4242").value();
  return report;
}

TEST(CardSessions, have_one_table_of_steps) {
  // Rows: states. Columns: armed, submitted, succeeded, failed, in_doubt, cancelled, ran_out.
  const std::pair<State, std::vector<const char*>> table[] = {
      {State::created,
       {"waiting", "processing", "completed", "failed", "unknown", "cancelled", "expired"}},
      {State::waiting,
       {"", "processing", "completed", "failed", "unknown", "cancelled", "expired"}},
      {State::processing, {"", "", "completed", "failed", "unknown", "cancelled", "unknown"}},
      {State::unknown, {"", "", "completed", "failed", "", "cancelled", ""}},
      {State::completed, {"", "", "", "", "", "", ""}},
      {State::failed, {"", "", "", "", "", "", ""}},
      {State::cancelled, {"", "", "", "", "", "", ""}},
      {State::expired, {"", "", "", "", "", "", ""}}};
  for (const auto& row : table) {
    for (std::size_t event = 0; event < row.second.size(); ++event) {
      const std::optional<State> next = after(row.first, static_cast<Event>(event));
      EXPECT_EQ(next ? enum_name(*next) : "", row.second[event])
          << enum_name(row.first) << " " << event;
    }
  }
}

TEST(CardSessions, begin_with_what_the_screen_has_to_do) {
  CardSession session = a_session(State::created);
  const CardPrompt prompt{CardPromptKind::redirect, "https://pay.example/card", {{"A", "1"}}, ""};
  const Change change = arm(session, "ref-1", prompt, kNow);
  EXPECT_EQ(change.event, "card_session.waiting");
  EXPECT_EQ(session.state, State::waiting);
  EXPECT_EQ(session.vendor_ref, "ref-1");
  EXPECT_EQ(session.prompt, prompt);
  EXPECT_TRUE(arm(session, "ref-2", {}, kNow).empty());
  EXPECT_EQ(session.vendor_ref, "ref-1");
}

TEST(CardSessions, a_browser_coming_back_moves_the_screen_and_proves_nothing) {
  CardSession session = a_session();
  const CardReportTaken taken = take(session, success(CardProof::none), false, kNow);
  EXPECT_EQ(taken.verdict, CardVerdict::unproven);
  EXPECT_EQ(taken.change.event, "card_session.processing");
  EXPECT_EQ(session.state, State::processing);
  EXPECT_FALSE(session.ended_at);
  EXPECT_TRUE(take(session, success(CardProof::none), false, kNow).change.empty());
}

TEST(CardSessions, one_trusted_proof_completes) {
  for (const CardProof proof : {CardProof::notification, CardProof::read_back}) {
    for (const State state : {State::created, State::waiting, State::processing, State::unknown}) {
      CardSession session = a_session(state);
      const CardReportTaken taken = take(session, success(proof), false, kNow);
      EXPECT_EQ(taken.verdict, CardVerdict::applied);
      EXPECT_EQ(taken.change.event, "card_session.completed");
      EXPECT_EQ(session.state, State::completed);
      EXPECT_EQ(session.ended_at, kNow);
      ASSERT_THAT(session.reports, SizeIs(1));
      EXPECT_EQ(session.reports[0].card, "visa 4242");
    }
  }
}

TEST(CardSessions, a_report_about_something_else_completes_nothing) {
  CardReport other = success();
  other.amount = 1;
  CardReport stranger = success();
  stranger.customer = "CU-000002";
  CardReport empty = success();
  empty.card.reset();
  for (const CardReport& report : {other, stranger, empty}) {
    CardSession session = a_session();
    const CardReportTaken taken = take(session, report, false, kNow);
    EXPECT_EQ(taken.verdict, CardVerdict::mismatched);
    EXPECT_EQ(taken.change.event, "card_session.mismatched_report");
    EXPECT_EQ(session.state, State::waiting);
    EXPECT_THAT(session.reports, SizeIs(1));
  }
}

TEST(CardSessions, what_the_service_does_not_say_is_not_compared) {
  CardReport report = success();
  report.customer.reset();
  report.amount.reset();
  CardSession session = a_session();
  EXPECT_EQ(take(session, report, false, kNow).verdict, CardVerdict::applied);
}

TEST(CardSessions, the_same_again_is_a_duplicate_and_another_card_comes_late) {
  CardSession session = a_session();
  (void)take(session, success(), false, kNow);
  const CardReportTaken again = take(session, success(), true, kNow);
  EXPECT_EQ(again.verdict, CardVerdict::duplicate);
  EXPECT_TRUE(again.change.empty());
  const CardReportTaken other = take(session, success(), false, kNow);
  EXPECT_EQ(other.verdict, CardVerdict::late);
  EXPECT_EQ(other.change.event, "card_session.late_report");
  CardReport failed = success();
  failed.outcome = CardOutcome::failed;
  failed.card.reset();
  EXPECT_EQ(take(session, failed, false, kNow).verdict, CardVerdict::duplicate);
  EXPECT_EQ(session.state, State::completed);
  EXPECT_THAT(session.reports, SizeIs(4));
}

TEST(CardSessions, a_card_that_comes_after_the_end_is_late) {
  for (const State state : {State::cancelled, State::expired, State::failed}) {
    CardSession session = a_session(state);
    EXPECT_EQ(take(session, success(), false, kNow).verdict, CardVerdict::late);
    EXPECT_EQ(session.state, state);
  }
}

TEST(CardSessions, say_why_they_failed) {
  CardSession session = a_session(State::processing);
  CardReport report;
  report.proof = CardProof::notification;
  report.outcome = CardOutcome::failed;
  report.code = "8:5804";
  const CardReportTaken taken = take(session, report, false, kNow);
  EXPECT_EQ(session.state, State::failed);
  EXPECT_EQ(session.code, "8:5804");
  EXPECT_EQ(taken.change.fields.back(), (FieldChange{"code", "", "8:5804"}));
}

TEST(CardSessions, end_when_nobody_waits_any_longer) {
  CardSession session = a_session();
  EXPECT_TRUE(run_out(session, kNow).empty());
  EXPECT_EQ(run_out(session, session.expires_at).event, "card_session.expired");
  EXPECT_EQ(session.state, State::expired);
  CardSession with_service = a_session(State::processing);
  EXPECT_EQ(run_out(with_service, with_service.expires_at).event, "card_session.unknown");
  EXPECT_FALSE(with_service.ended_at);
}

TEST(CardSessions, are_cancelled_until_the_card_is_with_the_service) {
  CardSession session = a_session();
  EXPECT_EQ(cancel(session, kNow)->event, "card_session.cancelled");
  EXPECT_EQ(cancel(session, kNow).error().type, "card-session-over");
  for (const State state : {State::processing, State::unknown}) {
    CardSession busy = a_session(state);
    EXPECT_EQ(cancel(busy, kNow).error().type, "card-session-processing");
  }
  const Caller agent{AgentId("1"), "hanako", Role::agent};
  EXPECT_TRUE(allowed_actions(a_session(), agent).has(CardSessionAction::cancel));
  EXPECT_TRUE(allowed_actions(a_session(State::processing), agent).empty());
  EXPECT_TRUE(allowed_actions(a_session(), {AgentId("2"), "v", Role::viewer}).empty());
}

TEST(CardSessions, keep_the_last_reports) {
  CardSession session = a_session(State::completed);
  for (int i = 0; i < 30; ++i) (void)take(session, success(), true, kNow);
  EXPECT_THAT(session.reports, SizeIs(CardSession::kMaxReports));
}

}  // namespace
}  // namespace madoguchi::domain
