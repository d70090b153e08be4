// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "core/service/case_steps.h"
#include "core/store/assignments.h"

namespace madoguchi::service {
namespace {

/// Those who are there, may work on cases and may see this one; in their order.
std::vector<domain::AgentId> who_can(db::Session& session, const domain::Case& value,
                                     const std::vector<std::string>& agents,
                                     const DirectoryView& directory) {
  const std::vector<domain::AgentId> away = store::Assignments(session).away();
  store::Cases cases(session);
  std::vector<domain::AgentId> found;
  for (const std::string& id : agents) {
    const domain::Agent* agent = directory.agent(id);
    if (agent == nullptr || agent->disabled) continue;
    const domain::Caller caller = directory.caller(*agent);
    if (!caller.may(domain::Permission::cases_write)) continue;
    if (std::find(away.begin(), away.end(), agent->id) != away.end()) continue;
    if (cases.visible(value, caller.scope)) found.push_back(agent->id);
  }
  return found;
}

/// Those who can, beginning behind the one who was last, whether or not that one can now.
std::vector<domain::AgentId> in_turn(const std::vector<domain::AgentId>& who,
                                     const std::vector<std::string>& agents,
                                     const std::string& last) {
  const auto place = [&](const std::string& id) {
    return std::find(agents.begin(), agents.end(), id) - agents.begin();
  };
  const auto last_place = place(last);
  std::vector<domain::AgentId> turned = who;
  std::stable_partition(turned.begin(), turned.end(), [&](const domain::AgentId& id) {
    return last.empty() || place(id.str()) > last_place;
  });
  return turned;
}

}  // namespace

std::optional<domain::AgentId> next_agent(db::Session& session, const domain::Case& value,
                                          const TurnTakers& takers, bool by_load,
                                          const DirectoryView& directory) {
  std::vector<domain::AgentId> who = who_can(session, value, takers.agents, directory);
  if (who.empty()) return std::nullopt;
  store::Assignments assignments(session);
  const store::Assignments::Turn turn = assignments.turn(takers.name);
  who = in_turn(who, takers.agents, turn.last_agent);
  domain::AgentId chosen = who.front();
  if (by_load) {
    // Of those with the fewest, whose turn it is.
    const std::map<domain::AgentId, std::int64_t> loads = assignments.loads(who);
    chosen = *std::min_element(who.begin(), who.end(),
                               [&](const domain::AgentId& a, const domain::AgentId& b) {
                                 return loads.at(a) < loads.at(b);
                               });
  }
  if (!assignments.take_turn(takers.name, turn, chosen)) {
    throw db::Failure(db::FailureKind::serialization, "somebody else took that turn");
  }
  return chosen;
}

}  // namespace madoguchi::service
