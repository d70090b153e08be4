// SPDX-License-Identifier: Apache-2.0
// SendGrid Inbound Parse (docs.sendgrid.com, "Setting up the Inbound Parse webhook"; signature as
// of its Event Webhook).
#include <algorithm>
#include <map>

#include "connectors/mail_webhook/assemble.h"
#include "connectors/mail_webhook/form.h"
#include "connectors/mail_webhook/receivers.h"
#include "core/crypto/encoding.h"
#include "core/crypto/signature.h"
#include "core/json/value.h"
#include "core/mail/address_list.h"
#include "core/mail/charset.h"
#include "core/mail/header.h"

namespace madoguchi::connectors::mail_webhook {
namespace {

using connector::WebhookEnd;
using connector::WebhookFinding;
using connector::WebhookMail;
using connector::WebhookNo;
using connector::WebhookReply;
using connector::WebhookRequest;

/// A form whose fields are each in a charset of its own.
class Fields {
 public:
  explicit Fields(const Form& form) : form_(form) {
    const Result<json::Value> named = json::parse(form.text("charsets"));
    if (!named || !named->is_object()) return;
    for (const auto& one : named->items()) {
      if (one.value().is_string()) charsets_[one.key()] = one.value().get<std::string>();
    }
  }

  [[nodiscard]] std::string charset(const std::string& field) const {
    const auto found = charsets_.find(field);
    return found == charsets_.end() ? std::string() : found->second;
  }
  [[nodiscard]] std::string utf8(const std::string& field) const {
    return mail::decode_text(form_.text(field), charset(field)).text;
  }
  [[nodiscard]] std::optional<TextPart> text(const std::string& field) const {
    const std::string_view* value = form_.find(field);
    if (value == nullptr || value->empty()) return std::nullopt;
    const std::string label = charset(field);
    // Without a label the hub's own detection would look at it; with one it is believed first.
    return TextPart{*value, label.empty() ? mail::decode_text(*value, "").decoding.charset : label};
  }
  [[nodiscard]] const Form& form() const { return form_; }

 private:
  const Form& form_;
  std::map<std::string, std::string> charsets_;
};

/// The headers of the mail, as they were: a block of lines.
void add_headers(MailParts& parts, const Fields& fields) {
  const std::string block = fields.utf8("headers") + "\r\n\r\n";
  for (const mail::RawField& field : mail::split_fields(block, {}, true).fields) {
    parts.headers.emplace_back(field.name, field.value);
  }
}

FilePart file_of(const FormField& field, const json::Value& info, const json::Value& ids) {
  FilePart file{*field.file_name, field.media_type, {}, field.value};
  const std::string place = "/" + field.name;
  if (const auto name = json::text_at(info, place + "/filename")) file.name = *name;
  if (const auto type = json::text_at(info, place + "/type")) file.media_type = *type;
  if (const auto id = json::text_at(info, place + "/content-id")) {
    file.content_id = without_brackets(*id);
  }
  if (file.content_id.empty() && ids.is_object()) {
    for (const auto& one : ids.items()) {
      if (one.value().is_string() && one.value().get<std::string>() == field.name) {
        file.content_id = without_brackets(one.key());
      }
    }
  }
  return file;
}

WebhookMail mail_of_parts(const Fields& fields) {
  const Form& form = fields.form();
  MailParts parts;
  add_headers(parts, fields);
  parts.add_missing("From", fields.utf8("from"));
  parts.add_missing("To", fields.utf8("to"));
  parts.add_missing("Cc", fields.utf8("cc"));
  parts.add_missing("Subject", fields.utf8("subject"));
  parts.text = fields.text("text");
  parts.html = fields.text("html");
  const Result<json::Value> info = json::parse(form.text("attachment-info"));
  const Result<json::Value> ids = json::parse(form.text("content-ids"));
  for (const FormField& field : form.fields()) {
    if (!field.file_name) continue;
    parts.files.push_back(file_of(field, info ? *info : json::Value(), ids ? *ids : json::Value()));
  }
  WebhookMail mail;
  const std::string_view announced = form.text("attachments");
  mail.is_cut = !announced.empty() && announced != std::to_string(form.files());
  mail.raw = assemble(parts, "sendgrid");
  return mail;
}

/// {"to": ["support@shop.example"], "from": "taro@example.jp"}
void read_envelope(const Fields& fields, WebhookMail& mail) {
  const Result<json::Value> envelope = json::parse(fields.form().text("envelope"));
  if (envelope) {
    mail.sender = without_brackets(json::text_at(*envelope, "/from").value_or(""));
    if (const json::Value* to = json::find(*envelope, "/to"); to != nullptr && to->is_array()) {
      for (const json::Value& one : *to) {
        if (one.is_string()) mail.recipients.push_back(without_brackets(one.get<std::string>()));
      }
    }
  }
  if (!mail.recipients.empty()) return;
  for (const mail::Address& one : mail::parse_addresses(fields.utf8("to"))) {
    if (!one.address.empty()) mail.recipients.push_back(one.address);
  }
}

class SendGrid final : public connector::WebhookReceiver {
 public:
  SendGrid(Options options, const Clock& clock) : options_(std::move(options)), clock_(clock) {}

  [[nodiscard]] std::size_t body_limit() const noexcept override { return kMailBody; }

  [[nodiscard]] WebhookFinding read(const WebhookRequest& request,
                                    const std::string* /*page*/) const override {
    if (const std::optional<WebhookNo> no = distrust(request)) return *no;
    const std::optional<Form> form =
        Form::parse(request.header("Content-Type").value_or(""), request.body);
    if (!form) return WebhookNo{WebhookEnd::malformed, "it is no form"};
    const Fields fields(*form);
    WebhookMail mail;
    if (const std::string_view* raw = form->find("email")) {
      mail.raw = std::string(*raw);
    } else {
      mail = mail_of_parts(fields);
    }
    read_envelope(fields, mail);
    return mail;
  }

  [[nodiscard]] WebhookReply reply(WebhookEnd end) const override {
    return reply_of(end, 403, 401);
  }

 private:
  /// Nothing when it may be believed: rightly signed, or the account signs nothing and the secret
  /// in the URL is all there is.
  [[nodiscard]] std::optional<WebhookNo> distrust(const WebhookRequest& request) const {
    if (options_.key.empty()) return std::nullopt;
    const std::string_view timestamp = request.header(options_.timestamp_header).value_or("");
    const Result<std::string> signature =
        crypto::from_base64(request.header(options_.signature_header).value_or(""));
    const std::optional<TimePoint> at = unix_time(timestamp);
    if (!at || !signature || signature->empty()) {
      return WebhookNo{WebhookEnd::untrusted, "it is not signed"};
    }
    const std::string signed_bytes = std::string(timestamp) + std::string(request.body);
    if (!crypto::ecdsa_signature_holds(options_.key.reveal(), signed_bytes, *signature)) {
      return WebhookNo{WebhookEnd::untrusted, "its signature does not hold"};
    }
    if (!is_fresh(*at, clock_.now(), options_.max_age)) {
      return WebhookNo{WebhookEnd::refused, "its signature is too old, or from the future"};
    }
    return std::nullopt;
  }

  const Options options_;
  const Clock& clock_;
};

}  // namespace

std::unique_ptr<connector::WebhookReceiver> sendgrid(Options options, const Clock& clock) {
  return std::make_unique<SendGrid>(std::move(options), clock);
}

}  // namespace madoguchi::connectors::mail_webhook
