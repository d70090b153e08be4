// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "core/db/session.h"
#include "core/domain/agent.h"

namespace madoguchi::store {

/// An agent's authenticator app.
struct SecondFactor {
  domain::AgentId agent;
  std::string sealed;                     ///< its secret
  std::optional<TimePoint> confirmed_at;  ///< not yet: it is not asked for
  std::int64_t last_step = 0;             ///< no step up to this one holds any more
};

class SecondFactors {
 public:
  explicit SecondFactors(db::Session& session) : session_(session) {}

  [[nodiscard]] std::optional<SecondFactor> of(const domain::AgentId& agent);
  /// In place of the one that was there.
  void begin(const domain::AgentId& agent, const std::string& sealed, TimePoint at);
  void confirm(const domain::AgentId& agent, TimePoint at);
  /// False when that step or a later one was used before.
  [[nodiscard]] bool use_step(const domain::AgentId& agent, std::int64_t step);
  void remove(const domain::AgentId& agent);

  void remove_codes(const domain::AgentId& agent);
  void add_code(const domain::AgentId& agent, const std::string& hash);
  /// False when there is no such code (any more).
  [[nodiscard]] bool use_code(const domain::AgentId& agent, const std::string& hash);
  [[nodiscard]] int codes_left(const domain::AgentId& agent);

 private:
  db::Session& session_;
};

}  // namespace madoguchi::store
