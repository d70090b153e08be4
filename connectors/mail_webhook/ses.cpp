// SPDX-License-Identifier: Apache-2.0
// Amazon SES receipt through SNS (Amazon SES Developer Guide, "Notifications for email receiving";
// Amazon SNS Developer Guide, "Parsing message formats", "Verifying the signatures").
#include <algorithm>

#include "connectors/mail_webhook/assemble.h"
#include "connectors/mail_webhook/receivers.h"
#include "core/crypto/encoding.h"
#include "core/crypto/signature.h"
#include "core/json/value.h"
#include "core/mail/ascii.h"
#include "core/mail/transfer.h"

namespace madoguchi::connectors::mail_webhook {
namespace {

using connector::WebhookEnd;
using connector::WebhookFinding;
using connector::WebhookMail;
using connector::WebhookNeeds;
using connector::WebhookNo;
using connector::WebhookNothing;
using connector::WebhookReply;
using connector::WebhookRequest;
using connector::WebhookVisit;

constexpr std::size_t kLargestMessage = std::size_t{1} << 20U;  // SNS stops at 256 KiB

constexpr std::string_view kNotification = "Notification";
constexpr std::string_view kSubscription = "SubscriptionConfirmation";
constexpr std::string_view kUnsubscription = "UnsubscribeConfirmation";

/// The lines that are signed: names in byte order, each with its value. Nothing when one is
/// missing.
std::optional<std::string> signed_text(const json::Value& message, std::string_view type) {
  std::vector<const char*> names = {"Message", "MessageId"};
  if (type == kNotification) {
    if (json::text_at(message, "/Subject")) names.push_back("Subject");
    names.insert(names.end(), {"Timestamp", "TopicArn", "Type"});
  } else {
    names.insert(names.end(), {"SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"});
  }
  std::string text;
  for (const char* name : names) {
    const std::optional<std::string> value = json::text_at(message, std::string("/") + name);
    if (!value) return std::nullopt;
    text += std::string(name) + "\n" + *value + "\n";
  }
  return text;
}

/// "us-east-1", "us-gov-west-1". Nothing looser: "sns.s3-us-west-2.amazonaws.com" is a bucket of
/// whoever took its name.
bool is_region(std::string_view text) {
  const auto is_letter = [](char c) { return c >= 'a' && c <= 'z'; };
  const std::size_t first = text.find('-');
  const std::size_t last = text.rfind('-');
  if (first != 2 || last == first || last + 1 == text.size()) return false;
  return std::all_of(text.begin(), text.begin() + 2, is_letter) &&
         std::all_of(text.begin() + 3, text.begin() + static_cast<std::ptrdiff_t>(last),
                     [&](char c) { return is_letter(c) || c == '-'; }) &&
         std::all_of(text.begin() + static_cast<std::ptrdiff_t>(last) + 1, text.end(),
                     mail::is_digit);
}

bool is_aws_host(std::string_view host) {
  constexpr std::string_view kBefore = "sns.";
  constexpr std::string_view kBehind = ".amazonaws.com";
  return host.size() > kBefore.size() + kBehind.size() && host.starts_with(kBefore) &&
         host.ends_with(kBehind) &&
         is_region(host.substr(kBefore.size(), host.size() - kBefore.size() - kBehind.size()));
}

/// The text of the mail's octets: SES says how it wrote them, or else they show it.
std::string raw_of(const std::string& content, const std::string& encoding) {
  const bool is_base64 =
      encoding.empty() ? content.find(':') == std::string::npos : mail::iequals(encoding, "base64");
  return is_base64 ? mail::decode_base64(content) : content;
}

/// The mail lies in a bucket and only its headers came. They become a mail that says where it is.
std::string pointer_mail(const json::Value& notice) {
  MailParts parts;
  if (const json::Value* headers = json::find(notice, "/mail/headers");
      headers != nullptr && headers->is_array()) {
    for (const json::Value& header : *headers) {
      parts.headers.emplace_back(json::text_at(header, "/name").value_or(""),
                                 json::text_at(header, "/value").value_or(""));
    }
  }
  const auto common = [&](const char* place) {
    const json::Value* list = json::find(notice, std::string("/mail/commonHeaders/") + place);
    std::string text;
    if (list == nullptr || !list->is_array()) return text;
    for (const json::Value& one : *list) {
      if (one.is_string()) text += (text.empty() ? "" : ", ") + one.get<std::string>();
    }
    return text;
  };
  parts.add_missing("From", common("from"));
  parts.add_missing("To", common("to"));
  for (const auto& [header, place] : {std::pair{"Subject", "/mail/commonHeaders/subject"},
                                      std::pair{"Date", "/mail/commonHeaders/date"},
                                      std::pair{"Message-ID", "/mail/commonHeaders/messageId"}}) {
    parts.add_missing(header, json::text_at(notice, place).value_or(""));
  }
  const std::string text = "s3://" +
                           json::text_at(notice, "/receipt/action/bucketName").value_or("") + "/" +
                           json::text_at(notice, "/receipt/action/objectKey").value_or("") + "\n";
  parts.text = TextPart{text, "utf-8"};
  return assemble(parts, "ses");
}

WebhookFinding finding_of(const std::string& id, const std::string& message) {
  const Result<json::Value> notice = json::parse(message);
  if (!notice || json::text_at(*notice, "/notificationType") != "Received") {
    return WebhookNothing{"a message that is no received mail"};
  }
  WebhookMail mail;
  mail.id = id;
  mail.sender = without_brackets(json::text_at(*notice, "/mail/source").value_or(""));
  if (const json::Value* to = json::find(*notice, "/receipt/recipients");
      to != nullptr && to->is_array()) {
    for (const json::Value& one : *to) {
      if (one.is_string()) mail.recipients.push_back(without_brackets(one.get<std::string>()));
    }
  }
  const std::optional<std::string> content = json::text_at(*notice, "/content");
  mail.is_cut = !content || content->empty();
  mail.raw = mail.is_cut ? pointer_mail(*notice)
                         : raw_of(*content,
                                  json::text_at(*notice, "/receipt/action/encoding").value_or(""));
  // As a mail server of ours would write it above what came: nothing answers such a mail by itself.
  const std::optional<std::string> spam = json::text_at(*notice, "/receipt/spamVerdict/status");
  if (spam && *spam != "PASS") mail.raw.insert(0, "X-Spam-Flag: YES\r\n");
  return mail;
}

class Ses final : public connector::WebhookReceiver {
 public:
  Ses(Options options, const Clock& clock) : options_(std::move(options)), clock_(clock) {}

