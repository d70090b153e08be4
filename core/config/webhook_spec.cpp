// SPDX-License-Identifier: Apache-2.0
#include "core/config/configuration_spec.h"

namespace madoguchi::config {
namespace {

using namespace std::chrono_literals;

bool is_plain_name(std::string_view name) {
  constexpr std::string_view kAllowed = "abcdefghijklmnopqrstuvwxyz0123456789-_";
  return !name.empty() && name.size() <= 64 && name.front() != '-' && name.front() != '_' &&
         name.find_first_not_of(kAllowed) == std::string_view::npos;
}

void webhook_has_its_keys(const WebhookSettings& hook, Complaints& complaints) {
  const Text missing{"is missing", "指定されていません"};
  if (hook.provider == WebhookProvider::mailgun && !hook.key_file) {
    complaints.about(
        "/key_file", missing,
        {"the file of Mailgun's HTTP webhook signing key", "Mailgun の署名キーのファイル"});
  }
  if (hook.provider == WebhookProvider::ses && hook.topics.empty()) {
    complaints.about("/topics", missing, {"the topics' ARNs", "トピックの ARN"});
  }
  if (hook.user.has_value() != hook.password_file.has_value()) {
    complaints.about(hook.user ? "/user" : "/password_file",
                     {"is of no use alone", "片方だけでは使えません"},
                     {"both user and password_file, or neither",
                      "user と password_file の両方、またはどちらもなし"});
  }
}

}  // namespace

Codec<std::string> plain_name() {
  return text_that({"1 to 64 of a-z, 0-9, \"-\" and \"_\", first a letter or digit",
                    "a-z、0-9、\"-\"、\"_\" で 1 から 64 文字（先頭は英数字）"},
                   is_plain_name);
}

ConfigSpec<WebhookSettings> webhook_spec() {
  return ConfigSpec<WebhookSettings>(
             "A provider that hands mails in by HTTP, at /hooks/NAME/SECRET; one such table each.")
      .must("name", &WebhookSettings::name, plain_name(), "inbound", "NAME of the URL.")
      .must("provider", &WebhookSettings::provider,
            choice<WebhookProvider>({{"mailgun", WebhookProvider::mailgun},
                                     {"sendgrid", WebhookProvider::sendgrid},
                                     {"postmark", WebhookProvider::postmark},
                                     {"ses", WebhookProvider::ses}}),
            WebhookProvider::postmark, "Who calls.")
      .must("secret_file", &WebhookSettings::secret_file, config::path(),
            "/etc/madoguchi/inbound.secret",
            "The file whose first line is SECRET of the URL: 32 letters and digits or more; for "
            "Mailgun it should end in \"mime\", then whole mails are sent.")
      .may("mailbox", &WebhookSettings::mailbox, text(64), "support",
           "Takes mails that are for the address of no mailbox, such as those forwarded to the "
           "provider; without it they are refused.")
      .may(
          "from", &WebhookSettings::from, list(address_range(), 200),
          "The addresses its requests come from, as the provider publishes them; none: any. Behind "
          "one of http.trusted_proxies the forwarded address counts.")
      .may("key_file", &WebhookSettings::key_file, config::path(), "/etc/madoguchi/mailgun.key",
           "The file of Mailgun's HTTP webhook signing key, or of SendGrid's public key when its "
           "requests are signed.")
      .may("user", &WebhookSettings::user, text(), "hub",
           "The user of the URL that Postmark was given: https://USER:PASSWORD@HOST/hooks/…")
      .may("password_file", &WebhookSettings::password_file, config::path(),
           "/etc/madoguchi/postmark.password", "The file whose first line is its password.")
      .may("topics", &WebhookSettings::topics, list(text(), 50),
           "The SNS topics to listen to, by ARN (SES); a subscription to one of them is confirmed "
           "by itself.")
      .may("max_age", &WebhookSettings::max_age, duration(1min, 168h),
           "How old a signature may be; longer than the provider repeats a delivery. One is "
           "taken once only, however young.")
      .may("signature_header", &WebhookSettings::signature_header, text(),
           "The header of SendGrid's signature.")
      .may("timestamp_header", &WebhookSettings::timestamp_header, text(),
           "The header of its time.")
      .may("sns_host", &WebhookSettings::sns_host, text(), "sns.cn-north-1.amazonaws.com.cn",
           "The only host to fetch certificates from and to confirm at, in place of "
           "sns.REGION.amazonaws.com.")
      .may("ca_file", &WebhookSettings::ca_file, config::path(), "/etc/madoguchi/ca.pem",
           "The authorities to trust for that host, in PEM, in place of the system's.")
      .may("signing_ca_file", &WebhookSettings::signing_ca_file, config::path(),
           "/etc/madoguchi/sns-issuers.pem",
           "Who has to have issued the certificates that SNS signs with, in PEM; without it "
           "whatever that host serves is believed.")
      .rule(webhook_has_its_keys);
}

}  // namespace madoguchi::config
