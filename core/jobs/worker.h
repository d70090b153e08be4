// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include "core/base/clock.h"
#include "core/db/database.h"
#include "core/jobs/hand.h"
#include "core/observe/log.h"
#include "core/observe/metrics.h"

namespace madoguchi::jobs {

/// Runs claimed jobs one by one and writes down how each ended. Safe for use by many threads.
class Worker {
 public:
  Worker(db::Database& database, const JobTable& table, const Clock& clock, observe::Log& log,
         observe::Registry& metrics);

  void run(Held& held) const;
  /// Writes down, from another thread, that a run failed because it does not end.
  void abandon(Held& held) const;

 private:
  /// Counts a further run before it happens; false when the job is somebody else's, or cannot be
  /// counted now.
  bool begin(Held& held) const;
  Outcome outcome_of(Held& held) const;
  /// Writes the end down, again and again while the database cannot take it, for a while.
  void end(Held& held, const Outcome& outcome) const;
  Result<const char*> end_once(Held& held, const Outcome& outcome, double random) const;
  void report(const Held& held, const Outcome& outcome, const std::string& how) const;

  db::Database& database_;
  const JobTable& table_;
  const Clock& clock_;
  observe::Log& log_;
  observe::Family<observe::Counter>& runs_;
  observe::Family<observe::Histogram>& seconds_;
};

/// conflict "lease-lost".
[[nodiscard]] Error lease_lost();

}  // namespace madoguchi::jobs
