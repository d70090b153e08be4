// SPDX-License-Identifier: Apache-2.0
#include "core/store/intake.h"

#include "core/base/email_address.h"
#include "core/store/columns.h"
#include "core/store/intake_columns.h"
#include "core/store/intake_ledger.h"

namespace madoguchi::json {

template <>
struct Table<store::IntakeRecipient> {
  static constexpr const char* name = "IntakeRecipient";
  static const Fields& fields() {
    static const Fields table = json::fields<store::IntakeRecipient>(
        json::field("mailbox", &store::IntakeRecipient::mailbox, ""),
        json::field("address", &store::IntakeRecipient::address, ""));
    return table;
  }
};

}  // namespace madoguchi::json

namespace madoguchi::store {
namespace {

constexpr db::Statement kInsert{"intake.insert",
                                "INSERT INTO intake (id, source, sender, recipients, size, "
                                "received_at, outcome, reason, decision, archive_status, is_cut) "
                                "VALUES ($1, $2, $3, $4, $5, $6, $7, '', '[]', $8, $9) "
                                "ON CONFLICT (id) DO NOTHING"};

constexpr db::Statement kById{"intake.by_id",
                              "SELECT id, source, sender, recipients, size, raw, received_at, "
                              "outcome, reason, decision, case_seq, message_id, decided_at, "
                              "archive_status, is_cut, mime_message_id, from_address, attempts, "
                              "discarded_at, discarded_by, discard_reason FROM intake "
                              "WHERE id = $1"};

constexpr db::Statement kLock{
    "intake.lock", kById.sql,
    "SELECT id, source, sender, recipients, size, raw, received_at, outcome, reason, decision, "
    "case_seq, message_id, decided_at, archive_status, is_cut, mime_message_id, from_address, "
    "attempts, discarded_at, discarded_by, discard_reason FROM intake WHERE id = $1 FOR UPDATE"};

constexpr db::Statement kOfMessage{
    "intake.of_message",
    "SELECT i.id, i.source, i.sender, i.recipients, i.size, i.raw, i.received_at, i.outcome, "
    "i.reason, i.decision, i.case_seq, i.message_id, i.decided_at, i.archive_status, i.is_cut, "
    "i.mime_message_id, i.from_address, i.attempts, i.discarded_at, i.discarded_by, "
    "i.discard_reason FROM messages m JOIN intake i ON i.id = m.intake_id WHERE m.id = $1"};

// Only beside the row itself: one whose id was there before has its own, of another time.
constexpr db::Statement kEntry{"intake.entry",
                               "INSERT INTO intake_entries (mailbox_id, received_at, intake_id) "
                               "SELECT $1, received_at, id FROM intake INDEXED BY intake_tally "
                               "WHERE received_at = $2 AND id = $3 ON CONFLICT DO NOTHING",
                               "INSERT INTO intake_entries (mailbox_id, received_at, intake_id) "
                               "SELECT CAST($1 AS TEXT), received_at, id FROM intake "
                               "WHERE received_at = $2 AND id = $3 ON CONFLICT DO NOTHING"};

constexpr db::Statement kAddress{
    "intake.address",
    "INSERT INTO intake_addresses (address_key, received_at, intake_id) "
    "SELECT $1, received_at, id FROM intake INDEXED BY intake_tally "
    "WHERE received_at = $2 AND id = $3 ON CONFLICT DO NOTHING",
    "INSERT INTO intake_addresses (address_key, received_at, intake_id) "
    "SELECT CAST($1 AS TEXT), received_at, id FROM intake "
    "WHERE received_at = $2 AND id = $3 ON CONFLICT DO NOTHING"};

constexpr db::Statement kDecide{
    "intake.decide",
    "UPDATE intake SET outcome = $2, reason = $3, decision = $4, case_seq = $5, message_id = $6, "
    "decided_at = $7, mime_message_id = $8, from_address = $9, attempts = $10, "
    "discarded_at = $11, discarded_by = $12, discard_reason = $13 WHERE id = $1"};

constexpr db::Statement kForgetSealed{"intake.forget_sealed",
                                      "UPDATE intake SET raw = NULL WHERE id = $1"};

constexpr db::Statement kCount{
    "intake.count",
    "SELECT count(*) FROM intake WHERE outcome = $1 AND outcome IN ('undecided', 'quarantined') "
    "AND discarded_at IS NULL"};

std::optional<IntakeRecord> first_of(const db::Rows& rows) {
  return rows.empty() ? std::nullopt : std::optional(intake_of(rows.front()));
}

}  // namespace

IntakeRecord intake_of(const db::Row& row) {
  IntakeRecord record;
  record.id = row.id<domain::IntakeId>(0);
  record.source = row.string(1);
  record.sender = row.string(2);
  record.recipients = from_column<std::vector<IntakeRecipient>>(row.text(3));
  record.size = row.integer(4);
  record.sealed = row.string(5);
  record.received_at = row.time(6);
  record.outcome = enum_column<domain::IntakeOutcome>(row.text(7));
  record.reason = row.string(8);
  record.decision = from_column<std::vector<domain::DecisionStep>>(row.text(9));
  if (!row.is_null(10)) record.case_sequence = row.integer(10);
  if (!row.is_null(11)) record.message = row.id<domain::MessageId>(11);
  record.decided_at = row.optional_time(12);
  if (!row.is_null(13)) record.archive_status = enum_column<domain::CaseStatus>(row.text(13));
  record.is_cut = row.boolean(14);
  record.mime_message_id = row.string(15);
  record.from_address = row.string(16);
  record.attempts = row.integer(17);
  record.discarded_at = row.optional_time(18);
  record.discarded_by = row.string(19);
  record.discard_reason = row.string(20);
  return record;
}

void Intake::insert(const IntakeRecord& record) {
  const db::Param status =
      record.archive_status ? db::Param(enum_name(*record.archive_status)) : db::Param(nullptr);
  session_.queue(
      kInsert, {record.id, record.source, record.sender, to_column(record.recipients), record.size,
                record.received_at, enum_name(record.outcome), status, record.is_cut});
  for (const IntakeRecipient& recipient : record.recipients) {
    session_.queue(kEntry, {recipient.mailbox, record.received_at, record.id});
    found_by(record, recipient.address);
  }
  found_by(record, record.sender);
}

void Intake::found_by(const IntakeRecord& record, const std::string& address) {
  const Result<EmailAddress> parsed = EmailAddress::parse(address);
  if (!parsed) return;
  const std::string key = parsed->key();
  session_.queue(kAddress, {key, record.received_at, record.id});
}

std::optional<IntakeRecord> Intake::lock(const domain::IntakeId& id) {
  return first_of(session_.run(kLock, {id}));
}

std::optional<IntakeRecord> Intake::by_id(const domain::IntakeId& id) {
  return first_of(session_.run(kById, {id}));
}

std::optional<IntakeRecord> Intake::of_message(const domain::MessageId& id) {
  return first_of(session_.run(kOfMessage, {id}));
}

void Intake::decide(const IntakeRecord& record) {
  session_.queue(kDecide,
                 {record.id, enum_name(record.outcome), record.reason, to_column(record.decision),
                  record.case_sequence, record.message, record.decided_at, record.mime_message_id,
                  record.from_address, record.attempts, record.discarded_at, record.discarded_by,
                  record.discard_reason});
  if (record.from_address != record.sender) found_by(record, record.from_address);
  IntakeLedger(session_).changed(record);
}

void Intake::forget_sealed(const domain::IntakeId& id) { session_.queue(kForgetSealed, {id}); }

std::int64_t Intake::count(domain::IntakeOutcome outcome) {
  return session_.run(kCount, {enum_name(outcome)}).front().integer(0);
}

}  // namespace madoguchi::store
