// SPDX-License-Identifier: Apache-2.0
#include "core/domain/business_hours.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/domain/japanese_holidays.h"

namespace madoguchi::domain {
namespace {

using std::chrono::days;
using std::chrono::microseconds;
using std::chrono::sys_days;

constexpr int kFirstYear = 2007;
constexpr int kLastYear = 2099;
constexpr days kFarthest{3660};
const std::vector<OpenTime> kClosed;
const char* const kDays[] = {"monday", "tuesday",  "wednesday", "thursday",
                             "friday", "saturday", "sunday"};

/// The day of the calendar, wherever it is one.
sys_days calendar_day(const BusinessDate& date) {
  return std::chrono::floor<days>(date.begins() + std::chrono::hours(9));
}

std::size_t weekday_index(sys_days day) { return std::chrono::weekday(day).iso_encoding() - 1; }

Result<void> check_times(const std::vector<OpenTime>& open, const std::string& pointer) {
  for (std::size_t i = 0; i < open.size(); ++i) {
    const std::string at = pointer + "/" + std::to_string(i);
    if (open[i].to <= open[i].from) {
      return fail(Error::invalid(at + "/to", {"This must be later than \"from\".",
                                              "from より後の時刻を指定してください。"}));
    }
    if (i > 0 && open[i].from < open[i - 1].to) {
      return fail(Error::invalid(at + "/from",
                                 {"The times of a day must follow each other without overlapping.",
                                  "1 日の営業時間は重ならないように時刻の順に並べてください。"}));
    }
  }
  return {};
}

}  // namespace

std::optional<WallTime> WallTime::parse(std::string_view text) {
  if (text.size() != 5 || text[2] != ':') return std::nullopt;
  const auto digit = [&](std::size_t at) { return text[at] - '0'; };
  for (const std::size_t at : {0U, 1U, 3U, 4U}) {
    if (digit(at) < 0 || digit(at) > 9) return std::nullopt;
  }
  const int minute = digit(3) * 10 + digit(4);
  const int minutes = (digit(0) * 10 + digit(1)) * 60 + minute;
  if (minute > 59 || minutes > 24 * 60) return std::nullopt;
  return WallTime(minutes);
}

std::string WallTime::str() const {
  return fmt::format("{:02}:{:02}", minutes_ / 60, minutes_ % 60);
}

Result<void> check(const BusinessHours& hours) {
  for (std::size_t day = 0; day < hours.week.size(); ++day) {
    Result<void> good = check_times(hours.week[day], std::string("/week/") + kDays[day]);
    if (!good) return good;
  }
  const bool works = std::any_of(hours.week.begin(), hours.week.end(),
                                 [](const auto& open) { return !open.empty(); });
  if (!works) {
    return fail(Error::invalid("/week", {"The desk must work on one day of the week at least.",
                                         "少なくとも 1 つの曜日に営業時間が必要です。"}));
  }
  std::set<BusinessDate> seen;
  for (std::size_t i = 0; i < hours.special_days.size(); ++i) {
    const std::string at = "/special_days/" + std::to_string(i);
    if (!seen.insert(hours.special_days[i].date).second) {
      return fail(Error::invalid(
          at + "/date", {"This day is in the list already.", "同じ日がすでに登録されています。"}));
    }
    if (Result<void> good = check_times(hours.special_days[i].open, at + "/open"); !good) {
      return good;
    }
  }
  return {};
}

TimePoint ZoneOffsets::local(TimePoint time) const {
  const auto next = std::upper_bound(changes_.begin() + 1, changes_.end(), time,
                                     [](TimePoint t, const Change& one) { return t < one.at; });
  return time + std::prev(next)->offset;
}

TimePoint ZoneOffsets::first_at(TimePoint wall) const {
  // The first stretch whose clocks get beyond `wall` before the next change.
  std::size_t low = 0;
  std::size_t high = changes_.size() - 1;
  while (low < high) {
    const std::size_t middle = low + (high - low) / 2;
    if (changes_[middle + 1].at + changes_[middle].offset > wall) {
      high = middle;
    } else {
      low = middle + 1;
    }
  }
  const TimePoint time = wall - changes_[low].offset;
  return low == 0 ? time : std::max(time, changes_[low].at);
}

BusinessClock::BusinessClock(const BusinessHours& hours, ZoneOffsets zone)
    : week_(hours.week), zone_(std::move(zone)) {
  for (const SpecialDay& day : hours.special_days) {
    special_days_[calendar_day(day.date)] = day.open;
  }
  if (!hours.japanese_holidays) return;
  for (int year = kFirstYear; year <= kLastYear; ++year) {
    for (const Holiday& holiday : japanese_holidays(year)) holidays_.insert(holiday.day);
  }
}

const std::vector<OpenTime>& BusinessClock::open_on(sys_days day) const {
  const auto special = special_days_.find(day);
  if (special != special_days_.end()) return special->second;
  const std::vector<OpenTime>& open = week_[weekday_index(day)];
  return open.empty() || holidays_.count(day) == 0 ? open : kClosed;
}

sys_days BusinessClock::day_of(TimePoint time) const {
  return std::chrono::floor<days>(zone_.local(time));
}

TimePoint BusinessClock::begin_of(sys_days day) const { return zone_.first_at(TimePoint(day)); }

microseconds BusinessClock::between(TimePoint from, TimePoint to) const {
  microseconds sum{0};
  // A day more on each side: clocks that are put back at midnight show a day twice.
  const sys_days last = day_of(to) + days(1);
  for (sys_days day = day_of(from) - days(1); from < to && day <= last; day += days(1)) {
    for (const OpenTime& open : open_on(day)) {
      const TimePoint begin =
          std::max(from, zone_.first_at(TimePoint(day) + open.from.since_midnight()));
      const TimePoint end = std::min(to, zone_.first_at(TimePoint(day) + open.to.since_midnight()));
      if (begin < end) sum += end - begin;
    }
  }
  return sum;
}

std::optional<TimePoint> BusinessClock::after(TimePoint from, microseconds amount) const {
  if (amount <= microseconds(0)) return from;
  const sys_days first = day_of(from) - days(1);
  for (sys_days day = first; day < first + kFarthest; day += days(1)) {
    for (const OpenTime& open : open_on(day)) {
      const TimePoint begin =
          std::max(from, zone_.first_at(TimePoint(day) + open.from.since_midnight()));
      const TimePoint end = zone_.first_at(TimePoint(day) + open.to.since_midnight());
      if (begin >= end) continue;
      if (end - begin >= amount) return begin + amount;
      amount -= end - begin;
    }
  }
  return std::nullopt;
}

}  // namespace madoguchi::domain
