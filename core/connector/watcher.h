// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <stop_token>

#include "core/base/result.h"

namespace madoguchi::connector {

enum class Watched {
  changed,  ///< something may be new: poll now
  cannot,   ///< the other side does not tell; do not ask again
};

/// Waits for the other side to say that something has changed. It can do nothing but that: what is
/// new is found by polling, and a poll that finds nothing is no mistake. Runs on a thread of the
/// hub's, beside the account's other calls, so it uses connections of its own.
class Watcher {
 public:
  virtual ~Watcher() = default;
  /// Returns at once after it has connected anew, since something may have changed before, and when
  /// `stop` is requested. An error when the connection failed: wait, and call again.
  virtual Result<Watched> wait(const std::stop_token& stop) = 0;
};

}  // namespace madoguchi::connector
