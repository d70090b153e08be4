// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/clock.h"

namespace madoguchi::domain {

/// A day as shops in Japan count it: deliveries, deadlines and the days of orders are such days,
/// wherever the daemon runs. Japan is nine hours before UTC all year round.
class BusinessDate {
 public:
  BusinessDate() = default;
  /// "2026-11-23" when that is a day of the calendar.
  [[nodiscard]] static std::optional<BusinessDate> parse(std::string_view text);
  /// The day it is in Japan at that time.
  [[nodiscard]] static BusinessDate of(TimePoint time);

  [[nodiscard]] std::string str() const;
  /// The first moment of the day in Japan.
  [[nodiscard]] TimePoint begins() const;
  [[nodiscard]] BusinessDate plus_days(std::int64_t days) const {
    return BusinessDate(days_ + days);
  }
  [[nodiscard]] unsigned day_of_month() const;
  /// That day of a later month, or the last one of a month that is shorter.
  [[nodiscard]] BusinessDate plus_months(int months, unsigned day) const;
  [[nodiscard]] BusinessDate plus_months(int months) const {
    return plus_months(months, day_of_month());
  }

  auto operator<=>(const BusinessDate&) const = default;  // NOLINT(modernize-use-nullptr)

 private:
  explicit BusinessDate(std::int64_t days) : days_(days) {}

  std::int64_t days_ = 0;  ///< since 1970-01-01
};

}  // namespace madoguchi::domain
