// SPDX-License-Identifier: Apache-2.0
#include "core/store/sla.h"

#include <charconv>

#include "core/store/sla_columns.h"

namespace madoguchi::store {
namespace {

constexpr db::Statement kRevision{"sla.revision", "SELECT revision FROM sla_state WHERE id = 1"};
constexpr db::Statement kCountUp{"sla.count_up",
                                 "UPDATE sla_state SET revision = CASE WHEN revision < $1 THEN $1 "
                                 "ELSE revision + 1 END WHERE id = 1"};

constexpr db::Statement kAllHours{
    "business_hours.all",
    "SELECT id, name, time_zone, definition, archived, version FROM business_hours ORDER BY name"};
constexpr db::Statement kInsertHours{
    "business_hours.insert",
    "INSERT INTO business_hours (id, name, time_zone, definition, archived, version) VALUES ($1, "
    "$2, $3, $4, $5, $6)"};
constexpr db::Statement kUpdateHours{
    "business_hours.update",
    "UPDATE business_hours SET name = $3, time_zone = $4, definition = $5, archived = $6, version "
    "= version + 1 WHERE id = $1 AND version = $2"};

constexpr db::Statement kAllPolicies{
    "sla_policies.all",
    "SELECT id, name, position, conditions, targets, hours_id, archived, version FROM sla_policies "
    "ORDER BY position, name"};
constexpr db::Statement kInsertPolicy{
    "sla_policies.insert",
    "INSERT INTO sla_policies (id, name, position, conditions, targets, hours_id, archived, "
    "version) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"};
constexpr db::Statement kUpdatePolicy{
    "sla_policies.update",
    "UPDATE sla_policies SET name = $3, position = $4, conditions = $5, targets = $6, hours_id = "
    "$7, archived = $8, version = version + 1 WHERE id = $1 AND version = $2"};

constexpr db::Statement kTimesOf{
    "case_times.of",
    "SELECT opened_at, first_since, first_at, waiting_since, wait_from, wait_to, stopped_since, "
    "pauses, handled_at, reopened FROM case_times WHERE case_seq = $1"};
constexpr db::Statement kPutTimes{
    "case_times.put",
    "INSERT INTO case_times (case_seq, case_id, opened_at, first_since, first_at, waiting_since, "
    "wait_from, wait_to, stopped_since, pauses, handled_at, reopened, channel, category_id, "
    "mailbox_id, assignee_id, team_id, customer_id, revision, policy_id, standing, first_seconds, "
    "resolution_seconds, first_state, resolution_state) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, "
    "$9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25) ON "
    "CONFLICT (case_seq) DO UPDATE SET opened_at = excluded.opened_at, first_since = "
    "excluded.first_since, first_at = excluded.first_at, waiting_since = excluded.waiting_since, "
    "wait_from = excluded.wait_from, wait_to = excluded.wait_to, stopped_since = "
    "excluded.stopped_since, pauses = excluded.pauses, handled_at = excluded.handled_at, reopened "
    "= excluded.reopened, channel = excluded.channel, category_id = excluded.category_id, "
    "mailbox_id = excluded.mailbox_id, assignee_id = excluded.assignee_id, team_id = "
    "excluded.team_id, customer_id = excluded.customer_id, revision = excluded.revision, policy_id "
    "= excluded.policy_id, standing = excluded.standing, first_seconds = excluded.first_seconds, "
    "resolution_seconds = excluded.resolution_seconds, first_state = excluded.first_state, "
    "resolution_state = excluded.resolution_state"};
constexpr db::Statement kHold{"case_times.hold", "SELECT seq FROM cases WHERE seq = $1",
                              "SELECT seq FROM cases WHERE seq = $1 FOR UPDATE"};
constexpr db::Statement kSetDue{"case_times.set_due",
                                "UPDATE cases SET due_at = $2 WHERE seq = $1"};
constexpr db::Statement kOlderThan{
    "case_times.older_than",
    "SELECT case_seq FROM case_times WHERE (handled_at IS NULL OR revision = 0) AND revision < $1 "
    "ORDER BY revision, case_seq LIMIT $2"};
constexpr db::Statement kLookAgain{
    "case_times.look_again",
    "UPDATE case_times SET revision = 0 WHERE customer_id = $1 AND handled_at IS NULL"};
constexpr db::Statement kLabels{"case_times.labels", "SELECT labels FROM customers WHERE id = $1"};

std::string pauses_column(const std::vector<domain::Pause>& pauses) {
  std::string out;
  for (const domain::Pause& pause : pauses) {
    out += (out.empty() ? "" : " ") + std::to_string(to_micros(pause.from)) + " " +
           std::to_string(to_micros(pause.to));
  }
  return out;
}

std::vector<domain::Pause> pauses_of(std::string_view text) {
  std::vector<std::int64_t> times;
  const char* at = text.data();
  const char* const end = at + text.size();
  while (at < end) {
    std::int64_t value = 0;
    at = std::from_chars(at, end, value).ptr + 1;
    times.push_back(value);
  }
  std::vector<domain::Pause> pauses;
  for (std::size_t i = 0; i + 1 < times.size(); i += 2) {
    pauses.push_back({from_micros(times[i]), from_micros(times[i + 1])});
  }
  return pauses;
}

std::optional<std::string_view> state_of(const std::optional<domain::SlaClock>& clock) {
  if (!clock) return std::nullopt;
  return enum_name(clock->state);
}

}  // namespace

std::int64_t SlaTables::revision() { return session_.run(kRevision).front().integer(0); }

void SlaTables::count_up(TimePoint now) { session_.run(kCountUp, {now}); }

std::vector<domain::BusinessHours> SlaTables::hours() {
  std::vector<domain::BusinessHours> all;
  const db::Rows rows = session_.run(kAllHours);
  for (const db::Row row : db::each(rows)) {
    WrittenHours definition = from_column<WrittenHours>(row.text(3));
    domain::BusinessHours hours;
    hours.id = row.id<domain::BusinessHoursId>(0);
    hours.name = row.string(1);
    hours.time_zone = row.string(2);
    hours.week = read(std::move(definition.week));
    hours.japanese_holidays = definition.japanese_holidays;
    hours.special_days = std::move(definition.special_days);
    hours.archived = row.boolean(4);
    hours.version = row.integer(5);
    all.push_back(std::move(hours));
  }
  return all;
}

void SlaTables::insert(const domain::BusinessHours& hours, TimePoint now) {
  const WrittenHours definition{written(hours.week), hours.japanese_holidays, hours.special_days};
  session_.run(kInsertHours, {hours.id, hours.name, hours.time_zone, to_column(definition),
                              hours.archived, hours.version});
  count_up(now);
}

bool SlaTables::update(domain::BusinessHours& hours, TimePoint now) {
  const WrittenHours definition{written(hours.week), hours.japanese_holidays, hours.special_days};
  const db::Rows rows =
      session_.run(kUpdateHours, {hours.id, hours.version, hours.name, hours.time_zone,
                                  to_column(definition), hours.archived});
  if (rows.affected() != 1) return false;
  ++hours.version;
  count_up(now);
  return true;
}

std::vector<domain::SlaPolicy> SlaTables::policies() {
  std::vector<domain::SlaPolicy> all;
  const db::Rows rows = session_.run(kAllPolicies);
  for (const db::Row row : db::each(rows)) {
    domain::SlaPolicy policy;
    policy.id = row.id<domain::SlaPolicyId>(0);
    policy.name = row.string(1);
    policy.position = row.integer(2);
    policy.conditions = from_column<domain::SlaConditions>(row.text(3));
    policy.targets = from_column<domain::SlaTargets>(row.text(4));
    policy.hours = row.id<domain::BusinessHoursId>(5);
    policy.archived = row.boolean(6);
    policy.version = row.integer(7);
    all.push_back(std::move(policy));
  }
  return all;
}

void SlaTables::insert(const domain::SlaPolicy& policy, TimePoint now) {
  session_.run(kInsertPolicy,
               {policy.id, policy.name, policy.position, to_column(policy.conditions),
                to_column(policy.targets), policy.hours, policy.archived, policy.version});
  count_up(now);
}

bool SlaTables::update(domain::SlaPolicy& policy, TimePoint now) {
  const db::Rows rows =
      session_.run(kUpdatePolicy, {policy.id, policy.version, policy.name, policy.position,
                                   to_column(policy.conditions), to_column(policy.targets),
                                   policy.hours, policy.archived});
  if (rows.affected() != 1) return false;
  ++policy.version;
  count_up(now);
  return true;
}

std::optional<domain::CaseTimes> CaseTimesTable::of(std::int64_t case_sequence) {
  const db::Rows rows = session_.run(kTimesOf, {case_sequence});
  if (rows.empty()) return std::nullopt;
  const db::Row row = rows.front();
  domain::CaseTimes times;
  times.opened_at = row.time(0);
  times.first_since = row.optional_time(1);
  times.first_at = row.optional_time(2);
  times.waiting_since = row.optional_time(3);
  if (!row.is_null(4)) times.last_wait = domain::Pause{row.time(4), row.time(5)};
  times.stopped_since = row.optional_time(6);
  times.pauses = pauses_of(row.text(7));
  times.handled_at = row.optional_time(8);
  times.reopened = row.integer(9);
  return times;
}

void CaseTimesTable::put(const domain::Case& value, const domain::CaseTimes& times,
                         const CaseStanding& standing) {
  const std::optional<domain::SlaStanding>& sla = standing.standing;
  std::optional<std::string> column;
  std::optional<std::string_view> policy;
  std::optional<std::string_view> first_state;
  std::optional<std::string_view> resolution_state;
  if (sla) {
    column = to_column(*sla);
    policy = sla->policy.id;
    first_state = state_of(sla->first_response);
    resolution_state = state_of(sla->resolution);
  }
  std::optional<TimePoint> wait_from;
  std::optional<TimePoint> wait_to;
  if (times.last_wait) {
    wait_from = times.last_wait->from;
    wait_to = times.last_wait->to;
  }
  session_.run(kPutTimes, {value.sequence,
                           value.id,
                           times.opened_at,
                           times.first_since,
                           times.first_at,
                           times.waiting_since,
                           wait_from,
                           wait_to,
                           times.stopped_since,
                           pauses_column(times.pauses),
                           times.handled_at,
                           times.reopened,
                           enum_name(value.channel),
                           value.category,
                           value.mailbox,
                           value.assignee,
                           value.team,
                           value.customer,
                           standing.revision,
                           policy,
                           column,
                           standing.first_seconds,
                           standing.resolution_seconds,
                           first_state,
                           resolution_state});
}

void CaseTimesTable::hold(std::int64_t case_sequence) { session_.run(kHold, {case_sequence}); }

void CaseTimesTable::set_due(std::int64_t case_sequence, std::optional<TimePoint> due_at) {
  session_.run(kSetDue, {case_sequence, due_at});
}

std::vector<std::int64_t> CaseTimesTable::older_than(std::int64_t revision, int limit) {
  std::vector<std::int64_t> sequences;
  const db::Rows rows = session_.run(kOlderThan, {revision, limit});
  for (const db::Row row : db::each(rows)) sequences.push_back(row.integer(0));
  return sequences;
}

void CaseTimesTable::look_again_at(const domain::CustomerId& customer) {
  session_.run(kLookAgain, {customer});
}

std::vector<domain::MasterId> CaseTimesTable::labels_of(const domain::CustomerId& customer) {
  const db::Rows rows = session_.run(kLabels, {customer});
  if (rows.empty()) return {};
  return from_column<std::vector<domain::MasterId>>(rows.front().text(0));
}

}  // namespace madoguchi::store
