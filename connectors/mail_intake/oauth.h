// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "connectors/mail_intake/cursor.h"
#include "connectors/mail_intake/options.h"
#include "core/base/clock.h"
#include "core/base/guarded.h"
#include "core/base/result.h"
#include "core/connector/call_options.h"
#include "core/net/http.h"

namespace madoguchi::connectors::mail_intake {

/// Access tokens of one account, bought with its refresh token when they run out (RFC 6749, section
/// 6). Some servers (Microsoft) hand out a new refresh token with each and let the old one age: the
/// newest travels in the cursor. Safe for use by many threads.
class Tokens {
 public:
  /// All outlive it.
  Tokens(const Options& options, const Clock& clock, const net::HttpClient& http)
      : options_(options), clock_(clock), http_(http) {}

  /// A token with a minute to live at least; empty for an account with a password.
  [[nodiscard]] Result<Secret> access(const connector::CallOptions& call);
  /// The mail server has refused it.
  void forget_access();

  /// What an earlier process knew, unless the configured token was changed since.
  void restore(const TokenCursor& kept);
  [[nodiscard]] TokenCursor kept() const;

 private:
  struct State {
    Secret access;
    SteadyPoint access_until{};
    Secret refresh;  ///< in place of the configured one
  };
  [[nodiscard]] Result<Secret> buy(State& state, const connector::CallOptions& call);
  [[nodiscard]] std::string configured_digest() const;

  const Options& options_;
  const Clock& clock_;
  const net::HttpClient& http_;
  Guarded<State> state_;
};

/// What a token endpoint answered (RFC 6749, section 5.1).
struct TokenAnswer {
  std::string access_token;
  std::int64_t expires_in = 0;
  std::string refresh_token;
  std::string error;
  std::string error_description;
};
[[nodiscard]] std::optional<TokenAnswer> parse_token_answer(const std::string& body);

}  // namespace madoguchi::connectors::mail_intake
