// SPDX-License-Identifier: Apache-2.0
#include "core/store/macros.h"

namespace madoguchi::store {
namespace {

constexpr db::Statement kMacrosSeenBy{
    "macros.seen_by",
    "SELECT id, owner_id, name, actions, position, version FROM macros WHERE owner_id = $1 OR "
    "owner_id IS NULL ORDER BY position, name, id"};
constexpr db::Statement kMacroById{
    "macros.by_id",
    "SELECT id, owner_id, name, actions, position, version FROM macros WHERE id = $1"};
constexpr db::Statement kInsertMacro{
    "macros.insert",
    "INSERT INTO macros (id, owner_id, name, actions, position, version) VALUES ($1, $2, $3, $4, "
    "$5, $6)"};
constexpr db::Statement kUpdateMacro{
    "macros.update",
    "UPDATE macros SET name = $3, actions = $4, position = $5, version = version + 1 WHERE id = $1 "
    "AND version = $2"};
constexpr db::Statement kRemoveMacro{"macros.remove",
                                     "DELETE FROM macros WHERE id = $1 AND version = $2"};

Macro macro_of(const db::Row& row) {
  Macro macro;
  macro.id = row.id<MacroId>(0);
  if (!row.is_null(1)) macro.owner = row.id<domain::AgentId>(1);
  macro.name = row.string(2);
  macro.actions = row.string(3);
  macro.position = row.integer(4);
  macro.version = row.integer(5);
  return macro;
}

}  // namespace

std::vector<Macro> Macros::seen_by(const domain::AgentId& agent) {
  std::vector<Macro> found;
  const db::Rows rows = session_.run(kMacrosSeenBy, {agent});
  for (const db::Row row : db::each(rows)) found.push_back(macro_of(row));
  return found;
}

std::optional<Macro> Macros::by_id(const MacroId& id) {
  const db::Rows rows = session_.run(kMacroById, {id});
  return rows.empty() ? std::nullopt : std::optional(macro_of(rows.front()));
}

void Macros::insert(const Macro& macro) {
  session_.run(kInsertMacro,
               {macro.id, macro.owner, macro.name, macro.actions, macro.position, macro.version});
}

bool Macros::update(Macro& macro) {
  const db::Rows rows = session_.run(
      kUpdateMacro, {macro.id, macro.version, macro.name, macro.actions, macro.position});
  if (rows.affected() != 1) return false;
  ++macro.version;
  return true;
}

bool Macros::remove(const Macro& macro) {
  return session_.run(kRemoveMacro, {macro.id, macro.version}).affected() == 1;
}

}  // namespace madoguchi::store
