// SPDX-License-Identifier: Apache-2.0
#include "connectors/mail_webhook/connector.h"

#include <charconv>

#include "connectors/mail_webhook/options.h"
#include "connectors/mail_webhook/receivers.h"
#include "core/mail/ascii.h"

namespace madoguchi::connectors::mail_webhook {
namespace {

constexpr std::chrono::minutes kAhead{5};

std::unique_ptr<connector::WebhookReceiver> receiver_of(Options options, const Clock& clock) {
  switch (options.provider) {
    case Provider::mailgun:
      return mailgun(std::move(options), clock);
    case Provider::sendgrid:
      return sendgrid(std::move(options), clock);
    case Provider::postmark:
      return postmark(std::move(options));
    case Provider::ses:
      return ses(std::move(options), clock);
  }
  return nullptr;
}

class Account final : public connector::Connector {
 public:
  explicit Account(std::unique_ptr<connector::WebhookReceiver> receiver)
      : receiver_(std::move(receiver)) {}

  connector::Capabilities capabilities() noexcept override {
    connector::Capabilities can;
    can.webhook = receiver_.get();
    return can;
  }
  /// The provider calls us; there is nobody to ask.
  connector::Health probe(const connector::CallOptions&) override { return {}; }

 private:
  const std::unique_ptr<connector::WebhookReceiver> receiver_;
};

std::unique_ptr<connector::Connector> create(const connector::Settings& settings,
                                             const connector::Host& host) {
  return std::make_unique<Account>(receiver_of(read_options(settings), host.clock));
}

}  // namespace

const connector::ConnectorType& type() {
  static const connector::ConnectorType kType = {
      .name = "mail_webhook",
      .summary =
          {"Takes mails that a provider hands in by HTTP (Mailgun, SendGrid, Postmark, SES).",
           "メールサービス（Mailgun、SendGrid、Postmark、SES）が HTTP で渡すメールを"
           "受け取ります。"},
      .status = connector::Status::stable,
      .capabilities = {connector::Capability::webhook},
      .options = option_specs(),
      .validate = validate,
      .create = create,
  };
  return kType;
}

bool is_fresh(TimePoint signed_at, TimePoint now, std::chrono::seconds max_age) {
  return signed_at >= now - max_age && signed_at <= now + kAhead;
}

std::optional<TimePoint> unix_time(std::string_view text) {
  std::int64_t seconds = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (read.ec != std::errc{} || read.ptr != text.data() + text.size()) return std::nullopt;
  if (seconds < 0 || seconds > 253'402'300'799) return std::nullopt;  // the year 9999
  return from_micros(seconds * 1'000'000);
}

connector::WebhookReply reply_of(connector::WebhookEnd end, int refused, int untrusted) {
  using connector::WebhookEnd;
  switch (end) {
    case WebhookEnd::taken:
      return {200};
    case WebhookEnd::refused:
      return {refused};
    case WebhookEnd::untrusted:
      return {untrusted};
    case WebhookEnd::malformed:
      return {400};
    case WebhookEnd::unavailable:
      break;
  }
  return {503};
}

std::string without_brackets(std::string_view address) {
  address = mail::trim(address);
  if (address.size() >= 2 && address.front() == '<' && address.back() == '>') {
    address = address.substr(1, address.size() - 2);
  }
  return std::string(address);
}

}  // namespace madoguchi::connectors::mail_webhook
