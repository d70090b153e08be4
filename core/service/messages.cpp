// SPDX-License-Identifier: Apache-2.0
#include "core/service/messages.h"

#include <algorithm>

#include "core/mail/body_page.h"
#include "core/service/case_access.h"
#include "core/service/case_dto_of.h"
#include "core/service/case_entries.h"
#include "core/service/case_wishes.h"
#include "core/service/delivery_reports.h"
#include "core/service/drafts.h"
#include "core/service/edit_locks.h"
#include "core/service/found_by.h"
#include "core/service/message_access.h"
#include "core/service/message_wishes.h"
#include "core/service/raw_mail.h"
#include "core/service/sending.h"
#include "core/service/unit_of_work.h"
#include "core/store/intake.h"
#include "core/store/messages.h"

namespace madoguchi::service {
namespace {

using View = std::shared_ptr<const DirectoryView>;

}  // namespace

Result<MessageListing> MessageService::list(const domain::Caller& caller, const std::string& number,
                                            std::int64_t after, int limit) {
  return env_.database.read([&](db::Session& session) -> Result<MessageListing> {
    const Result<store::CaseRecord> record = find_case(session, caller, number);
    if (!record) return fail(record.error());
    MessageListing listing;
    std::vector<domain::Message> messages =
        store::Messages(session).of_case(record->value.id, after, limit + 1);
    if (messages.size() > static_cast<std::size_t>(limit)) {
      messages.pop_back();
      listing.next = messages.back().sequence;
    }
    for (const domain::Message& message : messages) {
      listing.items.push_back(message_dto_of(message, record->value.sequence, caller));
    }
    return listing;
  });
}

Result<MessageDto> MessageService::get(const domain::Caller& caller, const std::string& id) {
  return env_.database.read([&](db::Session& session) -> Result<MessageDto> {
    const Result<MessageRecord> found = find_message(session, caller, id);
    if (!found) return fail(found.error());
    return message_dto_of(found->message, found->record.value.sequence, caller);
  });
}

Result<std::string> MessageService::body_page(const domain::Caller& caller, const std::string& id,
                                              const std::string& images) {
  const Result<MessageDto> message = get(caller, id);
  if (!message) return fail(message.error());
  return mail::body_page(message->html, message->text, [&](const std::string& content_id) {
    const auto named =
        std::find_if(message->attachments.begin(), message->attachments.end(),
                     [&](const AttachmentDto& one) { return one.content_id == content_id; });
    return named == message->attachments.end() ? std::string() : images + named->id;
  });
}

Result<CallBackListing> MessageService::call_backs(
    const domain::Caller& caller, const CallBackFilter& filter,
    const std::optional<std::vector<std::string>>& after) {
  using CallBack = store::Messages::CallBack;
  std::optional<CallBack> place;
  if (after && after->size() == 2) {
    place = CallBack{from_micros(number_of_key((*after)[0])), number_of_key((*after)[1]), {}};
  }
  const auto wanted = [&](const std::optional<domain::AgentId>& by) {
    return filter.by.empty() ||
           std::any_of(filter.by.begin(), filter.by.end(), [&](const std::string& one) {
             if (one == "none") return !by;
             return by && by->str() == (one == "me" ? caller.agent.str() : one);
           });
  };
  return env_.database.read([&](db::Session& session) -> Result<CallBackListing> {
    constexpr int kLookedAt = 1000;
    CallBackListing listing;
    const std::vector<CallBack> all = store::Messages(session).call_backs(place, kLookedAt);
    for (const CallBack& one : all) {
      if (filter.before && one.at >= *filter.before) return listing;
      if (listing.items.size() == static_cast<std::size_t>(filter.limit)) {
        listing.next = {std::to_string(to_micros(place->at)), std::to_string(place->sequence)};
        return listing;
      }
      place = one;
      const Result<MessageRecord> found = find_message(session, caller, one.id.str());
      if (!found || !wanted(found->message.call->call_back_by)) continue;
      listing.items.push_back(message_dto_of(found->message, found->record.value.sequence, caller));
    }
    if (all.size() == static_cast<std::size_t>(kLookedAt)) {
      listing.next = {std::to_string(to_micros(place->at)), std::to_string(place->sequence)};
    }
    return listing;
  });
}

Result<MessageDto> MessageService::add(const Context& context, const std::string& number,
                                       const MessageCreateDto& wish) {
  const Result<View> directory = env_.directory.view();
  if (!directory) return fail(directory.error());
  if (Result<void> clean = check_entry(wish); !clean) return fail(std::move(clean.error()));
  return command(env_, context, [&](db::Session& session) -> Result<MessageDto> {
    Result<store::CaseRecord> record = find_case(session, context.caller, number);
    if (!record) return fail(record.error());
    Result<void> same = check_version(context, *record, **directory);
    if (!same) return fail(std::move(same.error()));
    domain::Case& value = record->value;
    if (value.merged_into) return fail(domain::reopen(value).error());
    if (wish.draft_version) {
      Result<void> spent = spend_draft(env_, session, context.caller, value, *wish.draft_version);
      if (!spent) return fail(std::move(spent.error()));
    }
    if (wish.after) {
      Result<void> quiet = check_nothing_came(session, context.caller, value, *wish.after, {});
      if (!quiet) return fail(std::move(quiet.error()));
    }
    Result<NewEntry> made = add_entry(env_, session, context.caller, value, wish, **directory);
    if (!made) return fail(std::move(made.error()));
    save_case(env_, session, context.caller, value, made->change);
    return message_dto_of(*store::Messages(session).by_id(made->message.id), value.sequence,
                          context.caller);
  });
}

Result<MessageDto> MessageService::correct(const Context& context, const std::string& id,
                                           const MessagePatchDto& wish) {
  if (wish.text) {
    if (Result<void> clean = refuse_card_numbers(*wish.text, "/text"); !clean) {
      return fail(std::move(clean.error()));
    }
  }
  return command(env_, context, [&](db::Session& session) -> Result<MessageDto> {
    Result<MessageRecord> found = find_message(session, context.caller, id);
    if (!found) return fail(std::move(found.error()));
    domain::Message& message = found->message;
    if (message.kind == domain::MessageKind::reply || message.intake) {
      return fail(
          Error::conflict("mail-is-final", {"A mail cannot be edited. Add a note instead.",
                                            "メールは編集できません。メモを追加してください。"}));
    }
    if (context.if_match && *context.if_match != message.version) {
      return fail(Error::stale().with_member(
          "current",
          json::to_string(message_dto_of(message, found->record.value.sequence, context.caller),
                          context.caller.hides())));
    }
    const std::optional<domain::CustomerId>& customer = found->record.value.customer;
    if (customer && message.kind != domain::MessageKind::note) {
      Result<void> taken = take_for_change(env_, session, context, {*customer});
      if (!taken) return fail(std::move(taken.error()));
    }
    domain::Change change{"message.corrected", {}};
    const auto show = [](const std::string& text) { return text; };
    const std::string old_text = message.text;
    const store::FoundBy old_words = found_by(message);
    if (wish.text) change.set("text", message.text, *wish.text, show);
    if (wish.call) {
      change.fields.push_back({"call", message.call ? store::to_column(*message.call) : "",
                               store::to_column(*wish.call)});
      message.call = wish.call;
    }
    if (change.empty())
      return message_dto_of(message, found->record.value.sequence, context.caller);
    message.text_visible = message.text;
    store::Messages messages(session);
    if (!messages.correct(message)) {
      throw db::Failure(db::FailureKind::serialization, "the message changed meanwhile");
    }
    if (message.text != old_text) {
      messages.index_again(message.sequence, old_words, found_by(message));
    }
    change.fields.push_back({"message", "", message.id.str()});
    save_case(env_, session, context.caller, found->record.value, change);
    return message_dto_of(message, found->record.value.sequence, context.caller);
  });
}

Result<void> MessageService::trace_risk(const domain::Caller& caller, const domain::Message& of,
                                        const std::vector<domain::Attachment>& taken) {
  store::ChangeEntry entry;
  for (const domain::Attachment& attachment : taken) {
    if (!attachment.scan || attachment.scan->state != domain::ScanState::infected) continue;
    entry.fields.push_back({"attachment", "", attachment.id.str()});
    entry.fields.push_back({"found", "", attachment.scan->detail});
  }
  if (entry.fields.empty()) return {};
  entry.event = "attachment.infected_read";
  entry.object_type = "message";
  entry.object_id = of.id.str();
  entry.case_id = of.case_id;
  return env_.database.in_transaction([&](db::Session& session) -> Result<void> {
    if (const auto record = store::Cases(session).by_id(of.case_id)) {
      entry.mailboxes = sight_of(session, record->value);
    }
    announce(env_, session, caller, entry);
    return {};
  });
}

Result<Content> MessageService::raw(const domain::Caller& caller, const std::string& id,
                                    const Risk& risk) {
  domain::Message of;
  Result<store::IntakeRecord> intake =
      env_.database.read([&](db::Session& session) -> Result<store::IntakeRecord> {
        const Result<MessageRecord> found = find_message(session, caller, id);
        if (!found) return fail(found.error());
        for (const domain::Attachment& attachment : found->message.attachments) {
          if (Result<void> good = check_scan(attachment, caller, risk); !good) {
            return fail(std::move(good.error()));
          }
        }
        of = found->message;
        std::optional<store::IntakeRecord> record =
            store::Intake(session).of_message(found->message.id);
        if (!record) {
          return fail(Error::not_found({"This entry was not read from a mail.",
                                        "このメッセージはメールから作られたものではありません。"}));
        }
        return std::move(*record);
      });
  if (!intake) return fail(std::move(intake.error()));
  if (Result<void> traced = trace_risk(caller, of, of.attachments); !traced) {
    return fail(std::move(traced.error()));
  }
  return raw_content(env_, *intake, id);
}

Result<DecisionDto> MessageService::decision(const domain::Caller& caller, const std::string& id) {
  return env_.database.read([&](db::Session& session) -> Result<DecisionDto> {
    const Result<MessageRecord> found = find_message(session, caller, id);
    if (!found) return fail(found.error());
    const std::optional<store::IntakeRecord> record =
        store::Intake(session).of_message(found->message.id);
    if (!record)
      return fail(Error::not_found({"Nothing had to be decided: this was written here.",
                                    "このメッセージはこの画面で作られたため、判定はありません。"}));
    return DecisionDto{record->id.str(), record->outcome, record->reason, record->decision};
  });
}

}  // namespace madoguchi::service
