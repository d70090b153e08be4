// SPDX-License-Identifier: Apache-2.0
#include "core/store/assignments.h"

#include "core/store/columns.h"
#include "core/store/conditions.h"

namespace madoguchi::store {
namespace {

constexpr db::Statement kAvailability{"availability.of",
                                      "SELECT state FROM agent_availability WHERE agent_id = $1"};
constexpr db::Statement kSetAvailability{
    "availability.set",
    "INSERT INTO agent_availability (agent_id, state, since) VALUES ($1, $2, $3) ON CONFLICT "
    "(agent_id) DO UPDATE SET state = excluded.state, since = excluded.since"};
constexpr db::Statement kAway{"availability.away",
                              "SELECT agent_id FROM agent_availability WHERE state = 'away'"};
constexpr db::Statement kTurn{"assignment_turns.of",
                              "SELECT last_agent, turn FROM assignment_turns WHERE agents = $1"};
constexpr db::Statement kFirstTurn{
    "assignment_turns.first",
    "INSERT INTO assignment_turns (agents, last_agent, turn) VALUES ($1, $2, 1) ON CONFLICT "
    "(agents) DO NOTHING"};
constexpr db::Statement kNextTurn{
    "assignment_turns.next",
    "UPDATE assignment_turns SET last_agent = $3, turn = turn + 1 WHERE agents = $1 AND turn = $2"};

}  // namespace

Availability Assignments::availability(const domain::AgentId& agent) {
  const db::Rows rows = session_.run(kAvailability, {agent});
  return rows.empty() ? Availability::available : enum_column<Availability>(rows.front().text(0));
}

void Assignments::set_availability(const domain::AgentId& agent, Availability state,
                                   TimePoint since) {
  session_.run(kSetAvailability, {agent, enum_name(state), since});
}

std::vector<domain::AgentId> Assignments::away() {
  std::vector<domain::AgentId> found;
  const db::Rows rows = session_.run(kAway);
  for (const db::Row row : db::each(rows)) found.push_back(row.id<domain::AgentId>(0));
  return found;
}

std::map<domain::AgentId, std::int64_t> Assignments::loads(
    const std::vector<domain::AgentId>& agents) {
  std::map<domain::AgentId, std::int64_t> loads;
  Conditions conditions;
  for (const domain::AgentId& agent : agents) loads[agent] = 0;
  conditions.one_of("assignee_id", agents, [](const domain::AgentId& id) { return db::Param(id); });
  conditions.add("status IN ('new', 'open', 'pending')");
  const std::string sql =
      "SELECT assignee_id, count(*) FROM cases" + conditions.where() + " GROUP BY assignee_id";
  const db::Rows rows = session_.run({"assignments.loads", sql}, conditions.params().data(),
                                     conditions.params().size());
  for (const db::Row row : db::each(rows)) loads[row.id<domain::AgentId>(0)] = row.integer(1);
  return loads;
}

Assignments::Turn Assignments::turn(const std::string& agents) {
  const db::Rows rows = session_.run(kTurn, {agents});
  return rows.empty() ? Turn{} : Turn{rows.front().string(0), rows.front().integer(1)};
}

bool Assignments::take_turn(const std::string& agents, const Turn& seen,
                            const domain::AgentId& agent) {
  if (seen.turn == 0) return session_.run(kFirstTurn, {agents, agent}).affected() == 1;
  return session_.run(kNextTurn, {agents, seen.turn, agent}).affected() == 1;
}

}  // namespace madoguchi::store
