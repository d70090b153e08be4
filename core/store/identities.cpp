// SPDX-License-Identifier: Apache-2.0
#include "core/store/identities.h"

namespace madoguchi::store {
namespace {

constexpr db::Statement kInsertIdentity{
    "identities.insert",
    "INSERT INTO agent_identities (id, agent_id, issuer, subject, email, created_at) "
    "VALUES ($1, $2, $3, $4, $5, $6)"};
constexpr db::Statement kBySubject{
    "identities.by_subject",
    "SELECT id, agent_id, issuer, subject, email, created_at, used_at FROM agent_identities "
    "WHERE issuer = $1 AND subject = $2"};
constexpr db::Statement kByEmail{
    "identities.by_email",
    "SELECT id, agent_id, issuer, subject, email, created_at, used_at FROM agent_identities "
    "WHERE issuer = $1 AND email = $2 AND subject IS NULL"};
constexpr db::Statement kIdentitiesOf{
    "identities.of",
    "SELECT id, agent_id, issuer, subject, email, created_at, used_at FROM agent_identities "
    "WHERE agent_id = $1 ORDER BY id"};
constexpr db::Statement kIdentityUsed{
    "identities.used", "UPDATE agent_identities SET subject = $2, used_at = $3 WHERE id = $1"};
constexpr db::Statement kRemoveIdentity{
    "identities.remove", "DELETE FROM agent_identities WHERE agent_id = $1 AND id = $2"};

Identity identity_of(const db::Row& row) {
  return {row.string(0),          row.id<domain::AgentId>(1), row.string(2),
          row.optional_string(3), row.optional_string(4),     row.time(5),
          row.optional_time(6)};
}

std::optional<Identity> first_identity(const db::Rows& rows) {
  return rows.empty() ? std::nullopt : std::optional(identity_of(rows.front()));
}

}  // namespace

void Identities::insert(const Identity& identity) {
  session_.run(kInsertIdentity, {identity.id, identity.agent, identity.issuer, identity.subject,
                                 identity.email, identity.created_at});
}

std::optional<Identity> Identities::by_subject(const std::string& issuer,
                                               const std::string& subject) {
  return first_identity(session_.run(kBySubject, {issuer, subject}));
}

std::optional<Identity> Identities::by_email(const std::string& issuer, const std::string& email) {
  return first_identity(session_.run(kByEmail, {issuer, email}));
}

std::vector<Identity> Identities::of(const domain::AgentId& agent) {
  std::vector<Identity> identities;
  const db::Rows rows = session_.run(kIdentitiesOf, {agent});
  for (const db::Row row : db::each(rows)) identities.push_back(identity_of(row));
  return identities;
}

void Identities::used(const std::string& id, const std::string& subject, TimePoint at) {
  session_.run(kIdentityUsed, {id, subject, at});
}

bool Identities::remove(const domain::AgentId& agent, const std::string& id) {
  return session_.run(kRemoveIdentity, {agent, id}).affected() == 1;
}

}  // namespace madoguchi::store
