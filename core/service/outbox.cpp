// SPDX-License-Identifier: Apache-2.0
#include "core/service/outbox.h"

#include <chrono>

#include "core/mail/automatic.h"
#include "core/mail/compose.h"
#include "core/mail/delivery_report.h"
#include "core/service/attachment_content.h"
#include "core/service/case_access.h"
#include "core/service/delivery_reports.h"
#include "core/service/directory.h"
#include "core/service/room.h"
#include "core/service/scanning.h"
#include "core/service/unit_of_work.h"
#include "core/store/messages.h"

namespace madoguchi::service {
namespace {

constexpr std::chrono::minutes kSendLimit{5};
constexpr std::chrono::minutes kJapan{540};

/// Of a mail with files: these, and the mail as it grows.
constexpr std::int64_t kTimesToWrite = 4;

/// A reply with all that is needed to write it.
struct Letter {
  domain::Message message;
  std::vector<mail::Attachment> files;
  Room room;
};

bool still_to_go(domain::DeliveryState state) {
  return state == domain::DeliveryState::queued || state == domain::DeliveryState::deferred ||
         state == domain::DeliveryState::unknown;
}

domain::DeliveryState state_of(connector::SendOutcome outcome) {
  switch (outcome) {
    case connector::SendOutcome::sent:
      return domain::DeliveryState::sent;
    case connector::SendOutcome::deferred:
      return domain::DeliveryState::deferred;
    case connector::SendOutcome::failed:
      return domain::DeliveryState::failed;
    case connector::SendOutcome::unknown:
      return domain::DeliveryState::unknown;
  }
  return domain::DeliveryState::unknown;
}

Result<Letter> read_letter(const Environment& env, const domain::MessageId& id) {
  return env.database.read([&](db::Session& session) -> Result<Letter> {
    std::optional<domain::Message> message = store::Messages(session).by_id(id);
    if (!message) return fail(Error::internal("the reply " + id.str() + " is gone"));
    std::int64_t octets = 0;
    for (const domain::Attachment& attachment : message->attachments) octets += attachment.size;
    Result<Room> room = room_for(env, static_cast<std::size_t>(octets * kTimesToWrite),
                                 std::chrono::milliseconds(0));
    if (!room) return fail(std::move(room.error()));
    Letter letter;
    letter.room = std::move(*room);
    for (const domain::Attachment& attachment : message->attachments) {
      Result<std::string> bytes = read_attachment(env, session, attachment.sha256);
      if (!bytes) return fail(std::move(bytes.error()));
      mail::Attachment file;
      file.file_name = attachment.file_name;
      file.media_type = attachment.media_type;
      file.content_id = attachment.content_id;
      file.is_inline = attachment.is_inline;
      file.bytes = std::move(*bytes);
      letter.files.push_back(std::move(file));
    }
    letter.message = std::move(*message);
    return letter;
  });
}

/// Why the scanner keeps the letter here: for now, or for good.
std::optional<jobs::Outcome> held_by_scanner(const domain::Message& message) {
  for (const domain::Attachment& attachment : message.attachments) {
    if (const std::optional<Text> unfit = unfit_to_send(attachment)) {
      return jobs::Outcome::dead(attachment.file_name + ": " + unfit->en);
    }
  }
  for (const domain::Attachment& attachment : message.attachments) {
    if (attachment.scan && attachment.scan->waits()) {
      return jobs::Outcome::postpone("its attachments wait for the virus scanner");
    }
  }
  return std::nullopt;
}

mail::Address address_of(const domain::NamedAddress& address) {
  return {address.name, address.address};
}

/// Its files are used up.
Result<std::string> write_letter(const Environment& env, Letter& letter,
                                 const std::string& reply_to, mail::WrittenIn charset) {
  const domain::Message& message = letter.message;
  mail::Outgoing out;
  out.from = address_of(message.from);
  out.reply_to = mail::Address{message.from.name, reply_to};
  for (const domain::NamedAddress& to : message.to) out.to.push_back(address_of(to));
  for (const domain::NamedAddress& cc : message.cc) out.cc.push_back(address_of(cc));
  out.subject = message.subject;
  out.text = message.text;
  out.html = message.html;
  out.message_id = message.mime_message_id;
  if (!message.in_reply_to.empty()) out.in_reply_to = {message.in_reply_to};
  out.references = message.references;
  out.attachments = std::move(letter.files);
  out.extra_headers = {{std::string(mail::kLoopHeader), env.hub_id}};
  if (message.is_automatic()) {
    out.extra_headers.emplace_back("Auto-Submitted", "auto-replied");
    out.extra_headers.emplace_back("X-Auto-Response-Suppress", "All");
  }
  out.date = message.sent_at.value_or(message.created_at);
  out.utc_offset = kJapan;
  out.charset = charset;
  return mail::compose(out);
}

/// How the mailbox that answers writes.
struct Manner {
  bool tags_subjects = false;  ///< its token stands in subjects too
  mail::WrittenIn charset = mail::WrittenIn::utf_8;
};

Manner manner_of(const Environment& env, const std::string& address) {
  const Result<EmailAddress> from = EmailAddress::parse(address);
  const Result<std::shared_ptr<const DirectoryView>> directory = env.directory.view();
  if (!from || !directory) return {};
  const domain::Mailbox* mailbox = (*directory)->mailbox_at(from->key());
  if (mailbox == nullptr) return {};
  const bool old_receivers = mailbox->outgoing.charset == domain::MailCharset::iso_2022_jp;
  return {mailbox->rules.subject_tag,
          old_receivers ? mail::WrittenIn::iso_2022_jp : mail::WrittenIn::utf_8};
}

/// What the server said to one recipient, with the class of a refusal.
void keep(const Environment& env, db::Session& session, const domain::Message& message,
          domain::Delivery delivery) {
  if (delivery.state == domain::DeliveryState::failed) {
    const mail::FailureReason reason = mail::failure_reason("", delivery.detail);
    delivery.reason = mail::name_of(reason);
    delivery.status_code = mail::status_code_in(delivery.detail);
    if (mail::is_hard(reason)) suppress(env, session, message, delivery);
  }
  store::Messages(session).set_delivery(message.id, delivery);
}

}  // namespace

jobs::JobKind Outbox::job_kind() {
  jobs::JobKind kind;
  kind.name = "mail.send";
  kind.run = [this](const jobs::Job& job, jobs::Claim& claim) { return send(job, claim); };
  kind.given_up = [this](const jobs::Job& job, const std::string& error, db::Session& session) {
    give_up(job, error, session);
  };
  // About two days in all, as mail servers do.
  kind.retry = {30, std::chrono::seconds(30), std::chrono::hours(4)};
  kind.lease =
      std::chrono::duration_cast<std::chrono::seconds>(kSendLimit) + std::chrono::seconds(60);
  kind.concurrency = 2;
  return kind;
}

jobs::Outcome Outbox::send(const jobs::Job& job, jobs::Claim& claim) {
  const domain::MessageId id{job.payload};
  Result<Letter> letter = read_letter(env_, id);
  if (!letter) {
    const std::string why = letter.error().describe();
    const bool later = letter.error().code == ErrorCode::unavailable;
    return later ? jobs::Outcome::postpone(why) : jobs::Outcome::retry(why);
  }
  if (letter->message.delivery.empty()) return jobs::Outcome::done();  // it was erased meanwhile
  if (std::optional<jobs::Outcome> held = held_by_scanner(letter->message)) return *held;
  const std::string reply_to =
      env_.tokens.sub_address(letter->message.sequence, letter->message.from.address);
  const Manner manner = manner_of(env_, letter->message.from.address);
  if (manner.tags_subjects) {
    letter->message.subject = env_.tokens.tagged(letter->message.subject, letter->message.sequence);
  }
  const Result<std::string> raw = write_letter(env_, *letter, reply_to, manner.charset);
  if (!raw) return jobs::Outcome::dead(raw.error().describe());

  connector::Envelope envelope;
  std::vector<std::string> addresses;
  // What a machine sends must not come back as a bounce that another machine answers (RFC 3834).
  if (!letter->message.is_automatic()) envelope.from = EmailAddress::parse(reply_to)->wire();
  for (const domain::Delivery& delivery : letter->message.delivery) {
    if (!still_to_go(delivery.state) || delivery.by_report) continue;
    addresses.push_back(delivery.address);
    envelope.recipients.push_back(EmailAddress::parse(delivery.address)->wire());
  }
  connector::SendReport report;
  if (!addresses.empty()) {
    connector::CallOptions call;
    call.deadline = env_.clock.steady_now() + kSendLimit;
    call.stop = stop_.get_token();
    call.cut = cut_.get_token();
    call.request_id = job.id.str();
    report = sender_.send(envelope, *raw, call);
  }

  std::string waits;
  const Result<void> kept = env_.database.in_transaction([&](db::Session& session) -> Result<void> {
    store::ChangeEntry entry;
    waits.clear();
    for (std::size_t i = 0; i < addresses.size(); ++i) {
      const connector::RecipientReport& recipient = report.recipients.at(i);
      const domain::DeliveryState state = state_of(recipient.outcome);
      keep(env_, session, letter->message,
           {addresses[i], state, recipient.detail, env_.clock.now()});
      entry.fields.push_back({"delivery", addresses[i], std::string(enum_name(state))});
      if (still_to_go(state))
        waits = recipient.detail.empty() ? "not delivered yet" : recipient.detail;
    }
    if (waits.empty()) {
      if (Result<void> done = claim.done(session); !done) return done;
    }
    const std::optional<store::CaseRecord> record =
        store::Cases(session).by_id(letter->message.case_id);
    entry.event = "message.delivery";
    entry.object_type = "message";
    entry.object_id = id.str();
    entry.case_id = letter->message.case_id;
    if (record) entry.mailboxes = sight_of(session, record->value);
    announce(env_, session, {{}, "hub"}, std::move(entry));
    return {};
  });
  if (!kept) return jobs::Outcome::retry(kept.error().describe());
  return waits.empty() ? jobs::Outcome::done() : jobs::Outcome::retry(waits);
}

void Outbox::give_up(const jobs::Job& job, const std::string& error, db::Session& session) {
  store::Messages messages(session);
  const domain::MessageId id{job.payload};
  const std::optional<domain::Message> message = messages.by_id(id);
  if (!message) return;
  store::ChangeEntry entry;
  for (const domain::Delivery& delivery : message->delivery) {
    // An unknown end stays unknown: the mail may have arrived.
    if (!still_to_go(delivery.state) || delivery.by_report) continue;
    if (delivery.state == domain::DeliveryState::unknown) continue;
    messages.set_delivery(id,
                          {delivery.address, domain::DeliveryState::failed,
                           delivery.detail.empty() ? error : delivery.detail, env_.clock.now()});
    entry.fields.push_back({"delivery", delivery.address, "failed"});
  }
  entry.event = "message.delivery";
  entry.object_type = "message";
  entry.object_id = id.str();
  entry.case_id = message->case_id;
  if (const std::optional<store::CaseRecord> record =
          store::Cases(session).by_id(message->case_id)) {
    entry.mailboxes = sight_of(session, record->value);
  }
  announce(env_, session, {{}, "hub"}, std::move(entry));
}

}  // namespace madoguchi::service
