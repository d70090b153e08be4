// SPDX-License-Identifier: Apache-2.0
#include "core/jobs/job_table.h"

#include <algorithm>
#include <tuple>

namespace madoguchi::jobs {

namespace {

/// A job that processes have ended with again and again is not the first to be run after a start:
/// whoever stops them quickly is not its fault.
constexpr std::chrono::seconds kAfterCrashes{5};

using db::Statement;

constexpr int kTrimmedAtOnce = 500;
/// The error of a job whose runner vanished with it.
constexpr const char* kCrashed = "the process ended while it ran";

/// The time that leases are compared with: placeholder $1 carries the steady clock of the only
/// process on SQLite; PostgreSQL, where there may be several, asks its own clock.
constexpr std::string_view kPostgresqlNow =
    "CAST(extract(epoch FROM clock_timestamp()) * 1000000 AS BIGINT)";

constexpr Statement kPut{
    "jobs.put",
    "INSERT INTO jobs (id, kind, key, lane, run_at, state, attempt, payload, created_at) "
    "VALUES ($1, $2, $3, $4, $5, 'ready', 0, $6, $7) ON CONFLICT (key) DO NOTHING"};
constexpr Statement kPutClaimed{
    "jobs.put_claimed",
    "INSERT INTO jobs (id, kind, key, run_at, state, attempt, payload, created_at, owner, "
    "lease_until) VALUES ($1, $2, $3, $4, 'running', 1, $5, $4, $6, $7) "
    "ON CONFLICT (key) DO NOTHING",
    "INSERT INTO jobs (id, kind, key, run_at, state, attempt, payload, created_at, owner, "
    "lease_until) VALUES ($1, $2, $3, $4, 'running', 1, $5, $4, $6, "
    "CAST(extract(epoch FROM clock_timestamp()) * 1000000 AS BIGINT) + $7) "
    "ON CONFLICT (key) DO NOTHING"};
// A claim's owner is a name that is never used again, so that it alone is the fence.
constexpr Statement kDone{
    "jobs.done",
    "UPDATE jobs SET state = 'done', ended_at = $3, owner = NULL, lease_until = NULL, error = NULL "
    "WHERE id = $1 AND owner = $2 AND state = 'running'"};
constexpr Statement kBegin{"jobs.begin",
                           "UPDATE jobs SET attempt = attempt + 1 "
                           "WHERE id = $1 AND owner = $2 AND state = 'running'"};
constexpr Statement kRetry{
    "jobs.retry",
    "UPDATE jobs SET state = 'ready', run_at = $3, error = $4, owner = NULL, lease_until = NULL "
    "WHERE id = $1 AND owner = $2 AND state = 'running'"};
constexpr Statement kPostpone{
    "jobs.postpone",
    "UPDATE jobs SET state = 'ready', run_at = $3, error = $4, attempt = attempt - 1, owner = "
    "NULL, "
    "lease_until = NULL WHERE id = $1 AND owner = $2 AND state = 'running'"};
constexpr Statement kBury{
    "jobs.bury",
    "UPDATE jobs SET state = $3, error = $4, ended_at = $5, owner = NULL, lease_until = NULL "
    "WHERE id = $1 AND owner = $2 AND state = 'running'"};
// A first run counts from its claim, a later one from its beginning (kBegin).
constexpr Statement kGiveBack{
    "jobs.give_back",
    "UPDATE jobs SET state = 'ready', attempt = CASE WHEN error IS NULL THEN 0 ELSE attempt END, "
    "owner = NULL, lease_until = NULL WHERE id = $1 AND owner = $2 AND state = 'running'"};
// A run that vanished leaves an error behind: what it did is not known.
constexpr Statement kTakeBack{
    "jobs.take_back",
    "DELETE FROM jobs WHERE key = $1 AND state = 'ready' AND attempt = 0 AND error IS NULL"};
constexpr Statement kFreePredecessors{
    "jobs.free_predecessors",
    "UPDATE jobs SET state = 'ready', owner = NULL, lease_until = NULL, error = $3, "
    "run_at = CASE WHEN attempt < 2 THEN run_at ELSE $6 END "
    "WHERE state = 'running' AND substr(owner, 1, CAST($5 AS INTEGER)) = $4 AND "
    "substr(owner, 1, CAST($2 AS INTEGER)) <> $1"};
constexpr Statement kTrim{
    "jobs.trim",
    "DELETE FROM jobs WHERE id IN (SELECT id FROM jobs WHERE state = 'done' AND ended_at IS NOT "
    "NULL AND ended_at < $1 ORDER BY ended_at LIMIT $2)"};
constexpr Statement kDue{
    "jobs.due",
    "SELECT count(*), min(run_at) FROM (SELECT run_at FROM jobs WHERE state = 'ready' AND run_at "
    "<= $1 ORDER BY run_at LIMIT $2) AS due"};
constexpr Statement kBusy{
    "jobs.busy",
    "SELECT (SELECT count(*) FROM jobs WHERE state = 'running') + (SELECT count(*) FROM jobs WHERE "
    "state = 'ready' AND run_at <= $1)"};

std::string quoted(const std::string& text) {
  std::string literal = "'";
  for (const char c : text) literal.append(c == '\'' ? 2 : 1, c);
  return literal + "'";
}

std::string now_of(db::Engine engine) {
  return std::string(engine == db::Engine::sqlite ? "$1" : kPostgresqlNow);
}

std::string_view skip_locked(db::Engine engine, std::string_view clause) {
  return engine == db::Engine::sqlite ? std::string_view() : clause;
}

/// A few steps only: the number is written out in the statement, so that the planner knows it.
int rounded_down(int limit) {
  int step = 1;
  while (step * 2 <= limit) step *= 2;
  return step;
}

/// The due jobs of some kinds; $3: the time.
std::string due_of(const Demand& demand, db::Engine engine) {
  std::string kinds;
  for (const std::string& kind : demand.kinds) {
    if (!kinds.empty()) kinds += ", ";
    kinds += quoted(kind);
  }
  return "SELECT j.id AS due_id FROM jobs AS j WHERE j.state = 'ready' AND j.run_at <= $3 AND "
         "j.kind IN (" +
         kinds +
         ") AND (j.lane IS NULL OR NOT EXISTS (SELECT 1 FROM jobs AS e WHERE e.lane = j.lane AND "
         "e.lane IS NOT NULL AND e.state IN ('ready', 'running') AND e.id < j.id)) "
         "ORDER BY j.run_at, j.id LIMIT " +
         std::to_string(rounded_down(demand.limit)) +
         std::string(skip_locked(engine, " FOR UPDATE OF j SKIP LOCKED"));
}

std::string claim_sql(const Demand& demand, db::Engine engine, const std::string& leases) {
  return "WITH due AS MATERIALIZED (" + due_of(demand, engine) +
         ") UPDATE jobs SET state = 'running', attempt = CASE WHEN error IS NULL THEN 1 ELSE "
         "attempt "
         "END, owner = $2, lease_until = " +
         now_of(engine) + " + " + leases +
         " FROM due WHERE id = due_id "
         "RETURNING id, kind, key, payload, lane, attempt, created_at, run_at, error";
}

}  // namespace

void JobTable::set_leases(const std::vector<Lease>& leases) {
  lease_cases_ = "CASE kind";
  for (const Lease& lease : leases) {
    const auto micros = std::chrono::microseconds(lease.length).count();
    lease_cases_ += " WHEN " + quoted(lease.kind) + " THEN " + std::to_string(micros);
  }
  // Never used: only kinds that have a lease are claimed. A CASE without WHEN would not parse.
  lease_cases_ += " WHEN '' THEN 0 ELSE 60000000 END";
}

std::int64_t JobTable::lease_now() const {
  return std::chrono::duration_cast<std::chrono::microseconds>(
             clock_.steady_now().time_since_epoch())
      .count();
}

void JobTable::put(db::Session& session, const JobId& id, const NewJob& job) const {
  const TimePoint now = clock_.now();
  const db::Param lane = job.lane.empty() ? db::Param(nullptr) : db::Param(job.lane);
  session.queue(kPut, {id, job.kind, job.key, lane, job.run_at.value_or(now), job.payload, now});
}

bool JobTable::put_claimed(db::Session& session, const Claimed& claimed,
                           std::chrono::seconds lease) const {
  const std::int64_t length = std::chrono::microseconds(lease).count();
  const std::int64_t until = engine_ == db::Engine::sqlite ? lease_now() + length : length;
  const Job& job = claimed.job;
  return session
             .run(kPutClaimed,
                  {job.id, job.kind, job.key, job.created_at, job.payload, claimed.owner, until})
             .affected() == 1;
}

Claims JobTable::claim(db::Session& session, const std::string& owner,
                       const std::vector<Demand>& demands) const {
  std::vector<db::Pending> answers;
  for (const Demand& demand : demands) {
    const std::string sql = claim_sql(demand, engine_, lease_cases_);
    answers.push_back(session.queue({"jobs.claim", sql}, {lease_now(), owner, clock_.now()}));
  }
  session.flush();
  Claims claims;
  std::vector<std::pair<std::int64_t, Claimed>> found;
  for (std::size_t i = 0; i < answers.size(); ++i) {
    const db::Rows& rows = answers[i].rows();
    if (rows.size() >= static_cast<std::size_t>(rounded_down(demands[i].limit))) claims.more = true;
    for (const db::Row row : db::each(rows)) {
      Job job{row.id<JobId>(0), row.string(1), row.string(2),
              row.string(3),    row.string(4), static_cast<int>(row.integer(5)),
              row.time(6)};
      Claimed::Past past = Claimed::Past::none;
      if (!row.is_null(8)) {
        past = row.text(8) == kCrashed ? Claimed::Past::crashed : Claimed::Past::failed;
      }
      found.emplace_back(row.integer(7), Claimed{std::move(job), owner, past});
    }
  }
  // RETURNING promises no order.
  std::sort(found.begin(), found.end(), [](const auto& a, const auto& b) {
    return std::tie(a.first, a.second.job.id) < std::tie(b.first, b.second.job.id);
  });
  for (auto& one : found) claims.jobs.push_back(std::move(one.second));
  return claims;
}

bool JobTable::done(db::Session& session, const Claimed& claimed) const {
  return session.run(kDone, {claimed.job.id, claimed.owner, clock_.now()}).affected() == 1;
}

bool JobTable::begin(db::Session& session, const Claimed& claimed) const {
  return session.run(kBegin, {claimed.job.id, claimed.owner}).affected() == 1;
}

bool JobTable::retry(db::Session& session, const Claimed& claimed, std::chrono::milliseconds delay,
                     std::string_view error) const {
  const TimePoint run_at = clock_.now() + delay;
  return session.run(kRetry, {claimed.job.id, claimed.owner, run_at, error}).affected() == 1;
}

bool JobTable::postpone(db::Session& session, const Claimed& claimed,
                        std::chrono::milliseconds delay, std::string_view error) const {
  const TimePoint run_at = clock_.now() + delay;
  return session.run(kPostpone, {claimed.job.id, claimed.owner, run_at, error}).affected() == 1;
}

bool JobTable::bury(db::Session& session, const Claimed& claimed, JobState state,
                    std::string_view error) const {
  const char* name = state == JobState::unknown ? "unknown" : "dead";
  return session.run(kBury, {claimed.job.id, claimed.owner, name, error, clock_.now()})
             .affected() == 1;
}

bool JobTable::extend(db::Session& session, const Claimed& claimed) const {
  const std::string sql = "UPDATE jobs SET lease_until = " + now_of(engine_) + " + " +
                          lease_cases_ + " WHERE id = $2 AND owner = $3 AND state = 'running'";
  return session.run({"jobs.extend", sql}, {lease_now(), claimed.job.id, claimed.owner})
             .affected() == 1;
}

bool JobTable::give_back(db::Session& session, const Claimed& claimed) const {
  return session.run(kGiveBack, {claimed.job.id, claimed.owner}).affected() == 1;
}

bool JobTable::take_back(db::Session& session, std::string_view key) {
  return session.run(kTakeBack, {key}).affected() == 1;
}

std::int64_t JobTable::free_expired(db::Session& session) const {
  const std::string sql =
      "UPDATE jobs SET state = 'ready', owner = NULL, lease_until = NULL, error = $2 WHERE id IN "
      "(SELECT id FROM jobs WHERE state = 'running' AND lease_until < " +
      now_of(engine_) + std::string(skip_locked(engine_, " FOR UPDATE SKIP LOCKED")) + ")";
  return session.run({"jobs.free_expired", sql}, {lease_now(), kCrashed}).affected();
}

std::int64_t JobTable::free_predecessors(db::Session& session, std::string_view installation,
                                         std::string_view process) const {
  return session
      .run(kFreePredecessors,
           {process, static_cast<std::int64_t>(process.size()), kCrashed, installation,
            static_cast<std::int64_t>(installation.size()), clock_.now() + kAfterCrashes})
      .affected();
}

std::int64_t JobTable::trim(db::Session& session, TimePoint before) const {
  return session.run(kTrim, {before, kTrimmedAtOnce}).affected();
}

DueJobs JobTable::due(db::Session& session) const {
  const db::Rows rows = session.run(kDue, {clock_.now(), kCountedDue});
  return {rows.front().integer(0), rows.front().optional_time(1)};
}

bool JobTable::busy(db::Session& session) const {
  return session.run(kBusy, {clock_.now()}).front().integer(0) > 0;
}

}  // namespace madoguchi::jobs
