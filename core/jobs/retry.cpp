// SPDX-License-Identifier: Apache-2.0
#include "core/jobs/retry.h"

#include <algorithm>

namespace madoguchi::jobs {

std::optional<std::chrono::milliseconds> next_delay(
    const RetryPolicy& policy, int attempt, double random,
    std::optional<std::chrono::seconds> retry_after) {
  if (attempt >= policy.max_attempts) return std::nullopt;
  std::chrono::milliseconds ceiling = std::min(policy.base, policy.cap);
  for (int doubled = 1; doubled < attempt && ceiling < policy.cap; ++doubled) {
    ceiling = std::min(2 * ceiling, policy.cap);
  }
  const auto jittered = std::chrono::milliseconds(
      static_cast<std::int64_t>(static_cast<double>(ceiling.count()) * random));
  return std::max(jittered,
                  std::chrono::milliseconds(retry_after.value_or(std::chrono::seconds{0})));
}

}  // namespace madoguchi::jobs
