// SPDX-License-Identifier: Apache-2.0
#include "core/store/teams.h"

#include "core/store/columns.h"

namespace madoguchi::store {
namespace {

constexpr db::Statement kInsertTeam{
    "teams.insert",
    "INSERT INTO teams (id, name, members, mailboxes, archived, version, created_at) VALUES ($1, "
    "$2, $3, $4, $5, $6, $7)"};
constexpr db::Statement kUpdateTeam{"teams.update",
                                    "UPDATE teams SET name = $3, members = $4, mailboxes = $5, "
                                    "archived = $6, version = version + 1 "
                                    "WHERE id = $1 AND version = $2"};
constexpr db::Statement kAllTeams{
    "teams.all",
    "SELECT id, name, members, mailboxes, archived, version, created_at FROM teams ORDER BY name"};
constexpr db::Statement kTeamInUse{"teams.in_use",
                                   "SELECT 1 FROM cases WHERE team_id = $1 LIMIT 1"};
constexpr db::Statement kRemoveTeam{"teams.remove", "DELETE FROM teams WHERE id = $1"};

constexpr db::Statement kInsertRole{
    "roles.insert",
    "INSERT INTO roles (id, name, description, based_on, permissions, version, created_at) VALUES "
    "($1, $2, $3, $4, $5, $6, $7)"};
constexpr db::Statement kUpdateRole{
    "roles.update",
    "UPDATE roles SET name = $3, description = $4, based_on = $5, permissions = $6, version = "
    "version + 1 WHERE id = $1 AND version = $2"};
constexpr db::Statement kAllRoles{
    "roles.all",
    "SELECT id, name, description, based_on, permissions, version, created_at FROM roles ORDER BY "
    "name"};
constexpr db::Statement kRoleInUse{"roles.in_use",
                                   "SELECT 1 FROM agents WHERE role_id = $1 LIMIT 1"};
constexpr db::Statement kRemoveRole{"roles.remove", "DELETE FROM roles WHERE id = $1"};

/// What a later version could do and this one does not know is not granted.
domain::Permissions permissions_in(std::string_view column) {
  domain::Permissions permissions;
  for (const std::string& name : from_column<std::vector<std::string>>(column)) {
    if (const auto known = enum_value<domain::Permission>(name)) permissions.add(*known);
  }
  return permissions;
}

}  // namespace

void Teams::insert(const domain::Team& team) {
  session_.run(kInsertTeam, {team.id, team.name, to_column(team.members), to_column(team.mailboxes),
                             team.archived, team.version, team.created_at});
}

bool Teams::update(domain::Team& team) {
  const db::Rows rows =
      session_.run(kUpdateTeam, {team.id, team.version, team.name, to_column(team.members),
                                 to_column(team.mailboxes), team.archived});
  if (rows.affected() != 1) return false;
  ++team.version;
  return true;
}

std::vector<domain::Team> Teams::all() {
  std::vector<domain::Team> teams;
  const db::Rows rows = session_.run(kAllTeams);
  for (const db::Row row : db::each(rows)) {
    domain::Team team;
    team.id = row.id<domain::TeamId>(0);
    team.name = row.string(1);
    team.members = from_column<std::vector<domain::AgentId>>(row.text(2));
    team.mailboxes = from_column<std::vector<domain::MailboxId>>(row.text(3));
    team.archived = row.boolean(4);
    team.version = row.integer(5);
    team.created_at = row.time(6);
    teams.push_back(std::move(team));
  }
  return teams;
}

bool Teams::in_use(const domain::TeamId& id) { return !session_.run(kTeamInUse, {id}).empty(); }

void Teams::remove(const domain::TeamId& id) { session_.run(kRemoveTeam, {id}); }

void Roles::insert(const domain::CustomRole& role) {
  session_.run(kInsertRole, {role.id, role.name, role.description, enum_name(role.based_on),
                             to_column(role.permissions), role.version, role.created_at});
}

bool Roles::update(domain::CustomRole& role) {
  const db::Rows rows =
      session_.run(kUpdateRole, {role.id, role.version, role.name, role.description,
                                 enum_name(role.based_on), to_column(role.permissions)});
  if (rows.affected() != 1) return false;
  ++role.version;
  return true;
}

std::vector<domain::CustomRole> Roles::all() {
  std::vector<domain::CustomRole> roles;
  const db::Rows rows = session_.run(kAllRoles);
  for (const db::Row row : db::each(rows)) {
    domain::CustomRole role;
    role.id = row.id<domain::RoleId>(0);
    role.name = row.string(1);
    role.description = row.string(2);
    role.based_on = enum_column<domain::Role>(row.text(3));
    role.permissions = permissions_in(row.text(4));
    role.version = row.integer(5);
    role.created_at = row.time(6);
    roles.push_back(std::move(role));
  }
  return roles;
}

bool Roles::in_use(const domain::RoleId& id) { return !session_.run(kRoleInUse, {id}).empty(); }

void Roles::remove(const domain::RoleId& id) { session_.run(kRemoveRole, {id}); }

}  // namespace madoguchi::store
