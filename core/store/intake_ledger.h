// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>

#include "core/base/clock.h"
#include "core/domain/message.h"
#include "core/json/json.h"
#include "core/store/intake.h"

namespace madoguchi::store {

/// Mails of one mailbox in some time, by how they ended.
struct IntakeCounts {
  std::int64_t stored = 0;  ///< made durable, counted apart from all the others
  std::int64_t case_opened = 0;
  std::int64_t message_added = 0;
  std::int64_t duplicate = 0;
  std::int64_t ignored = 0;
  std::int64_t bounce = 0;
  std::int64_t filed = 0;
  std::int64_t quarantined = 0;  ///< discarded ones too
  std::int64_t undecided = 0;
  std::int64_t discarded = 0;  ///< of the quarantined

  /// What is missing on the right side of the ledger; 0 is right.
  [[nodiscard]] std::int64_t difference() const;
  void add(const IntakeCounts& other);
  bool operator==(const IntakeCounts&) const = default;
};

/// What a look at recent mails found that no count of them shows; all 0 is right.
struct IntakeFindings {
  std::int64_t unlisted = 0;         ///< mails that stand in no mailbox's ledger
  std::int64_t without_message = 0;  ///< said to be in a case that has no such message
  std::int64_t stuck = 0;            ///< undecided, and no job is going to decide them

  bool operator==(const IntakeFindings&) const = default;
};

/// Counts mails per mailbox and hour (UTC, hours since 1970). The left side is the rows of
/// intake_entries, written with the mail and never touched again, the right side the outcomes of
/// the mails themselves. No counter is kept while mails come in, so nothing serialises them: an
/// hour that is over, and in which all is decided and adds up, is closed once with its sums, and
/// only open hours are counted from the rows. Deciding a mail of a closed hour opens it again.
class IntakeLedger {
 public:
  explicit IntakeLedger(db::Session& session) : session_(session) {}

  /// By day (UTC, days since 1970) of [first, last]; days without mail are left out.
  [[nodiscard]] std::map<std::int64_t, IntakeCounts> days(const domain::MailboxId& mailbox,
                                                          std::int64_t first, std::int64_t last);
  /// Of what is not closed, however old: where every difference shows.
  [[nodiscard]] IntakeCounts open(const domain::MailboxId& mailbox);

  /// A mail was decided, discarded or handed in again: its hour, when it may be closed, is opened.
  void changed(const IntakeRecord& record);
  /// Takes hours that have been over for an hour into the ledger, and closes those that it took in
  /// earlier and that add up.
  void close_hours(const domain::MailboxId& mailbox, TimePoint now);
  /// Counts closed hours since `since` again and opens those that are no longer as they were.
  void recheck(const domain::MailboxId& mailbox, TimePoint since);
  [[nodiscard]] IntakeFindings findings(TimePoint since, TimePoint now);

 private:
  using Hours = std::map<std::int64_t, IntakeCounts>;
  [[nodiscard]] Hours count(const domain::MailboxId& mailbox, std::int64_t first, std::int64_t end);
  [[nodiscard]] Hours open_hours(const domain::MailboxId& mailbox, std::int64_t first,
                                 std::int64_t end);
  [[nodiscard]] std::int64_t next_hour(const domain::MailboxId& mailbox);

  db::Session& session_;
};

}  // namespace madoguchi::store

template <>
struct madoguchi::json::Table<madoguchi::store::IntakeCounts> {
  static constexpr const char* name = "IntakeCounts";
  static const Fields& fields();
};
