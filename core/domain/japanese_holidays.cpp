// SPDX-License-Identifier: Apache-2.0
#include "core/domain/japanese_holidays.h"

#include <algorithm>

namespace madoguchi::domain {
namespace {

using std::chrono::days;
using std::chrono::sys_days;

sys_days date(int year, unsigned month, unsigned day) {
  return sys_days(std::chrono::year_month_day(std::chrono::year(year), std::chrono::month(month),
                                              std::chrono::day(day)));
}

/// The nth Monday of a month.
sys_days monday(int year, unsigned month, unsigned nth) {
  return sys_days(std::chrono::year(year) / std::chrono::month(month) / std::chrono::Monday[nth]);
}

/// `base` is where the equinox stood in 1980, as a day of its month with a fraction.
unsigned equinox_day(int year, double base) {
  const int since = year - 1980;
  const int leap_days = since >= 0 ? since / 4 : (since - 3) / 4;
  return static_cast<unsigned>(base + 0.242194 * since - leap_days);
}

class Year {
 public:
  explicit Year(int year) : year_(year) {}

  std::vector<Holiday> all() {
    named_by_law();
    moved_with_the_games();
    only_once();
    sort();
    const std::vector<Holiday> by_law = holidays_;
    for (const Holiday& one : by_law) {
      if (std::chrono::weekday(one.day) != std::chrono::Sunday) continue;
      sys_days day = one.day + days(1);
      while (holds(by_law, day)) day += days(1);
      add(day, {"Substitute holiday", "振替休日"});
    }
    for (const Holiday& one : by_law) {
      const sys_days between = one.day + days(1);
      if (!holds(holidays_, between) && holds(by_law, between + days(1))) {
        add(between, {"Citizens' holiday", "国民の休日"});
      }
    }
    sort();
    return std::move(holidays_);
  }

 private:
  static bool holds(const std::vector<Holiday>& all, sys_days day) {
    return std::any_of(all.begin(), all.end(), [&](const Holiday& one) { return one.day == day; });
  }
  void add(sys_days day, Text name) { holidays_.push_back({day, std::move(name)}); }
  void sort() {
    std::sort(holidays_.begin(), holidays_.end(),
              [](const Holiday& a, const Holiday& b) { return a.day < b.day; });
  }

  void named_by_law() {
    add(date(year_, 1, 1), {"New Year's Day", "元日"});
    add(monday(year_, 1, 2), {"Coming of Age Day", "成人の日"});
    add(date(year_, 2, 11), {"National Foundation Day", "建国記念の日"});
    if (year_ >= 2020) add(date(year_, 2, 23), {"Emperor's Birthday", "天皇誕生日"});
    add(date(year_, 3, equinox_day(year_, 20.8431)), {"Vernal Equinox Day", "春分の日"});
    add(date(year_, 4, 29), {"Showa Day", "昭和の日"});
    add(date(year_, 5, 3), {"Constitution Memorial Day", "憲法記念日"});
    add(date(year_, 5, 4), {"Greenery Day", "みどりの日"});
    add(date(year_, 5, 5), {"Children's Day", "こどもの日"});
    add(monday(year_, 9, 3), {"Respect for the Aged Day", "敬老の日"});
    add(date(year_, 9, equinox_day(year_, 23.2488)), {"Autumnal Equinox Day", "秋分の日"});
    add(date(year_, 11, 3), {"Culture Day", "文化の日"});
    add(date(year_, 11, 23), {"Labor Thanksgiving Day", "勤労感謝の日"});
    if (year_ <= 2018) add(date(year_, 12, 23), {"Emperor's Birthday", "天皇誕生日"});
  }

  /// Marine Day, Mountain Day and Sports Day, which stood elsewhere in 2020 and 2021.
  void moved_with_the_games() {
    const Text marine{"Marine Day", "海の日"};
    const Text mountain{"Mountain Day", "山の日"};
    const Text sports{"Sports Day", "スポーツの日"};
    if (year_ == 2020) {
      add(date(2020, 7, 23), marine);
      add(date(2020, 7, 24), sports);
      add(date(2020, 8, 10), mountain);
    } else if (year_ == 2021) {
      add(date(2021, 7, 22), marine);
      add(date(2021, 7, 23), sports);
      add(date(2021, 8, 8), mountain);
    } else {
      add(monday(year_, 7, 3), marine);
      if (year_ >= 2016) add(date(year_, 8, 11), mountain);
      add(monday(year_, 10, 2), year_ >= 2020 ? sports : Text{"Health and Sports Day", "体育の日"});
    }
  }

  void only_once() {
    if (year_ != 2019) return;
    add(date(2019, 5, 1), {"Day of the Emperor's accession", "即位の日"});
    add(date(2019, 10, 22), {"Day of the enthronement ceremony", "即位礼正殿の儀の行われる日"});
  }

  int year_;
  std::vector<Holiday> holidays_;
};

}  // namespace

std::vector<Holiday> japanese_holidays(int year) { return Year(year).all(); }

}  // namespace madoguchi::domain
