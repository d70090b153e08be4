// SPDX-License-Identifier: Apache-2.0
#include "core/service/card_access.h"

#include <algorithm>

#include "core/service/customer_access.h"
#include "core/service/unit_of_work.h"

namespace madoguchi::service {
namespace {

void announce_card(const Environment& env, db::Session& session, const domain::Caller& caller,
                   const domain::Card& card, const domain::Change& change) {
  announce_below_customer(env, session, caller, card.customer, change.event.c_str(), "card",
                          card.id.str(), change.fields);
}

domain::Card card_of(const Environment& env, const domain::CustomerId& customer,
                     const std::string& account, const domain::ToldCard& told) {
  domain::Card card;
  card.id = env.ids.make<domain::CardId>();
  card.customer = customer;
  card.account = account;
  (void)domain::told(card, told);
  card.created_at = env.clock.now();
  card.modified_at = card.created_at;
  card.sync = {domain::SyncState::in_step, account, card.created_at, std::nullopt};
  return card;
}

/// Asks the payment service, and says so in the card; not written yet.
void ask_about(const Environment& env, db::Session& session, domain::Card& card, const char* job) {
  const bool asked = ask_gateway(env, session, card.account, job, card.id.str(), card.version);
  card.sync = {asked ? domain::SyncState::pending : domain::SyncState::by_hand, card.account,
               env.clock.now(), std::nullopt};
}

}  // namespace

bool ask_gateway(const Environment& env, db::Session& session, const std::string& account,
                 const char* kind, const std::string& id, std::int64_t version) {
  const std::vector<store::CardGateway> gateways = store::CardSessions(session).gateways();
  const bool connected = std::any_of(gateways.begin(), gateways.end(),
                                     [&](const auto& one) { return one.account == account; });
  if (!connected) return false;
  env.queue.put(session, {kind, std::string(kind) + ":" + id + ":" + std::to_string(version), id});
  return true;
}

CardDto card_dto_of(const domain::Card& card, const Clock& clock, const domain::Caller& caller) {
  CardDto dto;
  dto.id = card.id.str();
  dto.account = card.account;
  dto.brand = card.brand;
  dto.last_digits = card.last_digits.str();
  if (card.expiry) {
    dto.expiry = card.expiry->str();
    dto.expired = card.expiry->is_over(domain::BusinessDate::of(clock.now()));
  }
  dto.holder = card.holder.str();
  dto.is_default = card.is_default;
  dto.sync = card.sync;
  dto.created_at = card.created_at;
  dto.modified_at = card.modified_at;
  dto.version = card.version;
  dto.allowed_actions = domain::allowed_actions(card, caller);
  return dto;
}

std::vector<CardDto> card_dtos_of(const std::vector<domain::Card>& cards, const Clock& clock,
                                  const domain::Caller& caller) {
  std::vector<CardDto> dtos;
  for (const domain::Card& one : cards) dtos.push_back(card_dto_of(one, clock, caller));
  return dtos;
}

domain::Card keep_card(const Environment& env, db::Session& session, const domain::Caller& caller,
                       const domain::CustomerId& customer, const std::string& account,
                       const domain::ToldCard& told,
                       const std::optional<domain::CardSessionId>& by) {
  store::Cards cards(session, env.keys);
  std::optional<domain::Card> known = cards.by_token(customer, account, told.token);
  if (known) {
    const domain::CardParts before = known->editable;
    const domain::Change change = domain::told(*known, told);
    if (change.empty() && known->editable == before) return *known;
    known->modified_at = env.clock.now();
    known->sync = {domain::SyncState::in_step, account, known->modified_at, std::nullopt};
    if (!cards.update(*known)) {
      throw db::Failure(db::FailureKind::serialization, "the card changed meanwhile");
    }
    if (!change.empty()) announce_card(env, session, caller, *known, change);
    return *known;
  }
  domain::Card card = card_of(env, customer, account, told);
  card.session = by;
  const bool first = cards.of(customer).empty();
  cards.insert(card, told.token);
  announce_card(env, session, caller, card, domain::creation(card));
  if (first) make_default_card(env, session, caller, card);
  return card;
}

void take_back_card(const Environment& env, db::Session& session,
                    const domain::CustomerId& customer, const std::string& account,
                    const domain::ToldCard& told, const domain::CardSessionId& by) {
  domain::Card card = card_of(env, customer, account, told);
  card.session = by;
  card.removed_at = card.created_at;
  ask_about(env, session, card, kRemoveCardJob);
  store::Cards(session, env.keys).insert(card, told.token);
}

void make_default_card(const Environment& env, db::Session& session, const domain::Caller& caller,
                       domain::Card& card) {
  if (card.is_default) return;
  store::Cards cards(session, env.keys);
  std::optional<domain::Card> before;
  for (domain::Card& one : cards.of(card.customer)) {
    if (one.is_default) before = std::move(one);
  }
  cards.make_default(card, before ? std::optional(before->id) : std::nullopt);
  if (before) {
    announce_card(env, session, caller, *before, {"card.changed", {{"default", "yes", "no"}}});
  }
  announce_card(env, session, caller, card, {"card.changed", {{"default", "no", "yes"}}});
}

void save_card(const Environment& env, db::Session& session, const domain::Caller& caller,
               domain::Card& card, const domain::Change& change, const char* job) {
  card.modified_at = env.clock.now();
  ask_about(env, session, card, job);
  if (!store::Cards(session, env.keys).update(card)) {
    throw db::Failure(db::FailureKind::serialization, "the card changed meanwhile");
  }
  announce_card(env, session, caller, card, change);
}

}  // namespace madoguchi::service
