// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/db/session.h"
#include "core/domain/agent.h"

namespace madoguchi::store {

struct MacroTag;
using MacroId = Id<MacroTag>;

/// A named list of actions for a case.
struct Macro {
  MacroId id;
  std::optional<domain::AgentId> owner;  ///< null: everybody's
  std::string name;
  std::string actions;  ///< JSON of the service
  std::int64_t position = 0;
  std::int64_t version = 1;
};

/// Macros: few for each agent, read whole.
class Macros {
 public:
  explicit Macros(db::Session& session) : session_(session) {}

  /// The agent's own and everybody's, in their order.
  [[nodiscard]] std::vector<Macro> seen_by(const domain::AgentId& agent);
  [[nodiscard]] std::optional<Macro> by_id(const MacroId& id);
  void insert(const Macro& macro);
  /// Counts the version up; false when it is no longer at `macro.version`.
  [[nodiscard]] bool update(Macro& macro);
  [[nodiscard]] bool remove(const Macro& macro);

 private:
  db::Session& session_;
};

}  // namespace madoguchi::store
