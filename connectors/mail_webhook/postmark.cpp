// SPDX-License-Identifier: Apache-2.0
// Postmark inbound (postmarkapp.com/developer, "Inbound webhook").
#include "connectors/mail_webhook/assemble.h"
#include "connectors/mail_webhook/receivers.h"
#include "core/crypto/digest.h"
#include "core/crypto/encoding.h"
#include "core/json/value.h"
#include "core/mail/ascii.h"
#include "core/mail/transfer.h"

namespace madoguchi::connectors::mail_webhook {
namespace {

using connector::WebhookEnd;
using connector::WebhookFinding;
using connector::WebhookMail;
using connector::WebhookNo;
using connector::WebhookReply;
using connector::WebhookRequest;

/// The text at a place without a copy of it; empty when there is none.
std::string_view text_in(const json::Value& value, const char* pointer) {
  const json::Value* found = json::find(value, pointer);
  const auto* text = found == nullptr ? nullptr : found->get_ptr<const std::string*>();
  return text == nullptr ? std::string_view{} : std::string_view(*text);
}

const json::Value& list_in(const json::Value& value, const char* pointer) {
  static const json::Value kNone = json::Value::array();
  const json::Value* found = json::find(value, pointer);
  return found != nullptr && found->is_array() ? *found : kNone;
}

std::optional<TextPart> text_part(const json::Value& message, const char* pointer) {
  const std::string_view text = text_in(message, pointer);
  if (text.empty()) return std::nullopt;
  return TextPart{text, "utf-8"};
}

std::string assembled(const json::Value& message) {
  MailParts parts;
  for (const json::Value& header : list_in(message, "/Headers")) {
    parts.headers.emplace_back(text_in(header, "/Name"), text_in(header, "/Value"));
  }
  for (const char* name : {"From", "To", "Cc", "Subject", "Date"}) {
    parts.add_missing(name, std::string(text_in(message, (std::string("/") + name).c_str())));
  }
  parts.add_missing("Reply-To", std::string(text_in(message, "/ReplyTo")));
  parts.text = text_part(message, "/TextBody");
  parts.html = text_part(message, "/HtmlBody");
  std::vector<std::string> contents;
  const json::Value& files = list_in(message, "/Attachments");
  contents.reserve(files.size());  // the parts view into it
  for (const json::Value& file : files) {
    contents.push_back(mail::decode_base64(text_in(file, "/Content")));
    parts.files.push_back({std::string(text_in(file, "/Name")),
                           std::string(text_in(file, "/ContentType")),
                           without_brackets(text_in(file, "/ContentID")), contents.back()});
  }
  return assemble(parts, "postmark");
}

/// The envelope's sender stands in Return-Path, when anywhere.
std::string sender_of(const json::Value& message) {
  for (const json::Value& header : list_in(message, "/Headers")) {
    if (mail::iequals(text_in(header, "/Name"), "Return-Path")) {
      return without_brackets(text_in(header, "/Value"));
    }
  }
  return std::string(text_in(message, "/FromFull/Email"));
}

std::vector<std::string> recipients_of(const json::Value& message) {
  const std::string_view original = text_in(message, "/OriginalRecipient");
  if (!original.empty()) return {std::string(original)};
  std::vector<std::string> recipients;
  for (const char* list : {"/ToFull", "/CcFull", "/BccFull"}) {
    for (const json::Value& one : list_in(message, list)) {
      const std::string_view address = text_in(one, "/Email");
      if (!address.empty()) recipients.emplace_back(address);
    }
  }
  return recipients;
}

class Postmark final : public connector::WebhookReceiver {
 public:
  explicit Postmark(Options options) : options_(std::move(options)) {}

  [[nodiscard]] std::size_t body_limit() const noexcept override { return kMailBody; }

  [[nodiscard]] WebhookFinding read(const WebhookRequest& request,
                                    const std::string* /*page*/) const override {
    if (!is_trusted(request)) {
      return WebhookNo{WebhookEnd::untrusted, "its user and password do not hold"};
    }
    const Result<json::Value> message = json::parse(request.body);
    if (!message || text_in(*message, "/MessageID").empty()) {
      return WebhookNo{WebhookEnd::malformed, "it is no inbound message"};
    }
    WebhookMail mail;
    const std::string_view raw = text_in(*message, "/RawEmail");
    mail.raw = raw.empty() ? assembled(*message) : std::string(raw);
    mail.id = std::string(text_in(*message, "/MessageID"));
    mail.sender = sender_of(*message);
    mail.recipients = recipients_of(*message);
    return mail;
  }

  [[nodiscard]] WebhookReply reply(WebhookEnd end) const override {
    // 403 is the one status after which it does not come again.
    WebhookReply reply = reply_of(end, 403, 401);
    if (end == WebhookEnd::untrusted) {
      reply.headers = {{"WWW-Authenticate", "Basic realm=\"hooks\""}};
    }
    return reply;
  }

 private:
  /// Postmark signs nothing: there are the secret in the URL and, when the account has them, user
  /// and password (RFC 7617).
  [[nodiscard]] bool is_trusted(const WebhookRequest& request) const {
    if (options_.user.empty()) return true;
    const std::string expected =
        crypto::to_base64(options_.user + ":" + options_.password.reveal());
    constexpr std::string_view kBasic = "basic ";
    const std::string_view given = request.header("Authorization").value_or("");
    return mail::istarts_with(given, kBasic) &&
           crypto::equal_in_constant_time(expected, mail::trim(given.substr(kBasic.size())));
  }

  const Options options_;
};

}  // namespace

std::unique_ptr<connector::WebhookReceiver> postmark(Options options) {
  return std::make_unique<Postmark>(std::move(options));
}

}  // namespace madoguchi::connectors::mail_webhook
