// SPDX-License-Identifier: Apache-2.0
#include "core/service/masked_mails.h"

#include "core/domain/case.h"
#include "core/mail/card_numbers.h"
#include "core/service/log_messages.h"
#include "core/service/raw_mail.h"
#include "core/service/room.h"
#include "core/service/unit_of_work.h"
#include "core/store/cases.h"

namespace madoguchi::service {
namespace {

constexpr const char* kRemoveOriginal = "intake.remove_original";
constexpr const char* kMaskOriginal = "intake.mask_original";
/// As it came, decoded, masked.
constexpr std::int64_t kTimesToMask = 3;

jobs::Outcome mask_original(const Environment& env, const std::string& id) {
  using Found = std::optional<store::IntakeRecord>;
  const Result<Found> record = env.database.read([&](db::Session& session) -> Result<Found> {
    return store::Intake(session).by_id(domain::IntakeId(id));
  });
  if (!record) return jobs::Outcome::postpone(record.error().describe());
  if (!*record) return jobs::Outcome::done();
  const Result<Room> room = room_for(env, static_cast<std::size_t>((*record)->size * kTimesToMask),
                                     std::chrono::milliseconds(0));
  if (!room) return jobs::Outcome::postpone(room.error().describe());
  const Result<std::string> raw = open_raw(env, **record);
  if (!raw) return jobs::Outcome::retry(raw.error().describe());
  std::string masked = mail::mask_mail(*raw);
  if (masked == *raw) return jobs::Outcome::done();
  const store::Blobs::Prepared sealed = env.blobs.prepare_replacement(id, std::move(masked));
  const Result<void> kept = env.database.in_transaction([&](db::Session& session) -> Result<void> {
    keep_masked(env, session, {{}, "hub"}, **record, sealed);
    return {};
  });
  return kept ? jobs::Outcome::done() : jobs::Outcome::postpone(kept.error().describe());
}

}  // namespace

void remove_file_later(const Environment& env, db::Session& session, const std::string& name) {
  env.queue.put(session, {kRemoveOriginal, std::string(kRemoveOriginal) + ":" + name, name});
}

void keep_masked(const Environment& env, db::Session& session, const domain::Caller& caller,
                 const store::IntakeRecord& record, const store::Blobs::Prepared& masked) {
  const std::string& id = record.id.str();
  if (!record.sealed.empty()) store::Intake(session).forget_sealed(record.id);
  if (env.blobs.replace(session, masked)) {
    remove_file_later(env, session, id);
  }
  store::ChangeEntry entry;
  entry.event = "message.card_number_masked";
  entry.object_type = "intake";
  entry.object_id = record.id.str();
  if (record.case_sequence) {
    entry.object_type = "case";
    entry.object_id = domain::case_number(*record.case_sequence);
    const std::optional<store::CaseRecord> found =
        store::Cases(session).by_sequence(*record.case_sequence);
    if (found) entry.case_id = found->value.id;
  }
  for (const store::IntakeRecipient& recipient : record.recipients) {
    entry.mailboxes.push_back(recipient.mailbox);
  }
  if (record.message) entry.fields.push_back({"message", "", record.message->str()});
  announce(env, session, caller, std::move(entry));
  session.after_commit([&env, id = record.id] {
    env.log.write(kCardNumberMasked, {{"intake", id}});
  });
}

std::vector<jobs::JobKind> masking_jobs(const Environment& env) {
  jobs::JobKind remove;
  remove.name = kRemoveOriginal;
  remove.run = [&env](const jobs::Job& job, jobs::Claim&) {
    const Result<void> removed = env.blobs.remove_file(job.payload);
    return removed ? jobs::Outcome::done() : jobs::Outcome::postpone(removed.error().describe());
  };
  jobs::JobKind mask;
  mask.name = kMaskOriginal;
  mask.run = [&env](const jobs::Job& job, jobs::Claim&) { return mask_original(env, job.payload); };
  return {std::move(remove), std::move(mask)};
}

}  // namespace madoguchi::service
