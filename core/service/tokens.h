// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/base/guarded.h"
#include "core/base/secret.h"
#include "core/service/agents.h"
#include "core/service/dto/sign_in_dto.h"
#include "core/service/environment.h"
#include "core/service/signed_in.h"
#include "core/store/tokens.h"

namespace madoguchi::service {

/// A token at the one moment when its text is known.
struct NewToken {
  Secret text;
  store::Token token;
};
/// Makes one and keeps its hash, in the transaction that decided it.
[[nodiscard]] NewToken make_token(const Environment& env, db::Session& session,
                                  const domain::AgentId& agent, std::string name,
                                  std::optional<TimePoint> expires_at = std::nullopt);

/// Bearer tokens (RFC 6750) of agents. Safe for use by many threads.
class TokenService {
 public:
  TokenService(const Environment& env, AgentService& agents) : env_(env), agents_(agents) {}

  /// Whom that token stands for. Revoked here, or its agent disabled here, it does not work from
  /// the moment of the commit; by another replica, within a second.
  [[nodiscard]] Result<SignedIn> authenticate(std::string_view text);
  /// Whether it is there still and its time is not over: what long streams ask.
  [[nodiscard]] bool holds(const std::string& id);

  /// Of one agent, newest first: the caller's own, or with agents_manage anybody's.
  [[nodiscard]] Result<std::vector<TokenDto>> list(const domain::Caller& caller,
                                                   const std::optional<std::string>& agent);
  /// For the caller; with agents_manage also for an agent whose role is integration.
  [[nodiscard]] Result<TokenDto> create(const Context& context, const TokenCreateDto& wish);
  [[nodiscard]] Result<void> revoke(const Context& context, const std::string& id);

 private:
  struct Known {
    store::Token token;
    std::uint64_t generation = 0;  ///< of the directory when it was read
    SteadyPoint read_at{};
  };
  [[nodiscard]] Result<store::Token> find(const std::string& hash);
  void note_use(const std::string& hash, const store::Token& token);

  const Environment& env_;
  AgentService& agents_;
  Guarded<std::unordered_map<std::string, Known>> known_;  ///< by hash
};

}  // namespace madoguchi::service
