// SPDX-License-Identifier: Apache-2.0
#include "core/service/sending.h"

#include <algorithm>
#include <chrono>

#include "core/base/email_address.h"
#include "core/jobs/job_table.h"
#include "core/service/case_access.h"
#include "core/service/case_dto_of.h"
#include "core/service/drafts.h"
#include "core/service/message_access.h"
#include "core/service/unit_of_work.h"
#include "core/store/messages.h"

namespace madoguchi::service {
namespace {

using domain::DeliveryState;
using domain::SendingState;

constexpr std::chrono::hours kFarthest{90 * 24};

void show_state(domain::Message& message, const std::string& detail, TimePoint now) {
  for (domain::Delivery& delivery : message.delivery) {
    delivery.state = delivery_state_of(message.sending.state);
    delivery.detail = detail;
    delivery.at = now;
  }
}

void put_release_job(const Environment& env, db::Session& session, const domain::Message& message) {
  env.queue.put(session, {"mail.release", "mail.release:" + message.id.str(), message.id.str(),
                          message.sending.at});
}

void put_send_job(const Environment& env, db::Session& session, const domain::Message& message) {
  env.queue.put(session, {"mail.send", "mail.send:" + message.id.str(), message.id.str(),
                          std::nullopt, message.case_id.str()});
}

std::string own_message_id(const Environment& env, const domain::Message& message) {
  return env.tokens.message_id(message.sequence,
                               EmailAddress::parse(message.from.address)->domain());
}

/// What the reply does to its case now that it goes out. A mail that came since it was written is
/// not answered by it.
domain::Change answered(domain::Case& value, const domain::Message& message) {
  if (value.last_inbound_at && *value.last_inbound_at > message.created_at) {
    return {"case.replied", {}};
  }
  return domain::on_reply(value);
}

/// Lets a stored reply go; false when it is no longer in state `from`.
bool let_go(const Environment& env, db::Session& session, domain::Case& value,
            domain::Message& message, SendingState from) {
  message.sending.state = SendingState::released;
  message.sent_at = env.clock.now();
  message.mime_message_id = own_message_id(env, message);
  show_state(message, "", env.clock.now());
  if (!store::Messages(session).move_on(message, from)) return false;
  put_send_job(env, session, message);
  domain::Change change = answered(value, message);
  change.fields.push_back({"message", "", message.id.str()});
  save_case(env, session, {message.author.value_or(domain::AgentId()), message.author_name}, value,
            change);
  return true;
}

void announce_message(const Environment& env, db::Session& session, const domain::Caller& caller,
                      const domain::Case& value, const domain::Message& message, const char* event,
                      std::vector<domain::FieldChange> fields = {}) {
  store::ChangeEntry entry;
  entry.event = event;
  entry.object_type = "message";
  entry.object_id = message.id.str();
  entry.case_id = message.case_id;
  entry.mailboxes = sight_of(session, value);
  entry.fields = std::move(fields);
  announce(env, session, caller, std::move(entry));
}

/// Somebody else moved it in the same moment: this unit of work runs again and sees how.
[[noreturn]] void run_again() {
  throw db::Failure(db::FailureKind::serialization, "the reply went on meanwhile");
}

/// The reply as the caller may decide about it.
Result<MessageRecord> find_reply(db::Session& session, const Context& context,
                                 const std::string& id) {
  Result<MessageRecord> found = find_message(session, context.caller, id);
  if (!found) return found;
  const domain::Message& message = found->message;
  if (message.kind != domain::MessageKind::reply) {
    return fail(Error::conflict(
        "not-a-reply", {"Only a reply can be sent or held back.", "返信ではありません。"}));
  }
  if (context.if_match && *context.if_match != message.version) {
    return fail(Error::stale().with_member(
        "current",
        json::to_string(message_dto_of(message, found->record.value.sequence, context.caller),
                        context.caller.hides())));
  }
  return found;
}

Error not_awaiting(const domain::Message& message) {
  return Error::conflict("not-awaiting-approval", {"This reply does not wait for an approval.",
                                                   "この返信は承認待ちではありません。"})
      .with_member("state", json::to_string(std::string(enum_name(message.sending.state))));
}

/// It never goes out; the author has it back as a draft.
void withdraw(const Environment& env, db::Session& session, domain::Message& message,
              const std::string& why) {
  const SendingState from = message.sending.state;
  message.sending.state = SendingState::withdrawn;
  message.sending.at.reset();
  message.mime_message_id.clear();
  show_state(message, why, env.clock.now());
  if (!store::Messages(session).move_on(message, from)) run_again();
  give_back_as_draft(env, session, message);
}

/// What counted as an answer was none.
void unanswered(const Environment& env, db::Session& session, const domain::Caller& caller,
                domain::Case& value) {
  if (value.status != domain::CaseStatus::pending) return;
  const Result<domain::Change> change = domain::set_status(value, domain::CaseStatus::open);
  if (change) save_case(env, session, caller, value, *change);
}

}  // namespace

DeliveryState delivery_state_of(SendingState state) {
  switch (state) {
    case SendingState::released:
      return DeliveryState::queued;
    case SendingState::awaiting_approval:
      return DeliveryState::awaiting_approval;
    case SendingState::scheduled:
      return DeliveryState::scheduled;
    case SendingState::withdrawn:
      return DeliveryState::draft;
  }
  return DeliveryState::queued;
}

Result<domain::Sending> sending_of(const MessageCreateDto& wish, const domain::Caller& caller,
                                   const domain::Mailbox& mailbox, TimePoint now) {
  const domain::OutgoingRules& rules = mailbox.outgoing;
  domain::Sending sending;
  if (wish.send_at && *wish.send_at > now + kFarthest) {
    return fail(
        Error::invalid("/send_at", {"At most 90 days ahead.", "90日以内を指定してください。"}));
  }
  const std::chrono::seconds wait(wish.delay_seconds.value_or(rules.undo_seconds));
  const TimePoint at = wish.send_at.value_or(now + wait);
  if (at > now) sending.at = at;
  const bool asks = wish.ask_approval ||
                    std::find(rules.approval_for.begin(), rules.approval_for.end(), caller.role) !=
                        rules.approval_for.end();
  if (asks) {
    sending.state = SendingState::awaiting_approval;
    sending.approval = domain::Approval{};
  } else if (sending.at) {
    sending.state = SendingState::scheduled;
  }
  return sending;
}

domain::Change set_out(const Environment& env, db::Session& session, domain::Case& value,
                       domain::Message& message) {
  switch (message.sending.state) {
    case SendingState::released:
      message.mime_message_id = own_message_id(env, message);
      store::Messages(session).set_mime_message_id(message.id, message.mime_message_id);
      put_send_job(env, session, message);
      return domain::on_reply(value);
    case SendingState::scheduled:
      put_release_job(env, session, message);
      return {"case.reply_scheduled", {}};
    case SendingState::awaiting_approval:
      return {"case.approval_requested", {}};
    case SendingState::withdrawn:
      break;
  }
  return {"case.noted", {}};
}

jobs::JobKind SendingService::job_kind() {
  jobs::JobKind kind;
  kind.name = "mail.release";
  kind.run = [this](const jobs::Job& job, jobs::Claim& claim) { return release(job, claim); };
  kind.retry = {30, std::chrono::seconds(5), std::chrono::hours(1)};
  return kind;
}

jobs::Outcome SendingService::release(const jobs::Job& job, jobs::Claim& claim) {
  const Result<void> done = env_.database.in_transaction([&](db::Session& session) -> Result<void> {
    std::optional<domain::Message> message =
        store::Messages(session).by_id(domain::MessageId(job.payload));
    if (message && message->sending.state == SendingState::scheduled) {
      std::optional<store::CaseRecord> record = store::Cases(session).by_id(message->case_id);
      if (!record) return fail(Error::internal("the case of " + job.payload + " is gone"));
      if (!let_go(env_, session, record->value, *message, SendingState::scheduled)) run_again();
    }
    return claim.done(session);
  });
  return done ? jobs::Outcome::done() : jobs::Outcome::retry(done.error().describe());
}

Result<MessageDto> SendingService::approve(const Context& context, const std::string& id,
                                           const ApproveDto& wish) {
  return command(env_, context, [&](db::Session& session) -> Result<MessageDto> {
    Result<MessageRecord> found = find_reply(session, context, id);
    if (!found) return fail(std::move(found.error()));
    domain::Message& message = found->message;
    domain::Case& value = found->record.value;
    if (message.sending.state != SendingState::awaiting_approval) {
      return fail(not_awaiting(message));
    }
    if (message.author == context.caller.agent) {
      return fail(Error::forbidden({"Somebody else has to approve your reply.",
                                    "自分の返信は承認できません。他の担当者に依頼してください。"}));
    }
    if (wish.after) {
      Result<void> quiet =
          check_nothing_came(session, context.caller, value, *wish.after, message.id);
      if (!quiet) return fail(std::move(quiet.error()));
    }
    message.sending.approval =
        domain::Approval{domain::ApprovalState::granted, context.caller.agent, context.caller.name,
                         env_.clock.now(), ""};
    announce_message(env_, session, context.caller, value, message, "message.approved");
    if (message.sending.at && *message.sending.at > env_.clock.now()) {
      message.sending.state = SendingState::scheduled;
      show_state(message, "", env_.clock.now());
      if (!store::Messages(session).move_on(message, SendingState::awaiting_approval)) run_again();
      put_release_job(env_, session, message);
    } else if (!let_go(env_, session, value, message, SendingState::awaiting_approval)) {
      run_again();
    }
    return message_dto_of(message, value.sequence, context.caller);
  });
}

Result<MessageDto> SendingService::reject(const Context& context, const std::string& id,
                                          const ReturnDto& wish) {
  if (Result<void> clean = refuse_card_numbers(wish.reason, "/reason"); !clean) {
    return fail(std::move(clean.error()));
  }
  return command(env_, context, [&](db::Session& session) -> Result<MessageDto> {
    Result<MessageRecord> found = find_reply(session, context, id);
    if (!found) return fail(std::move(found.error()));
    domain::Message& message = found->message;
    if (message.sending.state != SendingState::awaiting_approval) {
      return fail(not_awaiting(message));
    }
    message.sending.approval =
        domain::Approval{domain::ApprovalState::returned, context.caller.agent, context.caller.name,
                         env_.clock.now(), wish.reason};
    withdraw(env_, session, message, "returned");
    announce_message(env_, session, context.caller, found->record.value, message,
                     "message.returned", {{"reason", "", wish.reason}});
    return message_dto_of(message, found->record.value.sequence, context.caller);
  });
}

Result<MessageDto> SendingService::cancel(const Context& context, const std::string& id) {
  return command(env_, context, [&](db::Session& session) -> Result<MessageDto> {
    Result<MessageRecord> found = find_reply(session, context, id);
    if (!found) return fail(std::move(found.error()));
    domain::Message& message = found->message;
    if (message.author != context.caller.agent &&
        !context.caller.may(domain::Permission::replies_approve)) {
      return fail(Error::forbidden({"Only its writer or a supervisor may call a reply back.",
                                    "返信を取り消せるのは作成者か管理者だけです。"}));
    }
    // Released, it may still wait behind others: as long as no try was begun, nobody has got it.
    const bool released = message.sending.state == SendingState::released;
    if (released && !jobs::JobTable::take_back(session, "mail.send:" + message.id.str())) {
      return fail(Error::conflict(
          "already-sent", {"The reply is on its way already.", "返信はすでに送信されています。"}));
    }
    if (message.is_withdrawn()) {
      return fail(Error::conflict("already-withdrawn", {"The reply was called back already.",
                                                        "返信はすでに取り消されています。"}));
    }
    withdraw(env_, session, message, "cancelled");
    if (released) unanswered(env_, session, context.caller, found->record.value);
    announce_message(env_, session, context.caller, found->record.value, message,
                     "message.cancelled");
    return message_dto_of(message, found->record.value.sequence, context.caller);
  });
}

}  // namespace madoguchi::service
