// SPDX-License-Identifier: Apache-2.0
// Mailgun routes (documentation.mailgun.com, "Receiving, forwarding and storing messages").
#include <algorithm>

#include "connectors/mail_webhook/assemble.h"
#include "connectors/mail_webhook/form.h"
#include "connectors/mail_webhook/receivers.h"
#include "core/crypto/digest.h"
#include "core/json/value.h"
#include "core/mail/address_list.h"

namespace madoguchi::connectors::mail_webhook {
namespace {

using connector::WebhookEnd;
using connector::WebhookFinding;
using connector::WebhookMail;
using connector::WebhookNo;
using connector::WebhookReply;
using connector::WebhookRequest;

constexpr std::size_t kLongestToken = 200;  // it has 50

/// [["Received", "from …"], …]
void add_headers(MailParts& parts, std::string_view list) {
  const Result<json::Value> headers = json::parse(list);
  if (!headers || !headers->is_array()) return;
  for (const json::Value& pair : *headers) {
    if (!pair.is_array() || pair.size() != 2 || !pair[0].is_string() || !pair[1].is_string()) {
      continue;
    }
    parts.headers.emplace_back(pair[0].get<std::string>(), pair[1].get<std::string>());
  }
}

/// {"<id@host>": "attachment-1"}
std::string content_id_of(const json::Value& ids, const std::string& field) {
  if (!ids.is_object()) return {};
  for (const auto& one : ids.items()) {
    if (one.value().is_string() && one.value().get<std::string>() == field) {
      return without_brackets(one.key());
    }
  }
  return {};
}

std::optional<TextPart> text_of(const Form& form, std::string_view name) {
  const std::string_view* value = form.find(name);
  if (value == nullptr || value->empty()) return std::nullopt;
  return TextPart{*value, "utf-8"};
}

WebhookMail mail_of_parts(const Form& form) {
  MailParts parts;
  add_headers(parts, form.text("message-headers"));
  parts.add_missing("From", std::string(form.text("from")));
  parts.add_missing("Subject", std::string(form.text("subject")));
  parts.add_missing("To", std::string(form.text("To")));
  parts.add_missing("Date", std::string(form.text("Date")));
  parts.add_missing("Message-ID", std::string(form.text("Message-Id")));
  parts.text = text_of(form, "body-plain");
  parts.html = text_of(form, "body-html");
  const Result<json::Value> ids = json::parse(form.text("content-id-map"));
  for (const FormField& field : form.fields()) {
    if (!field.file_name) continue;
    parts.files.push_back({*field.file_name, field.media_type,
                           ids ? content_id_of(*ids, field.name) : std::string(), field.value});
  }
  WebhookMail mail;
  // store() leaves the files with Mailgun and sends links to them.
  const std::string_view announced = form.text("attachment-count");
  mail.is_cut = form.find("attachments") != nullptr ||
                (!announced.empty() && announced != std::to_string(form.files()));
  mail.raw = assemble(parts, "mailgun");
  return mail;
}

class Mailgun final : public connector::WebhookReceiver {
 public:
  Mailgun(Options options, const Clock& clock) : options_(std::move(options)), clock_(clock) {}

  [[nodiscard]] std::size_t body_limit() const noexcept override { return kMailBody; }

  [[nodiscard]] WebhookFinding read(const WebhookRequest& request,
                                    const std::string* /*page*/) const override {
    // The signature is in the form, so it has to be cut into fields first; nothing more is done.
    const std::optional<Form> form =
        Form::parse(request.header("Content-Type").value_or(""), request.body);
    if (!form) return WebhookNo{WebhookEnd::malformed, "it is no form"};
    const std::string_view token = form->text("token");
    const std::string_view timestamp = form->text("timestamp");
    const std::optional<TimePoint> at = unix_time(timestamp);
    if (token.empty() || token.size() > kLongestToken || !at) {
      return WebhookNo{WebhookEnd::untrusted, "it is not signed"};
    }
    const std::string expected = crypto::to_hex(
        crypto::hmac_sha256(options_.key, std::string(timestamp) + std::string(token)));
    if (!crypto::equal_in_constant_time(expected, form->text("signature"))) {
      return WebhookNo{WebhookEnd::untrusted, "its signature does not hold"};
    }
    if (!is_fresh(*at, clock_.now(), options_.max_age)) {
      return WebhookNo{WebhookEnd::refused, "its signature is too old, or from the future"};
    }
    WebhookMail mail;
    if (const std::string_view* raw = form->find("body-mime")) {
      mail.raw = std::string(*raw);
    } else {
      mail = mail_of_parts(*form);
    }
    mail.id = std::string(token);
    mail.sender = without_brackets(form->text("sender"));
    for (const mail::Address& one : mail::parse_addresses(form->text("recipient"))) {
      if (!one.address.empty()) mail.recipients.push_back(one.address);
    }
    return mail;
  }

  [[nodiscard]] WebhookReply reply(WebhookEnd end) const override {
    // 406 is the one status after which it does not come again.
    return reply_of(end, 406, 401);
  }

 private:
  const Options options_;
  const Clock& clock_;
};

}  // namespace

std::unique_ptr<connector::WebhookReceiver> mailgun(Options options, const Clock& clock) {
  return std::make_unique<Mailgun>(std::move(options), clock);
}

}  // namespace madoguchi::connectors::mail_webhook
