// SPDX-License-Identifier: Apache-2.0
#include "connectors/mail_webhook/options.h"

#include <algorithm>

#include "core/crypto/signature.h"

namespace madoguchi::connectors::mail_webhook {
namespace {

using connector::OptionKind;
using connector::OptionSpec;
using connector::Presence;
using connector::Settings;

OptionSpec of_text(std::string name, Text summary, std::string value = {}) {
  OptionSpec spec;
  spec.name = std::move(name);
  spec.summary = std::move(summary);
  spec.default_value = std::move(value);
  return spec;
}

OptionSpec of_kind(OptionKind kind, std::string name, Text summary) {
  OptionSpec spec = of_text(std::move(name), std::move(summary));
  spec.kind = kind;
  return spec;
}

OptionSpec provider_spec() {
  OptionSpec spec = of_kind(OptionKind::choice, "provider", {"Who sends.", "送信元のサービス。"});
  spec.choices = {"mailgun", "sendgrid", "postmark", "ses"};
  spec.presence = Presence::required;
  return spec;
}

OptionSpec age_spec() {
  OptionSpec spec = of_kind(OptionKind::integer, "max_age_seconds",
                            {"How old a signature may be.", "署名の有効期間（秒）。"});
  spec.default_value = "259200";
  spec.minimum = 60;
  spec.maximum = 604'800;
  return spec;
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    if (end > at) lines.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return lines;
}

bool is_host_and_port(const std::string& text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || c == '.' || c == '-' || c == ':';
  });
}

Provider provider_of(const Settings& settings) {
  const std::string& name = settings.text("provider");
  if (name == "sendgrid") return Provider::sendgrid;
  if (name == "postmark") return Provider::postmark;
  return name == "ses" ? Provider::ses : Provider::mailgun;
}

}  // namespace

const std::vector<OptionSpec>& option_specs() {
  static const std::vector<OptionSpec> kSpecs = {
      provider_spec(),
      of_kind(OptionKind::secret, "key",
              {"Mailgun: the HTTP webhook signing key. SendGrid: the public key of its signature.",
               "Mailgun: Webhook 署名キー。SendGrid: 署名の公開鍵。"}),
      of_text("user", {"Name of Basic auth.", "Basic 認証のユーザー名。"}),
      of_kind(OptionKind::secret, "password",
              {"Password of Basic auth.", "Basic 認証のパスワード。"}),
      of_text("topics", {"SES: ARNs of the SNS topics, one a line.",
                         "SES: SNS トピックの ARN（一行に一つ）。"}),
      age_spec(),
      of_text("signature_header",
              {"SendGrid: the header of the signature.", "SendGrid: 署名のヘッダー名。"},
              "X-Twilio-Email-Event-Webhook-Signature"),
      of_text("timestamp_header",
              {"SendGrid: the header of its time.", "SendGrid: 署名時刻のヘッダー名。"},
              "X-Twilio-Email-Event-Webhook-Timestamp"),
      of_text("sns_host", {"SES: host and port in place of sns.REGION.amazonaws.com.",
                           "SES: sns.REGION.amazonaws.com の代わりのホストとポート。"}),
      of_text("ca_file", {"PEM file of the authorities to trust in place of the system's.",
                          "システム標準の代わりに信頼する認証局の PEM ファイル。"}),
      of_text("signing_authorities",
              {"SES: PEM of who has to have issued the signing certificates.",
               "SES: 署名証明書の発行者の PEM。"}),
  };
  return kSpecs;
}

std::vector<FieldError> validate(const Settings& settings) {
  std::vector<FieldError> errors;
  const Provider provider = provider_of(settings);
  const Secret key = settings.secret("key");
  if (provider == Provider::mailgun && key.empty()) {
    errors.push_back({"/secrets/key",
                      {"Mailgun's signing key is missing.", "Mailgun の署名キーがありません。"}});
  }
  if (provider == Provider::sendgrid && !key.empty() && !crypto::is_p256_key(key.reveal())) {
    errors.push_back(
        {"/secrets/key", {"Is no P-256 public key.", "P-256 の公開鍵ではありません。"}});
  }
  if (provider == Provider::ses && lines_of(settings.text("topics")).empty()) {
    errors.push_back({"/options/topics",
                      {"Name the topics: others' messages are refused.",
                       "受け付けるトピックを指定してください。"}});
  }
  if (settings.text("user").empty() != settings.secret("password").empty()) {
    errors.push_back(
        {"/options/user",
         {"User and password go together.", "ユーザー名とパスワードは両方指定してください。"}});
  }
  if (!is_host_and_port(settings.text("sns_host"))) {
    errors.push_back({"/options/sns_host",
                      {"Must be a host in lower case, with a port or without.",
                       "小文字のホスト名（とポート）で指定してください。"}});
  }
  return errors;
}

Options read_options(const Settings& settings) {
  Options options;
  options.provider = provider_of(settings);
  options.key = settings.secret("key");
  options.user = settings.text("user");
  options.password = settings.secret("password");
  options.topics = lines_of(settings.text("topics"));
  options.max_age = std::chrono::seconds(settings.integer("max_age_seconds"));
  options.signature_header = settings.text("signature_header");
  options.timestamp_header = settings.text("timestamp_header");
  options.sns_host = settings.text("sns_host");
  options.ca_file = settings.text("ca_file");
  options.signing_authorities = settings.text("signing_authorities");
  return options;
}

}  // namespace madoguchi::connectors::mail_webhook
