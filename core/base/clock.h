// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "core/base/result.h"

namespace madoguchi {

/// A point on the UTC calendar, to the microsecond: what is stored and shown.
using TimePoint = std::chrono::sys_time<std::chrono::microseconds>;
/// A point on a clock that never jumps: what timeouts and leases inside one process use.
using SteadyPoint = std::chrono::steady_clock::time_point;

/// The time, injected so that tests can set it. Safe for use by many threads.
class Clock {
 public:
  virtual ~Clock() = default;
  [[nodiscard]] virtual TimePoint now() const = 0;
  [[nodiscard]] virtual SteadyPoint steady_now() const = 0;
};

class SystemClock final : public Clock {
 public:
  [[nodiscard]] TimePoint now() const override;
  [[nodiscard]] SteadyPoint steady_now() const override;
};

/// "2026-11-22T02:03:04.123456Z" (RFC 3339, UTC; fraction only when there is one).
[[nodiscard]] std::string to_rfc3339(TimePoint time);
/// Any RFC 3339 time with Z or an offset.
[[nodiscard]] Result<TimePoint> parse_rfc3339(std::string_view text);

[[nodiscard]] inline std::int64_t to_micros(TimePoint time) {
  return time.time_since_epoch().count();
}
[[nodiscard]] inline TimePoint from_micros(std::int64_t micros) {
  return TimePoint(std::chrono::microseconds(micros));
}

}  // namespace madoguchi
