// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <vector>

#include "core/base/text.h"

namespace madoguchi::domain {

struct Holiday {
  std::chrono::sys_days day;  ///< of Japan's calendar
  Text name;
};

/// The days off of a year by the Act on National Holidays (国民の祝日に関する法律, Act No. 178 of
/// 1948) as amended up to 2018 (Act No. 57: スポーツの日), in their order, with
///   - substitute holidays (振替休日, Article 3, paragraph 2): a holiday on a Sunday is made up for
///     by the next day that is none;
///   - citizens' holidays (国民の休日, Article 3, paragraph 3): a day between two holidays;
///   - the one-off days of 2019 (Act No. 99 of 2018: accession and its ceremony) and the moved
///     days of 2020 and 2021 (Olympic special measures, Acts No. 55 of 2018 and No. 68 of 2020).
/// The equinoxes follow the approximation that holds from 1980 to 2099; the day itself is published
/// each February for the following year. For years from 2007, when the rules took today's form.
[[nodiscard]] std::vector<Holiday> japanese_holidays(int year);

}  // namespace madoguchi::domain
