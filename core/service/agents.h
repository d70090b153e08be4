// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/base/guarded.h"
#include "core/base/secret.h"
#include "core/service/dto/desk_dto.h"
#include "core/service/environment.h"

namespace madoguchi::service {

/// Agents and what they show to be let in. Safe for use by many threads.
class AgentService {
 public:
  explicit AgentService(const Environment& env) : env_(env) {}

  /// The caller that a bearer token stands for. A disabled agent's token does not work from the
  /// moment of the commit.
  [[nodiscard]] Result<domain::Caller> authenticate(std::string_view token);
  /// Whether that caller could still sign in with the same rights: what long streams ask.
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
  /// Token hash to agent id; tokens are never given to somebody else.
  Guarded<std::unordered_map<std::string, std::string>> tokens_;
};

}  // namespace madoguchi::service
