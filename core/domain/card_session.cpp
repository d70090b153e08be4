// SPDX-License-Identifier: Apache-2.0
#include "core/domain/card_session.h"

#include "core/domain/card_names.h"

namespace madoguchi::domain {
namespace {

using State = CardSessionState;
using Event = CardSessionEvent;

struct Step {
  State from;
  Event event;
  State to;
};

constexpr Step kSteps[] = {
    {State::created, Event::armed, State::waiting},
    {State::created, Event::submitted, State::processing},
    {State::created, Event::succeeded, State::completed},
    {State::created, Event::failed, State::failed},
    {State::created, Event::in_doubt, State::unknown},
    {State::created, Event::cancelled, State::cancelled},
    {State::created, Event::ran_out, State::expired},

    {State::waiting, Event::submitted, State::processing},
    {State::waiting, Event::succeeded, State::completed},
    {State::waiting, Event::failed, State::failed},
    {State::waiting, Event::in_doubt, State::unknown},
    {State::waiting, Event::cancelled, State::cancelled},
    {State::waiting, Event::ran_out, State::expired},

    {State::processing, Event::succeeded, State::completed},
    {State::processing, Event::failed, State::failed},
    {State::processing, Event::in_doubt, State::unknown},
    {State::processing, Event::cancelled, State::cancelled},
    {State::processing, Event::ran_out, State::unknown},

    // Reconciled: by asking the service, or by its word that came late.
    {State::unknown, Event::succeeded, State::completed},
    {State::unknown, Event::failed, State::failed},
    {State::unknown, Event::cancelled, State::cancelled},
};

std::string show(State state) { return std::string(enum_name(state)); }

const char* event_name(State state) {
  switch (state) {
    case State::created:
      break;
    case State::waiting:
      return "card_session.waiting";
    case State::processing:
      return "card_session.processing";
    case State::unknown:
      return "card_session.unknown";
    case State::completed:
      return "card_session.completed";
    case State::failed:
      return "card_session.failed";
    case State::cancelled:
      return "card_session.cancelled";
    case State::expired:
      return "card_session.expired";
  }
  return "card_session.begun";
}

Change move(CardSession& session, Event event, TimePoint now) {
  const std::optional<State> next = after(session.state, event);
  if (!next) return {};
  Change change{event_name(*next), {{"state", show(session.state), show(*next)}}};
  session.state = *next;
  session.modified_at = now;
  if (is_over(*next)) session.ended_at = now;
  return change;
}

Event event_of(CardOutcome outcome) {
  switch (outcome) {
    case CardOutcome::succeeded:
      return Event::succeeded;
    case CardOutcome::failed:
      return Event::failed;
    case CardOutcome::cancelled:
      return Event::cancelled;
    case CardOutcome::in_doubt:
      break;
  }
  return Event::in_doubt;
}

bool is_about(const CardSession& session, const CardReport& report) {
  if (report.customer && *report.customer != session.customer_number) return false;
  if (report.amount && *report.amount != session.amount) return false;
  return report.outcome != CardOutcome::succeeded || report.card.has_value();
}

CardVerdict judged(const CardSession& session, const CardReport& report, bool known) {
  if (report.proof == CardProof::none) return CardVerdict::unproven;
  if (!is_about(session, report)) return CardVerdict::mismatched;
  if (after(session.state, event_of(report.outcome))) return CardVerdict::applied;
  const bool brings_card = report.outcome == CardOutcome::succeeded && !known;
  return brings_card ? CardVerdict::late : CardVerdict::duplicate;
}

std::string name_of(const ToldCard& told) {
  return std::string(enum_name(told.brand)) + " " + told.last_digits.str();
}

/// What an operator has to know, though the session stays as it is.
Change remark(const char* event, const CardReport& report) {
  Change change{event, {{"outcome", "", std::string(enum_name(report.outcome))}}};
  if (report.card) change.fields.push_back({"card", "", name_of(*report.card)});
  if (!report.code.empty()) change.fields.push_back({"code", "", report.code});
  return change;
}

}  // namespace

std::optional<State> after(State state, Event event) noexcept {
  for (const Step& step : kSteps) {
    if (step.from == state && step.event == event) return step.to;
  }
  return std::nullopt;
}

bool is_over(State state) noexcept {
  return state == State::completed || state == State::failed || state == State::cancelled ||
         state == State::expired;
}

Change arm(CardSession& session, const std::string& vendor_ref, const CardPrompt& prompt,
           TimePoint now) {
  Change change = move(session, Event::armed, now);
  if (change.empty()) return change;
  session.vendor_ref = vendor_ref;
  session.prompt = prompt;
  return change;
}

Change run_out(CardSession& session, TimePoint now) {
  if (session.expires_at > now) return {};
  return move(session, Event::ran_out, now);
}

Result<Change> cancel(CardSession& session, TimePoint now) {
  if (session.state == State::processing || session.state == State::unknown) {
    return fail(
        Error::conflict("card-session-processing",
                        {"The card is with the payment service: wait for what it says.",
                         "決済サービスが処理中のため取り消せません。結果をお待ちください。"}));
  }
  Change change = move(session, Event::cancelled, now);
  if (!change.empty()) return change;
  return fail(
      Error::conflict("card-session-over", {"This has ended already.", "すでに終了しています。"}));
}

CardReportTaken take(CardSession& session, const CardReport& report, bool known, TimePoint now) {
  CardReportTaken taken{judged(session, report, known), {}};
  switch (taken.verdict) {
    case CardVerdict::applied:
      taken.change = move(session, event_of(report.outcome), now);
      session.code = report.code;
      if (!report.code.empty()) taken.change.fields.push_back({"code", "", report.code});
      if (report.card) taken.change.fields.push_back({"card", "", name_of(*report.card)});
      break;
    case CardVerdict::unproven:
      taken.change = move(session, Event::submitted, now);
      break;
    case CardVerdict::late:
      taken.change = remark("card_session.late_report", report);
      break;
    case CardVerdict::mismatched:
      taken.change = remark("card_session.mismatched_report", report);
      break;
    case CardVerdict::duplicate:
      break;
  }
  CardSessionReport kept{
      now,           report.proof, report.outcome,
      taken.verdict, report.code,  report.card ? name_of(*report.card) : std::string()};
  session.reports.push_back(std::move(kept));
  if (session.reports.size() > CardSession::kMaxReports) {
    session.reports.erase(session.reports.begin());
  }
  session.modified_at = now;
  return taken;
}

CardSessionActions allowed_actions(const CardSession& session, const Caller& caller) {
  const bool can_be = session.state == State::created || session.state == State::waiting;
  if (!can_be || !caller.may(Permission::customers_write)) return {};
  return {CardSessionAction::cancel};
}

}  // namespace madoguchi::domain
