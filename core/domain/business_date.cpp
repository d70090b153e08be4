// SPDX-License-Identifier: Apache-2.0
#include "core/domain/business_date.h"

#include <charconv>
#include <chrono>
#include <cstdio>

namespace madoguchi::domain {
namespace {

constexpr std::chrono::hours kJapan{9};

std::chrono::year_month_day calendar_of(std::int64_t days) {
  return std::chrono::sys_days(std::chrono::days(days));
}

std::int64_t days_of(std::chrono::year_month_day day) {
  return std::chrono::sys_days(day).time_since_epoch().count();
}

}  // namespace

std::optional<BusinessDate> BusinessDate::parse(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
  const auto part = [&](std::size_t from, std::size_t length) {
    unsigned value = 0;
    const char* const end = text.data() + from + length;
    const auto parsed = std::from_chars(text.data() + from, end, value);
    return parsed.ec == std::errc() && parsed.ptr == end ? value : 0;
  };
  const std::chrono::year_month_day day(std::chrono::year(static_cast<int>(part(0, 4))),
                                        std::chrono::month(part(5, 2)),
                                        std::chrono::day(part(8, 2)));
  if (!day.ok() || day.year() < std::chrono::year(1)) return std::nullopt;
  return BusinessDate(days_of(day));
}

BusinessDate BusinessDate::of(TimePoint time) {
  const auto day = std::chrono::floor<std::chrono::days>(time + kJapan);
  return BusinessDate(day.time_since_epoch().count());
}

std::string BusinessDate::str() const {
  const std::chrono::year_month_day day = calendar_of(days_);
  char text[16];
  std::snprintf(text, sizeof text, "%04d-%02u-%02u", static_cast<int>(day.year()),
                static_cast<unsigned>(day.month()), static_cast<unsigned>(day.day()));
  return text;
}

TimePoint BusinessDate::begins() const {
  return TimePoint(std::chrono::sys_days(std::chrono::days(days_))) - kJapan;
}

unsigned BusinessDate::day_of_month() const {
  return static_cast<unsigned>(calendar_of(days_).day());
}

BusinessDate BusinessDate::plus_months(int months, unsigned day_wanted) const {
  const std::chrono::year_month_day day = calendar_of(days_);
  const std::chrono::year_month month =
      std::chrono::year_month(day.year(), day.month()) + std::chrono::months(months);
  const std::chrono::year_month_day_last last(month.year(),
                                              std::chrono::month_day_last(month.month()));
  const std::chrono::day wanted(day_wanted);
  const std::chrono::day of_month = wanted < last.day() ? wanted : last.day();
  return BusinessDate(days_of(std::chrono::year_month_day(month.year(), month.month(), of_month)));
}

}  // namespace madoguchi::domain
