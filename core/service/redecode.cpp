// SPDX-License-Identifier: Apache-2.0
// The half of MessageService that reads a mail anew by another charset.
#include <algorithm>
#include <chrono>

#include "core/mail/charset.h"
#include "core/service/case_access.h"
#include "core/service/case_dto_of.h"
#include "core/service/found_by.h"
#include "core/service/intake_decision.h"
#include "core/service/message_access.h"
#include "core/service/messages.h"
#include "core/service/raw_mail.h"
#include "core/service/room.h"
#include "core/service/unit_of_work.h"
#include "core/store/intake.h"
#include "core/store/messages.h"

namespace madoguchi::service {
namespace {

constexpr const char* kUnsure = "unsure_charset";
constexpr std::chrono::milliseconds kPatience{2'000};

Result<void> check_charset(const std::string& charset) {
  if (mail::is_known_charset(charset)) return {};
  return fail(
      Error::invalid("/charset", {"No charset is called that.", "この文字コードはありません。"}));
}

bool has(const std::vector<std::string>& notices, const char* notice) {
  return std::find(notices.begin(), notices.end(), notice) != notices.end();
}

/// What intake noted stays, but for what the new reading says itself.
std::vector<std::string> merged(std::vector<std::string> old,
                                const std::vector<std::string>& read) {
  old.erase(std::remove(old.begin(), old.end(), kUnsure), old.end());
  for (const char* notice : {kUnsure, kMaskedNotice}) {
    if (has(read, notice) && !has(old, notice)) old.emplace_back(notice);
  }
  return old;
}

bool same(const domain::Message& a, const domain::Message& b) {
  const auto same_name = [](const domain::Attachment& x, const domain::Attachment& y) {
    return x.file_name == y.file_name;
  };
  return a.subject == b.subject && a.text == b.text && a.text_visible == b.text_visible &&
         a.html == b.html && a.from == b.from && a.to == b.to && a.cc == b.cc &&
         a.notices == b.notices &&
         std::equal(a.attachments.begin(), a.attachments.end(), b.attachments.begin(),
                    b.attachments.end(), same_name);
}

/// The stored message as the new reading has it. Contents of attachments do not depend on a
/// charset: only their names change.
domain::Message renewed(const domain::Message& old, const domain::Message& read) {
  domain::Message now = old;
  now.from.name = read.from.name;
  now.to = read.to;
  now.cc = read.cc;
  now.subject = read.subject;
  now.text = read.text;
  now.text_visible = read.text_visible;
  now.html = read.html;
  now.notices = merged(old.notices, read.notices);
  const std::size_t count = std::min(now.attachments.size(), read.attachments.size());
  for (std::size_t i = 0; i < count; ++i) {
    if (now.attachments[i].sha256 == read.attachments[i].sha256) {
      now.attachments[i].file_name = read.attachments[i].file_name;
    }
  }
  return now;
}

/// What the case took over from the mail follows it, unless somebody changed it meanwhile.
domain::Change change_of(const domain::Message& old, const domain::Message& now,
                         domain::Case& value) {
  domain::Change change{"message.redecoded", {}};
  const auto show = [](const std::string& text) { return text; };
  if (value.subject == old.subject) change.set("subject", value.subject, now.subject, show);
  if (value.requester.name == old.from.name && value.requester.address == old.from.address) {
    change.set("requester", value.requester.name, now.from.name, show);
  }
  if (old.text != now.text) change.fields.push_back({"text", old.text, now.text});
  change.fields.push_back({"message", "", now.id.str()});
  return change;
}

}  // namespace

Result<MessageDto> MessageService::redecode(const Context& context, const std::string& id,
                                            const std::string& charset) {
  if (Result<void> known = check_charset(charset); !known) return fail(std::move(known.error()));
  const Result<store::IntakeRecord> intake =
      env_.database.read([&](db::Session& session) -> Result<store::IntakeRecord> {
        const Result<MessageRecord> found = find_message(session, context.caller, id);
        if (!found) return fail(found.error());
        std::optional<store::IntakeRecord> record =
            store::Intake(session).of_message(found->message.id);
        if (record) return std::move(*record);
        return fail(Error::conflict("not-a-mail",
                                    {"This entry was not read from a mail.",
                                     "このメッセージはメールから作られたものではありません。"}));
      });
  if (!intake) return fail(intake.error());
  const Result<Room> room =
      room_for(env_, static_cast<std::size_t>(intake->size * kTimesToRead), kPatience);
  if (!room) return fail(room.error());
  const Result<std::string> raw = open_raw(env_, *intake);
  if (!raw) return fail(raw.error());
  const Result<ReadMail> read = read_mail(env_, *intake, *raw, charset);
  if (!read) return fail(read.error());

  return command(env_, context, [&](db::Session& session) -> Result<MessageDto> {
    Result<MessageRecord> found = find_message(session, context.caller, id);
    if (!found) return fail(std::move(found.error()));
    const domain::Message& old = found->message;
    domain::Case& value = found->record.value;
    if (context.if_match && *context.if_match != old.version) {
      return fail(Error::stale().with_member(
          "current", json::to_string(message_dto_of(old, value.sequence, context.caller),
                                     context.caller.hides())));
    }
    if (read->masked) keep_masked(env_, session, context.caller, *intake, *read->masked);
    domain::Message now = renewed(old, read->message);
    if (same(old, now)) return message_dto_of(old, value.sequence, context.caller);
    store::Messages messages(session);
    if (!messages.redecode(now)) {
      throw db::Failure(db::FailureKind::serialization, "the message changed meanwhile");
    }
    messages.index_again(now.sequence, found_by(old), found_by(now));
    save_case(env_, session, context.caller, value, change_of(old, now, value));
    return message_dto_of(now, value.sequence, context.caller);
  });
}

Result<RedecodedDto> MessageService::redecode(const Context& context,
                                              const RedecodeSelectionDto& wish) {
  if (Result<void> known = check_charset(wish.charset); !known) {
    return fail(std::move(known.error()));
  }
  // Reading again changes nothing more, so a repeated request needs no effect kept for each.
  const Context each{context.caller, std::nullopt};
  RedecodedDto done;
  for (const std::string& id : wish.ids) {
    const Result<MessageDto> message = redecode(each, id, wish.charset);
    if (message) {
      done.items.push_back({id, message->version, std::nullopt});
    } else if (message.error().code == ErrorCode::unavailable) {
      return fail(message.error());
    } else {
      done.items.push_back({id, std::nullopt, message.error().type});
    }
  }
  return done;
}

}  // namespace madoguchi::service
