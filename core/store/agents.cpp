// SPDX-License-Identifier: Apache-2.0
#include "core/store/agents.h"

#include "core/store/columns.h"

namespace madoguchi::store {
namespace {

constexpr db::Statement kInsert{
    "agents.insert",
    "INSERT INTO agents (id, name, display_name, role, mailboxes, disabled, version, created_at, "
    "role_id, email) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"};
constexpr db::Statement kUpdate{
    "agents.update",
    "UPDATE agents SET name = $3, display_name = $4, role = $5, mailboxes = $6, disabled = $7, "
    "role_id = $8, email = $9, version = version + 1 WHERE id = $1 AND version = $2"};
constexpr db::Statement kAll{"agents.all",
                             "SELECT a.id, a.name, a.display_name, a.role, a.mailboxes, "
                             "a.disabled, a.version, a.created_at, "
                             "a.role_id, a.email FROM agents a ORDER BY a.created_at, a.id"};
constexpr db::Statement kByName{"agents.by_name",
                                "SELECT a.id, a.name, a.display_name, a.role, a.mailboxes, "
                                "a.disabled, a.version, a.created_at, "
                                "a.role_id, a.email FROM agents a WHERE a.name = $1"};

constexpr db::Statement kById{"agents.by_id",
                              "SELECT a.id, a.name, a.display_name, a.role, a.mailboxes, "
                              "a.disabled, a.version, a.created_at, "
                              "a.role_id, a.email FROM agents a WHERE a.id = $1"};

domain::Agent agent_of(const db::Row& row) {
  domain::Agent agent;
  agent.id = row.id<domain::AgentId>(0);
  agent.name = row.string(1);
  agent.display_name = row.string(2);
  agent.role = enum_column<domain::Role>(row.text(3));
  if (!row.is_null(4)) agent.mailboxes = from_column<std::vector<domain::MailboxId>>(row.text(4));
  agent.disabled = row.boolean(5);
  agent.version = row.integer(6);
  agent.created_at = row.time(7);
  if (!row.is_null(8)) agent.custom_role = row.id<domain::RoleId>(8);
  agent.email = row.string(9);
  return agent;
}

std::optional<std::string> mailboxes_column(const domain::Agent& agent) {
  return agent.mailboxes ? std::optional(to_column(*agent.mailboxes)) : std::nullopt;
}

}  // namespace

void Agents::insert(const domain::Agent& agent) {
  session_.run(kInsert, {agent.id, agent.name, agent.display_name, enum_name(agent.role),
                         mailboxes_column(agent), agent.disabled, agent.version, agent.created_at,
                         agent.custom_role, agent.email});
}

bool Agents::update(domain::Agent& agent) {
  const db::Rows rows = session_.run(
      kUpdate, {agent.id, agent.version, agent.name, agent.display_name, enum_name(agent.role),
                mailboxes_column(agent), agent.disabled, agent.custom_role, agent.email});
  if (rows.affected() != 1) return false;
  ++agent.version;
  return true;
}

std::vector<domain::Agent> Agents::all() {
  std::vector<domain::Agent> agents;
  const db::Rows rows = session_.run(kAll);
  for (const db::Row row : db::each(rows)) agents.push_back(agent_of(row));
  return agents;
}

std::optional<domain::Agent> Agents::by_name(const std::string& name) {
  const db::Rows rows = session_.run(kByName, {name});
  return rows.empty() ? std::nullopt : std::optional(agent_of(rows.front()));
}

std::optional<domain::Agent> Agents::by_id(const domain::AgentId& id) {
  const db::Rows rows = session_.run(kById, {id});
  return rows.empty() ? std::nullopt : std::optional(agent_of(rows.front()));
}

}  // namespace madoguchi::store
