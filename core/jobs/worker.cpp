// SPDX-License-Identifier: Apache-2.0
#include "core/jobs/worker.h"

#include <poll.h>

#include <exception>
#include <random>

#include "core/jobs/messages.h"

namespace madoguchi::jobs {

namespace {

/// How often writing down an end is tried; the waits between double from 50 ms, 1.5 s in all.
constexpr int kEndTries = 6;
constexpr std::chrono::milliseconds kPostponed{2000};

class HeldClaim final : public Claim {
 public:
  HeldClaim(db::Database& database, const JobTable& table, Held& held)
      : database_(database), table_(table), held_(held) {}

  Result<void> done(db::Session& session) override {
    if (!table_.done(session, held_.claimed)) return fail(lease_lost());
    session.after_commit([this] { held_.ended = true; });
    return {};
  }
  Result<void> extend() override {
    return database_.in_transaction([this](db::Session& session) -> Result<void> {
      if (!table_.extend(session, held_.claimed)) return fail(lease_lost());
      return {};
    });
  }

 private:
  db::Database& database_;
  const JobTable& table_;
  Held& held_;
};

double random_fraction() {
  thread_local std::minstd_rand random(std::random_device{}());
  return std::uniform_real_distribution<double>(0.0, 1.0)(random);
}

}  // namespace

Error lease_lost() {
  return Error::conflict("lease-lost", {"Somebody else has taken this job over.",
                                        "この処理は別の担当に引き継がれました。"});
}

Worker::Worker(db::Database& database, const JobTable& table, const Clock& clock, observe::Log& log,
               observe::Registry& metrics)
    : database_(database),
      table_(table),
      clock_(clock),
      log_(log),
      runs_(metrics.counters("madoguchi_jobs_run_total", "Runs of jobs by how they ended.",
                             {"kind", "outcome"})),
      seconds_(metrics.histograms("madoguchi_jobs_run_seconds", "How long runs of jobs took.",
                                  {"kind"}, observe::Histogram::latency_bounds())) {}

void Worker::run(Held& held) const {
  if (held.lost) return;
  if (held.claimed.past != Claimed::Past::none && !begin(held)) return;
  const SteadyPoint begun = clock_.steady_now();
  held.workload.begin(begun);
  const Outcome outcome = outcome_of(held);
  seconds_.with({held.kind.name})
      .observe(std::chrono::duration<double>(clock_.steady_now() - begun).count());
  if (held.ended) {
    runs_.with({held.kind.name, "done"}).add();
    return;
  }
  end(held, outcome);
}

void Worker::abandon(Held& held) const {
  const Job& job = held.claimed.job;
  log_.write(messages::kHung,
             {{"job", job.id}, {"kind", job.kind}, {"attempt", job.attempt}, {"key", job.key}});
  end(held, Outcome::retry("it did not end"));
}

bool Worker::begin(Held& held) const {
  const Result<bool> ours = database_.in_transaction(
      [&](db::Session& session) -> Result<bool> { return table_.begin(session, held.claimed); });
  // What could not be counted is not begun: its lease ends, or the database comes back first.
  if (!ours || !*ours) return false;
  ++held.claimed.job.attempt;
  return true;
}

Outcome Worker::outcome_of(Held& held) const {
  const Job& job = held.claimed.job;
  // Only a process that died can have used up the attempts without giving the job up.
  if (job.attempt > held.kind.retry.max_attempts) {
    return Outcome::dead("the process ended during each of " +
                         std::to_string(held.kind.retry.max_attempts) + " attempts");
  }
  HeldClaim claim(database_, table_, held);
  std::string what;
  try {
    return held.kind.run(job, claim);
  } catch (const std::exception& error) {
    what = error.what();
  } catch (...) {
    what = "not a std::exception";
  }
  log_.write(messages::kThrew, {{"job", job.id}, {"kind", job.kind}, {"what", what}});
  return Outcome::retry("the handler threw: " + what);
}

void Worker::end(Held& held, const Outcome& outcome) const {
  const double random = random_fraction();
  for (int attempt = 1;; ++attempt) {
    Result<const char*> ended = fail(Error::internal("not tried"));
    try {
      ended = end_once(held, outcome, random);
    } catch (const std::exception& error) {
      ended = fail(Error::internal(std::string("given_up threw: ") + error.what()));
    }
    if (ended) return report(held, outcome, *ended);
    if (ended.error().type == "lease-lost") return report(held, outcome, "lost");
    const bool hopeful = ended.error().code == ErrorCode::unavailable;
    if (!hopeful || attempt == kEndTries) {
      log_.write(
          messages::kNotEnded,
          {{"job", held.claimed.job.id}, {"kind", held.kind.name}, {"error", ended.error()}});
      runs_.with({held.kind.name, "not_ended"}).add();
      return;
    }
    ::poll(nullptr, 0, 25 << attempt);
  }
}

/// How it ended: "done", "retry", "postponed", "dead" or "unknown".
Result<const char*> Worker::end_once(Held& held, const Outcome& outcome, double random) const {
  const Claimed& claimed = held.claimed;
  return database_.in_transaction([&](db::Session& session) -> Result<const char*> {
    bool ours = false;
    const char* how = "done";
    std::optional<std::chrono::milliseconds> delay;
    if (outcome.kind == Outcome::Kind::retry) {
      delay = next_delay(held.kind.retry, claimed.job.attempt, random, outcome.retry_after);
    }
    if (outcome.kind == Outcome::Kind::done) {
      ours = table_.done(session, claimed);
    } else if (outcome.kind == Outcome::Kind::postpone) {
      how = "postponed";
      ours = table_.postpone(
          session, claimed,
          outcome.retry_after ? std::chrono::milliseconds(*outcome.retry_after) : kPostponed,
          outcome.error);
    } else if (delay) {
      how = "retry";
      ours = table_.retry(session, claimed, *delay, outcome.error);
    } else if (outcome.kind == Outcome::Kind::unknown) {
      how = "unknown";
      ours = table_.bury(session, claimed, JobState::unknown, outcome.error);
    } else {
      how = "dead";
      ours = table_.bury(session, claimed, JobState::dead, outcome.error);
      if (ours && held.kind.given_up) held.kind.given_up(claimed.job, outcome.error, session);
    }
    if (!ours) return fail(lease_lost());
    return how;
  });
}

void Worker::report(const Held& held, const Outcome& outcome, const std::string& how) const {
  runs_.with({held.kind.name, how}).add();
  if (how == "done") return;
  const bool again = how == "retry" || how == "postponed";
  const observe::LogMessage& message = again              ? messages::kRetry
                                       : how == "dead"    ? messages::kDead
                                       : how == "unknown" ? messages::kUnknown
                                                          : messages::kLeaseLost;
  const Job& job = held.claimed.job;
  log_.write(
      message,
      {{"job", job.id}, {"kind", job.kind}, {"attempt", job.attempt}, {"error", outcome.error}});
}

}  // namespace madoguchi::jobs
