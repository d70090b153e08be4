// SPDX-License-Identifier: Apache-2.0
#include "core/store/case_moves.h"

#include "core/store/columns.h"

namespace madoguchi::json {

template <>
struct Table<domain::BeforeMove> {
  static constexpr const char* name = "BeforeMove";
  static const Fields& fields() {
    using domain::BeforeMove;
    static const Fields table = json::fields<BeforeMove>(
        json::field("source_status", &BeforeMove::source_status, ""),
        json::field("source_pending_until", &BeforeMove::source_pending_until, ""),
        json::field("source_mailbox", &BeforeMove::source_mailbox, ""),
        json::field("target_status", &BeforeMove::target_status, ""),
        json::field("target_status_after", &BeforeMove::target_status_after, ""),
        json::field("target_mailbox", &BeforeMove::target_mailbox, ""),
        json::field("order_numbers", &BeforeMove::order_numbers, "").optional());
    return table;
  }
};

}  // namespace madoguchi::json

namespace madoguchi::store {
namespace {

constexpr db::Statement kInsert{
    "case_moves.insert",
    "INSERT INTO case_moves (kind, source_seq, target_seq, messages, kept, at) "
    "VALUES ($1, $2, $3, $4, $5, $6) RETURNING seq"};
constexpr db::Statement kSetUndone{"case_moves.set_undone",
                                   "UPDATE case_moves SET undone_at = $2 WHERE seq = $1"};
constexpr db::Statement kLast{
    "case_moves.last",
    "SELECT seq, kind, source_seq, target_seq, messages, kept, at FROM case_moves "
    "WHERE (source_seq = $1 OR target_seq = $1) AND undone_at IS NULL ORDER BY seq DESC LIMIT 1"};
constexpr db::Statement kMessages{"case_moves.messages",
                                  "SELECT id FROM messages WHERE case_id = $1 ORDER BY seq"};
constexpr db::Statement kShift{
    "case_moves.shift",
    "UPDATE messages SET case_id = $3, version = version + 1 WHERE id = $1 AND case_id = $2"};
constexpr db::Statement kShiftPlacements{
    "case_moves.shift_placements", "UPDATE placements SET case_id = $2 WHERE message_id = $1"};

}  // namespace

void CaseMoves::insert(domain::CaseMove& move) {
  std::vector<std::string> ids;
  for (const domain::MessageId& id : move.messages) ids.push_back(id.str());
  const db::Rows rows = session_.run(kInsert, {enum_name(move.kind), move.source, move.target,
                                               to_column(ids), to_column(move.before), move.at});
  move.sequence = rows.front().integer(0);
}

void CaseMoves::set_undone(const domain::CaseMove& move, TimePoint at) {
  session_.run(kSetUndone, {move.sequence, at});
}

std::optional<domain::CaseMove> CaseMoves::last_of(std::int64_t case_sequence) {
  const db::Rows rows = session_.run(kLast, {case_sequence});
  if (rows.empty()) return std::nullopt;
  const db::Row row = rows.front();
  domain::CaseMove move;
  move.sequence = row.integer(0);
  move.kind = enum_column<domain::CaseMoveKind>(row.text(1));
  move.source = row.integer(2);
  move.target = row.integer(3);
  for (const std::string& id : from_column<std::vector<std::string>>(row.text(4)))
    move.messages.emplace_back(id);
  move.before = from_column<domain::BeforeMove>(row.text(5));
  move.at = row.time(6);
  return move;
}

std::vector<domain::MessageId> CaseMoves::messages_of(const domain::CaseId& id) {
  std::vector<domain::MessageId> ids;
  const db::Rows rows = session_.run(kMessages, {id});
  for (const db::Row row : db::each(rows)) ids.push_back(row.id<domain::MessageId>(0));
  return ids;
}

std::vector<domain::MessageId> CaseMoves::shift(const std::vector<domain::MessageId>& messages,
                                                const domain::CaseId& from,
                                                const domain::CaseId& to) {
  std::vector<domain::MessageId> moved;
  for (const domain::MessageId& id : messages) {
    if (session_.run(kShift, {id, from, to}).affected() != 1) continue;
    session_.queue(kShiftPlacements, {id, to});
    moved.push_back(id);
  }
  return moved;
}

}  // namespace madoguchi::store
