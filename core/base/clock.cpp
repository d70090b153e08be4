// SPDX-License-Identifier: Apache-2.0
#include "core/base/clock.h"

#include <fmt/format.h>

#include <array>

namespace madoguchi {
namespace {

using std::chrono::days;
using std::chrono::floor;
using std::chrono::microseconds;

Error not_a_time(std::string_view text) {
  return Error::invalid("",
                        {fmt::format("Not an RFC 3339 time: \"{}\".", text.substr(0, 64)),
                         fmt::format("RFC 3339 の日時ではありません: 「{}」", text.substr(0, 64))});
}

/// Reads `text` from the left; each call takes what it names or marks the cursor as failed.
struct Cursor {
  std::string_view text;
  bool ok = true;

  int digits(std::size_t count) {
    int value = 0;
    if (text.size() < count) return ok = false, 0;
    for (std::size_t i = 0; i < count; ++i) {
      if (text[i] < '0' || text[i] > '9') return ok = false, 0;
      value = value * 10 + (text[i] - '0');
    }
    text.remove_prefix(count);
    return value;
  }
  bool one_of(std::string_view allowed) {
    if (text.empty() || allowed.find(text.front()) == std::string_view::npos) return false;
    text.remove_prefix(1);
    return true;
  }
  void expect(std::string_view allowed) { ok = one_of(allowed) && ok; }
};

microseconds fraction(Cursor& cursor) {
  std::int64_t value = 0;
  std::size_t count = 0;
  while (!cursor.text.empty() && cursor.text.front() >= '0' && cursor.text.front() <= '9') {
    if (count < 6) value = value * 10 + (cursor.text.front() - '0');
    ++count;
    cursor.text.remove_prefix(1);
  }
  if (count == 0) cursor.ok = false;
  for (; count < 6; ++count) value *= 10;
  return microseconds(value);
}

}  // namespace

TimePoint SystemClock::now() const {
  return std::chrono::time_point_cast<microseconds>(std::chrono::system_clock::now());
}

SteadyPoint SystemClock::steady_now() const { return std::chrono::steady_clock::now(); }

std::string to_rfc3339(TimePoint time) {
  const auto day = floor<days>(time);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss clock{time - day};
  std::string text =
      fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}", int(date.year()), unsigned(date.month()),
                  unsigned(date.day()), clock.hours().count(), clock.minutes().count(),
                  clock.seconds().count());
  if (clock.subseconds().count() != 0) text += fmt::format(".{:06}", clock.subseconds().count());
  return text + "Z";
}

Result<TimePoint> parse_rfc3339(std::string_view text) {
  Cursor cursor{text};
  const std::chrono::year year{cursor.digits(4)};
  cursor.expect("-");
  const std::chrono::month month{static_cast<unsigned>(cursor.digits(2))};
  cursor.expect("-");
  const std::chrono::day day{static_cast<unsigned>(cursor.digits(2))};
  cursor.expect("Tt ");
  const int hour = cursor.digits(2);
  cursor.expect(":");
  const int minute = cursor.digits(2);
  cursor.expect(":");
  const int second = cursor.digits(2);
  microseconds micros{0};
  if (cursor.one_of(".")) micros = fraction(cursor);
  std::chrono::minutes offset{0};
  if (!cursor.one_of("Zz")) {
    const bool negative = !cursor.text.empty() && cursor.text.front() == '-';
    cursor.expect("+-");
    const int offset_hours = cursor.digits(2);
    cursor.expect(":");
    const int offset_minutes = cursor.digits(2);
    if (offset_hours > 23 || offset_minutes > 59) cursor.ok = false;
    offset = std::chrono::minutes(offset_hours * 60 + offset_minutes) * (negative ? -1 : 1);
  }
  const std::chrono::year_month_day date{year, month, day};
  if (!cursor.ok || !cursor.text.empty() || !date.ok() || hour > 23 || minute > 59 || second > 60) {
    return fail(not_a_time(text));
  }
  return TimePoint(std::chrono::sys_days(date)) + std::chrono::hours(hour) +
         std::chrono::minutes(minute) + std::chrono::seconds(second) + micros - offset;
}

}  // namespace madoguchi
