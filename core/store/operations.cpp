// SPDX-License-Identifier: Apache-2.0
#include "core/store/operations.h"

#include "core/store/columns.h"

namespace madoguchi::store {
namespace {

constexpr db::Statement kInsert{
    "operations.insert",
    "INSERT INTO operations (id, kind, wish, preview, state, runs, agent_id, agent_name, "
    "edit_locks, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"};
constexpr db::Statement kInsertRow{
    "operations.insert_row",
    "INSERT INTO operation_rows (operation_id, position, object, state, error) "
    "VALUES ($1, $2, $3, 'ready', '')"};
constexpr db::Statement kById{
    "operations.by_id",
    "SELECT id, kind, wish, preview, state, runs, agent_id, agent_name, created_at, ended_at, "
    "edit_locks FROM operations WHERE id = $1"};
constexpr db::Statement kEnd{
    "operations.end",
    "UPDATE operations SET state = $2, ended_at = $3 WHERE id = $1 AND state = 'running'"};
constexpr db::Statement kUpdate{
    "operations.update",
    "UPDATE operations SET state = $2, runs = $3, ended_at = $4, edit_locks = $5 WHERE id = $1"};
constexpr db::Statement kRows{
    "operations.rows",
    "SELECT position, object, state, error, changes FROM operation_rows WHERE operation_id = $1 "
    "ORDER BY position"};
constexpr db::Statement kReady{"operations.ready",
                               "SELECT position, object, state, error, changes FROM operation_rows "
                               "WHERE operation_id = $1 AND "
                               "state = 'ready' ORDER BY position LIMIT $2"};
constexpr db::Statement kEndRow{
    "operations.end_row",
    "UPDATE operation_rows SET state = $3, error = $4 WHERE operation_id = $1 AND position = $2 "
    "AND state = 'ready'"};
constexpr db::Statement kSetChanges{
    "operations.set_changes",
    "UPDATE operation_rows SET changes = $3 WHERE operation_id = $1 AND position = $2"};
constexpr db::Statement kMoveRows{
    "operations.move_rows",
    "UPDATE operation_rows SET state = $3, error = '' WHERE operation_id = $1 AND state = $2"};

std::vector<OperationRow> rows_of(const db::Rows& rows) {
  std::vector<OperationRow> found;
  found.reserve(rows.size());
  for (const db::Row row : db::each(rows)) {
    OperationRow& one = found.emplace_back();
    one.position = row.integer(0);
    one.object = row.string(1);
    one.state = enum_column<OperationRowState>(row.text(2));
    one.error = row.string(3);
    if (row.text(4).empty()) continue;
    one.changes = from_column<std::vector<domain::FieldChange>>(row.text(4));
  }
  return found;
}

}  // namespace

void Operations::insert(const Operation& operation, const std::vector<std::string>& objects) {
  session_.queue(kInsert,
                 {operation.id, operation.kind, operation.wish, operation.preview,
                  enum_name(operation.state), operation.runs, operation.agent, operation.agent_name,
                  to_column(operation.edit_locks), operation.created_at});
  std::int64_t position = 0;
  for (const std::string& object : objects) {
    session_.queue(kInsertRow, {operation.id, position++, object});
  }
}

std::optional<Operation> Operations::by_id(const std::string& id) {
  const db::Rows rows = session_.run(kById, {id});
  if (rows.empty()) return std::nullopt;
  const db::Row row = rows.front();
  Operation operation;
  operation.id = row.string(0);
  operation.kind = row.string(1);
  operation.wish = row.string(2);
  operation.preview = row.boolean(3);
  operation.state = enum_column<OperationState>(row.text(4));
  operation.runs = row.integer(5);
  operation.agent = row.id<domain::AgentId>(6);
  operation.agent_name = row.string(7);
  operation.created_at = row.time(8);
  operation.ended_at = row.optional_time(9);
  operation.edit_locks = from_column<std::vector<std::int64_t>>(row.text(10));
  return operation;
}

void Operations::update(const Operation& operation) {
  session_.queue(kUpdate, {operation.id, enum_name(operation.state), operation.runs,
                           operation.ended_at, to_column(operation.edit_locks)});
}

bool Operations::end(const std::string& id, OperationState state, TimePoint at) {
  return session_.run(kEnd, {id, enum_name(state), at}).affected() == 1;
}

std::vector<OperationRow> Operations::rows(const std::string& id) {
  return rows_of(session_.run(kRows, {id}));
}

std::vector<OperationRow> Operations::ready(const std::string& id, int limit) {
  return rows_of(session_.run(kReady, {id, limit}));
}

bool Operations::end_row(const std::string& id, std::int64_t position, OperationRowState state,
                         const std::string& error) {
  return session_.run(kEndRow, {id, position, enum_name(state), error}).affected() == 1;
}

void Operations::set_changes(const std::string& id, std::int64_t position,
                             const std::vector<domain::FieldChange>& changes) {
  session_.queue(kSetChanges, {id, position, to_column(changes)});
}

std::int64_t Operations::move_rows(const std::string& id, OperationRowState from,
                                   OperationRowState to) {
  return session_.run(kMoveRows, {id, enum_name(from), enum_name(to)}).affected();
}

}  // namespace madoguchi::store