  [[nodiscard]] std::size_t body_limit() const noexcept override { return kLargestMessage; }

  [[nodiscard]] WebhookFinding read(const WebhookRequest& request,
                                    const std::string* page) const override {
    const Result<json::Value> message = json::parse(request.body);
    if (!message || !message->is_object()) {
      return WebhookNo{WebhookEnd::malformed, "it is no message of SNS"};
    }
    const auto text = [&](const char* place) {
      return json::text_at(*message, place).value_or("");
    };
    // Cheap before dear: what needs no certificate is looked at first.
    const std::string topic = text("/TopicArn");
    if (std::find(options_.topics.begin(), options_.topics.end(), topic) == options_.topics.end()) {
      return WebhookNo{WebhookEnd::untrusted, "its topic is not one of ours"};
    }
    const std::string certificate = text("/SigningCertURL");
    if (!is_from_sns(certificate) || !is_certificate(certificate)) {
      return WebhookNo{WebhookEnd::untrusted, "its certificate is not from SNS"};
    }
    if (page == nullptr) return WebhookNeeds{{certificate, options_.ca_file}};
    if (const std::optional<WebhookNo> no = distrust(*message, *page)) return *no;
    const Result<TimePoint> at = parse_rfc3339(text("/Timestamp"));
    if (!at || !is_fresh(*at, clock_.now(), options_.max_age)) {
      return WebhookNo{WebhookEnd::refused, "it is too old, or from the future"};
    }
    const std::string type = text("/Type");
    if (type == kNotification) return finding_of(text("/MessageId"), text("/Message"));
    if (type == kUnsubscription) return WebhookNothing{"the topic sends nothing here any more"};
    const std::string url = text("/SubscribeURL");
    if (!is_from_sns(url)) return WebhookNo{WebhookEnd::untrusted, "its SubscribeURL is not SNS's"};
    return WebhookVisit{{url, options_.ca_file}};
  }

  /// Any 4xx ends a delivery, anything over it makes SNS try again.
  [[nodiscard]] WebhookReply reply(WebhookEnd end) const override {
    return reply_of(end, 403, 403);
  }

 private:
  /// Whether a URL leads to SNS by https and to nobody else.
  [[nodiscard]] bool is_from_sns(std::string_view url) const {
    constexpr std::string_view kHttps = "https://";
    if (!url.starts_with(kHttps)) return false;
    const bool plain = std::all_of(url.begin(), url.end(), [](char c) {
      return c > ' ' && c < 0x7F && c != '@' && c != '\\' && c != '#';
    });
    const std::string_view host =
        url.substr(kHttps.size(), url.find('/', kHttps.size()) - kHttps.size());
    return plain && (options_.sns_host.empty() ? is_aws_host(host) : host == options_.sns_host);
  }

  static bool is_certificate(std::string_view url) {
    constexpr std::string_view kName = "SimpleNotificationService-";
    const std::string_view file = url.substr(url.rfind('/') + 1);
    return std::count(url.begin(), url.end(), '/') == 3 && file.starts_with(kName) &&
           file.ends_with(".pem") && file.find('?') == std::string_view::npos;
  }

  [[nodiscard]] std::optional<WebhookNo> distrust(const json::Value& message,
                                                  const std::string& certificate) const {
    const std::string type = json::text_at(message, "/Type").value_or("");
    const std::string version = json::text_at(message, "/SignatureVersion").value_or("");
    if ((type != kNotification && type != kSubscription && type != kUnsubscription) ||
        (version != "1" && version != "2")) {
      return WebhookNo{WebhookEnd::untrusted, "it is signed in no known way"};
    }
    const std::optional<std::string> text = signed_text(message, type);
    const Result<std::string> signature =
        crypto::from_base64(json::text_at(message, "/Signature").value_or(""));
    const auto hash = version == "1" ? crypto::SignatureHash::sha1 : crypto::SignatureHash::sha256;
    if (!text || !signature || !crypto::rsa_signature_holds(certificate, hash, *text, *signature)) {
      return WebhookNo{WebhookEnd::untrusted, "its signature does not hold"};
    }
    const Result<void> good =
        crypto::certificate_holds(certificate, clock_.now(), options_.signing_authorities);
    if (good) return std::nullopt;
    return WebhookNo{WebhookEnd::untrusted, "its certificate: " + good.error().detail};
  }

  const Options options_;
  const Clock& clock_;
};

}  // namespace

std::unique_ptr<connector::WebhookReceiver> ses(Options options, const Clock& clock) {
  return std::make_unique<Ses>(std::move(options), clock);
}

}  // namespace madoguchi::connectors::mail_webhook
