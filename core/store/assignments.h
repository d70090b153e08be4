// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "core/base/clock.h"
#include "core/base/enum_names.h"
#include "core/db/session.h"
#include "core/domain/agent.h"

namespace madoguchi::store {

/// Whether an agent is there to be given cases.
enum class Availability { available, away };

/// Who can be given a case, and whose turn it is: in the database, so that it is fair across
/// restarts and replicas.
class Assignments {
 public:
  explicit Assignments(db::Session& session) : session_(session) {}

  [[nodiscard]] Availability availability(const domain::AgentId& agent);
  void set_availability(const domain::AgentId& agent, Availability state, TimePoint since);
  /// Those of them who are away.
  [[nodiscard]] std::vector<domain::AgentId> away();

  /// How many unresolved cases each of them has.
  [[nodiscard]] std::map<domain::AgentId, std::int64_t> loads(
      const std::vector<domain::AgentId>& agents);

  /// Of a list that takes turns, who was given something last; "" at the beginning.
  struct Turn {
    std::string last_agent;
    std::int64_t turn = 0;
  };
  [[nodiscard]] Turn turn(const std::string& agents);
  /// False when somebody else has taken that turn meanwhile.
  [[nodiscard]] bool take_turn(const std::string& agents, const Turn& seen,
                               const domain::AgentId& agent);

 private:
  db::Session& session_;
};

}  // namespace madoguchi::store

namespace madoguchi {

template <>
struct EnumNames<store::Availability> {
  static constexpr EnumName<store::Availability> values[] = {
      {store::Availability::available, "available"}, {store::Availability::away, "away"}};
};

}  // namespace madoguchi
