// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/db/session.h"
#include "core/domain/message.h"

namespace madoguchi::store {

/// A delivery with the message it belongs to.
struct DeliveryRecord {
  domain::MessageId message;
  domain::Delivery value;
  std::int64_t case_sequence = 0;
  bool suppressed = false;  ///< its address gets no automatic mail any more
  std::string subject;
};

/// Where a list goes on: the last one seen.
struct DeliveryPlace {
  std::int64_t at = 0;
  std::string message;
  std::string address;
};

struct DeliveryQuery {
  std::vector<domain::DeliveryState> states;
  std::string address_key;  ///< empty: all
  domain::Scope scope;
  std::optional<DeliveryPlace> after;
  int limit = 50;
  /// Only what set out to one of this customer's addresses.
  std::optional<domain::CustomerId> customer = std::nullopt;
};

struct Suppression {
  std::string address_key;  ///< EmailAddress::key
  std::string address;
  std::string reason;
  std::string detail;
  domain::MessageId message;  ///< the one that could not be delivered
  std::int64_t case_sequence = 0;
  TimePoint at;
};

struct SuppressionQuery {
  std::string address_key;  ///< empty: all
  domain::Scope scope;
  std::optional<DeliveryPlace> after;  ///< `message` is the address key
  int limit = 50;
};

/// Deliveries over all messages, and the addresses that are no good.
class Deliveries {
 public:
  explicit Deliveries(db::Session& session) : session_(session) {}

  /// What a delivery report says, over whatever was known.
  void report(const domain::MessageId& id, const domain::Delivery& delivery,
              const domain::IntakeId& report);
  /// Newest first, one more than the limit when there are more.
  [[nodiscard]] std::vector<DeliveryRecord> list(const DeliveryQuery& query);
  /// How many match, counted up to the limit.
  [[nodiscard]] int count(const DeliveryQuery& query);

  /// Whether the message set out to one of the customer's addresses.
  [[nodiscard]] bool went_to(const domain::MessageId& id, const domain::CustomerId& customer);

  /// The first reason stays; whether it was new.
  bool suppress(const Suppression& suppression);
  [[nodiscard]] bool suppressed(const std::string& address_key);
  [[nodiscard]] std::vector<Suppression> suppressions(const SuppressionQuery& query);
  void release(const std::string& address_key);

  /// Whether the sender may be sent an automatic mail now: then it is noted as sent.
  [[nodiscard]] bool claim_acknowledgement(const std::string& address_key,
                                           const domain::MessageId& message, TimePoint now,
                                           TimePoint not_since);
  [[nodiscard]] std::int64_t acknowledgements_since(TimePoint since);

 private:
  db::Session& session_;
};

}  // namespace madoguchi::store
