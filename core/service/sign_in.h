// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "core/base/guarded.h"
#include "core/crypto/password.h"
#include "core/service/dto/sign_in_dto.h"
#include "core/service/environment.h"
#include "core/service/second_factor.h"
#include "core/service/sessions.h"
#include "core/service/sign_in_throttle.h"

namespace madoguchi::service {

struct SignInOptions {
  crypto::PasswordCost cost = {};
  std::string public_url = {};  ///< what links begin with; without a slash at the end
};

/// Signing in with a password, and how a password comes to be (security.md S2). Whether an account
/// is unknown, disabled, without a password or the password is wrong makes no difference in answer
/// or time; whether a second factor is asked for, only who has the password learns. Safe for use by
/// many threads.
class SignInService {
 public:
  SignInService(const Environment& env, SessionService& sessions,
                SecondFactorService& second_factor, SignInOptions options)
      : env_(env),
        sessions_(sessions),
        second_factor_(second_factor),
        options_(std::move(options)),
        hasher_(options_.cost),
        throttle_(env) {}

  [[nodiscard]] Result<NewSession> sign_in(const SignInDto& wish, const Visitor& visitor);

  /// A link by which that agent sets a password, once, within 30 minutes; an older link is void.
  [[nodiscard]] Result<PasswordLinkDto> make_link(const Context& context, const std::string& agent);
  /// Sets the password; every session of the agent ends.
  [[nodiscard]] Result<void> use_link(const PasswordByLinkDto& wish);
  /// By a session only, whose reference is another one afterwards; the agent's other sessions end.
  [[nodiscard]] Result<NewSession> change_password(const SignedIn& who,
                                                   const PasswordChangeDto& wish,
                                                   const Visitor& visitor);

  /// Forgets old failures; a schedule calls it.
  [[nodiscard]] Result<void> forget_old() { return throttle_.forget_old(); }

 private:
  class Place;

  [[nodiscard]] Result<bool> is_password_of(const domain::Agent* agent, const Secret& password);
  [[nodiscard]] Result<void> check_new(const domain::Agent& agent, const Secret& password);
  void set_password(db::Session& session, const domain::Agent& agent, const std::string& phc,
                    const domain::Caller& caller);

  const Environment& env_;
  SessionService& sessions_;
  SecondFactorService& second_factor_;
  const SignInOptions options_;
  crypto::PasswordHasher hasher_;
  SignInThrottle throttle_;
  Guarded<int> inside_{0};  ///< how many hash or wait to
};

}  // namespace madoguchi::service
