// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/service/environment.h"

namespace madoguchi::service {

/// Slows down whoever guesses passwords or codes: by account and address after 5 failures, by
/// address (of IPv6 its first 64 bits) after 50, by account after 100, for all replicas together
/// and whether there is such an account or not. Nobody is locked out for longer than a quarter of
/// an hour (domain::wait_after_failures). Safe for use by many threads.
class SignInThrottle {
 public:
  explicit SignInThrottle(const Environment& env) : env_(env) {}

  /// Counts an attempt as failed until the opposite is known; `rate_limited`, and not counted, when
  /// it comes too soon.
  [[nodiscard]] Result<void> begin(std::string_view account, std::string_view peer);
  /// It was a good one.
  void succeeded(db::Session& session, std::string_view account, std::string_view peer);
  /// Forgets old failures; a schedule calls it.
  [[nodiscard]] Result<void> forget_old();

 private:
  const Environment& env_;
};

}  // namespace madoguchi::service
