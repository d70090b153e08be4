// SPDX-License-Identifier: Apache-2.0
#pragma once

// What every use case that touches a card shares: keeping one, showing it, writing it back, and
// what the payment service is asked to do about it.

#include <string>
#include <vector>

#include "core/service/dto/card_dto.h"
#include "core/service/environment.h"
#include "core/store/cards.h"

namespace madoguchi::service {

/// Kinds of the jobs that ask a payment service. Put only for accounts that are connected, whose
/// connector runs them; the payload is the id of the card or of the session. A token that some
/// other card has too must not be removed at the service.
inline constexpr char kRemoveCardJob[] = "card.remove";
inline constexpr char kUpdateCardJob[] = "card.update";
inline constexpr char kBeginCardSessionJob[] = "card_session.begin";
inline constexpr char kCancelCardSessionJob[] = "card_session.cancel";
inline constexpr char kReconcileCardSessionJob[] = "card_session.reconcile";

/// Puts such a job; false when nobody is connected who could run it. The version tells the job from
/// an earlier one about the same thing.
bool ask_gateway(const Environment& env, db::Session& session, const std::string& account,
                 const char* kind, const std::string& id, std::int64_t version);

[[nodiscard]] CardDto card_dto_of(const domain::Card& card, const Clock& clock,
                                  const domain::Caller& caller);
[[nodiscard]] std::vector<CardDto> card_dtos_of(const std::vector<domain::Card>& cards,
                                                const Clock& clock, const domain::Caller& caller);

/// A card of the customer that its payment service tells of: a new one, or the one that has this
/// token as it is now. A customer's first is the one to use.
[[nodiscard]] domain::Card keep_card(const Environment& env, db::Session& session,
                                     const domain::Caller& caller,
                                     const domain::CustomerId& customer, const std::string& account,
                                     const domain::ToldCard& told,
                                     const std::optional<domain::CardSessionId>& by);
/// A card that must not be used: kept out of sight until the payment service has forgotten it.
void take_back_card(const Environment& env, db::Session& session,
                    const domain::CustomerId& customer, const std::string& account,
                    const domain::ToldCard& told, const domain::CardSessionId& by);

/// Makes it the one to use, with the history of both.
void make_default_card(const Environment& env, db::Session& session, const domain::Caller& caller,
                       domain::Card& card);
/// Writes the changed card with its history. What the payment service has to know is asked of it,
/// or marked "by_hand". A loser of a race is run again by the database.
void save_card(const Environment& env, db::Session& session, const domain::Caller& caller,
               domain::Card& card, const domain::Change& change, const char* job);

}  // namespace madoguchi::service
