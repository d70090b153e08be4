// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/db/session.h"
#include "core/domain/agent.h"

namespace madoguchi::store {

class Agents {
 public:
  explicit Agents(db::Session& session) : session_(session) {}

  void insert(const domain::Agent& agent);
  /// Counts the version up; false when the row is no longer at `agent.version`.
  [[nodiscard]] bool update(domain::Agent& agent);
  [[nodiscard]] std::vector<domain::Agent> all();
  [[nodiscard]] std::optional<domain::Agent> by_id(const domain::AgentId& id);
  [[nodiscard]] std::optional<domain::Agent> by_name(const std::string& name);

 private:
  db::Session& session_;
};

}  // namespace madoguchi::store
