// SPDX-License-Identifier: Apache-2.0
#include "core/service/raw_mail.h"

namespace madoguchi::service {
namespace {

constexpr const char* kRemoveOriginal = "intake.remove_original";

std::string aad_of(const domain::IntakeId& id) { return "intake|raw|" + id.str() + "|1"; }

}  // namespace

std::string seal_raw(const Environment& env, const domain::IntakeId& id, std::string_view raw) {
  return env.keys.seal(raw, aad_of(id));
}

Result<std::string> open_raw(const Environment& env, const store::IntakeRecord& record) {
  if (record.sealed.empty()) return env.blobs.read(record.id.str());
  return env.keys.open(record.sealed, aad_of(record.id));
}

MaskedRaw seal_masked(const Environment& env, const store::IntakeRecord& record,
                      std::string_view raw) {
  if (record.size > static_cast<std::int64_t>(store::Blobs::kInRow)) {
    return env.blobs.prepare_replacement(record.id.str(), raw);
  }
  return seal_raw(env, record.id, raw);
}

void replace_raw(const Environment& env, db::Session& session, const domain::IntakeId& id,
                 const MaskedRaw& masked) {
  if (const auto* sealed = std::get_if<std::string>(&masked)) {
    store::Intake(session).replace_raw(id, *sealed);
  } else if (env.blobs.replace(session, std::get<store::Blobs::Prepared>(masked))) {
    env.queue.put(session,
                  {kRemoveOriginal, std::string(kRemoveOriginal) + ":" + id.str(), id.str()});
  }
}

jobs::JobKind remove_original_job(const Environment& env) {
  jobs::JobKind kind;
  kind.name = kRemoveOriginal;
  kind.run = [&env](const jobs::Job& job, jobs::Claim&) {
    const Result<void> removed = env.blobs.remove_file(job.payload);
    return removed ? jobs::Outcome::done() : jobs::Outcome::postpone(removed.error().describe());
  };
  return kind;
}

}  // namespace madoguchi::service
