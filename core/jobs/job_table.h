// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.h"
#include "core/db/database.h"
#include "core/jobs/queue.h"

namespace madoguchi::jobs {

/// A job in somebody's hand: only this owner may end this run.
struct Claimed {
  /// What became of it before: nothing yet, a run that failed or was put off, or a process that
  /// ended with it, which it may have been the cause of.
  enum class Past { none, failed, crashed };

  Job job;
  std::string owner;  ///< of this claim alone
  Past past = Past::none;
};

/// How many jobs of some kinds are wanted; fewer may be claimed at a time. At least one of both.
struct Demand {
  std::vector<std::string> kinds;
  int limit = 0;
};

struct Claims {
  std::vector<Claimed> jobs;
  bool more = false;  ///< a limit was reached: others that are due may be left
};

struct DueJobs {
  std::int64_t count = 0;  ///< at most kCountedDue
  std::optional<TimePoint> oldest;
};

inline constexpr std::int64_t kCountedDue = 10000;

/// The SQL of the table `jobs`. Every function runs in the caller's unit of work and throws
/// Failure. Leases are on PostgreSQL's clock there, and on this process's steady clock on SQLite.
class JobTable {
 public:
  /// One kind's lease; kinds that are not named are never claimed.
  struct Lease {
    std::string kind;
    std::chrono::seconds length;
  };

  JobTable(db::Engine engine, const Clock& clock) : engine_(engine), clock_(clock) {}
  void set_leases(const std::vector<Lease>& leases);

  void put(db::Session& session, const JobId& id, const NewJob& job) const;
  /// Puts a due job and claims it at once; false when its key is there already.
  [[nodiscard]] bool put_claimed(db::Session& session, const Claimed& claimed,
                                 std::chrono::seconds lease) const;
  /// Takes due jobs, oldest first: of each lane only its first, and that only when it is due.
  [[nodiscard]] Claims claim(db::Session& session, const std::string& owner,
                             const std::vector<Demand>& demands) const;

  // The following hold only while the job is still its claimer's; false when it is not.
  bool done(db::Session& session, const Claimed& claimed) const;
  /// Counts the run that is about to begin; for jobs with a past. A first run counts from its
  /// claim, which spares it this write.
  bool begin(db::Session& session, const Claimed& claimed) const;
  bool retry(db::Session& session, const Claimed& claimed, std::chrono::milliseconds delay,
             std::string_view error) const;
  /// As retry, and the run does not count.
  bool postpone(db::Session& session, const Claimed& claimed, std::chrono::milliseconds delay,
                std::string_view error) const;
  /// `state`: dead or unknown.
  bool bury(db::Session& session, const Claimed& claimed, JobState state,
            std::string_view error) const;
  bool extend(db::Session& session, const Claimed& claimed) const;
  /// Undoes a claim that was not begun: it does not count as an attempt.
  bool give_back(db::Session& session, const Claimed& claimed) const;

  /// Takes a job back that nobody has ever begun; false when somebody has, or there is none.
  [[nodiscard]] static bool take_back(db::Session& session, std::string_view key);

  /// Makes jobs ready whose lease has run out; how many.
  [[nodiscard]] std::int64_t free_expired(db::Session& session) const;
  /// Makes jobs ready that are held by owners whose name begins with `installation` and not with
  /// `process`: those processes are gone (db::Database::installation). With a pause after the
  /// second time.
  [[nodiscard]] std::int64_t free_predecessors(db::Session& session, std::string_view installation,
                                               std::string_view process) const;
  /// Forgets some done jobs that ended before `before`; how many.
  [[nodiscard]] std::int64_t trim(db::Session& session, TimePoint before) const;
  [[nodiscard]] DueJobs due(db::Session& session) const;
  /// Jobs that are due or running.
  [[nodiscard]] bool busy(db::Session& session) const;

 private:
  [[nodiscard]] std::int64_t lease_now() const;

  db::Engine engine_;
  const Clock& clock_;
  std::string lease_cases_;  ///< CASE kind WHEN … THEN micros … END
};

}  // namespace madoguchi::jobs
