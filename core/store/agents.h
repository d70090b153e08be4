// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/db/session.h"
#include "core/domain/agent.h"

namespace madoguchi::store {

/// Agents and their tokens, of which only the SHA-256 is kept.
class Agents {
 public:
  explicit Agents(db::Session& session) : session_(session) {}

  void insert(const domain::Agent& agent);
  /// Counts the version up; false when the row is no longer at `agent.version`.
  [[nodiscard]] bool update(domain::Agent& agent);
  [[nodiscard]] std::vector<domain::Agent> all();
  [[nodiscard]] std::optional<domain::Agent> by_name(const std::string& name);

  void add_token(const std::string& id, const domain::AgentId& agent, const std::string& hash,
                 TimePoint at);
  /// The agent whose token has that hash (hex), disabled or not.
  [[nodiscard]] std::optional<domain::Agent> by_token(const std::string& hash);

 private:
  db::Session& session_;
};

}  // namespace madoguchi::store
