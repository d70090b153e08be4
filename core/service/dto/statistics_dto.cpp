// SPDX-License-Identifier: Apache-2.0
#include "core/service/dto/statistics_dto.h"

namespace madoguchi::json {

using service::BacklogDto;
using service::BacklogRowDto;
using service::PercentilesDto;
using service::ScoresDto;
using service::StatisticsDto;
using service::StatisticsRowDto;
using service::TimesTakenDto;

const Fields& Table<PercentilesDto>::fields() {
  static const Fields table = json::fields<PercentilesDto>(
      field("count", &PercentilesDto::count, "Of how many cases."),
      field("p50", &PercentilesDto::p50, "Half of them took no longer; null: there are none."),
      field("p90", &PercentilesDto::p90, "Nine of ten took no longer."),
      field("p95", &PercentilesDto::p95, "95 of 100 took no longer."));
  return table;
}

const Fields& Table<TimesTakenDto>::fields() {
  static const Fields table = json::fields<TimesTakenDto>(
      field("wall_minutes", &TimesTakenDto::wall_minutes, "By the clock on the wall."),
      field("business_minutes", &TimesTakenDto::business_minutes,
            "In working time; a resolution without the time in which the case was pending."),
      field("sla_met", &TimesTakenDto::sla_met, "In the time that the SLA policy promised."),
      field("sla_missed", &TimesTakenDto::sla_missed, "Later than it promised."));
  return table;
}

const Fields& Table<ScoresDto>::fields() {
  static const Fields table = json::fields<ScoresDto>(
      field("count", &ScoresDto::count, "How many answered."),
      field("average", &ScoresDto::average, "Of 1 to 5; null: nobody answered."),
      field("good", &ScoresDto::good, "How many answered 4 or 5."));
  return table;
}

const Fields& Table<StatisticsRowDto>::fields() {
  static const Fields table = json::fields<StatisticsRowDto>(
      field("key", &StatisticsRowDto::key,
            "A day, or what GET /cases filters by; empty: cases that have none."),
      field("name", &StatisticsRowDto::name, "What it is called."),
      field("created", &StatisticsRowDto::created,
            "Opened in the period: GET /cases with created_after and created_before."),
      field("resolved", &StatisticsRowDto::resolved,
            "Handled in the period and not reopened: resolved_after and resolved_before."),
      field("reopened", &StatisticsRowDto::reopened,
            "Of those opened in the period, how many were opened again: reopened=true."),
      field("first_response", &StatisticsRowDto::first_response,
            "Of those opened in the period; missed: sla_missed=first_response."),
      field("resolution", &StatisticsRowDto::resolution,
            "Of those handled in the period; missed: sla_missed=resolution."),
      field("satisfaction", &StatisticsRowDto::satisfaction,
            "What customers of those opened in the period answered: satisfaction=."));
  return table;
}

const Fields& Table<StatisticsDto>::fields() {
  static const Fields table = json::fields<StatisticsDto>(
      field("from", &StatisticsDto::from, "First day."),
      field("to", &StatisticsDto::to, "Last day."),
      field("time_zone", &StatisticsDto::time_zone, "Where the days are days."),
      field("by", &StatisticsDto::by, "How they are put together."),
      field("total", &StatisticsDto::total, "All of them."),
      field("rows", &StatisticsDto::rows,
            "Days in their order, each of the period; else the most opened first."));
  return table;
}

const Fields& Table<BacklogRowDto>::fields() {
  static const Fields table = json::fields<BacklogRowDto>(
      field("key", &BacklogRowDto::key, "What GET /cases filters by; empty: cases that have none."),
      field("name", &BacklogRowDto::name, "What it is called."),
      field("unresolved", &BacklogRowDto::unresolved, "GET /cases?unresolved=true."),
      field("unassigned", &BacklogRowDto::unassigned, "Of these: assignee=none."),
      field("overdue", &BacklogRowDto::overdue, "Of these: overdue=true."),
      field("today", &BacklogRowDto::today, "Opened within 24 hours."),
      field("days_3", &BacklogRowDto::days_3, "Older, within three days."),
      field("days_7", &BacklogRowDto::days_7, "Older, within seven days."),
      field("days_30", &BacklogRowDto::days_30, "Older, within thirty days."),
      field("older", &BacklogRowDto::older, "Older than that."));
  return table;
}

const Fields& Table<BacklogDto>::fields() {
  static const Fields table =
      json::fields<BacklogDto>(field("as_of", &BacklogDto::as_of, "The moment of the counting."),
                               field("by", &BacklogDto::by, "How they are put together."),
                               field("total", &BacklogDto::total, "All of them."),
                               field("rows", &BacklogDto::rows, "The largest first."));
  return table;
}

}  // namespace madoguchi::json
