// SPDX-License-Identifier: Apache-2.0
#include "core/service/case_waking.h"

#include "core/service/case_access.h"
#include "core/service/case_wishes.h"

namespace madoguchi::service {
namespace {

constexpr char kJobKind[] = "cases.wake";

jobs::Outcome wake(const Environment& env, const jobs::Job& job, jobs::Claim& claim) {
  // "TIME CASE": another time has a job of its own.
  const std::size_t space = job.payload.find(' ');
  const TimePoint until = from_micros(number_of_key(job.payload.substr(0, space)));
  const domain::CaseId id(job.payload.substr(space + 1));
  const Result<void> woken = env.database.in_transaction([&](db::Session& session) -> Result<void> {
    std::optional<store::CaseRecord> record = store::Cases(session).by_id(id);
    if (record && record->value.pending_until == until && !record->value.merged_into) {
      const domain::Change change = domain::wake(record->value);
      if (!change.empty()) save_case(env, session, {}, record->value, change);
    }
    return claim.done(session);
  });
  return woken ? jobs::Outcome::done() : jobs::Outcome::retry(woken.error().describe());
}

}  // namespace

jobs::JobKind waking_job(const Environment& env) {
  jobs::JobKind kind;
  kind.name = kJobKind;
  kind.run = [&env](const jobs::Job& job, jobs::Claim& claim) { return wake(env, job, claim); };
  return kind;
}

void wake_later(const Environment& env, db::Session& session, const domain::Case& value) {
  if (!value.pending_until) return;
  jobs::NewJob job;
  job.kind = kJobKind;
  // With the version: a job that was done is remembered for a while.
  job.key = std::string(kJobKind) + ":" + value.id.str() + ":" + std::to_string(value.version);
  job.payload = std::to_string(to_micros(*value.pending_until)) + " " + value.id.str();
  job.run_at = value.pending_until;
  env.queue.put(session, job);
}

}  // namespace madoguchi::service
