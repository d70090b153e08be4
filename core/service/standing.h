// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/clock.h"
#include "core/service/agents.h"
#include "core/service/sessions.h"
#include "core/service/signed_in.h"
#include "core/service/tokens.h"

namespace madoguchi::service {

/// Whether somebody who was let in may stay: what live streams and long polls ask as they go on.
/// The agent enabled with the same rights, the token or session there still. What this process
/// changes ends it within a second, what another replica changes within five. Not for use by
/// several threads at once.
class Standing {
 public:
  struct Asks {
    const Environment& env;
    AgentService& agents;
    TokenService& tokens;
    SessionService& sessions;
  };
  Standing(const Asks& asks, SignedIn who);

  /// Looks no more than once a second.
  [[nodiscard]] bool holds(SteadyPoint now);
  /// Whether the rights are those it was let in with, as far as this process knows: before each
  /// event, for an open stream tells nothing that its caller may not see any more.
  [[nodiscard]] bool same_rights();
  [[nodiscard]] const domain::Caller& caller() const { return who_.caller; }

 private:
  [[nodiscard]] bool look();

  Asks asks_;
  SignedIn who_;
  SteadyPoint looked_at_;
  SteadyPoint credential_looked_at_;
  std::uint64_t generation_;         ///< of the directory at that look
  std::uint64_t rights_generation_;  ///< of the directory when its rights were looked at
  bool holds_ = true;
};

}  // namespace madoguchi::service
