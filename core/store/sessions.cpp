// SPDX-License-Identifier: Apache-2.0
#include "core/store/sessions.h"

#include "core/store/columns.h"

namespace madoguchi::store {
namespace {

constexpr db::Statement kInsertSession{
    "sessions.insert",
    "INSERT INTO sessions (id, agent_id, hash, method, second_factor, peer, user_agent, "
    "created_at, seen_at, ends_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"};
constexpr db::Statement kSessionByHash{
    "sessions.by_hash",
    "SELECT id, agent_id, method, second_factor, peer, user_agent, created_at, seen_at, ends_at "
    "FROM sessions WHERE hash = $1"};
constexpr db::Statement kSessionById{
    "sessions.by_id",
    "SELECT id, agent_id, method, second_factor, peer, user_agent, created_at, seen_at, ends_at "
    "FROM sessions WHERE id = $1"};
constexpr db::Statement kSessionsOf{
    "sessions.of",
    "SELECT id, agent_id, method, second_factor, peer, user_agent, created_at, seen_at, ends_at "
    "FROM sessions WHERE agent_id = $1 ORDER BY id DESC"};
constexpr db::Statement kSessionSeen{
    "sessions.seen", "UPDATE sessions SET seen_at = $2 WHERE id = $1 AND seen_at < $2"};
constexpr db::Statement kRemoveSession{"sessions.remove", "DELETE FROM sessions WHERE id = $1"};
constexpr db::Statement kRemoveSessionsOf{"sessions.remove_of",
                                          "DELETE FROM sessions WHERE agent_id = $1"};
constexpr db::Statement kRemoveUnseen{"sessions.remove_unseen",
                                      "DELETE FROM sessions WHERE seen_at <= $1"};

domain::Session session_of(const db::Row& row) {
  domain::Session one;
  one.id = row.string(0);
  one.agent = row.id<domain::AgentId>(1);
  one.method = enum_column<domain::SignInMethod>(row.text(2));
  one.second_factor = row.boolean(3);
  one.peer = row.string(4);
  one.user_agent = row.string(5);
  one.created_at = row.time(6);
  one.seen_at = row.time(7);
  one.ends_at = row.time(8);
  return one;
}

std::optional<domain::Session> first_of(const db::Rows& rows) {
  return rows.empty() ? std::nullopt : std::optional(session_of(rows.front()));
}

}  // namespace

void Sessions::insert(const domain::Session& one, const std::string& hash) {
  session_.run(kInsertSession,
               {one.id, one.agent, hash, enum_name(one.method), one.second_factor, one.peer,
                one.user_agent, one.created_at, one.seen_at, one.ends_at});
}

std::optional<domain::Session> Sessions::by_hash(const std::string& hash) {
  return first_of(session_.run(kSessionByHash, {hash}));
}

std::optional<domain::Session> Sessions::by_id(const std::string& id) {
  return first_of(session_.run(kSessionById, {id}));
}

std::vector<domain::Session> Sessions::of(const domain::AgentId& agent) {
  std::vector<domain::Session> sessions;
  const db::Rows rows = session_.run(kSessionsOf, {agent});
  for (const db::Row row : db::each(rows)) sessions.push_back(session_of(row));
  return sessions;
}

void Sessions::seen(const std::string& id, TimePoint at) { session_.run(kSessionSeen, {id, at}); }

void Sessions::remove(const std::string& id) { session_.run(kRemoveSession, {id}); }

void Sessions::remove_of(const domain::AgentId& agent) { session_.run(kRemoveSessionsOf, {agent}); }

void Sessions::remove_unseen_since(TimePoint time) { session_.run(kRemoveUnseen, {time}); }

}  // namespace madoguchi::store
