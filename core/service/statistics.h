// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "core/service/dto/statistics_dto.h"
#include "core/service/environment.h"

namespace madoguchi::service {

/// Numbers about the cases that a caller may see, counted from what happened to each (case_times),
/// so that they are what GET /cases counts with the same filters. Safe for use by many threads.
class StatisticsService {
 public:
  explicit StatisticsService(const Environment& env) : env_(env) {}

  /// Days are those of the desk's time zone (business hours "default").
  [[nodiscard]] Result<StatisticsDto> cases(const domain::Caller& caller,
                                            const StatisticsFilter& filter);
  [[nodiscard]] Result<BacklogDto> backlog(const domain::Caller& caller,
                                           const StatisticsFilter& filter);

 private:
  const Environment& env_;
};

/// The same as a table for spreadsheets (RFC 4180).
[[nodiscard]] std::string csv_of(const StatisticsDto& statistics);

}  // namespace madoguchi::service
