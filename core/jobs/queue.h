// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/clock.h"
#include "core/base/id.h"
#include "core/base/result.h"
#include "core/db/session.h"

namespace madoguchi::jobs {

struct JobTag;
using JobId = Id<JobTag>;

/// ready: waits for run_at; running: leased; done; dead: given up, shown to operators;
/// unknown: a side effect may have happened, never repeated blindly.
enum class JobState { ready, running, done, dead, unknown };

/// A side effect to be carried out after the transaction that decided it.
struct NewJob {
  std::string kind;     ///< which handler
  std::string key;      ///< unique: putting the same key again changes nothing
  std::string payload;  ///< the handler's own format (JSON, or an id)
  std::optional<TimePoint> run_at = std::nullopt;  ///< default: now
  std::string lane = {};  ///< jobs of one lane run one after the other, in the order they were put
};

struct Job {
  JobId id;
  std::string kind;
  std::string key;
  std::string payload;
  std::string lane;
  int attempt = 1;  ///< this run is the attempt-th
  TimePoint created_at;
};

/// Puts a job in the caller's transaction. Wakes the runner of this process after the commit.
class Queue {
 public:
  virtual ~Queue() = default;
  virtual void put(db::Session& session, const NewJob& job) = 0;
};

/// The right to end one run of a job. `done` belongs into the transaction of the job's effect: it
/// is fenced, so that a run whose lease was lost to somebody else rolls its effect back.
class Claim {
 public:
  virtual ~Claim() = default;
  /// Marks the job done in this transaction; conflict "lease-lost" when it is no longer ours.
  virtual Result<void> done(db::Session& session) = 0;
  /// Puts off the lease's end; called by handlers that take long.
  virtual Result<void> extend() = 0;
};

/// How a run ended, when it has not called Claim::done itself.
struct Outcome {
  enum class Kind { done, retry, postpone, dead, unknown } kind = Kind::done;
  std::string error = {};  ///< what operators read; no personal data
  std::optional<std::chrono::seconds> retry_after = std::nullopt;  ///< the other side's wish

  static Outcome done() { return {}; }
  static Outcome retry(std::string why, std::optional<std::chrono::seconds> after = std::nullopt) {
    return {Kind::retry, std::move(why), after};
  }
  /// Not the job's fault: the database or the disk is away. Runs again soon, and this run does not
  /// count as one of its attempts.
  static Outcome postpone(std::string why,
                          std::optional<std::chrono::seconds> after = std::nullopt) {
    return {Kind::postpone, std::move(why), after};
  }
  static Outcome dead(std::string why) { return {Kind::dead, std::move(why), std::nullopt}; }
  static Outcome unknown(std::string why) { return {Kind::unknown, std::move(why), std::nullopt}; }
};

}  // namespace madoguchi::jobs
