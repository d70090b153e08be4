// SPDX-License-Identifier: Apache-2.0
#include "core/store/imports.h"

#include "core/store/columns.h"

namespace madoguchi::json {

using store::ImportCounts;
using store::LineError;

const Fields& Table<LineError>::fields() {
  static const Fields table = json::fields<LineError>(
      field("line", &LineError::line, "Line of the file; the header is 1."),
      field("column", &LineError::column, "As the header calls it; empty: the line as a whole."),
      field("message", &LineError::message, "What is wrong."),
      field("message_ja", &LineError::message_ja, "The same in Japanese."));
  return table;
}

const Fields& Table<ImportCounts>::fields() {
  static const Fields table = json::fields<ImportCounts>(
      field("looked_at", &ImportCounts::looked_at, "Lines that were looked at."),
      field("created", &ImportCounts::created, "Registered, or to be registered."),
      field("changed", &ImportCounts::changed, "Changed, or to be changed."),
      field("unchanged", &ImportCounts::unchanged, "In which nothing is different."),
      field("failed", &ImportCounts::failed, "That are wrong."));
  return table;
}

}  // namespace madoguchi::json

namespace madoguchi::store {
namespace {

constexpr db::Statement kInsert{
    "imports.insert",
    "INSERT INTO imports (id, state, dry_run, charset, sealed, row_count, counts, errors, error, "
    "agent_id, agent_name, created_at, kind) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, "
    "$11, $12, $13)"};
constexpr db::Statement kUpdate{
    "imports.update",
    "UPDATE imports SET state = $2, counts = $3, errors = $4, error = $5, ended_at = $6, sealed = "
    "CASE WHEN $2 = 'running' THEN sealed ELSE NULL END WHERE id = $1"};
constexpr db::Statement kById{
    "imports.by_id",
    "SELECT id, state, dry_run, charset, sealed, row_count, counts, errors, error, agent_id, "
    "agent_name, created_at, ended_at, kind FROM imports WHERE id = $1"};

}  // namespace

void Imports::insert(const ImportRecord& record) {
  session_.run(kInsert, {record.id, enum_name(record.state), record.dry_run, record.charset,
                         db::Bytes{record.sealed}, record.rows, to_column(record.counts),
                         to_column(record.errors), record.error, record.agent, record.agent_name,
                         record.created_at, enum_name(record.kind)});
}

void Imports::update(const ImportRecord& record) {
  session_.run(kUpdate, {record.id, enum_name(record.state), to_column(record.counts),
                         to_column(record.errors), record.error, record.ended_at});
}

std::optional<ImportRecord> Imports::by_id(const std::string& id) {
  const db::Rows rows = session_.run(kById, {id});
  if (rows.empty()) return std::nullopt;
  const db::Row row = rows.front();
  ImportRecord record;
  record.id = row.string(0);
  record.state = enum_column<ImportState>(row.text(1));
  record.dry_run = row.boolean(2);
  record.charset = row.string(3);
  record.sealed = row.string(4);
  record.rows = row.integer(5);
  record.counts = from_column<ImportCounts>(row.text(6));
  record.errors = from_column<std::vector<LineError>>(row.text(7));
  record.error = row.string(8);
  record.agent = row.id<domain::AgentId>(9);
  record.agent_name = row.string(10);
  record.created_at = row.time(11);
  record.ended_at = row.optional_time(12);
  record.kind = enum_column<ImportKind>(row.text(13));
  return record;
}

}  // namespace madoguchi::store
