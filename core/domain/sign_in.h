// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string>

#include "core/base/clock.h"
#include "core/base/enum_names.h"
#include "core/domain/agent.h"

namespace madoguchi::domain {

enum class SignInMethod { password, oidc };

/// How long a session holds (security.md S2).
inline constexpr std::chrono::minutes kSessionIdle{30};
inline constexpr std::chrono::hours kSessionLength{12};

/// Somebody who has signed in with a browser.
struct Session {
  std::string id;
  AgentId agent;
  SignInMethod method = SignInMethod::password;
  /// Whether a second factor was shown, here or to the provider.
  bool second_factor = false;
  std::string peer;        ///< address it began from
  std::string user_agent;  ///< what the browser called itself
  TimePoint created_at;
  TimePoint seen_at;  ///< to a minute
  TimePoint ends_at;

  [[nodiscard]] bool holds(TimePoint now) const {
    return now < ends_at && now < seen_at + kSessionIdle;
  }
};

/// How long the next attempt has to wait after that many failures in a row, the last at `last`:
/// nothing for the first `free`, then half a minute, doubling to a quarter of an hour. An hour
/// without a failure makes up for all of them.
[[nodiscard]] std::chrono::seconds wait_after_failures(int failures, int free, TimePoint last,
                                                       TimePoint now);
inline constexpr std::chrono::hours kFailuresForgotten{1};

}  // namespace madoguchi::domain

template <>
struct madoguchi::EnumNames<madoguchi::domain::SignInMethod> {
  using Method = madoguchi::domain::SignInMethod;
  static constexpr EnumName<Method> values[] = {{Method::password, "password"},
                                                {Method::oidc, "oidc"}};
};
