// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/mail/delivery_report.h"
#include "core/service/dto/delivery_dto.h"
#include "core/service/dto/message_dto.h"
#include "core/service/environment.h"
#include "core/store/deliveries.h"
#include "core/store/intake.h"

namespace madoguchi::service {

/// Applies a delivery report to the message it is about: found by the token of the envelope that it
/// came back to, by the returned Message-ID, or by returned addresses; all of them are tokens that
/// must verify. Returns the record with outcome `bounce`, or `ignored` with the reason: a report of
/// RFC 3464 about nothing that was sent from here, or about nobody it was sent to, changes nothing
/// and opens no case. Nothing when the mail was only taken for a report by its words and is about
/// nothing of ours: then it is an ordinary mail, for a guess must lose nobody's mail.
[[nodiscard]] std::optional<store::IntakeRecord> apply_report(
    const Environment& env, db::Session& session, const store::IntakeRecord& record,
    const mail::DeliveryReport& report, std::vector<domain::DecisionStep>& steps);

/// Keeps an address whose mail bounced for good from automatic mail, and says so in the feed.
void suppress(const Environment& env, db::Session& session, const domain::Message& message,
              const domain::Delivery& delivery);

/// A notice for each recipient of the reply whose address is known to be no good.
void note_suppressed(db::Session& session, domain::Message& message);

struct DeliveryListing {
  std::vector<DeliveryDto> items;
  std::optional<std::vector<std::string>> next;  ///< key to go on behind
};
struct SuppressionListing {
  std::vector<SuppressionDto> items;
  std::optional<std::vector<std::string>> next;
};

/// A page of them in the caller's unit of work.
[[nodiscard]] DeliveryListing deliveries_of(db::Session& session,
                                            const store::DeliveryQuery& query);

/// What became of the mails that were sent, as far as the caller may see their cases. Safe for use
/// by many threads.
class DeliveryService {
 public:
  explicit DeliveryService(const Environment& env) : env_(env) {}

  [[nodiscard]] Result<DeliveryListing> list(const domain::Caller& caller,
                                             const std::vector<domain::DeliveryState>& states,
                                             const std::optional<std::string>& address,
                                             const std::optional<std::vector<std::string>>& after,
                                             int limit);
  /// What set out to one of the customer's addresses, newest first.
  [[nodiscard]] Result<DeliveryListing> of_customer(
      const domain::Caller& caller, const std::string& number,
      const std::optional<std::vector<std::string>>& after, int limit);
  /// One of them, whole.
  [[nodiscard]] Result<MessageDto> of_customer(const domain::Caller& caller,
                                               const std::string& number, const std::string& id);
  [[nodiscard]] Result<SuppressionListing> suppressions(
      const domain::Caller& caller, const std::optional<std::string>& address,
      const std::optional<std::vector<std::string>>& after, int limit);
  /// The address gets automatic mail again, until its next hard bounce.
  [[nodiscard]] Result<void> release(const Context& context, const std::string& address);

 private:
  const Environment& env_;
};

}  // namespace madoguchi::service
