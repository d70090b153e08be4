// SPDX-License-Identifier: Apache-2.0
#pragma once

// A card that a payment service keeps for a customer, as far as the hub may know it: never its
// number. No type here can hold one, the parsers refuse digits that look like one (PCI DSS 4.0.1,
// requirement 3; security.md S7).

#include <optional>
#include <string>
#include <string_view>

#include "core/base/clock.h"
#include "core/base/enum_set.h"
#include "core/base/result.h"
#include "core/base/secret.h"
#include "core/domain/business_date.h"
#include "core/domain/change.h"
#include "core/domain/customer.h"

namespace madoguchi::domain {

struct CardTag;
using CardId = Id<CardTag>;
struct CardSessionTag;
using CardSessionId = Id<CardSessionTag>;

/// What the payment service calls the card, and is given to be paid by it. Cannot be streamed,
/// formatted or serialised; overwritten when it goes.
class CardToken {
 public:
  CardToken() = default;
  /// 1 to 200 printable ASCII characters. `invalid` for anything else, and for digits that may be a
  /// card number: 12 to 19 of them in a row, with nothing but separators between, whose check digit
  /// (Luhn) fits. A service whose tokens are such digits has to be given another form by its
  /// connector ("member:token").
  [[nodiscard]] static Result<CardToken> parse(std::string_view text);

  [[nodiscard]] const std::string& reveal() const noexcept { return secret_.reveal(); }
  [[nodiscard]] bool empty() const noexcept { return secret_.empty(); }

 private:
  explicit CardToken(Secret secret) : secret_(std::move(secret)) {}

  Secret secret_;
};

/// The last two to four digits, as many as the payment service shows.
class LastDigits {
 public:
  LastDigits() = default;
  /// Of a mask such as "************1234" too. `invalid` when more than four digits are shown.
  [[nodiscard]] static Result<LastDigits> parse(std::string_view text);

  [[nodiscard]] const std::string& str() const noexcept { return text_; }
  bool operator==(const LastDigits&) const = default;

 private:
  std::string text_;
};

/// The last month in which the card is good.
class CardExpiry {
 public:
  CardExpiry() = default;
  /// "2027-04".
  [[nodiscard]] static Result<CardExpiry> parse(std::string_view text);

  [[nodiscard]] std::string str() const;
  [[nodiscard]] bool is_over(BusinessDate today) const;
  bool operator==(const CardExpiry&) const = default;

 private:
  int year_ = 0;
  int month_ = 0;
};

/// The name on the card.
class CardHolder {
 public:
  CardHolder() = default;
  /// At most 100 bytes, with fewer than eight digits of any width; may be empty.
  [[nodiscard]] static Result<CardHolder> parse(std::string_view text);

  [[nodiscard]] const std::string& str() const noexcept { return text_; }
  bool operator==(const CardHolder&) const = default;

 private:
  std::string text_;
};

enum class CardBrand {
  visa,
  mastercard,
  jcb,
  american_express,
  diners_club,
  discover,
  unionpay,
  other
};

/// What of a card its payment service lets others change.
enum class CardPart { expiry, holder };
using CardParts = EnumSet<CardPart>;

struct Card {
  CardId id;
  CustomerId customer;
  std::string account;  ///< the connected account whose payment service keeps it
  CardBrand brand = CardBrand::other;
  LastDigits last_digits;
  std::optional<CardExpiry> expiry;
  CardHolder holder;
  CardParts editable;
  bool is_default = false;               ///< at most one of a customer's
  std::optional<CardSessionId> session;  ///< by which it was registered
  CustomerSync sync;                     ///< whether the payment service has it as it stands here
  std::optional<TimePoint> removed_at;   ///< kept for the orders that name it, shown no more
  TimePoint created_at;
  TimePoint modified_at;
  std::int64_t version = 1;

  /// "visa 4242": what people call it.
  [[nodiscard]] std::string name() const;
};

/// A card as a payment service tells of it.
struct ToldCard {
  CardToken token;
  CardBrand brand = CardBrand::other;
  LastDigits last_digits;
  std::optional<CardExpiry> expiry;
  CardHolder holder;
  CardParts editable;
};

/// What may be said of a card; absent members stay as they are.
struct CardEdit {
  std::optional<CardExpiry> expiry;
  std::optional<CardHolder> holder;
};

/// Makes the card what the edit says. `conflict` "card-part-fixed" for what the payment service
/// does not let anybody change; `invalid` for an expiry that is over.
[[nodiscard]] Result<Change> edit(Card& card, const CardEdit& edit, BusinessDate today);
/// Makes the card what its payment service says now.
Change told(Card& card, const ToldCard& now);
/// "card.created", with everything that may be said of it.
[[nodiscard]] Change creation(const Card& card);

enum class CardAction { set_default, edit_expiry, edit_holder, remove };
using CardActions = EnumSet<CardAction>;
[[nodiscard]] CardActions allowed_actions(const Card& card, const Caller& caller);

}  // namespace madoguchi::domain
