// SPDX-License-Identifier: Apache-2.0
#pragma once

// Statistics (contract: /statistics).

#include <optional>
#include <string>
#include <vector>

#include "core/base/enum_names.h"
#include "core/domain/business_date.h"
#include "core/domain/case.h"
#include "core/json/json.h"
#include "core/store/sla_columns.h"
#include "core/store/statistics.h"

namespace madoguchi::service {

/// Which cases, and how they are put together. Several values of one filter mean OR.
struct StatisticsFilter {
  std::optional<domain::BusinessDate> from;  ///< first day; default: 30 days up to today
  std::optional<domain::BusinessDate> to;    ///< last day
  store::StatisticsBy by = store::StatisticsBy::day;
  std::vector<domain::Channel> channels;
  std::vector<std::string> categories;
  std::vector<std::string> mailboxes;  ///< names
  std::vector<std::string> assignees;  ///< "me", "none" or an agent's id
  std::vector<std::string> teams;
};

/// Half of them took no longer than p50, and so on; by nearest rank.
struct PercentilesDto {
  std::int64_t count = 0;
  std::optional<std::int64_t> p50;
  std::optional<std::int64_t> p90;
  std::optional<std::int64_t> p95;
};

struct TimesTakenDto {
  PercentilesDto wall_minutes;
  PercentilesDto business_minutes;
  std::int64_t sla_met = 0;
  std::int64_t sla_missed = 0;
};

struct ScoresDto {
  std::int64_t count = 0;
  std::optional<double> average;
  std::int64_t good = 0;  ///< 4 and 5
};

struct StatisticsRowDto {
  std::string key;
  std::string name;
  std::int64_t created = 0;
  std::int64_t resolved = 0;
  std::int64_t reopened = 0;
  TimesTakenDto first_response;
  TimesTakenDto resolution;
  ScoresDto satisfaction;
};

struct StatisticsDto {
  domain::BusinessDate from;
  domain::BusinessDate to;
  std::string time_zone;
  store::StatisticsBy by = store::StatisticsBy::day;
  StatisticsRowDto total;
  std::vector<StatisticsRowDto> rows;
};

struct BacklogRowDto {
  std::string key;
  std::string name;
  std::int64_t unresolved = 0;
  std::int64_t unassigned = 0;
  std::int64_t overdue = 0;
  std::int64_t today = 0;  ///< opened within the last 24 hours
  std::int64_t days_3 = 0;
  std::int64_t days_7 = 0;
  std::int64_t days_30 = 0;
  std::int64_t older = 0;
};

struct BacklogDto {
  TimePoint as_of;
  store::StatisticsBy by = store::StatisticsBy::channel;
  BacklogRowDto total;
  std::vector<BacklogRowDto> rows;
};

}  // namespace madoguchi::service

namespace madoguchi {

template <>
struct EnumNames<store::StatisticsBy> {
  static constexpr EnumName<store::StatisticsBy> values[] = {
      {store::StatisticsBy::day, "day"},         {store::StatisticsBy::category, "category"},
      {store::StatisticsBy::channel, "channel"}, {store::StatisticsBy::agent, "agent"},
      {store::StatisticsBy::mailbox, "mailbox"}, {store::StatisticsBy::team, "team"}};
};

}  // namespace madoguchi

namespace madoguchi::json {

template <>
struct Table<service::PercentilesDto> {
  static constexpr const char* name = "Percentiles";
  static const Fields& fields();
};
template <>
struct Table<service::TimesTakenDto> {
  static constexpr const char* name = "TimesTaken";
  static const Fields& fields();
};
template <>
struct Table<service::ScoresDto> {
  static constexpr const char* name = "Scores";
  static const Fields& fields();
};
template <>
struct Table<service::StatisticsRowDto> {
  static constexpr const char* name = "StatisticsRow";
  static const Fields& fields();
};
template <>
struct Table<service::StatisticsDto> {
  static constexpr const char* name = "Statistics";
  static const Fields& fields();
};
template <>
struct Table<service::BacklogRowDto> {
  static constexpr const char* name = "BacklogRow";
  static const Fields& fields();
};
template <>
struct Table<service::BacklogDto> {
  static constexpr const char* name = "Backlog";
  static const Fields& fields();
};

}  // namespace madoguchi::json
