// SPDX-License-Identifier: Apache-2.0
#include "core/service/message_wishes.h"

#include <algorithm>
#include <set>

#include "core/domain/template.h"
#include "core/mail/body_page.h"
#include "core/mail/html.h"
#include "core/service/recipients.h"
#include "core/service/scanning.h"
#include "core/service/sending.h"
#include "core/service/unit_of_work.h"
#include "core/text/utf8.h"

namespace madoguchi::service {
namespace {

using Addresses = std::vector<domain::NamedAddress>;

constexpr int kReferences = 20;

Result<void> check_addresses(const Addresses& list, const std::string& pointer) {
  for (std::size_t i = 0; i < list.size(); ++i) {
    const Result<EmailAddress> address = EmailAddress::parse(list[i].address);
    if (!address) {
      return fail(Error::invalid(pointer + "/" + std::to_string(i) + "/address",
                                 address.error().fields.front().message));
    }
  }
  return refuse_card_numbers_in(list, pointer);
}

domain::MessageKind kind_of(EntryKind kind) {
  switch (kind) {
    case EntryKind::reply:
      return domain::MessageKind::reply;
    case EntryKind::note:
      return domain::MessageKind::note;
    case EntryKind::call:
      return domain::MessageKind::call;
    case EntryKind::inbound:
      return domain::MessageKind::inbound;
  }
  return domain::MessageKind::note;
}

/// "Re: " once, however often it went to and fro.
std::string answer_subject(const std::string& subject) {
  std::string_view rest = subject;
  while (rest.size() >= 3 && (rest[0] == 'R' || rest[0] == 'r') &&
         (rest[1] == 'e' || rest[1] == 'E') && rest[2] == ':') {
    rest.remove_prefix(3);
    while (!rest.empty() && rest.front() == ' ') rest.remove_prefix(1);
  }
  return "Re: " + std::string(rest);
}

/// The content ids that the (sanitised) html shows.
std::vector<std::string> shown_content_ids(const std::string& html) {
  std::vector<std::string> ids;
  for (const mail::ShownImage& image : mail::shown_images(html)) {
    std::string id = image.content_id();
    if (!id.empty()) ids.push_back(std::move(id));
  }
  return ids;
}

/// Images that the html shows travel beside it, the others behind the text; what it shows must be
/// there.
Result<void> place_images(domain::Message& message) {
  const std::vector<std::string> shown = shown_content_ids(message.html);
  for (domain::Attachment& attachment : message.attachments) {
    attachment.is_inline =
        !attachment.content_id.empty() &&
        std::find(shown.begin(), shown.end(), attachment.content_id) != shown.end();
  }
  for (domain::Attachment& attachment : message.attachments) {
    if (!attachment.is_inline) attachment.content_id.clear();
  }
  for (const std::string& id : shown) {
    const bool there = std::any_of(
        message.attachments.begin(), message.attachments.end(),
        [&](const domain::Attachment& one) { return one.is_inline && one.content_id == id; });
    if (!there) {
      return fail(Error::invalid(
          "/html", {"It shows an image that is not among the attachments: cid:" + id.substr(0, 100),
                    "添付されていない画像を参照しています: cid:" + id.substr(0, 100)}));
    }
  }
  return {};
}

Result<void> take_uploads(db::Session& session, const domain::Caller& caller,
                          const MessageCreateDto& wish, domain::Message& message) {
  for (std::size_t i = 0; i < wish.attachments.size(); ++i) {
    Result<store::Messages::Upload> upload = free_upload(session, caller, wish.attachments[i], i);
    if (!upload) return fail(std::move(upload.error()));
    message.attachments.push_back(std::move(upload->attachment));
  }
  return {};
}

Result<void> check_size(const domain::Message& message, const domain::Mailbox& mailbox) {
  std::int64_t octets = 0;
  for (const domain::Attachment& one : message.attachments) octets += one.size;
  if (octets <= mailbox.outgoing.attachments_bytes) return {};
  const std::string limit = std::to_string(mailbox.outgoing.attachments_bytes);
  return fail(
      Error::invalid("/attachments", {"All attachments together may have " + limit + " octets.",
                                      "添付ファイルは合計 " + limit + " バイトまでです。"}));
}

/// The mailbox that answers for the case: its own while that takes answers in return, or when it
/// has none the first there is.
const domain::Mailbox* answering_mailbox(const domain::Case& value,
                                         const DirectoryView& directory) {
  if (value.mailbox) {
    const domain::Mailbox* own = directory.mailbox(*value.mailbox);
    return own == nullptr || own->archived ? nullptr : own;
  }
  return directory.mailboxes().empty() ? nullptr : &directory.mailboxes().front();
}

void add_deliveries(domain::Message& message, TimePoint now) {
  const domain::DeliveryState state = delivery_state_of(message.sending.state);
  std::set<std::string> seen;
  for (const std::vector<domain::NamedAddress>* list : {&message.to, &message.cc, &message.bcc}) {
    for (const domain::NamedAddress& recipient : *list) {
      if (!seen.insert(EmailAddress::parse(recipient.address)->key()).second) continue;
      message.delivery.push_back({recipient.address, state, "", now});
    }
  }
}

constexpr std::string_view kHtmlSignature = "<div class=\"signature\">-- <br>";

/// The mailbox's signature under the text and under the html.
void sign(domain::Message& message, const std::string& signature) {
  if (signature.empty()) return;
  message.text += "\n\n-- \n" + signature;
  if (message.html.empty()) return;
  message.html += "<br>";
  message.html += kHtmlSignature;
  message.html += domain::escape_html(signature) + "</div>";
}

Result<void> address_reply(const Environment& env, db::Session& session,
                           const domain::Caller& caller, const domain::Case& value,
                           const MessageCreateDto& wish, const DirectoryView& directory,
                           domain::Message& message) {
  const domain::Mailbox* mailbox = answering_mailbox(value, directory);
  if (mailbox == nullptr) {
    return fail(Error::conflict(
        "no-mailbox", {"There is no mailbox to answer from. Add one to the configuration.",
                       "返信に使うメールボックスがありません。設定に追加してください。"}));
  }
  message.from = {"", mailbox->address.str()};
  if (wish.to) {
    message.to = *wish.to;
  } else if (EmailAddress::parse(value.requester.address)) {
    message.to = {{value.requester.name, value.requester.address}};
  }
  if (message.to.empty()) {
    return fail(Error::invalid(
        "/to", {"The requester has no mail address. Say whom to send it to.",
                "問い合わせ元のメールアドレスがありません。宛先を指定してください。"}));
  }
  if (wish.cc) {
    message.cc = *wish.cc;
  } else {
    message.cc = copies_of(session, value.ccs);
  }
  message.subject = wish.subject ? text::one_line(*wish.subject) : answer_subject(value.subject);
  message.bcc = wish.bcc;
  message.html = wish.html.empty() ? "" : mail::sanitize_html(wish.html);
  if (Result<void> placed = place_images(message); !placed) return placed;
  if (Result<void> fits = check_size(message, *mailbox); !fits) return fits;
  sign(message, mailbox->signature);
  message.references = store::Messages(session).mime_ids_of_case(value.id, kReferences);
  if (!message.references.empty()) message.in_reply_to = message.references.back();
  Result<domain::Sending> sending = sending_of(wish, caller, *mailbox, env.clock.now());
  if (!sending) return fail(std::move(sending.error()));
  message.sending = std::move(*sending);
  if (message.sending.state == domain::SendingState::released) message.sent_at = env.clock.now();
  add_deliveries(message, env.clock.now());
  return {};
}

}  // namespace

Result<store::Messages::Upload> free_upload(db::Session& session, const domain::Caller& caller,
                                            const std::string& id, std::size_t position) {
  std::optional<store::Messages::Upload> upload =
      store::Messages(session).attachment(domain::AttachmentId(id));
  if (!upload || upload->message || upload->uploaded_by != caller.agent) {
    return fail(Error::invalid(
        "/attachments/" + std::to_string(position),
        {"Not an upload of yours that is still free. POST /attachments first.",
         "未使用のアップロードではありません。先に POST /attachments を行ってください。"}));
  }
  if (const std::optional<Text> unfit = unfit_to_send(upload->attachment)) {
    return fail(Error::invalid("/attachments/" + std::to_string(position), *unfit));
  }
  return std::move(*upload);
}

Result<void> refuse_card_numbers_in_html(const std::string& html) {
  if (html.empty()) return {};
  for (const std::string& seen : {html, mail::sanitize_html(html), mail::html_to_text(html)}) {
    if (Result<void> clean = refuse_card_numbers(seen, "/html"); !clean) return clean;
  }
  return {};
}

Result<void> refuse_card_numbers_in(const std::vector<domain::NamedAddress>& list,
                                    const std::string& pointer) {
  for (std::size_t i = 0; i < list.size(); ++i) {
    Result<void> clean =
        refuse_card_numbers(list[i].name, pointer + "/" + std::to_string(i) + "/name");
    if (!clean) return clean;
  }
  return {};
}

std::string without_signature(const domain::Message& message) {
  const std::size_t at = message.html.rfind("<br>" + std::string(kHtmlSignature));
  const bool signed_here = message.text != message.text_visible && at != std::string::npos;
  return signed_here ? message.html.substr(0, at) : message.html;
}

Result<void> check_entry(const MessageCreateDto& wish) {
  if (Result<void> clean = refuse_card_numbers(wish.text, "/text"); !clean) return clean;
  if (Result<void> clean = refuse_card_numbers_in_html(wish.html); !clean) return clean;
  if (Result<void> clean = refuse_card_numbers(wish.subject.value_or(""), "/subject"); !clean)
    return clean;
  if (Result<void> good = check_addresses(wish.to.value_or(Addresses{}), "/to"); !good) return good;
  if (Result<void> good = check_addresses(wish.cc.value_or(Addresses{}), "/cc"); !good) return good;
  return check_addresses(wish.bcc, "/bcc");
}

Result<domain::Message> entry_of(const Environment& env, db::Session& session,
                                 const domain::Caller& caller, const domain::Case& value,
                                 const MessageCreateDto& wish, const DirectoryView& directory) {
  domain::Message message;
  message.id = env.ids.make<domain::MessageId>();
  message.case_id = value.id;
  message.kind = kind_of(wish.kind);
  if (!caller.agent.empty()) message.author = caller.agent;
  message.author_name = caller.name;
  message.text = wish.text;
  message.text_visible = wish.text;
  message.call = wish.call;
  message.created_at = env.clock.now();
  if (message.kind == domain::MessageKind::inbound) {
    message.from = {value.requester.name, value.requester.address};
    message.received_at = message.created_at;
  }
  if (Result<void> taken = take_uploads(session, caller, wish, message); !taken) {
    return fail(std::move(taken.error()));
  }
  if (message.kind == domain::MessageKind::reply) {
    if (Result<void> addressed =
            address_reply(env, session, caller, value, wish, directory, message);
        !addressed) {
      return fail(std::move(addressed.error()));
    }
  }
  return message;
}

}  // namespace madoguchi::service
