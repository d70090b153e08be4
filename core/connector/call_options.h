// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <stop_token>
#include <string>

#include "core/base/clock.h"

namespace madoguchi::connector {

/// Who waits for it. Where requests are few, people go first.
enum class Urgency { background, person };

/// What every call to a connector carries.
struct CallOptions {
  SteadyPoint
      deadline;  ///< absolute: covers connecting, TLS, retries inside a protocol, everything
  std::stop_token stop = {};    ///< the hub is shutting down: end where nothing is left half done
  std::stop_token cut = {};     ///< it cannot wait any longer: end now, as `unknown` if it must be
  std::string request_id = {};  ///< ties log lines and the vendor's own log together
  Urgency urgency = Urgency::background;
};

}  // namespace madoguchi::connector
