// SPDX-License-Identifier: Apache-2.0
#include "core/store/cases.h"

#include <algorithm>
#include <tuple>

#include "core/base/email_address.h"
#include "core/store/columns.h"
#include "core/store/search_texts.h"

namespace madoguchi::store {
namespace {

constexpr db::Statement kInsert{
    "cases.insert",
    "INSERT INTO cases (id, channel, subject, status, pending_until, priority, category_id, tags, "
    "assignee_id, team_id, customer_id, requester_name, requester_kana, requester_address, "
    "requester_key, "
    "requester_phone, ccs, mailbox_id, order_numbers, created_at, modified_at, last_inbound_at, "
    "due_at, "
    "merged_into, version, linked_to, pending_reason) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, "
    "$10, $11, $12, "
    "$13, $14, "
    "$15, $16, "
    "$17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27) RETURNING seq"};

constexpr db::Statement kUpdate{
    "cases.update",
    "UPDATE cases SET channel = $3, subject = $4, status = $5, pending_until = $6, priority = $7, "
    "category_id = $8, tags = $9, assignee_id = $10, team_id = $11, customer_id = $12, "
    "requester_name = $13, "
    "requester_kana = $14, requester_address = $15, requester_key = $16, requester_phone = $17, "
    "ccs = $18, "
    "order_numbers = $19, modified_at = $20, last_inbound_at = $21, due_at = $22, merged_into = "
    "$23, "
    "mailbox_id = $24, pending_reason = $25, version = version + 1 WHERE seq = $1 AND version = "
    "$2"};

constexpr db::Statement kPlace{
    "cases.place",
    "INSERT INTO placements (message_id, mailbox_id, recipient, case_id, intake_id, at) "
    "VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (message_id, mailbox_id, recipient) DO NOTHING"};

constexpr db::Statement kPlacements{
    "cases.placements",
    "SELECT message_id, mailbox_id, recipient, intake_id, at FROM placements WHERE case_id = $1"};

constexpr db::Statement kPlacedMailboxes{
    "cases.placed_mailboxes", "SELECT DISTINCT mailbox_id FROM placements WHERE case_id = $1"};

std::optional<CaseRecord> record_of(db::Rows rows) {
  if (rows.empty()) return std::nullopt;
  CaseRow row(std::make_shared<const db::Rows>(std::move(rows)), 0);
  domain::Case value = case_of(row);
  return CaseRecord{std::move(value), std::move(row)};
}

std::string requester_key(const domain::Requester& requester) {
  const Result<EmailAddress> address = EmailAddress::parse(requester.address);
  return address ? address->key() : requester.address;
}

}  // namespace

void Cases::insert(domain::Case& value) {
  const db::Rows rows = session_.run(kInsert, {value.id,
                                               enum_name(value.channel),
                                               value.subject,
                                               enum_name(value.status),
                                               value.pending_until,
                                               enum_name(value.priority),
                                               value.category,
                                               to_column(value.tags),
                                               value.assignee,
                                               value.team,
                                               value.customer,
                                               value.requester.name,
                                               value.requester.kana,
                                               value.requester.address,
                                               requester_key(value.requester),
                                               value.requester.phone,
                                               to_column(value.ccs),
                                               value.mailbox,
                                               to_column(value.order_numbers),
                                               value.created_at,
                                               value.modified_at,
                                               value.last_inbound_at,
                                               value.due_at,
                                               value.merged_into,
                                               value.version,
                                               value.linked_to,
                                               value.pending_reason});
  value.sequence = rows.front().integer(0);
  SearchTexts(session_).put(TextKind::case_, value.id.str(), search_text_of(value));
}

bool Cases::update(domain::Case& value) {
  const db::Rows rows = session_.run(kUpdate, {value.sequence,
                                               value.version,
                                               enum_name(value.channel),
                                               value.subject,
                                               enum_name(value.status),
                                               value.pending_until,
                                               enum_name(value.priority),
                                               value.category,
                                               to_column(value.tags),
                                               value.assignee,
                                               value.team,
                                               value.customer,
                                               value.requester.name,
                                               value.requester.kana,
                                               value.requester.address,
                                               requester_key(value.requester),
                                               value.requester.phone,
                                               to_column(value.ccs),
                                               to_column(value.order_numbers),
                                               value.modified_at,
                                               value.last_inbound_at,
                                               value.due_at,
                                               value.merged_into,
                                               value.mailbox,
                                               value.pending_reason});
  if (rows.affected() != 1) return false;
  ++value.version;
  SearchTexts(session_).put(TextKind::case_, value.id.str(), search_text_of(value));
  return true;
}

std::optional<CaseRecord> Cases::by_sequence(std::int64_t sequence) {
  static const std::string sql =
      "SELECT " + std::string(kCaseColumns) + " FROM cases c WHERE c.seq = $1";
  return record_of(session_.run({"cases.by_sequence", sql}, {sequence}));
}

std::optional<CaseRecord> Cases::by_id(const domain::CaseId& id) {
  static const std::string sql =
      "SELECT " + std::string(kCaseColumns) + " FROM cases c WHERE c.id = $1";
  return record_of(session_.run({"cases.by_id", sql}, {id}));
}

void Cases::place(const Placement& placement) {
  session_.queue(kPlace, {placement.message_id, placement.mailbox, placement.recipient,
                          placement.case_id, placement.intake_id, placement.at});
}

std::vector<Placement> Cases::placements(const domain::CaseId& id) {
  std::vector<Placement> placements;
  const db::Rows rows = session_.run(kPlacements, {id});
  for (const db::Row row : db::each(rows)) {
    placements.push_back({id, row.string(0), row.id<domain::MailboxId>(1), row.string(2),
                          row.string(3), row.time(4)});
  }
  // Mostly one: setting up a sorter in the database would cost more than the rest.
  std::sort(placements.begin(), placements.end(), [](const Placement& a, const Placement& b) {
    return std::tie(a.at, a.message_id, a.recipient) < std::tie(b.at, b.message_id, b.recipient);
  });
  return placements;
}

bool Cases::visible(const domain::Case& value, const domain::Scope& scope) {
  if (scope.is_everything() || scope.is_given(value.assignee, value.team)) return true;
  if (!value.mailbox && !value.team) return true;
  if (value.mailbox && scope.has(*value.mailbox)) return true;
  const db::Rows rows = session_.run(kPlacedMailboxes, {value.id});
  for (const db::Row row : db::each(rows)) {
    if (scope.has(row.id<domain::MailboxId>(0))) return true;
  }
  return false;
}

}  // namespace madoguchi::store
