// SPDX-License-Identifier: Apache-2.0
#include "core/store/views.h"

namespace madoguchi::store {
namespace {

constexpr db::Statement kSeenBy{
    "views.seen_by",
    "SELECT id, owner_id, name, filter, position, version FROM views WHERE owner_id = $1 OR "
    "owner_id IS NULL ORDER BY position, name, id"};
constexpr db::Statement kById{
    "views.by_id", "SELECT id, owner_id, name, filter, position, version FROM views WHERE id = $1"};
constexpr db::Statement kInsert{"views.insert",
                                "INSERT INTO views (id, owner_id, name, filter, position, version) "
                                "VALUES ($1, $2, $3, $4, $5, $6)"};
constexpr db::Statement kUpdate{
    "views.update",
    "UPDATE views SET name = $3, filter = $4, position = $5, version = version + 1 "
    "WHERE id = $1 AND version = $2"};
constexpr db::Statement kRemove{"views.remove", "DELETE FROM views WHERE id = $1 AND version = $2"};

View view_of(const db::Row& row) {
  View view;
  view.id = row.id<ViewId>(0);
  if (!row.is_null(1)) view.owner = row.id<domain::AgentId>(1);
  view.name = row.string(2);
  view.filter = row.string(3);
  view.position = row.integer(4);
  view.version = row.integer(5);
  return view;
}

}  // namespace

std::vector<View> Views::seen_by(const domain::AgentId& agent) {
  std::vector<View> found;
  const db::Rows rows = session_.run(kSeenBy, {agent});
  for (const db::Row row : db::each(rows)) found.push_back(view_of(row));
  return found;
}

std::optional<View> Views::by_id(const ViewId& id) {
  const db::Rows rows = session_.run(kById, {id});
  return rows.empty() ? std::nullopt : std::optional(view_of(rows.front()));
}

void Views::insert(const View& view) {
  session_.run(kInsert, {view.id, view.owner, view.name, view.filter, view.position, view.version});
}

bool Views::update(View& view) {
  const db::Rows rows =
      session_.run(kUpdate, {view.id, view.version, view.name, view.filter, view.position});
  if (rows.affected() != 1) return false;
  ++view.version;
  return true;
}

bool Views::remove(const View& view) {
  return session_.run(kRemove, {view.id, view.version}).affected() == 1;
}

}  // namespace madoguchi::store
