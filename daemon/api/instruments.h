// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <string>

#include "core/observe/metrics.h"

namespace madoguchi::api {

/// The numbers of one route, looked up once: a request only counts.
class RouteMeter {
 public:
  RouteMeter(observe::Family<observe::Counter>& requests, observe::Histogram& seconds,
             std::string route)
      : requests_(requests), seconds_(seconds), route_(std::move(route)) {}

  void record(int status, std::chrono::duration<double> took) const;
  /// "GET /api/v1/cases/{number}": never the raw path, which is the caller's word.
  [[nodiscard]] const std::string& route() const noexcept { return route_; }

 private:
  static constexpr std::array kStatuses = {200, 201, 202, 204, 302, 400, 401, 403, 404, 405, 409,
                                           412, 413, 415, 422, 423, 428, 429, 500, 503, 0};

  observe::Family<observe::Counter>& requests_;
  observe::Histogram& seconds_;
  std::string route_;
  // Filled at the first answer of each status, so that only what happens becomes a series.
  mutable std::array<std::atomic<observe::Counter*>, kStatuses.size()> counters_{};
};

/// Makes the meters of all routes from one registry.
class Instruments {
 public:
  explicit Instruments(observe::Registry& metrics);
  [[nodiscard]] std::unique_ptr<RouteMeter> meter(std::string route);

 private:
  observe::Family<observe::Counter>& requests_;
  observe::Family<observe::Histogram>& seconds_;
};

}  // namespace madoguchi::api
