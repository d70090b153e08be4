// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "core/base/secret.h"
#include "core/service/dto/desk_dto.h"
#include "core/service/environment.h"

namespace madoguchi::service {

/// Agents. Safe for use by many threads.
class AgentService {
 public:
  explicit AgentService(const Environment& env) : env_(env) {}

  /// The agent as a caller: what a token or session stands for. `unauthenticated` when there is
  /// none, or it is disabled, from the moment of the commit.
  [[nodiscard]] Result<domain::Caller> caller(const domain::AgentId& id);
  /// Whether that caller could still come in with the same rights: what long streams ask.
  [[nodiscard]] bool still_valid(const domain::Caller& caller);
  /// Another number than before: somebody's rights may have changed, as far as this process knows.
  [[nodiscard]] std::uint64_t generation() const;

  /// Makes a token, and the agent when there is none of that name; an existing agent keeps its role
  /// unless `role` differs, which then becomes the agent's.
  [[nodiscard]] Result<Secret> create_token(const domain::Caller& caller, const std::string& agent,
                                            domain::Role role);

  [[nodiscard]] Result<MeDto> me(const domain::Caller& caller);
  [[nodiscard]] Result<std::vector<AgentDto>> list();
  [[nodiscard]] Result<AgentDto> get(const std::string& id);
  [[nodiscard]] Result<AgentDto> create(const Context& context, const AgentCreateDto& wish);
  [[nodiscard]] Result<AgentDto> patch(const Context& context, const std::string& id,
                                       const AgentPatchDto& wish);

 private:
  const Environment& env_;
};

}  // namespace madoguchi::service
