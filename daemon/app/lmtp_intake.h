// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/service/intake.h"
#include "daemon/lmtp/intake.h"

namespace madoguchi::app {

/// What LMTP brings, into the intake.
class LmtpIntake final : public lmtp::Intake {
 public:
  explicit LmtpIntake(service::IntakeService& intake) : intake_(intake) {}

  Result<std::string> resolve(std::string_view recipient) override {
    return intake_.resolve(recipient);
  }
  Result<void> receive(const lmtp::ReceivedEnvelope& envelope, std::string_view raw) override {
    service::ReceivedMail mail;
    mail.source = "lmtp";
    mail.sender = envelope.sender;
    mail.patience = std::chrono::seconds(30);
    for (const lmtp::ReceivedRecipient& recipient : envelope.recipients) {
      mail.recipients.emplace_back(recipient.mailbox, recipient.address);
    }
    const Result<domain::IntakeId> received = intake_.receive(mail, raw);
    if (!received) return fail(received.error());
    return {};
  }

 private:
  service::IntakeService& intake_;
};

}  // namespace madoguchi::app
