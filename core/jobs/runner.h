// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/base/clock.h"
#include "core/db/database.h"
#include "core/jobs/queue.h"
#include "core/jobs/retry.h"
#include "core/observe/log.h"
#include "core/observe/metrics.h"

namespace madoguchi::jobs {

/// One kind of job and how it is run.
struct JobKind {
  std::string name;
  /// Does the work. May run again after a crash, so its effect must be idempotent. An exception
  /// counts as Outcome::retry.
  std::function<Outcome(const Job&, Claim&)> run;
  /// Called in the transaction that gives a job up (dead), after the last attempt failed or
  /// crashed.
  std::function<void(const Job&, const std::string& error, db::Session&)> given_up = {};
  RetryPolicy retry = {};
  std::chrono::seconds lease{60};
  /// At most this many at once in this process; 0: as many as there are workers.
  int concurrency = 0;
  /// More than any run ever works, in time of its thread at the processor; twenty times as much is
  /// more than any takes by the clock. 0: no limit. What goes on beyond will not end any more: it
  /// counts as failed, and the process has to end, for its thread cannot.
  std::chrono::milliseconds most_work{0};
};

struct RunnerOptions {
  int workers = 4;
  int batch = 32;                        ///< jobs claimed in one transaction at most
  std::chrono::milliseconds poll{1000};  ///< how often to look without being woken
  /// Called when a run went on beyond its most_work and that is written down. From here on one
  /// thread does nothing of use, and the runner cannot be destroyed.
  std::function<void()> on_hung = {};
};

/// Claims due jobs (SKIP LOCKED on PostgreSQL, the writer on SQLite) and runs them on its workers.
/// Leases are rows on the database's clock and are renewed while a job runs. Every lease of an
/// earlier process of this installation is void at start. Safe for use by many threads.
class Runner final : public Queue {
 public:
  Runner(db::Database& database, const Clock& clock, IdSource& ids, observe::Log& log,
         observe::Registry& metrics, RunnerOptions options);
  ~Runner() override;

  void add(JobKind kind);
  void put(db::Session& session, const NewJob& job) override;

  /// Starts the threads. Kinds are added before.
  void start();
  /// Stops claiming, waits for running jobs up to `limit`, gives back what was claimed and not
  /// begun. Called again, it waits once more.
  void stop(std::chrono::milliseconds limit);
  /// Looks for due jobs now.
  void wake();
  /// Whether this process runs no job: a good moment for what can wait.
  [[nodiscard]] bool resting();
  /// Waits until no due job is ready or running; false at the limit. For tests and benchmarks.
  bool idle_within(std::chrono::milliseconds limit);

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace madoguchi::jobs
