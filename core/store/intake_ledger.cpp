// SPDX-License-Identifier: Apache-2.0
#include "core/store/intake_ledger.h"

#include <algorithm>
#include <limits>

#include "core/store/columns.h"

namespace madoguchi::json {

const Fields& Table<store::IntakeCounts>::fields() {
  using C = store::IntakeCounts;
  static const Fields table = json::fields<C>(
      field("stored", &C::stored, "Mails made durable; all but `discarded` add up to this."),
      field("case_opened", &C::case_opened, "Opened a case."),
      field("message_added", &C::message_added, "Belonged to a case that was there."),
      field("duplicate", &C::duplicate, "One more delivery of a mail that was there."),
      field("ignored", &C::ignored, "A loop, or an own mail that came back."),
      field("bounce", &C::bounce, "A delivery report."),
      field("filed", &C::filed, "Kept as history."),
      field("quarantined", &C::quarantined, "Could not be read; kept whole."),
      field("undecided", &C::undecided, "Durable, and still to be decided."),
      field("discarded", &C::discarded, "Of the quarantined: put aside for good by a person."));
  return table;
}

}  // namespace madoguchi::json

namespace madoguchi::store {
namespace {

constexpr std::int64_t kHour = 3'600'000'000;  // microseconds
constexpr std::int64_t kDayHours = 24;
constexpr std::int64_t kForever = std::numeric_limits<std::int64_t>::max() / kHour;
// A transaction that brings a mail of an hour lasts far shorter than it waits to be taken in, and
// one that decides a mail far shorter than an hour that was taken in waits to be closed.
constexpr std::chrono::hours kTakenInAfter{1};
constexpr std::chrono::minutes kClosedAfter{10};
constexpr std::chrono::minutes kMayBeTakenIn{30};
constexpr std::chrono::minutes kDecidedWithin{10};
constexpr int kHoursAtOnce = 500;

constexpr db::Statement kCount{
    "intake_ledger.count",
    "SELECT e.received_at / 3600000000, coalesce(i.outcome, ''), "
    "CASE WHEN i.discarded_at IS NULL THEN 0 ELSE 1 END, count(*) "
    "FROM intake_entries e LEFT JOIN intake i INDEXED BY intake_tally "
    "ON i.received_at = e.received_at AND i.id = e.intake_id "
    "WHERE e.mailbox_id = $1 AND e.received_at >= $2 AND e.received_at < $3 GROUP BY 1, 2, 3",
    "SELECT e.received_at / 3600000000, coalesce(i.outcome, ''), "
    "CASE WHEN i.discarded_at IS NULL THEN 0 ELSE 1 END, count(*) "
    "FROM intake_entries e LEFT JOIN intake i "
    "ON i.received_at = e.received_at AND i.id = e.intake_id "
    "AND i.received_at >= $2 AND i.received_at < $3 "
    "WHERE e.mailbox_id = $1 AND e.received_at >= $2 AND e.received_at < $3 GROUP BY 1, 2, 3"};
constexpr db::Statement kClosed{
    "intake_ledger.closed",
    "SELECT hour, counts FROM intake_hours "
    "WHERE mailbox_id = $1 AND closed = 1 AND hour >= $2 AND hour < $3"};
constexpr db::Statement kOpen{
    "intake_ledger.open",
    "SELECT hour, counts, revision, registered_at FROM intake_hours "
    "WHERE mailbox_id = $1 AND closed = 0 AND hour >= $2 AND hour < $3 ORDER BY hour"};
constexpr db::Statement kNextHour{
    "intake_ledger.next_hour",
    "SELECT coalesce(max(hour) + 1, 0) FROM intake_hours WHERE mailbox_id = $1"};
constexpr db::Statement kNextMail{
    "intake_ledger.next_mail",
    "SELECT min(received_at) FROM intake_entries "
    "WHERE mailbox_id = $1 AND received_at >= $2 AND received_at < $3"};
constexpr db::Statement kTakeIn{
    "intake_ledger.take_in",
    "INSERT INTO intake_hours (mailbox_id, hour, revision, closed, registered_at, counts) "
    "VALUES ($1, $2, 0, 0, $3, '{}') ON CONFLICT DO NOTHING"};
constexpr db::Statement kClose{"intake_ledger.close",
                               "UPDATE intake_hours SET closed = 1, counts = $4 "
                               "WHERE mailbox_id = $1 AND hour = $2 AND revision = $3"};
constexpr db::Statement kReopen{"intake_ledger.reopen",
                                "UPDATE intake_hours SET closed = 0, revision = revision + 1 "
                                "WHERE mailbox_id = $1 AND hour = $2"};

constexpr db::Statement kUnlisted{
    "intake_ledger.unlisted",
    "SELECT (SELECT count(*) FROM intake WHERE received_at >= $1) - (SELECT count(*) FROM (SELECT "
    "DISTINCT e.received_at, e.intake_id FROM mailboxes m JOIN intake_entries e "
    "ON e.mailbox_id = m.id WHERE e.received_at >= $1) n)"};
constexpr db::Statement kWithoutMessage{
    "intake_ledger.without_message",
    "SELECT count(*) FROM intake i WHERE i.received_at >= $1 "
    "AND i.outcome IN ('case_opened', 'message_added') "
    "AND NOT EXISTS (SELECT 1 FROM messages m WHERE m.id = i.message_id)"};
constexpr db::Statement kStuck{
    "intake_ledger.stuck",
    "SELECT count(*) FROM intake i WHERE i.outcome = 'undecided' AND i.received_at < $1 "
    "AND NOT EXISTS (SELECT 1 FROM jobs j WHERE j.state IN ('ready', 'running') "
    "AND j.key IN ('intake.decide:' || i.id, 'intake.decide:' || i.id || ':' || i.attempts))"};

IntakeCounts counts_of(std::string_view text) {
  return text == "{}" ? IntakeCounts{} : from_column<IntakeCounts>(text);
}

void count_one(IntakeCounts& counts, std::string_view outcome, bool discarded, std::int64_t mails) {
  using domain::IntakeOutcome;
  counts.stored += mails;
  // One without a row, or with an outcome that nobody knows, is what makes the difference.
  switch (enum_value<IntakeOutcome>(outcome).value_or(static_cast<IntakeOutcome>(-1))) {
    case IntakeOutcome::undecided:
      counts.undecided += mails;
      break;
    case IntakeOutcome::case_opened:
      counts.case_opened += mails;
      break;
    case IntakeOutcome::message_added:
      counts.message_added += mails;
      break;
    case IntakeOutcome::duplicate:
      counts.duplicate += mails;
      break;
    case IntakeOutcome::ignored:
      counts.ignored += mails;
      break;
    case IntakeOutcome::bounce:
      counts.bounce += mails;
      break;
    case IntakeOutcome::filed:
      counts.filed += mails;
      break;
    case IntakeOutcome::quarantined:
      counts.quarantined += mails;
      if (discarded) counts.discarded += mails;
      break;
  }
}

}  // namespace

std::int64_t IntakeCounts::difference() const {
  return stored - (case_opened + message_added + duplicate + ignored + bounce + filed +
                   quarantined + undecided);
}

void IntakeCounts::add(const IntakeCounts& other) {
  stored += other.stored;
  case_opened += other.case_opened;
  message_added += other.message_added;
  duplicate += other.duplicate;
  ignored += other.ignored;
  bounce += other.bounce;
  filed += other.filed;
  quarantined += other.quarantined;
  undecided += other.undecided;
  discarded += other.discarded;
}

/// From the rows, by hour.
IntakeLedger::Hours IntakeLedger::count(const domain::MailboxId& mailbox, std::int64_t first,
                                        std::int64_t end) {
  Hours hours;
  const db::Rows rows = session_.run(kCount, {mailbox, first * kHour, end * kHour});
  for (const db::Row row : db::each(rows)) {
    count_one(hours[row.integer(0)], row.text(1), row.boolean(2), row.integer(3));
  }
  return hours;
}

std::int64_t IntakeLedger::next_hour(const domain::MailboxId& mailbox) {
  return session_.run(kNextHour, {mailbox}).front().integer(0);
}

/// Every hour of [first, end) that is not closed and has mails, or had some when it was closed.
IntakeLedger::Hours IntakeLedger::open_hours(const domain::MailboxId& mailbox, std::int64_t first,
                                             std::int64_t end) {
  Hours hours;
  const db::Rows rows = session_.run(kOpen, {mailbox, first, end});
  for (const db::Row row : db::each(rows)) {
    const std::int64_t hour = row.integer(0);
    hours.merge(count(mailbox, hour, hour + 1));
    // What was stored once cannot become less.
    const std::int64_t before = counts_of(row.text(1)).stored;
    hours[hour].stored = std::max(hours[hour].stored, before);
  }
  hours.merge(count(mailbox, std::min(std::max(first, next_hour(mailbox)), end), end));
  return hours;
}

std::map<std::int64_t, IntakeCounts> IntakeLedger::days(const domain::MailboxId& mailbox,
                                                        std::int64_t first, std::int64_t last) {
  const std::int64_t begin = first * kDayHours;
  const std::int64_t end = (last + 1) * kDayHours;
  std::map<std::int64_t, IntakeCounts> days;
  const db::Rows closed = session_.run(kClosed, {mailbox, begin, end});
  for (const db::Row row : db::each(closed)) {
    days[row.integer(0) / kDayHours].add(counts_of(row.text(1)));
  }
  for (const auto& hour : open_hours(mailbox, begin, end)) {
    days[hour.first / kDayHours].add(hour.second);
  }
  return days;
}

IntakeCounts IntakeLedger::open(const domain::MailboxId& mailbox) {
  IntakeCounts sum;
  for (const auto& hour : open_hours(mailbox, 0, kForever)) sum.add(hour.second);
  return sum;
}

void IntakeLedger::changed(const IntakeRecord& record) {
  // Its hour can only have been taken in when it is some time ago.
  if (record.decided_at && *record.decided_at - record.received_at < kMayBeTakenIn &&
      !record.discarded_at) {
    return;
  }
  for (const IntakeRecipient& recipient : record.recipients) {
    session_.queue(kReopen, {recipient.mailbox, to_micros(record.received_at) / kHour});
  }
}

void IntakeLedger::close_hours(const domain::MailboxId& mailbox, TimePoint now) {
  const std::int64_t over = to_micros(now - kTakenInAfter) / kHour;
  std::int64_t next = next_hour(mailbox);
  for (int i = 0; i < kHoursAtOnce && next < over; ++i) {
    const db::Rows mail = session_.run(kNextMail, {mailbox, next * kHour, over * kHour});
    if (mail.front().is_null(0)) break;
    const std::int64_t hour = mail.front().integer(0) / kHour;
    session_.run(kTakeIn, {mailbox, hour, now});
    next = hour + 1;
  }
  const db::Rows open = session_.run(kOpen, {mailbox, 0, over});
  int looked_at = 0;
  for (const db::Row row : db::each(open)) {
    if (row.time(3) > now - kClosedAfter) continue;
    if (++looked_at > kHoursAtOnce) return;
    const std::int64_t hour = row.integer(0);
    const IntakeCounts counts = count(mailbox, hour, hour + 1)[hour];
    if (counts.difference() != 0 || counts.undecided != 0) continue;
    if (counts.stored < counts_of(row.text(1)).stored) continue;
    const std::string text = to_column(counts);
    session_.run(kClose, {mailbox, hour, row.integer(2), text});
  }
}

void IntakeLedger::recheck(const domain::MailboxId& mailbox, TimePoint since) {
  const std::int64_t first = to_micros(since) / kHour;
  const std::int64_t end = next_hour(mailbox);
  if (first >= end) return;
  Hours now = count(mailbox, first, end);
  const db::Rows closed = session_.run(kClosed, {mailbox, first, end});
  for (const db::Row row : db::each(closed)) {
    const auto counted = now.find(row.integer(0));
    if (counted == now.end() || counted->second != counts_of(row.text(1))) {
      session_.run(kReopen, {mailbox, row.integer(0)});
    }
    if (counted != now.end()) now.erase(counted);
  }
  // Hours that nobody knew of: of a clock that went back. Those that are open keep their row.
  for (const auto& hour : now) session_.run(kTakeIn, {mailbox, hour.first, since});
}

IntakeFindings IntakeLedger::findings(TimePoint since, TimePoint now) {
  IntakeFindings found;
  found.unlisted = session_.run(kUnlisted, {since}).front().integer(0);
  found.without_message = session_.run(kWithoutMessage, {since}).front().integer(0);
  found.stuck = session_.run(kStuck, {now - kDecidedWithin}).front().integer(0);
  return found;
}

}  // namespace madoguchi::store
