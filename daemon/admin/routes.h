// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>

#include "core/base/result.h"
#include "core/observe/metrics.h"
#include "daemon/api/router.h"

namespace madoguchi::admin {

/// What a load balancer and an operator ask.
struct Probes {
  /// Whether requests can be served: the database answers and the daemon is not draining.
  std::function<Result<void>()> ready;
  /// Refreshes gauges that are read only when somebody looks.
  std::function<void()> before_metrics;
  observe::Registry& metrics;
  /// Whether that token may read the metrics from elsewhere than this machine.
  std::function<bool(const http::Request&)> may_read_metrics;
  /// The facade's own description.
  std::function<std::string()> openapi;
};

/// /livez, /readyz, /metrics, /api/v1/openapi.json
void add_routes(api::RouteTable& table, Probes probes);

}  // namespace madoguchi::admin
