// SPDX-License-Identifier: Apache-2.0
#include "core/domain/japanese_holidays.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <string>

namespace madoguchi::domain {
namespace {

std::string shown(int year) {
  std::string out;
  for (const Holiday& one : japanese_holidays(year)) {
    const std::chrono::year_month_day day(one.day);
    out += (out.empty() ? "" : " ") + fmt::format("{}/{}", static_cast<unsigned>(day.month()),
                                                  static_cast<unsigned>(day.day()));
  }
  return out;
}

std::string name_of(int year, unsigned month, unsigned day) {
  for (const Holiday& one : japanese_holidays(year)) {
    if (std::chrono::year_month_day(one.day) ==
        std::chrono::year(year) / std::chrono::month(month) / std::chrono::day(day)) {
      return one.name.ja;
    }
  }
  return "";
}

TEST(JapaneseHolidays, AreThoseOfTheKnownYears) {
  const std::map<int, std::string> known = {
      {2019,
       "1/1 1/14 2/11 3/21 4/29 4/30 5/1 5/2 5/3 5/4 5/5 5/6 7/15 8/11 8/12 9/16 9/23 10/14 "
       "10/22 11/3 11/4 11/23"},
      {2020,
       "1/1 1/13 2/11 2/23 2/24 3/20 4/29 5/3 5/4 5/5 5/6 7/23 7/24 8/10 9/21 9/22 11/3 "
       "11/23"},
      {2021, "1/1 1/11 2/11 2/23 3/20 4/29 5/3 5/4 5/5 7/22 7/23 8/8 8/9 9/20 9/23 11/3 11/23"},
      {2022, "1/1 1/10 2/11 2/23 3/21 4/29 5/3 5/4 5/5 7/18 8/11 9/19 9/23 10/10 11/3 11/23"},
      {2023, "1/1 1/2 1/9 2/11 2/23 3/21 4/29 5/3 5/4 5/5 7/17 8/11 9/18 9/23 10/9 11/3 11/23"},
      {2024,
       "1/1 1/8 2/11 2/12 2/23 3/20 4/29 5/3 5/4 5/5 5/6 7/15 8/11 8/12 9/16 9/22 9/23 "
       "10/14 11/3 11/4 11/23"},
      {2025,
       "1/1 1/13 2/11 2/23 2/24 3/20 4/29 5/3 5/4 5/5 5/6 7/21 8/11 9/15 9/23 10/13 11/3 "
       "11/23 11/24"},
      {2026,
       "1/1 1/12 2/11 2/23 3/20 4/29 5/3 5/4 5/5 5/6 7/20 8/11 9/21 9/22 9/23 10/12 11/3 "
       "11/23"},
      {2027, "1/1 1/11 2/11 2/23 3/21 3/22 4/29 5/3 5/4 5/5 7/19 8/11 9/20 9/23 10/11 11/3 11/23"},
      {2028, "1/1 1/10 2/11 2/23 3/20 4/29 5/3 5/4 5/5 7/17 8/11 9/18 9/22 10/9 11/3 11/23"},
      {2029,
       "1/1 1/8 2/11 2/12 2/23 3/20 4/29 4/30 5/3 5/4 5/5 7/16 8/11 9/17 9/23 9/24 10/8 11/3 "
       "11/23"},
      {2030,
       "1/1 1/14 2/11 2/23 3/20 4/29 5/3 5/4 5/5 5/6 7/15 8/11 8/12 9/16 9/23 10/14 11/3 "
       "11/4 11/23"}};
  for (const auto& [year, days] : known) EXPECT_EQ(shown(year), days) << year;
}

TEST(JapaneseHolidays, SayWhatTheyAre) {
  EXPECT_EQ(name_of(2019, 5, 1), "即位の日");
  EXPECT_EQ(name_of(2019, 4, 30), "国民の休日");
  EXPECT_EQ(name_of(2019, 10, 14), "体育の日");
  EXPECT_EQ(name_of(2020, 5, 6), "振替休日");
  EXPECT_EQ(name_of(2021, 7, 23), "スポーツの日");
  EXPECT_EQ(name_of(2026, 9, 22), "国民の休日");
  EXPECT_EQ(name_of(2026, 11, 23), "勤労感謝の日");
  EXPECT_EQ(name_of(2018, 12, 23), "天皇誕生日");
  EXPECT_EQ(name_of(2019, 12, 23), "");
}

TEST(JapaneseHolidays, AreInOrderAndOfTheirYearOnly) {
  for (int year = 2007; year <= 2099; ++year) {
    const std::vector<Holiday> all = japanese_holidays(year);
    EXPECT_GE(all.size(), 15u) << year;
    EXPECT_LE(all.size(), 23u) << year;
    for (std::size_t i = 0; i < all.size(); ++i) {
      EXPECT_EQ(static_cast<int>(std::chrono::year_month_day(all[i].day).year()), year);
      EXPECT_FALSE(all[i].name.en.empty() || all[i].name.ja.empty());
      if (i > 0) {
        EXPECT_LT(all[i - 1].day, all[i].day) << year;
      }
    }
  }
}

}  // namespace
}  // namespace madoguchi::domain
