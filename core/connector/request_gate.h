// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include "core/base/result.h"
#include "core/connector/call_options.h"

namespace madoguchi::connector {

/// What an answer said of how many more requests the other side takes ("X-RateLimit-Remaining",
/// "Retry-After"). What is not said is absent.
struct RateNews {
  std::optional<std::int64_t> remaining;               ///< requests left
  std::optional<std::chrono::milliseconds> resets_in;  ///< until there are more again
};

/// Where every single request of an account to its outside system asks first: one call of a
/// capability may need many requests, and only the connector knows when it sends one. The hub
/// counts for all processes together, over restarts too, and always leaves some for people. Safe
/// for use by many threads.
///
///     if (Result<void> may = gate.pass(call); !may) return fail(may.error());
///     … send the request …
///     gate.told({remaining, resets_in});
class RequestGate {
 public:
  virtual ~RequestGate() = default;
  /// Lets one request go, now or after a wait: for people until the call's deadline, for background
  /// work a few seconds, so that nothing is held up. `rate_limited` with `retry_after` otherwise:
  /// a source returns what it has with the cursor behind that and `more`, or this error when it has
  /// nothing.
  [[nodiscard]] virtual Result<void> pass(const CallOptions& call) = 0;
  /// What the answer said; the count here is corrected by it.
  virtual void told(const RateNews& news) = 0;
};

/// Lets everything pass: for accounts without a limit, and for tests.
[[nodiscard]] RequestGate& open_gate();

}  // namespace madoguchi::connector
