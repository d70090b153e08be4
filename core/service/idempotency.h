// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <unordered_set>

#include "core/base/guarded.h"
#include "core/service/environment.h"

namespace madoguchi::service {

/// An answer as it was given once and will be given again.
struct KeptAnswer {
  int status = 0;
  std::string headers;  ///< "Name: value" lines
  std::string body;
};

/// Idempotency-Keys (contract: HTTP), across restarts and replicas. Safe for use by many threads.
/// Each fresh claim is ended by keep() or release(), once, and is not in work any more then, even
/// if that could not be written: the next begin() takes over what the database still calls running.
class IdempotencyService {
 public:
  explicit IdempotencyService(const Environment& env)
      : env_(env), owner_(env.database.installation() + env.ids.next()) {}

  /// The name under which caller, method, path and key are kept.
  [[nodiscard]] static std::string key_of(const domain::AgentId& caller, std::string_view method,
                                          std::string_view path, std::string_view key);

  struct Claim {
    enum class State { fresh, replay, other_body, running } state = State::fresh;
    KeptAnswer answer;
  };
  /// `request` is what has to be the same: query and body.
  [[nodiscard]] Result<Claim> begin(const std::string& key, std::string_view request);
  [[nodiscard]] Result<void> keep(const std::string& key, const KeptAnswer& answer);
  [[nodiscard]] Result<void> release(const std::string& key);
  /// For the use case that records its effect under the key.
  [[nodiscard]] IdempotencyClaim claim(const std::string& key, int status) const {
    return {key, owner_, status};
  }
  /// Forgets keys older than 24 hours; a schedule calls it.
  [[nodiscard]] Result<void> forget_old();

 private:
  using Keys = Guarded<std::unordered_set<std::string>>;
  class Work;

  const Environment& env_;
  const std::string owner_;
  Keys in_work_;  ///< what this process is working on
};

}  // namespace madoguchi::service
