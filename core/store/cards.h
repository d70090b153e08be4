// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "core/crypto/seal.h"
#include "core/db/session.h"
#include "core/domain/card.h"
#include "core/domain/card_session.h"

namespace madoguchi::store {

/// Cards, their tokens sealed.
class Cards {
 public:
  Cards(db::Session& session, const crypto::MasterKeys& keys) : session_(session), keys_(keys) {}

  void insert(const domain::Card& card, const domain::CardToken& token);
  /// Counts the version up; false when the row is no longer at `card.version`.
  [[nodiscard]] bool update(domain::Card& card);
  /// Makes it the one to use, `before` no longer; versions of both go up.
  void make_default(domain::Card& card, const std::optional<domain::CardId>& before);

  /// In the order they were registered; those that were removed are left out.
  [[nodiscard]] std::vector<domain::Card> of(const domain::CustomerId& customer);
  /// A removed one too.
  [[nodiscard]] std::optional<domain::Card> by_id(const domain::CardId& id);
  /// One of the customer's that has this token, unless it was removed.
  [[nodiscard]] std::optional<domain::Card> by_token(const domain::CustomerId& customer,
                                                     const std::string& account,
                                                     const domain::CardToken& token);
  /// Whether the session brought this token, even if the card was removed since, or its customer
  /// has a card with it.
  [[nodiscard]] bool is_known(const domain::CardSession& session, const domain::CardToken& token);
  /// `internal` when the master key that sealed it is gone.
  [[nodiscard]] Result<domain::CardToken> token_of(const domain::CardId& id);
  /// Number of an order of its customer that is still to be paid by it.
  [[nodiscard]] std::optional<std::string> order_to_pay(const domain::Card& card);

 private:
  db::Session& session_;
  const crypto::MasterKeys& keys_;
};

/// Whether that is a card of that customer which can be paid by.
[[nodiscard]] bool has_card(db::Session& session, const domain::CustomerId& customer,
                            const domain::CardId& card);

/// A connected account whose payment service registers cards.
struct CardGateway {
  std::string account;
  domain::CardPromptKind kind = domain::CardPromptKind::device;
  bool needs_device = false;
  std::chrono::seconds patience{600};  ///< how long a session waits for the card
};

class CardSessions {
 public:
  explicit CardSessions(db::Session& session) : session_(session) {}

  void put_gateway(const CardGateway& gateway);
  void remove_gateway(const std::string& account);
  [[nodiscard]] std::vector<CardGateway> gateways();

  /// False when another session is at that device.
  [[nodiscard]] bool insert(const domain::CardSession& value);
  /// Counts the version up; false when the row is no longer at `value.version`.
  [[nodiscard]] bool update(domain::CardSession& value);
  [[nodiscard]] std::optional<domain::CardSession> by_id(const domain::CardSessionId& id);
  [[nodiscard]] std::optional<domain::CardSession> by_vendor_ref(const std::string& account,
                                                                 const std::string& vendor_ref);
  /// Newest first, behind the id `before` unless it is empty.
  [[nodiscard]] std::vector<domain::CardSession> of(const domain::CustomerId& customer,
                                                    const std::string& before, int limit);

 private:
  db::Session& session_;
};

}  // namespace madoguchi::store
