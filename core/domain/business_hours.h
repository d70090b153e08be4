// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.h"
#include "core/base/id.h"
#include "core/base/result.h"
#include "core/domain/business_date.h"

namespace madoguchi::domain {

struct BusinessHoursTag;
using BusinessHoursId = Id<BusinessHoursTag>;

/// A time of day, in minutes since midnight by the clock on the wall; 24:00 is the day's end.
class WallTime {
 public:
  WallTime() = default;
  /// "09:30" to "24:00".
  [[nodiscard]] static std::optional<WallTime> parse(std::string_view text);
  [[nodiscard]] std::string str() const;
  [[nodiscard]] std::chrono::minutes since_midnight() const {
    return std::chrono::minutes(minutes_);
  }

  auto operator<=>(const WallTime&) const = default;  // NOLINT(modernize-use-nullptr)

 private:
  explicit WallTime(int minutes) : minutes_(minutes) {}

  int minutes_ = 0;
};

/// The desk works from `from` until `to`; a break is what lies between two of them.
struct OpenTime {
  WallTime from;
  WallTime to;

  bool operator==(const OpenTime&) const = default;
};

/// A day that goes by no rule: closed when `open` is empty.
struct SpecialDay {
  BusinessDate date;
  std::string name;
  std::vector<OpenTime> open;

  bool operator==(const SpecialDay&) const = default;
};

/// When a desk works. In use it is archived, never deleted.
struct BusinessHours {
  BusinessHoursId id;
  std::string name;
  std::string time_zone = "Asia/Tokyo";       ///< IANA
  std::array<std::vector<OpenTime>, 7> week;  ///< Monday first
  bool japanese_holidays = true;              ///< closed on Japan's days off
  std::vector<SpecialDay> special_days;
  bool archived = false;
  std::int64_t version = 1;
};

/// `invalid` when times of a day overlap or end before they begin, a day is special twice, or the
/// desk never works.
[[nodiscard]] Result<void> check(const BusinessHours& hours);

/// How far a zone's clocks are ahead of UTC, from when on. A value, so that counting time stays a
/// pure function; core/text/time_zone.h makes it from the zone's name.
class ZoneOffsets {
 public:
  struct Change {
    TimePoint at;  ///< from here on; of the first one it does not count
    std::chrono::seconds offset;
  };
  /// In their order, at least one.
  explicit ZoneOffsets(std::vector<Change> changes) : changes_(std::move(changes)) {}

  /// What the clock on the wall shows.
  [[nodiscard]] TimePoint local(TimePoint time) const;
  /// The first moment at which it shows `wall` or later: what is skipped when clocks are put
  /// forward begins where they are put, and of an hour that comes twice the first one counts.
  [[nodiscard]] TimePoint first_at(TimePoint wall) const;

 private:
  std::vector<Change> changes_;
};

/// Counts time during which a desk works. Pure; safe for use by many threads.
class BusinessClock {
 public:
  BusinessClock(const BusinessHours& hours, ZoneOffsets zone);

  /// The working time from `from` until `to`; nothing when `to` is not later.
  [[nodiscard]] std::chrono::microseconds between(TimePoint from, TimePoint to) const;
  /// The first moment by which `amount` of working time has passed since `from`; nothing when the
  /// desk does not work that long in ten years.
  [[nodiscard]] std::optional<TimePoint> after(TimePoint from,
                                               std::chrono::microseconds amount) const;
  /// The day that moment belongs to by the clock on the wall.
  [[nodiscard]] std::chrono::sys_days day_of(TimePoint time) const;
  [[nodiscard]] TimePoint begin_of(std::chrono::sys_days day) const;

 private:
  [[nodiscard]] const std::vector<OpenTime>& open_on(std::chrono::sys_days day) const;

  std::array<std::vector<OpenTime>, 7> week_;
  std::map<std::chrono::sys_days, std::vector<OpenTime>> special_days_;
  std::set<std::chrono::sys_days> holidays_;
  ZoneOffsets zone_;
};

}  // namespace madoguchi::domain
