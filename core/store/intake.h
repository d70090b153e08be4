// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
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
  std::string sealed;   ///< the raw mail, sealed, of an early version; else the blob called `id`
  TimePoint received_at;
  domain::IntakeOutcome outcome = domain::IntakeOutcome::undecided;
  std::string reason;
  std::vector<domain::DecisionStep> decision;
  std::optional<std::int64_t> case_sequence;
  std::optional<domain::MessageId> message;
  std::optional<TimePoint> decided_at;
  std::string mime_message_id;  ///< without angle brackets; known when it was read
  std::string from_address;     ///< of its From header
  std::int64_t attempts = 0;    ///< runs that failed before it was put aside, of all rounds
  std::optional<TimePoint> discarded_at;
  std::string discarded_by;
  std::string discard_reason;
};

/// What people know of a mail they look for. Texts that are bound must outlive the query.
struct IntakeQuery {
  std::string message_id;   ///< without angle brackets; empty: any
  std::string address_key;  ///< a sender or recipient, EmailAddress::key; empty: any
  std::optional<domain::MailboxId> mailbox;
  std::optional<domain::IntakeOutcome> outcome;
  std::optional<TimePoint> from;
  std::optional<TimePoint> to;  ///< not included
  std::optional<bool> discarded;
  domain::Scope scope;  ///< of the caller: its mailboxes count
  int limit = 50;
};

struct IntakePlace {
  std::int64_t received_at = 0;
  std::string id;
};

struct IntakePage {
  std::vector<IntakeRecord> items;  ///< without their bytes
  std::optional<IntakePlace> next;
};

class Intake {
 public:
  explicit Intake(db::Session& session) : session_(session) {}

  /// With its line in the ledger of each mailbox it came for, and the addresses it is found by.
  void insert(const IntakeRecord& record);
  [[nodiscard]] std::optional<IntakeRecord> by_id(const domain::IntakeId& id);
  /// As by_id; nobody else decides it until this unit of work ends.
  [[nodiscard]] std::optional<IntakeRecord> lock(const domain::IntakeId& id);
  /// Newest first, at most 20,000 rows looked at: a page may be short and still have a next.
  [[nodiscard]] IntakePage list(const IntakeQuery& query, const std::optional<IntakePlace>& after);
  /// The intake that a message was read from.
  [[nodiscard]] std::optional<IntakeRecord> of_message(const domain::MessageId& id);
  /// Writes all that can change: how it ended, or that it is to be decided anew.
  void decide(const IntakeRecord& record);
  /// The bytes that an early version kept in the row.
  void forget_sealed(const domain::IntakeId& id);
  /// How many wait to be decided, or lie in quarantine and wait for a person.
  [[nodiscard]] std::int64_t count(domain::IntakeOutcome outcome);

 private:
  void found_by(const IntakeRecord& record, const std::string& address);

  db::Session& session_;
};

}  // namespace madoguchi::store
