// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "core/db/session.h"
#include "core/domain/agent.h"

namespace madoguchi::store {

/// Both are few, and read whole.
class Teams {
 public:
  explicit Teams(db::Session& session) : session_(session) {}

  void insert(const domain::Team& team);
  /// Counts the version up; false when the row is no longer at `team.version`.
  [[nodiscard]] bool update(domain::Team& team);
  [[nodiscard]] std::vector<domain::Team> all();
  /// Whether any case is given to it.
  [[nodiscard]] bool in_use(const domain::TeamId& id);
  void remove(const domain::TeamId& id);

 private:
  db::Session& session_;
};

class Roles {
 public:
  explicit Roles(db::Session& session) : session_(session) {}

  void insert(const domain::CustomRole& role);
  /// Counts the version up; false when the row is no longer at `role.version`.
  [[nodiscard]] bool update(domain::CustomRole& role);
  [[nodiscard]] std::vector<domain::CustomRole> all();
  /// Whether any agent has it.
  [[nodiscard]] bool in_use(const domain::RoleId& id);
  void remove(const domain::RoleId& id);

 private:
  db::Session& session_;
};

}  // namespace madoguchi::store
