// SPDX-License-Identifier: Apache-2.0
// /statistics
#include "daemon/api/services.h"

namespace madoguchi::api {
namespace {

using domain::Permission;
using service::StatisticsFilter;
using store::StatisticsBy;

Result<std::optional<domain::BusinessDate>> day(const Call& call, const char* name) {
  const std::optional<std::string> text = call.text(name);
  if (!text) return std::optional<domain::BusinessDate>{};
  const std::optional<domain::BusinessDate> date = domain::BusinessDate::parse(*text);
  if (date) return date;
  return fail(Error::invalid(std::string("/") + name,
                             {"This is no day of the calendar. Write it as \"2026-12-31\".",
                              "日付は \"2026-12-31\" の形式で指定してください。"}));
}

StatisticsFilter statistics_filter(const Call& call, StatisticsBy otherwise) {
  StatisticsFilter filter;
  filter.by = call.choice<StatisticsBy>("by").value_or(otherwise);
  filter.channels = call.choices<domain::Channel>("channel");
  filter.categories = call.texts("category");
  filter.mailboxes = call.texts("mailbox");
  filter.assignees = call.texts("assignee");
  filter.teams = call.texts("team");
  return filter;
}

Result<service::StatisticsDto> of_period(const Call& call, const Services& services) {
  StatisticsFilter filter = statistics_filter(call, StatisticsBy::day);
  Result<std::optional<domain::BusinessDate>> from = day(call, "from");
  if (!from) return fail(std::move(from.error()));
  Result<std::optional<domain::BusinessDate>> to = day(call, "to");
  if (!to) return fail(std::move(to.error()));
  filter.from = *from;
  filter.to = *to;
  return services.statistics.cases(call.caller(), filter);
}

Route asks(const char* path, const char* by) {
  return Route::get(path)
      .tag("statistics")
      .needs(Permission::cases_read)
      .query_choice<StatisticsBy>("by", by)
      .query_choice<domain::Channel>("channel", "Channel.", true)
      .query_texts("category", "Id of a category.")
      .query_texts("mailbox", "Name of a mailbox that one of its mails came by.")
      .query_texts("assignee", "Id of an agent, `me` or `none`.")
      .query_texts("team", "Id of a team.");
}

Route asks_for_period(const char* path) {
  return asks(path, "How cases are put together; default day.")
      .query_text("from", "First day, in the desk's time zone; default: 29 days before the last.")
      .query_text("to", "Last day; default: today. 400 days at most.");
}

}  // namespace

void add_statistics_routes(RouteTable& table, const Services& services) {
  table.add(
      asks_for_period("/statistics/cases")
          .id("getCaseStatistics")
          .summary("How many cases came and were handled, and how long it took")
          .description("Counts what the caller may see. Each number is what GET /cases counts "
                       "with the filters that its description names.")
          .handle([services](const Call& call) -> Result<service::StatisticsDto> {
            return of_period(call, services);
          }));
  table.add(
      asks_for_period("/statistics/cases.csv")
          .id("exportCaseStatistics")
          .summary("The same as a table for spreadsheets")
          .answers_with("text/csv")
          .handle([services](const Call& call) -> Result<Bytes> {
            const Result<service::StatisticsDto> found = of_period(call, services);
            if (!found) return fail(found.error());
            return Bytes{service::csv_of(*found), "text/csv; charset=utf-8", "statistics.csv"};
          }));
  table.add(asks("/statistics/backlog", "How cases are put together; default channel, not day.")
                .id("getBacklog")
                .summary("What is not resolved now, by age")
                .handle([services](const Call& call) -> Result<service::BacklogDto> {
                  const StatisticsFilter filter = statistics_filter(call, StatisticsBy::channel);
                  if (filter.by == StatisticsBy::day) {
                    return fail(
                        Error::invalid("/by", {"The backlog of now has no days.",
                                               "現在の未対応件数は日別には集計できません。"}));
                  }
                  return services.statistics.backlog(call.caller(), filter);
                }));
}

}  // namespace madoguchi::api
