// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <pthread.h>
#include <time.h>

#include <atomic>
#include <chrono>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/base/clock.h"
#include "core/base/guarded.h"
#include "core/jobs/job_table.h"
#include "core/jobs/runner.h"

namespace madoguchi::jobs {

/// How long a job has been run; begun by the thread that runs it, looked at by another.
class Workload {
 public:
  void begin(SteadyPoint now);
  /// Whether it went on beyond JobKind::most_work, at the processor or by the clock; not before it
  /// has begun.
  [[nodiscard]] bool exceeds(std::chrono::milliseconds most, SteadyPoint now) const;

 private:
  std::atomic<bool> begun_{false};
  SteadyPoint at_{};
  clockid_t clock_{};
  std::chrono::nanoseconds before_{0};
};

/// A claimed job of this process, from the claim to its end.
struct Held {
  Held(Claimed claimed_job, const JobKind& job_kind, SteadyPoint now)
      : claimed(std::move(claimed_job)), kind(job_kind), renew_at(now + job_kind.lease / 3) {}

  Claimed claimed;  ///< its job's attempt is counted up once, by the worker, before the run
  const JobKind& kind;
  std::atomic<bool> ended{false};  ///< Claim::done was committed
  std::atomic<bool> lost{false};   ///< somebody else has the job
  SteadyPoint renew_at;            ///< of the thread that renews
  Workload workload;
};

/// What this process has claimed: waiting for a worker, or being run. Safe for use by many threads.
class Hand {
 public:
  Hand(int workers, int batch) : workers_(workers), batch_(batch) {}

  /// False, and nothing is taken, when no job is begun any more.
  [[nodiscard]] bool add(const std::vector<std::shared_ptr<Held>>& jobs);
  /// Waits for a job to run; null when there will be none any more. A job that a process ended with
  /// runs alone among its kind, so that if it is the cause, it takes no other with it again.
  [[nodiscard]] std::shared_ptr<Held> next();
  /// Whether the stock is low: a worker may soon have nothing to do.
  bool finished(const Held& held, std::chrono::steady_clock::duration took);

  /// How many jobs may be claimed now. Jobs are kept in stock only while they are quick: a stock
  /// behind slow ones would be missed by other processes.
  [[nodiscard]] int room();
  [[nodiscard]] std::map<std::string, int> count_by_kind();
  [[nodiscard]] std::vector<std::shared_ptr<Held>> all();
  [[nodiscard]] bool empty();

  /// No job is begun from now on; the ones that were not are returned.
  [[nodiscard]] std::vector<std::shared_ptr<Held>> close();
  /// Waits until no job is being run; false at the deadline.
  bool drained_by(std::chrono::steady_clock::time_point deadline);
  /// Waits until a job has finished since `seen` did, or the deadline.
  void wait_for_change(std::chrono::steady_clock::time_point deadline);

 private:
  struct Jobs {
    std::deque<std::shared_ptr<Held>> waiting;
    std::vector<std::shared_ptr<Held>> running;
    /// Of a job's run; begins slow, so that the first claims are small.
    std::chrono::duration<double> usual{1.0};
    std::uint64_t finished = 0;
    bool closed = false;

    /// The first that may begin now, or the end.
    [[nodiscard]] std::deque<std::shared_ptr<Held>>::iterator next();
  };

  const int workers_;
  const int batch_;
  Monitor<Jobs> jobs_;
};

}  // namespace madoguchi::jobs
