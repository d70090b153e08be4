// SPDX-License-Identifier: Apache-2.0
// The case list: one condition chooses the index that gives rows newest first, everything else is
// checked on the rows as they come, and at most kRowsLookedAt of them.
#include <algorithm>
#include <memory>
#include <string>

#include "core/json/writer.h"
#include "core/store/case_scope.h"
#include "core/store/cases.h"
#include "core/store/columns.h"
#include "core/store/conditions.h"

namespace madoguchi::store {
namespace {

constexpr int kRowsLookedAt = 20'000;
constexpr const char* kUnresolved = "c.status IN ('new', 'open', 'pending')";

const auto kPlain = [](const auto& value) { return db::Param(value); };
const auto kNamed = [](const auto& value) { return db::Param(enum_name(value)); };

/// Any of `values` in a column that holds a JSON list of texts. As JSON texts stand there in
/// quotes, which are escaped inside of them, finding one is finding it whole. Not by LIKE, which
/// takes no account of case on SQLite.
void holds_one_of(Conditions& conditions, const std::string& column,
                  const std::vector<std::string>& values) {
  std::string any;
  for (const std::string& value : values) {
    any += (any.empty() ? "" : " OR ") + ("replace(" + column + ", ") +
           conditions.keep(json::quoted(value)) + ", '') <> " + column;
  }
  if (!any.empty()) conditions.add("(" + any + ")");
}

void assigned_to(Conditions& conditions, const CaseQuery& query) {
  if (query.unassigned && !query.assignees.empty()) {
    std::string any = "c.assignee_id IS NULL";
    for (const domain::AgentId& agent : query.assignees) {
      any += " OR c.assignee_id = " + conditions.bind(agent);
    }
    return conditions.add("(" + any + ")");
  }
  if (query.unassigned) conditions.add("c.assignee_id IS NULL");
  conditions.one_of("c.assignee_id", query.assignees, kPlain);
}

void customers(Conditions& conditions, const CaseQuery& query) {
  if (query.customer_numbers.empty()) return;
  std::string list;
  for (const std::string& number : query.customer_numbers) {
    list += (list.empty() ? "" : ", ") + conditions.bind(number);
  }
  conditions.add(
      "c.customer_id IN (SELECT coalesce(merged_into, id) FROM customers WHERE number IN (" + list +
      "))");
}

/// What happened to the case stands in a narrow row of its own.
void happened(Conditions& conditions, const CaseQuery& query) {
  std::string wanted;
  if (query.resolved_after)
    wanted += " AND t.handled_at >= " + conditions.bind(*query.resolved_after);
  if (query.resolved_before)
    wanted += " AND t.handled_at < " + conditions.bind(*query.resolved_before);
  if (query.reopened) wanted += " AND t.reopened > 0";
  std::string missed;
  for (const SlaTarget target : query.sla_missed) {
    missed += missed.empty() ? "" : " OR ";
    missed += target == SlaTarget::resolution ? "t.resolution_state" : "t.first_state";
    missed += " = 'missed'";
  }
  if (!missed.empty()) wanted += " AND (" + missed + ")";
  std::string scores;
  for (const std::int64_t score : query.satisfaction) {
    scores += (scores.empty() ? "" : ", ") + conditions.bind(score);
  }
  if (!scores.empty()) wanted += " AND t.score IN (" + scores + ")";
  if (!wanted.empty()) {
    conditions.add("EXISTS (SELECT 1 FROM case_times t WHERE t.case_seq = c.seq" + wanted + ")");
  }
}

void times(Conditions& conditions, const CaseQuery& query) {
  if (query.created_after)
    conditions.add("c.created_at >= " + conditions.bind(*query.created_after));
  if (query.created_before)
    conditions.add("c.created_at < " + conditions.bind(*query.created_before));
  if (query.modified_after)
    conditions.add("c.modified_at >= " + conditions.bind(*query.modified_after));
  if (query.modified_before)
    conditions.add("c.modified_at < " + conditions.bind(*query.modified_before));
  if (query.due_before && query.order != CaseOrder::soonest_due)
    conditions.add("c.due_at < " + conditions.bind(*query.due_before));
}

/// Which filter has an index that gives its rows newest first; the first that is set counts.
enum class Driver {
  id,
  due,
  customer,
  requester,
  unresolved,
  assignee,
  team,
  status,
  category,
  none
};

Driver driver_of(const CaseQuery& query) {
  if (!query.ids.empty()) return Driver::id;
  if (query.order == CaseOrder::soonest_due) return Driver::due;
  if (query.order != CaseOrder::newest_modified) return Driver::none;
  if (query.customer_numbers.size() == 1) return Driver::customer;
  if (query.requesters.size() == 1) return Driver::requester;
  if (query.unresolved) return Driver::unresolved;
  if (query.assignees.size() + (query.unassigned ? 1 : 0) == 1) return Driver::assignee;
  if (query.teams.size() == 1) return Driver::team;
  if (query.statuses.size() == 1) return Driver::status;
  if (query.categories.size() == 1) return Driver::category;
  return Driver::none;
}

/// What the inner query asks: the driver, and the assignee beside `unresolved`, its partial index.
void inner_conditions(Conditions& conditions, const CaseQuery& query, Driver driver) {
  switch (driver) {
    case Driver::id:
      conditions.one_of("c.id", query.ids, kPlain);
      break;
    case Driver::due:
      conditions.add("c.due_at IS NOT NULL");
      if (query.due_before) conditions.add("c.due_at < " + conditions.bind(*query.due_before));
      break;
    case Driver::customer:
      customers(conditions, query);
      break;
    case Driver::requester:
      conditions.add("c.requester_key <> ''");
      conditions.one_of("c.requester_key", query.requesters, kPlain);
      break;
    case Driver::unresolved:
      conditions.add(kUnresolved);
      if (query.assignees.size() + (query.unassigned ? 1 : 0) == 1) assigned_to(conditions, query);
      break;
    case Driver::assignee:
      assigned_to(conditions, query);
      break;
    case Driver::team:
      conditions.one_of("c.team_id", query.teams, kPlain);
      break;
    case Driver::status:
      conditions.one_of("c.status", query.statuses, kNamed);
      break;
    case Driver::category:
      conditions.one_of("c.category_id", query.categories, kPlain);
      break;
    case Driver::none:
      break;
  }
}

/// Everything the driver does not see to.
void outer_conditions(Conditions& conditions, const CaseQuery& query, Driver driver) {
  const bool one_assignee = query.assignees.size() + (query.unassigned ? 1 : 0) == 1;
  conditions.one_of("c.channel", query.channels, kNamed);
  conditions.one_of("c.priority", query.priorities, kNamed);
  if (driver != Driver::team) conditions.one_of("c.team_id", query.teams, kPlain);
  if (driver != Driver::status) conditions.one_of("c.status", query.statuses, kNamed);
  if (driver != Driver::unresolved && query.unresolved) conditions.add(kUnresolved);
  if (driver != Driver::category) conditions.one_of("c.category_id", query.categories, kPlain);
  if (driver != Driver::assignee && !(driver == Driver::unresolved && one_assignee)) {
    assigned_to(conditions, query);
  }
  if (driver != Driver::customer) customers(conditions, query);
  if (driver != Driver::requester) conditions.one_of("c.requester_key", query.requesters, kPlain);
  holds_one_of(conditions, "c.tags", query.tags);
  holds_one_of(conditions, "c.order_numbers", query.order_numbers);
  times(conditions, query);
  happened(conditions, query);
  if (!query.mailboxes.empty()) conditions.add("(" + came_by(conditions, query.mailboxes) + ")");
  if (std::string seen = case_in_scope(conditions, query.scope); !seen.empty()) {
    conditions.add(std::move(seen));
  }
}

struct ListSql {
  std::string inner;  ///< "FROM cases c WHERE … ORDER BY …"
  std::size_t inner_params = 0;
  std::string order;  ///< " ORDER BY …" of the inner query
  std::string outer;  ///< " WHERE …", or nothing
};

std::string place(Conditions& conditions, const CasePlace& after) {
  const std::string key = conditions.bind(after.key);
  return "(" + key + ", " + conditions.bind(after.sequence) + ")";
}

ListSql list_sql(Conditions& conditions, const CaseQuery& query,
                 const std::optional<CasePlace>& after) {
  const Driver driver = driver_of(query);
  ListSql sql;
  inner_conditions(conditions, query, driver);
  switch (query.order) {
    case CaseOrder::newest_modified:
      if (after) conditions.add("(c.modified_at, c.seq) < " + place(conditions, *after));
      sql.order = " ORDER BY c.modified_at DESC, c.seq DESC";
      break;
    case CaseOrder::newest_created:
      if (after) conditions.add("c.seq < " + conditions.bind(after->sequence));
      sql.order = " ORDER BY c.seq DESC";
      break;
    case CaseOrder::soonest_due:
      // With ids the driver is theirs.
      if (driver != Driver::due) conditions.add("c.due_at IS NOT NULL");
      if (after) conditions.add("(c.due_at, c.seq) > " + place(conditions, *after));
      sql.order = " ORDER BY c.due_at, c.seq";
      break;
  }
  sql.inner = " FROM cases c" + conditions.where() + sql.order;
  sql.inner_params = conditions.params().size();
  conditions.clear();
  outer_conditions(conditions, query, driver);
  sql.outer = conditions.where();
  return sql;
}

CasePlace place_of(const CaseRow& row, CaseOrder order) {
  switch (order) {
    case CaseOrder::newest_modified:
      return {to_micros(row.modified_at()), row.sequence()};
    case CaseOrder::newest_created:
      return {0, row.sequence()};
    case CaseOrder::soonest_due:
      break;
  }
  return {to_micros(*row.due_at()), row.sequence()};
}

}  // namespace

CasePage Cases::list(const CaseQuery& query, std::optional<CasePlace> after) {
  Conditions conditions;
  const ListSql sql = list_sql(conditions, query, after);
  const std::string columns(kCaseColumns);
  std::string text;
  if (sql.outer.empty()) {
    text = "SELECT " + columns + sql.inner;
  } else {
    text = "SELECT " + columns + " FROM (SELECT c.*" + sql.inner + " LIMIT " +
           std::to_string(kRowsLookedAt) + ") c" + sql.outer;
    // PostgreSQL may join the customers in and lose the order; it knows when there is nothing left
    // to sort. SQLite keeps the order and would sort all the rows again.
    if (session_.engine() == db::Engine::postgresql) text += sql.order;
  }
  text += " LIMIT " + std::to_string(query.limit + 1);
  const auto rows = std::make_shared<const db::Rows>(
      session_.run({"cases.list", text}, conditions.params().data(), conditions.params().size()));

  const auto limit = static_cast<std::size_t>(query.limit);
  CasePage page;
  page.items.reserve(std::min(rows->size(), limit));
  for (std::size_t i = 0; i < rows->size() && i < limit; ++i) page.items.emplace_back(rows, i);
  if (rows->size() > limit) {
    page.next = place_of(page.items.back(), query.order);
    return page;
  }
  if (sql.outer.empty()) return page;

  // A short page: either that was all, or the rows to look at ran out.
  const std::string last = "SELECT c.modified_at, c.seq, c.due_at" + sql.inner +
                           " LIMIT 1 OFFSET " + std::to_string(kRowsLookedAt - 1);
  const db::Rows end =
      session_.run({"cases.list_end", last}, conditions.params().data(), sql.inner_params);
  if (!end.empty()) {
    const std::int64_t key = query.order == CaseOrder::newest_modified ? end.front().integer(0)
                             : query.order == CaseOrder::soonest_due   ? end.front().integer(2)
                                                                       : 0;
    page.next = CasePlace{key, end.front().integer(1)};
  }
  return page;
}

int Cases::count(const CaseQuery& query, int limit) {
  Conditions conditions;
  const ListSql sql = list_sql(conditions, query, std::nullopt);
  const std::string text = "SELECT count(*) FROM (SELECT 1 FROM (SELECT c.*" + sql.inner +
                           " LIMIT " + std::to_string(kRowsLookedAt) + ") c" + sql.outer +
                           " LIMIT " + std::to_string(limit) + ") n";
  const db::Rows rows =
      session_.run({"cases.count", text}, conditions.params().data(), conditions.params().size());
  return static_cast<int>(rows.front().integer(0));
}

}  // namespace madoguchi::store
