// SPDX-License-Identifier: Apache-2.0
#include "core/service/drafts.h"

#include "core/mail/html.h"
#include "core/service/case_access.h"
#include "core/service/case_dto_of.h"
#include "core/service/message_wishes.h"
#include "core/service/unit_of_work.h"
#include "core/store/drafts.h"
#include "core/store/messages.h"

namespace madoguchi::service {
namespace {

Error no_draft() {
  return Error::not_found({"You have no draft in this case.", "このケースに下書きはありません。"});
}

DraftDto dto_of(db::Session& session, const store::Draft& draft, const std::string& number) {
  DraftSaveDto content = store::from_column<DraftSaveDto>(draft.content);
  DraftDto dto;
  dto.case_number = number;
  dto.kind = content.kind;
  dto.text = std::move(content.text);
  dto.html = std::move(content.html);
  dto.subject = std::move(content.subject);
  dto.to = std::move(content.to);
  dto.cc = std::move(content.cc);
  dto.bcc = std::move(content.bcc);
  dto.after = std::move(content.after);
  dto.saved_at = draft.saved_at;
  dto.version = draft.version;
  store::Messages messages(session);
  for (const std::string& id : content.attachments) {
    const auto upload = messages.attachment(domain::AttachmentId(id));
    if (upload && !upload->message)
      dto.attachments.push_back(attachment_dto_of(upload->attachment));
  }
  return dto;
}

Error stale(db::Session& session, const store::Draft& draft, const std::string& number) {
  return Error::stale().with_member("current", json::to_string(dto_of(session, draft, number)));
}

Result<void> check_draft(const DraftSaveDto& wish) {
  if (Result<void> clean = refuse_card_numbers(wish.text, "/text"); !clean) return clean;
  if (Result<void> clean = refuse_card_numbers_in_html(wish.html); !clean) return clean;
  if (Result<void> clean = refuse_card_numbers(wish.subject.value_or(""), "/subject"); !clean)
    return clean;
  const std::vector<domain::NamedAddress> none;
  if (Result<void> clean = refuse_card_numbers_in(wish.to.value_or(none), "/to"); !clean)
    return clean;
  if (Result<void> clean = refuse_card_numbers_in(wish.cc.value_or(none), "/cc"); !clean)
    return clean;
  return refuse_card_numbers_in(wish.bcc, "/bcc");
}

Result<std::vector<domain::AttachmentId>> own_uploads(db::Session& session,
                                                      const domain::Caller& caller,
                                                      const DraftSaveDto& wish) {
  std::vector<domain::AttachmentId> ids;
  for (std::size_t i = 0; i < wish.attachments.size(); ++i) {
    const Result<store::Messages::Upload> upload =
        free_upload(session, caller, wish.attachments[i], i);
    if (!upload) return fail(upload.error());
    ids.push_back(upload->attachment.id);
  }
  return ids;
}

}  // namespace

Result<DraftDto> DraftService::save(const Context& context, const std::string& number,
                                    const DraftSaveDto& wish) {
  if (Result<void> clean = check_draft(wish); !clean) return fail(std::move(clean.error()));
  DraftSaveDto content = wish;
  if (!content.html.empty()) content.html = mail::sanitize_html(content.html);
  return command(env_, context, [&](db::Session& session) -> Result<DraftDto> {
    const Result<store::CaseRecord> record = find_case(session, context.caller, number);
    if (!record) return fail(record.error());
    const Result<std::vector<domain::AttachmentId>> uploads =
        own_uploads(session, context.caller, content);
    if (!uploads) return fail(uploads.error());
    store::Drafts drafts(session);
    std::optional<store::Draft> draft = drafts.find(record->value.id, context.caller.agent);
    if (draft && !context.if_match) return fail(Error::precondition_required());
    if (draft && *context.if_match != draft->version) return fail(stale(session, *draft, number));
    if (!draft && context.if_match) return fail(Error::stale());
    bool written = false;
    if (draft) {
      draft->content = store::to_column(content);
      draft->saved_at = env_.clock.now();
      written = drafts.update(*draft);
    } else {
      draft = store::Draft{env_.ids.make<store::DraftId>(),
                           record->value.id,
                           context.caller.agent,
                           store::to_column(content),
                           1,
                           env_.clock.now()};
      written = drafts.insert(*draft);
    }
    if (!written) throw db::Failure(db::FailureKind::serialization, "the draft changed meanwhile");
    drafts.hold(draft->id, *uploads, env_.clock.now());
    return dto_of(session, *draft, number);
  });
}

Result<DraftDto> DraftService::get(const domain::Caller& caller, const std::string& number) {
  return env_.database.read([&](db::Session& session) -> Result<DraftDto> {
    const Result<store::CaseRecord> record = find_case(session, caller, number);
    if (!record) return fail(record.error());
    const auto draft = store::Drafts(session).find(record->value.id, caller.agent);
    if (!draft) return fail(no_draft());
    return dto_of(session, *draft, number);
  });
}

Result<void> DraftService::remove(const Context& context, const std::string& number) {
  return env_.database.in_transaction([&](db::Session& session) -> Result<void> {
    const Result<store::CaseRecord> record = find_case(session, context.caller, number);
    if (!record) return fail(record.error());
    const auto draft = store::Drafts(session).find(record->value.id, context.caller.agent);
    if (!draft) return fail(no_draft());
    return spend_draft(env_, session, context.caller, record->value,
                       context.if_match.value_or(draft->version));
  });
}

Result<void> spend_draft(const Environment& env, db::Session& session, const domain::Caller& caller,
                         const domain::Case& value, std::int64_t version) {
  store::Drafts drafts(session);
  const std::optional<store::Draft> draft = drafts.find(value.id, caller.agent);
  if (!draft) return fail(Error::stale());
  if (draft->version != version || !drafts.remove(*draft, env.clock.now())) {
    return fail(stale(session, *draft, value.number()));
  }
  return {};
}

void give_back_as_draft(const Environment& env, db::Session& session,
                        const domain::Message& message) {
  store::Drafts drafts(session);
  if (!message.author || drafts.find(message.case_id, *message.author)) return;
  DraftSaveDto content;
  content.text = message.text_visible;
  content.html = without_signature(message);
  content.subject = message.subject;
  content.to = message.to;
  content.cc = message.cc;
  content.bcc = message.bcc;
  std::vector<domain::AttachmentId> copies;
  for (domain::Attachment attachment : message.attachments) {
    attachment.id = env.ids.make<domain::AttachmentId>();
    attachment.is_inline = false;
    store::Messages(session).insert_upload(attachment, *message.author, env.clock.now());
    content.attachments.push_back(attachment.id.str());
    copies.push_back(attachment.id);
  }
  const store::Draft draft{env.ids.make<store::DraftId>(),
                           message.case_id,
                           *message.author,
                           store::to_column(content),
                           1,
                           env.clock.now()};
  if (!drafts.insert(draft)) {
    throw db::Failure(db::FailureKind::serialization, "a draft was saved meanwhile");
  }
  drafts.hold(draft.id, copies, env.clock.now());
}

}  // namespace madoguchi::service
