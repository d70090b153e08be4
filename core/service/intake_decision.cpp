// SPDX-License-Identifier: Apache-2.0
#include "core/service/intake_decision.h"

#include <algorithm>

#include "core/crypto/digest.h"
#include "core/mail/card_numbers.h"
#include "core/mail/content_key.h"
#include "core/mail/html.h"
#include "core/mail/quoted.h"
#include "core/mail/read.h"
#include "core/service/acknowledgements.h"
#include "core/service/case_access.h"
#include "core/service/delivery_reports.h"
#include "core/service/found_by.h"
#include "core/service/order_numbers.h"
#include "core/service/rule_engine.h"
#include "core/service/scanning.h"
#include "core/service/threading.h"
#include "core/service/unit_of_work.h"
#include "core/store/customers.h"
#include "core/text/card_number.h"
#include "core/text/fold.h"
#include "core/text/utf8.h"

namespace madoguchi::service {
namespace {

constexpr std::size_t kSubjectBytes = 1500;

const char* slug(mail::Notice notice) {
  switch (notice) {
    case mail::Notice::partly_read:
      return "partly_read";
    case mail::Notice::unsure_charset:
      return "unsure_charset";
    case mail::Notice::malformed:
      return "malformed";
  }
  return "";
}

/// Masks in place; returns whether there was anything to mask.
bool mask(std::string& text) {
  bool found = false;
  text = text::mask_card_numbers(std::move(text), &found);
  return found;
}

bool mask_names(domain::Message& message) {
  bool found = mask(message.from.name);
  for (std::vector<domain::NamedAddress>* list : {&message.to, &message.cc}) {
    for (domain::NamedAddress& one : *list) found = mask(one.name) || found;
  }
  return found;
}

domain::NamedAddress named(const mail::Address& address) {
  return {text::one_line(address.name), address.address};
}

std::vector<domain::NamedAddress> named(const std::vector<mail::Address>& addresses) {
  std::vector<domain::NamedAddress> out;
  for (const mail::Address& address : addresses) {
    if (!address.address.empty()) out.push_back(named(address));
  }
  return out;
}

Result<void> keep_attachments(const Environment& env, ReadMail& read) {
  for (mail::Attachment& file : read.mail.attachments) {
    domain::Attachment attachment;
    attachment.id = env.ids.make<domain::AttachmentId>();
    attachment.file_name = std::move(file.file_name);
    attachment.media_type = file.media_type;
    attachment.size = static_cast<std::int64_t>(file.bytes.size());
    attachment.sha256 = crypto::to_hex(crypto::sha256(file.bytes));
    attachment.is_inline = file.is_inline;
    attachment.content_id = file.content_id;
    Result<store::Blobs::Prepared> blob =
        env.blobs.prepare(attachment.sha256, std::move(file.bytes), store::Blobs::Kind::copy);
    if (!blob) return fail(std::move(blob.error()));
    read.blobs.push_back(std::move(*blob));
    read.message.attachments.push_back(std::move(attachment));
  }
  return {};
}

/// Those that the mail names and the case does not know yet; says which.
std::vector<domain::FieldChange> add_order_numbers(domain::Case& value,
                                                   const store::IntakeRecord& record,
                                                   const ReadMail& read,
                                                   const DirectoryView& directory,
                                                   const Place& place) {
  constexpr std::size_t kMost = 50;
  const domain::Mailbox* mailbox = answering_mailbox(record.recipients, directory);
  std::vector<std::string> numbers;
  if (place.form) numbers = place.form->order_numbers;
  for (std::string& number : order_numbers(
           read.message.subject, read.message.text_visible,
           mailbox != nullptr ? mailbox->rules.order_numbers : std::vector<std::string>()))
    numbers.push_back(std::move(number));
  std::vector<domain::FieldChange> added;
  for (std::string& number : numbers) {
    std::vector<std::string>& known = value.order_numbers;
    if (known.size() >= kMost || std::find(known.begin(), known.end(), number) != known.end())
      continue;
    added.push_back({"order_numbers", "", number});
    known.push_back(std::move(number));
  }
  return added;
}

domain::Case open_case(const Environment& env, db::Session& session,
                       const store::IntakeRecord& record, const ReadMail& read,
                       const DirectoryView& directory, const Place& place) {
  domain::Case value;
  value.id = env.ids.make<domain::CaseId>();
  value.channel = domain::Channel::email;
  value.subject = domain::without_subject_tags(read.message.subject);
  value.linked_to = place.linked_to;
  value.created_at = env.clock.now();
  value.modified_at = value.created_at;
  value.last_inbound_at = record.received_at;
  if (record.archive_status) value.status = *record.archive_status;
  value.requester = {read.message.from.name, "", read.message.from.address, ""};
  if (place.form) {
    value.channel = domain::Channel::web;
    value.requester = place.form->requester;
  }
  const domain::Mailbox* first = answering_mailbox(record.recipients, directory);
  if (first != nullptr) {
    value.mailbox = first->id;
    value.category = first->category;
  } else if (!record.recipients.empty()) {
    value.mailbox = record.recipients.front().mailbox;
  }
  if (const Result<EmailAddress> sender = EmailAddress::parse(value.requester.address)) {
    value.customer = store::Customers(session).id_by_address(sender->key());
  }
  add_order_numbers(value, record, read, directory, place);
  insert_case(env, session, value);
  return value;
}

void place_all(db::Session& session, const store::IntakeRecord& record,
               const domain::MessageId& message, const domain::CaseId& case_id) {
  store::Cases cases(session);
  for (const store::IntakeRecipient& recipient : record.recipients) {
    cases.place({case_id, message.str(), recipient.mailbox, recipient.address, record.id.str(),
                 record.received_at});
  }
}

void write_message(const Environment& env, db::Session& session, const store::IntakeRecord& record,
                   const ReadMail& read, domain::Message& message) {
  for (const store::Blobs::Prepared& blob : read.blobs) {
    env.blobs.record(session, blob);
    ask_for_scan(env, session, blob.name(), ScanTurn::mail);
  }
  store::Messages messages(session);
  messages.insert(message);
  messages.index(message.sequence, read.found_by);
  place_all(session, record, message.id, message.case_id);
}

/// What sight_of would find for a case that was opened just now by that mail.
std::vector<domain::MailboxId> sight_of_new(const domain::Case& value,
                                            const store::IntakeRecord& record) {
  std::vector<domain::MailboxId> mailboxes;
  if (!value.mailbox) return mailboxes;
  mailboxes.push_back(*value.mailbox);
  for (const store::IntakeRecipient& recipient : record.recipients) {
    if (std::find(mailboxes.begin(), mailboxes.end(), recipient.mailbox) == mailboxes.end()) {
      mailboxes.push_back(recipient.mailbox);
    }
  }
  return mailboxes;
}

void announce_case(const Environment& env, db::Session& session, const store::IntakeRecord& record,
                   const domain::Case& value, const domain::Message& message) {
  store::ChangeEntry entry;
  entry.event = "case.created";
  entry.first = true;
  entry.object_type = "case";
  entry.object_id = value.number();
  entry.case_id = value.id;
  entry.customer_id = value.customer;
  entry.mailboxes = sight_of_new(value, record);
  entry.fields = {{"subject", "", value.subject}, {"message", "", message.id.str()}};
  if (value.linked_to)
    entry.fields.push_back({"linked_to", "", domain::case_number(*value.linked_to)});
  const domain::Change opened{entry.event, entry.fields};
  announce(env, session, {{}, "hub"}, std::move(entry));
  tell_rules(env, session, value, opened);
}

/// The same mail again: one more delivery of the message that is there. Written as a change of its
/// case, so that no merge that goes on meanwhile leaves the delivery behind.
store::IntakeRecord again(const Environment& env, db::Session& session, store::IntakeRecord record,
                          const store::Messages::Head& head, const DirectoryView& directory) {
  store::Cases cases(session);
  std::optional<store::CaseRecord> found = cases.by_id(head.case_id);
  const std::size_t before = cases.placements(head.case_id).size();
  place_all(session, record, head.id, head.case_id);
  record.outcome = domain::IntakeOutcome::duplicate;
  record.reason = "the same mail is here already";
  record.decision = {{"same_mail", "a message with the same content key", true}};
  record.message = head.id;
  if (!found) return record;
  record.case_sequence = found->value.sequence;
  const std::vector<store::Placement> placements = cases.placements(head.case_id);
  if (placements.size() == before) return record;
  std::vector<store::IntakeRecipient> recipients;
  for (const store::Placement& one : placements) recipients.push_back({one.mailbox, one.recipient});
  domain::Change change{"message.placed", {{"message", "", head.id.str()}}};
  if (const domain::Mailbox* first = answering_mailbox(recipients, directory))
    found->value.mailbox = first->id;
  save_case(env, session, {{}, "hub"}, found->value, change);
  return record;
}

/// All but the attachments, every text without card numbers. Says whether there was one, anywhere.
ReadMail read_texts(const Environment& env, const store::IntakeRecord& record, std::string_view raw,
                    std::string_view charset, bool& has_number) {
  ReadMail read;
  read.mail = charset.empty() ? mail::read(raw) : mail::read_as(raw, charset);
  mail::Message& mail = read.mail;
  domain::Message& message = read.message;
  message.content_key = mail::content_key(mail, raw);
  // Only this way in tells the null sender from one that it does not know.
  if (!mail.return_path && record.source == "lmtp") mail.return_path = record.sender;
  const std::vector<mail::MachineSignal> signals = mail::machine_signals(
      mail,
      {env.hub_id, [&env](std::string_view id) { return env.tokens.verify(id).has_value(); }});
  read.machine = mail::combined(signals);
  for (const mail::MachineSignal signal : signals)
    read.signals.emplace_back(mail::meaning(signal).name);
  read.report = mail::read_delivery_report(mail);

  message.id = env.ids.make<domain::MessageId>();
  message.kind = domain::MessageKind::inbound;
  message.intake = record.id;
  if (!mail.from.empty()) message.from = named(mail.from.front());
  message.to = named(mail.to);
  message.cc = named(mail.cc);
  bool masked = mask(mail.subject);
  masked = mask(mail.text) || masked;
  masked = mask_names(message) || masked;
  masked = masked || mail::has_card_number_beside_texts(mail);
  message.subject = std::string(text::truncate_utf8(text::one_line(mail.subject), kSubjectBytes));
  message.text = mail.text;
  message.text_visible = mail::visible_text(mail);
  // Masked as it will be stored: before, digits could hide behind character references.
  if (!mail.html.empty()) message.html = mail::sanitize_html(mail.html);
  masked = mail::mask_sanitised_html(message.html) || masked;
  message.mime_message_id = text::one_line(mail.message_id);
  if (!mail.in_reply_to.empty()) message.in_reply_to = text::one_line(mail.in_reply_to.front());
  message.references = mail.references;
  message.sent_at = mail.date;
  message.received_at = record.received_at;
  for (const mail::Notice notice : mail.notices) message.notices.emplace_back(slug(notice));
  if (record.is_cut) message.notices.emplace_back("cut_at_size_limit");
  for (const std::string& signal : read.signals) message.notices.push_back("machine:" + signal);
  has_number = masked;
  return read;
}

}  // namespace

Result<ReadMail> read_mail(const Environment& env, const store::IntakeRecord& record,
                           std::string_view raw, std::string_view charset) {
  bool has_number = false;
  ReadMail read = read_texts(env, record, raw, charset, has_number);
  if (has_number) {
    // The same mail is known again by what it was when it came.
    const std::string content_key = std::move(read.message.content_key);
    read = {};
    std::string masked = mail::mask_mail(raw, charset);
    read = read_texts(env, record, masked, charset, has_number);
    read.message.content_key = content_key;
    read.message.notices.emplace_back(kMaskedNotice);
    read.masked = env.blobs.prepare_replacement(record.id.str(), std::move(masked));
  }
  if (Result<void> kept = keep_attachments(env, read); !kept) return fail(std::move(kept.error()));
  read.found_by = found_by(read.message);
  return read;
}

Result<store::IntakeRecord> place_mail(const Environment& env, db::Session& session,
                                       store::IntakeRecord record, const ReadMail& read,
                                       const DirectoryView& directory) {
  record.decided_at = env.clock.now();
  record.mime_message_id = read.message.mime_message_id;
  record.from_address = read.message.from.address;
  store::Messages messages(session);
  if (const auto same = messages.by_content_key(read.message.content_key)) {
    record = again(env, session, std::move(record), *same, directory);
    store::Intake(session).decide(record);
    return record;
  }
  Incoming incoming{read.mail, record, directory, std::nullopt, read.machine, read.signals};
  if (const Result<EmailAddress> sender = EmailAddress::parse(read.message.from.address)) {
    incoming.sender = *sender;
  }
  std::vector<domain::DecisionStep> steps = {
      {"same_mail", "no message with the same content key", false}};
  if (read.report && !read.machine.is_loop) {
    if (auto reported = apply_report(env, session, record, *read.report, steps)) {
      store::Intake(session).decide(*reported);
      return std::move(*reported);
    }
  }
  const Place place = find_place(env, session, incoming, steps);
  domain::Message message = read.message;
  message.created_at = *record.decided_at;
  // A form is no machine that answers: what its mailer writes says nothing about the person.
  if (place.form) {
    const auto says_machine = [](const std::string& one) { return one.rfind("machine:", 0) == 0; };
    message.notices.erase(
        std::remove_if(message.notices.begin(), message.notices.end(), says_machine),
        message.notices.end());
  }
  message.notices.insert(message.notices.end(), place.notices.begin(), place.notices.end());
  record.reason = place.reason;
  record.decision = steps;
  switch (place.kind) {
    case Place::Kind::ignored:
      record.outcome = domain::IntakeOutcome::ignored;
      break;
    case Place::Kind::new_case: {
      const domain::Case value = open_case(env, session, record, read, directory, place);
      message.case_id = value.id;
      write_message(env, session, record, read, message);
      announce_case(env, session, record, value, message);
      acknowledge(env, session, record, read, value, directory, record.decision);
      record.outcome = domain::IntakeOutcome::case_opened;
      record.case_sequence = value.sequence;
      record.message = message.id;
      break;
    }
    case Place::Kind::existing_case: {
      std::optional<store::CaseRecord> found = store::Cases(session).by_id(*place.case_id);
      if (!found) return fail(Error::internal("the case of the mail is gone"));
      message.case_id = found->value.id;
      write_message(env, session, record, read, message);
      domain::Change change = domain::on_inbound(found->value, record.received_at,
                                                 place.reopens && !record.archive_status);
      change.fields.push_back({"message", "", message.id.str()});
      for (domain::FieldChange& added :
           add_order_numbers(found->value, record, read, directory, place))
        change.fields.push_back(std::move(added));
      save_case(env, session, {{}, "hub"}, found->value, change);
      record.outcome = domain::IntakeOutcome::message_added;
      record.case_sequence = found->value.sequence;
      record.message = message.id;
      break;
    }
  }
  store::Intake(session).decide(record);
  return record;
}

}  // namespace madoguchi::service
