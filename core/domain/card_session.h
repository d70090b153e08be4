// SPDX-License-Identifier: Apache-2.0
#pragma once

// How a card comes to be registered without its number coming near the hub: somebody types it into
// a payment service's own page, reader or keypad, and the service says what came of it. One table
// of steps, in card_session.cpp; what counts as proof is decided here and nowhere else.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/domain/card.h"

namespace madoguchi::domain {

enum class CardSessionState {
  created,     ///< the payment service is still to be asked
  waiting,     ///< its page is shown, its reader or pad is armed
  processing,  ///< the card is with the service
  unknown,     ///< the service did not say how it ended: to be looked up, never to be repeated
  completed,
  failed,
  cancelled,
  expired
};

enum class CardSessionEvent { armed, submitted, succeeded, failed, in_doubt, cancelled, ran_out };

/// What that leads to; nullopt: nothing, it comes too late or too early.
[[nodiscard]] std::optional<CardSessionState> after(CardSessionState state,
                                                    CardSessionEvent event) noexcept;
[[nodiscard]] bool is_over(CardSessionState state) noexcept;

/// What the agent's screen has to do to begin: open a page, or point at a device.
enum class CardPromptKind { redirect, device };
struct CardPrompt {
  CardPromptKind kind = CardPromptKind::device;
  std::string url;                            ///< of the page, which is posted to with `fields`
  std::map<std::string, std::string> fields;  ///< in the character set that the page wants
  std::string charset;

  bool operator==(const CardPrompt&) const = default;
};

/// How a report is known to be true.
enum class CardProof {
  none,          ///< the browser came back, saying anything
  notification,  ///< told by the service, in a way that passed its kind of trust
  read_back      ///< asked of the service by us
};

enum class CardOutcome { succeeded, failed, cancelled, in_doubt };

/// What a payment service says of a session; what it does not say stays empty.
struct CardReport {
  CardProof proof = CardProof::none;
  std::optional<std::string> customer;  ///< the number it was begun for
  std::optional<std::int64_t> amount;   ///< in yen
  CardOutcome outcome = CardOutcome::in_doubt;
  std::string code;              ///< the service's own, of what failed
  std::optional<ToldCard> card;  ///< with `succeeded`
};

enum class CardVerdict {
  applied,     ///< the session went on by it
  duplicate,   ///< said before
  late,        ///< a card came of a session that had ended otherwise: an operator has to know
  mismatched,  ///< not about what was asked: an operator has to know
  unproven     ///< a browser's word: moves the screen, completes nothing
};

/// A report that was taken, kept with its session.
struct CardSessionReport {
  TimePoint at;
  CardProof proof = CardProof::none;
  CardOutcome outcome = CardOutcome::in_doubt;
  CardVerdict verdict = CardVerdict::applied;
  std::string code;
  std::string card;  ///< what people call it; empty: none came
};

struct CardSession {
  CardSessionId id;
  CustomerId customer;
  std::string customer_number;  ///< it was begun for; the customer may have been merged since
  std::string account;
  std::string device;  ///< reader or pad; empty: none
  CardSessionState state = CardSessionState::created;
  std::string vendor_ref;   ///< what the service calls it; empty until it was asked
  std::int64_t amount = 0;  ///< yen that are asked with it; 0: the card is only registered
  std::optional<CardPrompt> prompt;
  std::optional<AgentId> agent;  ///< who began it
  std::string agent_name;
  std::string code;  ///< why it failed, the service's own
  std::optional<CardId> card;
  std::vector<CardSessionReport> reports;  ///< the last kMaxReports
  TimePoint created_at;
  TimePoint modified_at;
  TimePoint expires_at;
  std::optional<TimePoint> ended_at;
  std::int64_t version = 1;

  static constexpr std::size_t kMaxReports = 20;
};

// The rules. Each returns what happened for the history; an empty Change is nothing.

/// The service was asked: its page can be shown, its device is armed.
Change arm(CardSession& session, const std::string& vendor_ref, const CardPrompt& prompt,
           TimePoint now);
/// Nobody waits any longer. One that is with the service is in doubt then.
Change run_out(CardSession& session, TimePoint now);
/// By an agent. Conflict "card-session-over", or "card-session-processing" while the card is with
/// the service.
Result<Change> cancel(CardSession& session, TimePoint now);

struct CardReportTaken {
  CardVerdict verdict = CardVerdict::applied;
  Change change;
};
/// Takes a report about the session; `known` says that its card is the one the session brought.
/// With `applied` and a card the session is completed, and the card is the customer's. With `late`
/// the card must not be used, and is to be taken back at the service.
CardReportTaken take(CardSession& session, const CardReport& report, bool known, TimePoint now);

enum class CardSessionAction { cancel };
using CardSessionActions = EnumSet<CardSessionAction>;
[[nodiscard]] CardSessionActions allowed_actions(const CardSession& session, const Caller& caller);

}  // namespace madoguchi::domain
