// SPDX-License-Identifier: Apache-2.0
#include "core/store/rules.h"

#include "core/store/columns.h"

namespace madoguchi::store {
namespace {

constexpr db::Statement kAllRules{
    "rules.all",
    "SELECT id, name, enabled, position, content, version FROM rules ORDER BY position, name, id"};
constexpr db::Statement kRuleById{
    "rules.by_id", "SELECT id, name, enabled, position, content, version FROM rules WHERE id = $1"};
constexpr db::Statement kInsertRule{
    "rules.insert",
    "INSERT INTO rules (id, name, enabled, position, content, version) VALUES ($1, $2, $3, $4, $5, "
    "$6)"};
constexpr db::Statement kUpdateRule{
    "rules.update",
    "UPDATE rules SET name = $3, enabled = $4, position = $5, content = $6, version = version + 1 "
    "WHERE id = $1 AND version = $2"};
constexpr db::Statement kRemoveRule{"rules.remove",
                                    "DELETE FROM rules WHERE id = $1 AND version = $2"};

constexpr db::Statement kInsertRun{
    "rule_runs.insert",
    "INSERT INTO rule_runs (rule_id, case_id, case_seq, at, event, state, changes, error) VALUES "
    "($1, $2, $3, $4, $5, $6, $7, $8)"};
constexpr db::Statement kRunsOfRule{
    "rule_runs.of_rule",
    "SELECT seq, rule_id, case_id, case_seq, at, event, state, changes, error FROM rule_runs WHERE "
    "rule_id = $1 AND seq < $2 ORDER BY seq DESC LIMIT $3"};
constexpr db::Statement kAppliedSince{
    "rule_runs.applied_since",
    "SELECT count(*) FROM rule_runs WHERE case_id = $1 AND at >= $2 AND state = 'applied'"};
constexpr db::Statement kHeldBackSince{
    "rule_runs.held_back_since",
    "SELECT 1 FROM rule_runs WHERE case_id = $1 AND at >= $2 AND state = 'held_back' LIMIT 1"};

Rule rule_of(const db::Row& row) {
  return {row.id<RuleId>(0), row.string(1), row.boolean(2),
          row.integer(3),    row.string(4), row.integer(5)};
}

RuleRun run_of(const db::Row& row) {
  RuleRun run;
  run.sequence = row.integer(0);
  run.rule = row.id<RuleId>(1);
  run.case_id = row.id<domain::CaseId>(2);
  run.case_sequence = row.integer(3);
  run.at = row.time(4);
  run.event = row.string(5);
  run.state = enum_column<RuleRunState>(row.text(6));
  run.changes = from_column<std::vector<domain::FieldChange>>(row.text(7));
  run.error = row.string(8);
  return run;
}

}  // namespace

std::vector<Rule> Rules::all() {
  std::vector<Rule> found;
  const db::Rows rows = session_.run(kAllRules);
  for (const db::Row row : db::each(rows)) found.push_back(rule_of(row));
  return found;
}

std::optional<Rule> Rules::by_id(const RuleId& id) {
  const db::Rows rows = session_.run(kRuleById, {id});
  return rows.empty() ? std::nullopt : std::optional(rule_of(rows.front()));
}

void Rules::insert(const Rule& rule) {
  session_.run(kInsertRule,
               {rule.id, rule.name, rule.enabled, rule.position, rule.content, rule.version});
}

bool Rules::update(Rule& rule) {
  const db::Rows rows = session_.run(
      kUpdateRule, {rule.id, rule.version, rule.name, rule.enabled, rule.position, rule.content});
  if (rows.affected() != 1) return false;
  ++rule.version;
  return true;
}

bool Rules::remove(const Rule& rule) {
  return session_.run(kRemoveRule, {rule.id, rule.version}).affected() == 1;
}

void RuleRuns::insert(const RuleRun& run) {
  session_.run(kInsertRun, {run.rule, run.case_id, run.case_sequence, run.at, run.event,
                            enum_name(run.state), to_column(run.changes), run.error});
}

std::vector<RuleRun> RuleRuns::of_rule(const RuleId& rule, std::int64_t before, int limit) {
  std::vector<RuleRun> found;
  const db::Rows rows = session_.run(kRunsOfRule, {rule, before > 0 ? before : INT64_MAX, limit});
  for (const db::Row row : db::each(rows)) found.push_back(run_of(row));
  return found;
}

std::int64_t RuleRuns::applied_since(const domain::CaseId& id, TimePoint since) {
  return session_.run(kAppliedSince, {id, since}).front().integer(0);
}

bool RuleRuns::held_back_since(const domain::CaseId& id, TimePoint since) {
  return !session_.run(kHeldBackSince, {id, since}).empty();
}

}  // namespace madoguchi::store
