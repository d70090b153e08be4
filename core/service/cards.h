// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/jobs/runner.h"
#include "core/service/dto/card_dto.h"
#include "core/service/environment.h"
#include "core/store/cards.h"

namespace madoguchi::service {

/// The cards of a customer (C16). Safe for use by many threads.
class CardService {
 public:
  explicit CardService(const Environment& env) : env_(env) {}

  [[nodiscard]] Result<std::vector<CardDto>> list(const domain::Caller& caller,
                                                  const std::string& number);
  [[nodiscard]] Result<CardDto> get(const domain::Caller& caller, const std::string& number,
                                    const std::string& id);
  /// What a payment service keeps, told by whoever knows it. The same token again is the same card.
  [[nodiscard]] Result<CardDto> keep(const Context& context, const std::string& number,
                                     const ToldCardDto& told);
  [[nodiscard]] Result<CardDto> patch(const Context& context, const std::string& number,
                                      const std::string& id, const CardPatchDto& wish);
  /// Conflict "card-in-use" while an order is still to be paid by it. If it was the one to use,
  /// none is afterwards.
  [[nodiscard]] Result<void> remove(const Context& context, const std::string& number,
                                    const std::string& id);

 private:
  const Environment& env_;
};

/// The customer's last sessions as they are now, newest first, in the caller's unit of work.
[[nodiscard]] std::vector<CardSessionDto> card_sessions_of(const Environment& env,
                                                           db::Session& session,
                                                           const domain::Caller& caller,
                                                           const domain::CustomerId& customer,
                                                           int limit);

struct CardSessionListing {
  std::vector<CardSessionDto> items;
  std::optional<std::vector<std::string>> next;
};

/// Card sessions (vendors.md 7.5): agents begin and cancel them, connectors carry them on. Without
/// a connected account that registers cards none can begin. Safe for use by many threads.
class CardSessionService {
 public:
  explicit CardSessionService(const Environment& env) : env_(env) {}

  /// Conflict "no-card-gateway" when no connected account registers cards, "card-device-busy" while
  /// somebody else is at that device.
  [[nodiscard]] Result<CardSessionDto> begin(const Context& context, const std::string& number,
                                             const CardSessionCreateDto& wish);
  [[nodiscard]] Result<CardSessionListing> list(
      const domain::Caller& caller, const std::string& number,
      const std::optional<std::vector<std::string>>& after, int limit);
  [[nodiscard]] Result<CardSessionDto> get(const domain::Caller& caller, const std::string& number,
                                           const std::string& id);
  [[nodiscard]] Result<CardSessionDto> cancel(const Context& context, const std::string& number,
                                              const std::string& id);

  // What connectors call, who run the jobs of card_access.h. Never refused by an edit lock.

  /// The account registers cards from now on, or no longer.
  [[nodiscard]] Result<void> connect(const store::CardGateway& gateway);
  [[nodiscard]] Result<void> disconnect(const std::string& account);
  /// The service was asked, and calls the session so. Nothing happens when it has ended meanwhile.
  [[nodiscard]] Result<domain::CardSessionState> armed(const domain::CardSessionId& id,
                                                       const std::string& vendor_ref,
                                                       const domain::CardPrompt& prompt);
  /// What the service, or a browser, says of the session that the account's service calls so; the
  /// customer has the card when this returns `applied` and one came. Not found for what was never
  /// begun here.
  [[nodiscard]] Result<domain::CardVerdict> report(const std::string& account,
                                                   const std::string& vendor_ref,
                                                   const domain::CardReport& report);

  /// Ends sessions when nobody waits any longer.
  [[nodiscard]] jobs::JobKind job_kind();

 private:
  const Environment& env_;
};

}  // namespace madoguchi::service
