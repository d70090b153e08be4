// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>

#include "core/base/clock.h"
#include "core/connector/call_options.h"
#include "core/connector/request_gate.h"

namespace madoguchi::connector {

/// "At most so many requests in any such time." 0: no limit.
struct RateLimit {
  int requests = 0;
  std::chrono::microseconds per{std::chrono::minutes(1)};
};

/// A token bucket in one number: when it will be full again. Holds a fifth of the requests and is
/// filled with the rest evenly, so that no time of length `per` ever sees more than `requests`.
/// Background work leaves all but two of what the bucket holds to people, who therefore need not
/// wait while a backlog is worked off; together both get everything the limit allows in the long
/// run.
///
/// Pure: the one number is kept where all processes see it.
struct RateVerdict {
  bool may = false;
  TimePoint full_at = {};             ///< to be kept when it may
  std::chrono::microseconds wait{0};  ///< until it may, when it may not
};
[[nodiscard]] RateVerdict take(const RateLimit& limit, TimePoint full_at, TimePoint now,
                               Urgency urgency);

/// The number after the other side has said how much is left; never more than was thought.
[[nodiscard]] TimePoint corrected(const RateLimit& limit, TimePoint full_at, TimePoint now,
                                  const RateNews& news);

}  // namespace madoguchi::connector
