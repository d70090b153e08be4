// SPDX-License-Identifier: Apache-2.0
#include "core/service/acknowledgements.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <chrono>

#include "core/base/email_address.h"
#include "core/service/found_by.h"
#include "core/store/deliveries.h"
#include "core/store/messages.h"
#include "core/text/fold.h"
#include "core/text/utf8.h"

namespace madoguchi::service {
namespace {

constexpr std::chrono::hours kOncePerSender{24};
constexpr std::chrono::hours kWindow{1};
/// In all: more than a desk gets by day, few enough to harm nobody.
constexpr std::int64_t kMostPerHour = 500;

std::string domain_of(const std::string& address) {
  const Result<EmailAddress> parsed = EmailAddress::parse(address);
  return parsed ? text::fold(parsed->domain()) : std::string();
}

/// The same, or one below the other.
bool is_related(const std::string& a, const std::string& b) {
  const std::string& longer = a.size() >= b.size() ? a : b;
  const std::string& shorter = a.size() >= b.size() ? b : a;
  if (longer.size() == shorter.size()) return longer == shorter;
  return longer.compare(longer.size() - shorter.size(), shorter.size(), shorter) == 0 &&
         longer[longer.size() - shorter.size() - 1] == '.';
}

bool is_japanese(const mail::Message& mail) {
  for (const std::string* text : {&mail.subject, &mail.text}) {
    const std::size_t size = std::min<std::size_t>(text->size(), 4096);
    for (std::size_t i = 0; i < size;) {
      const text::Utf8Char c = text::decode_utf8(*text, i);
      if (c.code >= 0x3040 && c.code <= 0x30FF) return true;
      i += c.size;
    }
  }
  return false;
}

/// Why this mail is not acknowledged, as far as it says so itself; empty: nothing against it.
std::string objection(db::Session& session, const store::IntakeRecord& record, const ReadMail& read,
                      const DirectoryView& directory, const Result<EmailAddress>& sender) {
  if (record.archive_status) return "it was imported from an archive";
  if (read.machine.no_answer)
    return "a machine sent it: " + fmt::format("{}", fmt::join(read.signals, ", "));
  if (!sender) return "its sender has no address";
  if (directory.mailbox_at(domain::without_sub_address(sender->key())) != nullptr)
    return "its sender is a mailbox of ours";
  if (is_suspicious(read.mail, record)) return "its sender is suspicious";
  store::Deliveries deliveries(session);
  if (deliveries.suppressed(sender->key())) return "mail to its sender bounces";
  if (deliveries.acknowledgements_since(*record.decided_at - kWindow) >= kMostPerHour)
    return "too many acknowledgements went out in the last hour";
  return "";
}

domain::Message letter_of(const Environment& env, const ReadMail& read, const domain::Case& value,
                          const domain::Mailbox& mailbox, const EmailAddress& sender) {
  const domain::AutoReply& texts = mailbox.auto_reply;
  const bool japanese = !texts.ja.empty() && (texts.en.empty() || is_japanese(read.mail));
  domain::Message letter;
  letter.id = env.ids.make<domain::MessageId>();
  letter.case_id = value.id;
  letter.kind = domain::MessageKind::reply;
  letter.from = {"", mailbox.address.str()};
  letter.to = {{"", sender.str()}};
  letter.subject = japanese ? fmt::format("お問い合わせを受け付けました（{}）", value.number())
                            : fmt::format("We have received your message ({})", value.number());
  letter.text = japanese ? texts.ja : texts.en;
  letter.text_visible = letter.text;
  letter.author_name = "hub";
  letter.notices = {domain::kAutomaticNotice};
  if (!read.message.mime_message_id.empty()) {
    letter.in_reply_to = read.message.mime_message_id;
    letter.references = {read.message.mime_message_id};
  }
  letter.created_at = env.clock.now();
  letter.sent_at = letter.created_at;
  letter.delivery = {{sender.str(), domain::DeliveryState::queued, "", letter.created_at}};
  return letter;
}

}  // namespace

bool is_suspicious(const mail::Message& mail, const store::IntakeRecord& record) {
  for (const mail::Header& header : mail.headers) {
    const std::string name = text::fold(header.name);
    const std::string value = text::fold(header.value);
    if (name == "authentication-results" && value.find("dmarc=fail") != std::string::npos)
      return true;
    if ((name == "x-spam-flag" || name == "x-spam-status" || name == "x-spam") &&
        value.rfind("yes", 0) == 0) {
      return true;
    }
  }
  if (mail.from.size() != 1) return true;
  const std::string own = domain_of(mail.from.front().address);
  std::vector<std::string> others = {record.sender, mail.return_path.value_or("")};
  for (const mail::Address& address : mail.reply_to) others.push_back(address.address);
  return std::any_of(others.begin(), others.end(), [&](const std::string& other) {
    return !other.empty() && !is_related(own, domain_of(other));
  });
}

void acknowledge(const Environment& env, db::Session& session, const store::IntakeRecord& record,
                 const ReadMail& read, const domain::Case& value, const DirectoryView& directory,
                 std::vector<domain::DecisionStep>& steps) {
  const domain::Mailbox* const mailbox =
      value.mailbox ? directory.mailbox(*value.mailbox) : nullptr;
  if (mailbox == nullptr || mailbox->auto_reply.empty()) return;
  const Result<EmailAddress> sender = EmailAddress::parse(read.message.from.address);
  std::string why_not = objection(session, record, read, directory, sender);
  domain::Message letter;
  if (why_not.empty()) {
    letter = letter_of(env, read, value, *mailbox, *sender);
    if (!store::Deliveries(session).claim_acknowledgement(
            sender->key(), letter.id, *record.decided_at, *record.decided_at - kOncePerSender)) {
      why_not = "its sender got one within the last 24 hours";
    }
  }
  if (!why_not.empty()) {
    steps.push_back({"acknowledgement", "none: " + why_not, false});
    return;
  }
  store::Messages messages(session);
  messages.insert(letter);
  messages.index(letter.sequence, found_by(letter));
  messages.set_mime_message_id(letter.id,
                               env.tokens.message_id(letter.sequence, mailbox->address.domain()));
  env.queue.put(session, {"mail.send", "mail.send:" + letter.id.str(), letter.id.str(),
                          std::nullopt, value.id.str()});
  steps.push_back({"acknowledgement", "sent by the mailbox's auto_reply", true});
}

}  // namespace madoguchi::service
