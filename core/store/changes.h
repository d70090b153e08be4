// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/base/clock.h"
#include "core/crypto/shred_seal.h"
#include "core/db/session.h"
#include "core/domain/agent.h"
#include "core/domain/case.h"
#include "core/domain/change.h"

namespace madoguchi::store {

/// A place in the change feed. Sequence order is not commit order on PostgreSQL, so a place is the
/// writing transaction and the sequence; on SQLite the transaction is always 0.
struct FeedPosition {
  std::int64_t transaction = 0;
  std::int64_t sequence = 0;

  auto operator<=>(const FeedPosition&) const = default;
  /// "TRANSACTION-SEQUENCE", what SSE calls the event's id.
  [[nodiscard]] std::string str() const;
  static std::optional<FeedPosition> parse(std::string_view text);
};

/// One entry of the feed, which is the change history too: append-only.
struct ChangeEntry {
  FeedPosition position;  ///< set by the store
  TimePoint at;
  std::string event;
  std::string object_type;  ///< "case", "message", "agent", …
  std::string object_id;    ///< as the facade addresses it: a case's number, else an id
  std::optional<domain::CaseId> case_id;
  std::optional<domain::CustomerId> customer_id;
  std::string customer_number;  ///< of customer_id; set by the store
  /// Who may see it (may_see): callers who see one of these mailboxes, or whom its case is given to
  /// at the moment; nothing of all: everybody. The latter two are set by the store.
  std::vector<domain::MailboxId> mailboxes;
  std::optional<domain::AgentId> assignee = std::nullopt;
  std::optional<domain::TeamId> team = std::nullopt;
  std::optional<domain::AgentId> actor;
  std::string actor_name;
  std::vector<domain::FieldChange> fields;
  /// Nothing was told of its case or customer before: only for appending.
  bool first = false;
  bool erased = false;  ///< its fields were made unreadable; set by the store
};

/// The feed as places.
class Changes {
 public:
  explicit Changes(db::Session& session) : session_(session) {}

  /// Where the feed is complete: no entry below it can still appear. Entries are read in a later
  /// unit of work than the horizon, never in the same one, whose snapshot would be older.
  struct Horizon {
    std::int64_t transaction = 0;
  };
  [[nodiscard]] Horizon horizon();

  /// After a restore on another server, whose transactions are numbered anew: what is there comes
  /// before everything new, in its own order. Does nothing otherwise; may run beside writers.
  void adopt_restored();

  /// Where a reader goes on who has been there: a place beyond the horizon is one of another
  /// server, from before a restore, and its sequence alone says where that is.
  [[nodiscard]] FeedPosition place(FeedPosition position, Horizon below);
  /// The newest place a reader could have reached; {} when there is none.
  [[nodiscard]] FeedPosition newest(Horizon below);
  /// The newest place of what happened before that; {} when there is none.
  [[nodiscard]] FeedPosition before(TimePoint time);

 private:
  db::Session& session_;
};

/// The feed as entries. What was changed from which value to which rests sealed under a salt of the
/// case, else of the customer, so that it can be made unreadable without touching the entries,
/// which are never rewritten (core/store/audit_chain.h).
class History {
 public:
  /// `seal` must outlive it.
  History(db::Session& session, const crypto::ShredSeal& seal) : session_(session), seal_(seal) {}

  /// Belongs into the transaction of the change itself. Queued: errors show at the next flush.
  void append(const ChangeEntry& entry);
  /// Makes all that was told of that case or customer unreadable for good; what is told later is
  /// sealed under a new salt.
  void shred(const std::string& subject);

  /// Up to `limit` entries after that place and below the horizon, in feed order.
  [[nodiscard]] std::vector<ChangeEntry> after(FeedPosition after, Changes::Horizon below,
                                               int limit);
  [[nodiscard]] std::optional<ChangeEntry> at(std::int64_t sequence);
  /// History of one object, newest first.
  [[nodiscard]] std::vector<ChangeEntry> of_object(const std::string& object_id, int limit);
  /// Of a customer and everything below it, newest first, those before that sequence.
  [[nodiscard]] std::vector<ChangeEntry> of_customer(const domain::CustomerId& id,
                                                     std::int64_t before, int limit);

 private:
  [[nodiscard]] std::string salt_of(const std::string& subject, bool first);

  db::Session& session_;
  const crypto::ShredSeal& seal_;
};

}  // namespace madoguchi::store
