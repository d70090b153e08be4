// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <optional>

namespace madoguchi::jobs {

/// When a failed job runs again: exponential with full jitter, bounded in number.
struct RetryPolicy {
  int max_attempts = 10;
  std::chrono::milliseconds base{1000};
  std::chrono::milliseconds cap{std::chrono::hours(1)};
};

/// The wait before attempt `attempt` + 1, or nullopt when there is none left. `random` is uniform
/// in [0, 1). What the other side asked for (`retry_after`) is a lower bound.
[[nodiscard]] std::optional<std::chrono::milliseconds> next_delay(
    const RetryPolicy& policy, int attempt, double random,
    std::optional<std::chrono::seconds> retry_after = std::nullopt);

}  // namespace madoguchi::jobs
