// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/base/clock.h"
#include "core/db/session.h"
#include "core/domain/case.h"
#include "core/domain/message.h"

namespace madoguchi::store {

/// One of our addresses that a mail came for.
struct IntakeRecipient {
  domain::MailboxId mailbox;
  std::string address;  ///< as the envelope said, sub-address included
};

/// A mail as it was received: durable before anything looks into it.
struct IntakeRecord {
  domain::IntakeId id;
  std::string source;  ///< "lmtp", "http", "pipe", "imap", "pop3"
  std::string sender;  ///< envelope sender; empty: the null sender
  std::vector<IntakeRecipient> recipients;
  std::int64_t size = 0;
  /// Of an archive that was imported: the status its case begins with; nothing answers it by itself
  /// and it reopens nothing.
  std::optional<domain::CaseStatus> archive_status = std::nullopt;
  bool is_cut = false;  ///< only the beginning is here: the whole was over the size limit
  std::string sealed;  ///< the raw mail, sealed; empty when it is a blob of the name `id`
  TimePoint received_at;
  domain::IntakeOutcome outcome = domain::IntakeOutcome::undecided;
  std::string reason;
  std::vector<domain::DecisionStep> decision;
  std::optional<std::int64_t> case_sequence;
  std::optional<domain::MessageId> message;
  std::optional<TimePoint> decided_at;
};

class Intake {
 public:
  explicit Intake(db::Session& session) : session_(session) {}

  void insert(const IntakeRecord& record);
  [[nodiscard]] std::optional<IntakeRecord> by_id(const domain::IntakeId& id);
  /// The intake that a message was read from.
  [[nodiscard]] std::optional<IntakeRecord> of_message(const domain::MessageId& id);
  void decide(const IntakeRecord& record);
  /// How many wait or lie in quarantine.
  [[nodiscard]] std::int64_t count(domain::IntakeOutcome outcome);

 private:
  db::Session& session_;
};

}  // namespace madoguchi::store
