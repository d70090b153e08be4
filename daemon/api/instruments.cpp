// SPDX-License-Identifier: Apache-2.0
#include "daemon/api/instruments.h"

namespace madoguchi::api {

void RouteMeter::record(int status, std::chrono::duration<double> took) const {
  seconds_.observe(took.count());
  std::size_t i = 0;
  while (kStatuses[i] != status && kStatuses[i] != 0) ++i;
  observe::Counter* counter = counters_[i].load(std::memory_order_acquire);
  if (counter == nullptr) {
    // Two threads may both look it up; they find the same one.
    counter = &requests_.with({route_, kStatuses[i] == 0 ? "other" : std::to_string(status)});
    counters_[i].store(counter, std::memory_order_release);
  }
  counter->add();
}

Instruments::Instruments(observe::Registry& metrics)
    : requests_(metrics.counters("madoguchi_http_requests_total", "Requests answered.",
                                 {"route", "status"})),
      seconds_(metrics.histograms("madoguchi_http_request_seconds",
                                  "From the whole request to its answer.", {"route"},
                                  observe::Histogram::latency_bounds())) {}

std::unique_ptr<RouteMeter> Instruments::meter(std::string route) {
  observe::Histogram& seconds = seconds_.with({route});
  return std::make_unique<RouteMeter>(requests_, seconds, std::move(route));
}

}  // namespace madoguchi::api
