// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/secret.h"
#include "core/domain/sign_in.h"
#include "core/service/agents.h"
#include "core/service/dto/sign_in_dto.h"
#include "core/service/environment.h"
#include "core/service/signed_in.h"

namespace madoguchi::service {

/// A session at the one moment when what its browser shows is known.
struct NewSession {
  domain::Session session;
  Secret text;
};

/// What writes of that session have to carry in X-CSRF-Token: only who has its cookie and may read
/// our answers knows it.
[[nodiscard]] std::string csrf_token_of(std::string_view session_text);
[[nodiscard]] bool is_csrf_token_of(const SignedIn& who, std::string_view shown);

/// Sessions of people who signed in with a browser (security.md S2): a random reference of which
/// only the SHA-256 is kept, over after 30 minutes without a call and after 12 hours in any case.
/// Each call looks it up, so that an ended one is over at once in every replica. Safe for use by
/// many threads.
class SessionService {
 public:
  /// `second_factor_for`: roles whose people have to show one.
  SessionService(const Environment& env, AgentService& agents,
                 std::set<domain::Role> second_factor_for = {})
      : env_(env), agents_(agents), second_factor_for_(std::move(second_factor_for)) {}

  [[nodiscard]] Result<SignedIn> authenticate(std::string_view text);
  [[nodiscard]] bool demands_second_factor(const domain::Caller& caller) const {
    return second_factor_for_.count(caller.role) != 0;
  }
  /// Whether it is there still and its time is not over: what long streams ask.
  [[nodiscard]] bool holds(const std::string& id);

  /// Begins one, in the transaction that found out who it is. An agent has 20 at most; older ones
  /// end.
  [[nodiscard]] NewSession open(db::Session& session, const domain::Agent& agent,
                                domain::SignInMethod method, bool second_factor,
                                const Visitor& visitor);
  /// The same session under a new reference, whenever what lets people in has changed; the agent's
  /// other sessions end. `shown`: a second factor, just now.
  [[nodiscard]] Result<NewSession> renew(db::Session& session, const SignedIn& who,
                                         bool shown = false);

  /// Of one agent, newest first: the caller's own, or with agents_manage anybody's.
  [[nodiscard]] Result<std::vector<SessionDto>> list(const SignedIn& who,
                                                     const std::optional<std::string>& agent);
  /// "current": the one of the call. One's own, or with agents_manage anybody's.
  [[nodiscard]] Result<void> end(const SignedIn& who, const std::string& id);
  /// Forgets those that are over; a schedule calls it.
  [[nodiscard]] Result<void> forget_old();

  [[nodiscard]] static SessionDto dto_of(const domain::Session& session, bool current);

 private:
  const Environment& env_;
  AgentService& agents_;
  const std::set<domain::Role> second_factor_for_;
};

}  // namespace madoguchi::service
