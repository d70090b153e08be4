// SPDX-License-Identifier: Apache-2.0
#include "core/store/statistics.h"

#include "core/domain/names.h"
#include "core/store/case_scope.h"
#include "core/store/conditions.h"

namespace madoguchi::store {
namespace {

const auto kAsItIs = [](const auto& value) { return db::Param(value); };
const auto kByName = [](const auto& value) { return db::Param(enum_name(value)); };

const char* key_column(StatisticsBy by) {
  switch (by) {
    case StatisticsBy::day:
      return "NULL";
    case StatisticsBy::category:
      return "t.category_id";
    case StatisticsBy::channel:
      return "t.channel";
    case StatisticsBy::agent:
      return "t.assignee_id";
    case StatisticsBy::mailbox:
      return "t.mailbox_id";
    case StatisticsBy::team:
      return "t.team_id";
  }
  return "NULL";
}

void filter(Conditions& conditions, const StatisticsQuery& query) {
  conditions.one_of("t.channel", query.channels, kByName);
  conditions.one_of("t.category_id", query.categories, kAsItIs);
  conditions.one_of("t.team_id", query.teams, kAsItIs);
  if (query.unassigned) {
    std::string any = "t.assignee_id IS NULL";
    for (const domain::AgentId& agent : query.assignees) {
      any += " OR t.assignee_id = " + conditions.bind(agent);
    }
    conditions.add("(" + any + ")");
  } else {
    conditions.one_of("t.assignee_id", query.assignees, kAsItIs);
  }
  // As the list of cases sees them.
  std::string seen;
  if (!query.mailboxes.empty()) seen = " AND (" + came_by(conditions, query.mailboxes) + ")";
  if (const std::string scope = case_in_scope(conditions, query.scope); !scope.empty()) {
    seen += " AND " + scope;
  }
  if (!seen.empty()) {
    conditions.add("EXISTS (SELECT 1 FROM cases c WHERE c.seq = t.case_seq" + seen + ")");
  }
}

std::optional<std::int64_t> number(const db::Row& row, std::size_t column) {
  if (row.is_null(column)) return std::nullopt;
  return row.integer(column);
}

}  // namespace

db::Rows Statistics::read(const StatisticsQuery& query, const char* when) {
  Conditions conditions;
  const std::string column = std::string("t.") + when;
  conditions.add(column + " >= " + conditions.bind(query.from));
  conditions.add(column + " < " + conditions.bind(query.until));
  filter(conditions, query);
  const std::string sql = std::string("SELECT ") + key_column(query.by) +
                          ", t.opened_at, t.handled_at, t.first_at - t.first_since, "
                          "t.first_seconds, t.resolution_seconds, t.first_state, "
                          "t.resolution_state, t.reopened, t.score FROM case_times t" +
                          conditions.where();
  return session_.run({"statistics.read", sql}, conditions.params().data(),
                      conditions.params().size());
}

CaseFacts Statistics::facts_of(const db::Row& row) {
  CaseFacts facts;
  facts.key = row.text(0);
  facts.opened_at = row.time(1);
  facts.handled_at = row.optional_time(2);
  facts.first_wall = number(row, 3);
  facts.first_seconds = number(row, 4);
  facts.resolution_seconds = number(row, 5);
  facts.first_state = row.text(6);
  facts.resolution_state = row.text(7);
  facts.reopened = row.integer(8);
  facts.score = number(row, 9);
  return facts;
}

std::vector<BacklogCount> Statistics::backlog(const StatisticsQuery& query, TimePoint now,
                                              const std::vector<TimePoint>& ages) {
  Conditions conditions;
  std::string sql = std::string("SELECT coalesce(") + key_column(query.by) +
                    ", '') AS k, count(*), sum(CASE WHEN t.assignee_id IS NULL THEN 1 ELSE 0 END), "
                    "sum(CASE WHEN EXISTS (SELECT 1 FROM cases c WHERE c.seq = t.case_seq AND "
                    "c.due_at < " +
                    conditions.bind(now) + ") THEN 1 ELSE 0 END)";
  for (const TimePoint age : ages) {
    sql += ", sum(CASE WHEN t.opened_at >= " + conditions.bind(age) + " THEN 1 ELSE 0 END)";
  }
  conditions.add("t.handled_at IS NULL");
  filter(conditions, query);
  sql += " FROM case_times t" + conditions.where() + " GROUP BY 1 ORDER BY 1";
  const db::Rows rows = session_.run({"statistics.backlog", sql}, conditions.params().data(),
                                     conditions.params().size());
  std::vector<BacklogCount> counts;
  for (const db::Row row : db::each(rows)) {
    BacklogCount count{row.string(0), row.integer(1), row.integer(2), row.integer(3), {}};
    for (std::size_t i = 0; i < ages.size(); ++i) count.younger.push_back(row.integer(4 + i));
    counts.push_back(std::move(count));
  }
  return counts;
}

}  // namespace madoguchi::store
