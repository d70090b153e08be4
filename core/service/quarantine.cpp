// SPDX-License-Identifier: Apache-2.0
#include "core/service/quarantine.h"

#include <algorithm>

#include "core/service/directory.h"
#include "core/service/raw_mail.h"
#include "core/service/unit_of_work.h"

namespace madoguchi::service {
namespace {

using domain::IntakeOutcome;

constexpr int kAtOnce = 1000;

Error no_such_mail() {
  return Error::not_found(
      {"There is no such mail in quarantine.", "隔離されたメールの中に該当するものはありません。"});
}

Error quarantine_of_no_mailbox() {
  return Error::invalid("/mailbox",
                        {"There is no such mailbox.", "そのメールボックスはありません。"});
}

QuarantinedDto quarantined_of(const store::IntakeRecord& record, const DirectoryView& directory) {
  QuarantinedDto dto;
  dto.id = record.id.str();
  dto.received_at = record.received_at;
  dto.source = record.source;
  dto.sender = record.sender;
  for (const store::IntakeRecipient& recipient : record.recipients) {
    const domain::Mailbox* mailbox = directory.mailbox(recipient.mailbox);
    if (mailbox != nullptr) dto.mailboxes.push_back(mailbox->name);
  }
  dto.size = record.size;
  dto.reason = record.reason;
  if (!record.decision.empty()) dto.error = record.decision.back().saw;
  dto.attempts = record.attempts;
  dto.discarded_at = record.discarded_at;
  if (record.discarded_at) {
    dto.discarded_by = record.discarded_by;
    dto.discard_reason = record.discard_reason;
  }
  return dto;
}

bool sees(const domain::Caller& caller, const store::IntakeRecord& record) {
  return std::any_of(
      record.recipients.begin(), record.recipients.end(),
      [&](const store::IntakeRecipient& recipient) { return caller.scope.has(recipient.mailbox); });
}

Result<store::IntakeRecord> find(db::Session& session, const domain::Caller& caller,
                                 const std::string& id) {
  std::optional<store::IntakeRecord> record = store::Intake(session).lock(domain::IntakeId(id));
  if (!record || record->outcome != IntakeOutcome::quarantined || !sees(caller, *record)) {
    return fail(no_such_mail());
  }
  return std::move(*record);
}

store::ChangeEntry entry_of(const store::IntakeRecord& record, const char* event) {
  store::ChangeEntry entry;
  entry.event = event;
  entry.object_type = "intake";
  entry.object_id = record.id.str();
  for (const store::IntakeRecipient& recipient : record.recipients) {
    entry.mailboxes.push_back(recipient.mailbox);
  }
  return entry;
}

}  // namespace

Result<QuarantineListing> QuarantineService::list(const domain::Caller& caller,
                                                  const std::optional<std::string>& mailbox,
                                                  bool discarded,
                                                  const std::optional<store::IntakePlace>& after,
                                                  int limit) {
  const auto directory = env_.directory.view();
  if (!directory) return fail(directory.error());
  store::IntakeQuery query;
  query.outcome = IntakeOutcome::quarantined;
  query.discarded = discarded;
  query.scope = caller.scope;
  query.limit = limit;
  if (mailbox) {
    const domain::Mailbox* named = (*directory)->mailbox_named(*mailbox);
    if (named == nullptr) return fail(quarantine_of_no_mailbox());
    query.mailbox = named->id;
  }
  Result<store::IntakePage> page =
      env_.database.read([&](db::Session& session) -> Result<store::IntakePage> {
        return store::Intake(session).list(query, after);
      });
  if (!page) return fail(std::move(page.error()));
  QuarantineListing listing;
  for (const store::IntakeRecord& record : page->items) {
    listing.items.push_back(quarantined_of(record, **directory));
  }
  listing.next = std::move(page->next);
  return listing;
}

Result<Content> QuarantineService::raw(const domain::Caller& caller, const std::string& id) {
  if (!caller.may(domain::Permission::hazards_read)) {
    return fail(Error::forbidden({"Only an administrator may read a mail that was put aside.",
                                  "隔離されたメールは管理者だけが閲覧できます。"}));
  }
  const Result<store::IntakeRecord> record =
      env_.database.in_transaction([&](db::Session& session) -> Result<store::IntakeRecord> {
        Result<store::IntakeRecord> found = find(session, caller, id);
        if (found) announce(env_, session, caller, entry_of(*found, "intake.raw_read"));
        return found;
      });
  if (!record) return fail(record.error());
  return raw_content(env_, *record, id);
}

void QuarantineService::hand_in_again(db::Session& session, const domain::Caller& caller,
                                      store::IntakeRecord& record) {
  store::ChangeEntry entry = entry_of(record, "intake.reprocessed");
  entry.fields = {{"outcome", "quarantined", "undecided"}};
  if (record.discarded_at) entry.fields.push_back({"discard_reason", record.discard_reason, ""});
  intake_.decide_again(session, record);
  announce(env_, session, caller, std::move(entry));
}

Result<QuarantinedDto> QuarantineService::reprocess(const Context& context, const std::string& id) {
  const auto directory = env_.directory.view();
  if (!directory) return fail(directory.error());
  return command(env_, context, [&](db::Session& session) -> Result<QuarantinedDto> {
    Result<store::IntakeRecord> record = find(session, context.caller, id);
    if (!record) return fail(std::move(record.error()));
    hand_in_again(session, context.caller, *record);
    return quarantined_of(*record, **directory);
  });
}

Result<ReprocessedDto> QuarantineService::reprocess(const Context& context,
                                                    const ReprocessDto& wish) {
  const auto directory = env_.directory.view();
  if (!directory) return fail(directory.error());
  const domain::Mailbox* mailbox = nullptr;
  if (wish.mailbox) {
    mailbox = (*directory)->mailbox_named(*wish.mailbox);
    if (mailbox == nullptr) return fail(quarantine_of_no_mailbox());
  }
  return command(env_, context, [&](db::Session& session) -> Result<ReprocessedDto> {
    ReprocessedDto done;
    std::vector<std::string> ids;
    if (wish.ids) {
      ids = *wish.ids;
    } else {
      store::IntakeQuery query;
      query.outcome = IntakeOutcome::quarantined;
      query.discarded = false;
      query.scope = context.caller.scope;
      if (mailbox != nullptr) query.mailbox = mailbox->id;
      query.limit = kAtOnce;
      const store::IntakePage page = store::Intake(session).list(query, std::nullopt);
      done.more = page.next.has_value();
      for (const store::IntakeRecord& record : page.items) ids.push_back(record.id.str());
    }
    // In one order, so that two of these at once do not wait for each other.
    std::sort(ids.begin(), ids.end());
    for (const std::string& id : ids) {
      Result<store::IntakeRecord> record = find(session, context.caller, id);
      const bool fits = record && (mailbox == nullptr ||
                                   std::any_of(record->recipients.begin(), record->recipients.end(),
                                               [&](const store::IntakeRecipient& recipient) {
                                                 return recipient.mailbox == mailbox->id;
                                               }));
      if (!fits) {
        ++done.skipped;
        continue;
      }
      hand_in_again(session, context.caller, *record);
      ++done.queued;
    }
    return done;
  });
}

Result<QuarantinedDto> QuarantineService::discard(const Context& context, const std::string& id,
                                                  const std::string& reason) {
  if (Result<void> clean = refuse_card_numbers(reason, "/reason"); !clean) {
    return fail(std::move(clean.error()));
  }
  const auto directory = env_.directory.view();
  if (!directory) return fail(directory.error());
  return command(env_, context, [&](db::Session& session) -> Result<QuarantinedDto> {
    Result<store::IntakeRecord> record = find(session, context.caller, id);
    if (!record) return fail(std::move(record.error()));
    if (record->discarded_at) return quarantined_of(*record, **directory);
    record->discarded_at = env_.clock.now();
    record->discarded_by = context.caller.name;
    record->discard_reason = reason;
    store::Intake(session).decide(*record);
    store::ChangeEntry entry = entry_of(*record, "intake.discarded");
    entry.fields = {{"discard_reason", "", reason}};
    announce(env_, session, context.caller, std::move(entry));
    return quarantined_of(*record, **directory);
  });
}

}  // namespace madoguchi::service
