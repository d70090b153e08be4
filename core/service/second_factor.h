// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <set>
#include <string>
#include <vector>

#include "core/service/dto/sign_in_dto.h"
#include "core/service/environment.h"
#include "core/service/sessions.h"
#include "core/service/sign_in_throttle.h"

namespace madoguchi::service {

/// Codes of authenticator apps (TOTP, RFC 6238) beside the password, and recovery codes for whoever
/// has lost the app. A code holds in its own step of 30 seconds and the one before and after, once.
/// What an agent does about its own factor takes a session. Safe for use by many threads.
class SecondFactorService {
 public:
  SecondFactorService(const Environment& env, SessionService& sessions)
      : env_(env), sessions_(sessions), throttle_(env) {}

  [[nodiscard]] Result<SecondFactorDto> state(const SignedIn& who);
  /// A secret for an app; nothing is asked for until `confirm`. Conflict when one is in use.
  [[nodiscard]] Result<SecondFactorStartDto> begin(const SignedIn& who);

  struct Confirmed {
    RecoveryCodesDto codes;
    NewSession session;  ///< the same one under a new reference; the agent's others have ended
  };
  [[nodiscard]] Result<Confirmed> confirm(const SignedIn& who, const CodeDto& wish,
                                          const Visitor& visitor);
  /// Ten new recovery codes in place of the old ones.
  [[nodiscard]] Result<RecoveryCodesDto> renew_codes(const SignedIn& who, const CodeDto& wish,
                                                     const Visitor& visitor);
  /// Forbidden to roles that have to have one.
  [[nodiscard]] Result<void> remove(const SignedIn& who, const CodeDto& wish,
                                    const Visitor& visitor);
  /// For somebody who has lost the app and the recovery codes: takes the factor away, and the
  /// agent's sessions with it.
  [[nodiscard]] Result<void> reset(const Context& context, const std::string& agent);

  /// Whether that agent has a factor, and if so whether `code` is right, which uses it up;
  /// `unauthenticated` ("second-factor-required", "wrong-code").
  [[nodiscard]] Result<bool> check(db::Session& session, const domain::AgentId& agent,
                                   const std::optional<std::string>& code);

 private:
  [[nodiscard]] Result<bool> is_right(db::Session& session, const domain::AgentId& agent,
                                      const std::string& code);
  [[nodiscard]] std::vector<std::string> make_codes(db::Session& session,
                                                    const domain::AgentId& agent);
  void announce_factor(db::Session& session, const domain::Caller& caller,
                       const domain::AgentId& agent, const char* event);

  const Environment& env_;
  SessionService& sessions_;
  SignInThrottle throttle_;
};

}  // namespace madoguchi::service
