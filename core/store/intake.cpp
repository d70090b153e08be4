// SPDX-License-Identifier: Apache-2.0
#include "core/store/intake.h"

#include "core/store/columns.h"

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
                                "INSERT INTO intake (id, source, sender, recipients, size, raw, "
                                "received_at, outcome, reason, decision, archive_status, is_cut) "
                                "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, '', '[]', $9, $10) "
                                "ON CONFLICT (id) DO NOTHING"};

constexpr db::Statement kById{"intake.by_id",
                              "SELECT id, source, sender, recipients, size, raw, received_at, "
                              "outcome, reason, decision, case_seq, "
                              "message_id, decided_at, archive_status, is_cut FROM intake WHERE "
                              "id = $1"};

constexpr db::Statement kOfMessage{"intake.of_message",
                                   "SELECT i.id, i.source, i.sender, i.recipients, i.size, i.raw, "
                                   "i.received_at, i.outcome, i.reason, "
                                   "i.decision, i.case_seq, i.message_id, i.decided_at, "
                                   "i.archive_status, i.is_cut FROM "
                                   "messages m JOIN intake i ON i.id = m.intake_id "
                                   "WHERE m.id = $1"};

constexpr db::Statement kDecide{
    "intake.decide",
    "UPDATE intake SET outcome = $2, reason = $3, decision = $4, case_seq = $5, message_id = $6, "
    "decided_at = $7 WHERE id = $1"};

constexpr db::Statement kCount{
    "intake.count",
    "SELECT count(*) FROM intake WHERE outcome = $1 AND outcome IN ('undecided', 'quarantined')"};

std::optional<IntakeRecord> record_of(const db::Rows& rows) {
  if (rows.empty()) return std::nullopt;
  const db::Row row = rows.front();
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
  return record;
}

}  // namespace

void Intake::insert(const IntakeRecord& record) {
  const db::Param raw =
      record.sealed.empty() ? db::Param(nullptr) : db::Param(db::Bytes{record.sealed});
  const db::Param status = record.archive_status ? db::Param(enum_name(*record.archive_status))
                                                 : db::Param(nullptr);
  session_.queue(kInsert, {record.id, record.source, record.sender, to_column(record.recipients),
                           record.size, raw, record.received_at, enum_name(record.outcome), status,
                           record.is_cut});
}

std::optional<IntakeRecord> Intake::by_id(const domain::IntakeId& id) {
  return record_of(session_.run(kById, {id}));
}

std::optional<IntakeRecord> Intake::of_message(const domain::MessageId& id) {
  return record_of(session_.run(kOfMessage, {id}));
}

void Intake::decide(const IntakeRecord& record) {
  session_.queue(kDecide,
                 {record.id, enum_name(record.outcome), record.reason, to_column(record.decision),
                  record.case_sequence, record.message, record.decided_at});
}

std::int64_t Intake::count(domain::IntakeOutcome outcome) {
  return session_.run(kCount, {enum_name(outcome)}).front().integer(0);
}

}  // namespace madoguchi::store
