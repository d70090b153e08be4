// SPDX-License-Identifier: Apache-2.0
#include "daemon/app/webhooks.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "connectors/catalogue.h"
#include "core/net/address_guard.h"
#include "daemon/app/http_client.h"
#include "daemon/app/password_file.h"

namespace madoguchi::app {
namespace {

/// SNS waits 15 s for the whole answer.
constexpr std::chrono::milliseconds kPageLimit{8'000};
/// What nobody guesses: 128 bits in hexadecimal, or more.
constexpr std::size_t kShortestSecret = 32;

const char* name_of(config::WebhookProvider provider) {
  switch (provider) {
    case config::WebhookProvider::mailgun:
      return "mailgun";
    case config::WebhookProvider::sendgrid:
      return "sendgrid";
    case config::WebhookProvider::postmark:
      return "postmark";
    case config::WebhookProvider::ses:
      return "ses";
  }
  return "mailgun";
}

Result<void> add_secret(connector::Settings& given, const char* name,
                        const std::optional<std::filesystem::path>& file) {
  if (!file) return {};
  Result<Secret> secret = read_password(*file, "/webhook");
  if (!secret) return fail(std::move(secret.error()));
  given.secrets[name] = std::move(*secret);
  return {};
}

Result<connector::Settings> settings_of(const config::WebhookSettings& hook) {
  connector::Settings given;
  given.options = {{"provider", name_of(hook.provider)},
                   {"topics", fmt::format("{}", fmt::join(hook.topics, "\n"))},
                   {"max_age_seconds",
                    std::to_string(std::chrono::ceil<std::chrono::seconds>(hook.max_age).count())},
                   {"signature_header", hook.signature_header},
                   {"timestamp_header", hook.timestamp_header}};
  if (hook.user) given.options["user"] = *hook.user;
  if (hook.sns_host) given.options["sns_host"] = *hook.sns_host;
  if (hook.ca_file) given.options["ca_file"] = hook.ca_file->string();
  Result<void> read = add_secret(given, "key", hook.key_file);
  if (read) read = add_secret(given, "password", hook.password_file);
  if (!read) return fail(std::move(read.error()));
  if (hook.signing_ca_file) {
    const Result<Secret> authorities = read_password(*hook.signing_ca_file, "/webhook");
    if (!authorities) return fail(authorities.error());
    given.options["signing_authorities"] = authorities->reveal();
  }
  return given;
}

Result<Secret> url_secret(const config::WebhookSettings& hook) {
  Result<Secret> secret = read_password(hook.secret_file, "/webhook");
  if (!secret) return secret;
  const std::string& text = secret->reveal();
  const bool plain = std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_';
  });
  if (plain && text.size() >= kShortestSecret && text.size() <= 200) return secret;
  return fail(Error::invalid(
      "/webhook", {fmt::format("{} has to hold {} to 200 letters, digits, \"-\" or \"_\".",
                               hook.secret_file.string(), kShortestSecret),
                   fmt::format("{} には {} から 200 文字の英数字、\"-\"、\"_\" を書いてください。",
                               hook.secret_file.string(), kShortestSecret)}));
}

}  // namespace

Result<std::vector<service::WebhookAccount>> make_webhooks(
    const config::Configuration& configuration, const Clock& clock) {
  std::vector<service::WebhookAccount> accounts;
  if (configuration.webhooks.empty()) return accounts;
  const auto& types = connectors::catalogue();
  const auto type =
      std::find_if(types.begin(), types.end(),
                   [](const connector::ConnectorType* one) { return one->name == "mail_webhook"; });
  if (type == types.end()) {
    return fail(Error::internal("this build has no mail_webhook connector (MADOGUCHI_CONNECTORS)"));
  }
  for (const config::WebhookSettings& hook : configuration.webhooks) {
    Result<Secret> secret = url_secret(hook);
    if (!secret) return fail(std::move(secret.error()));
    Result<connector::Settings> given = settings_of(hook);
    if (!given) return fail(std::move(given.error()));
    const Result<connector::Settings> good = connector::checked(**type, std::move(*given));
    if (!good) return fail(good.error());
    service::WebhookAccount account;
    account.name = hook.name;
    account.secret = std::move(*secret);
    account.source = name_of(hook.provider);
    account.mailbox = hook.mailbox;
    account.max_mail = static_cast<std::size_t>(configuration.limits.message_size.bytes);
    if (!hook.from.empty()) {
      Result<net::AddressGuard> ranges = net::AddressGuard::make(hook.from);
      if (!ranges) return fail(std::move(ranges.error()));
      account.comes_from = [ranges = std::move(*ranges)](std::string_view peer) {
        return ranges.judge(peer) == net::AddressGuard::Verdict::trusted;
      };
    }
    account.connector = (*type)->create(*good, {clock});
    accounts.push_back(std::move(account));
  }
  return accounts;
}

service::AskForPage page_asker(const net::HttpClient& client) {
  return [&client](const connector::WebhookPage& page) -> Result<std::string> {
    Result<net::HttpRequest> wish = http_request(page.url, kPageLimit);
    if (!wish) return fail(std::move(wish.error()));
    wish->ca_file = page.ca_file;
    net::HttpResult answer = client.send(*wish);
    if (!answer) return fail(net::to_error(answer.error()));
    if (answer->status >= 200 && answer->status < 300) return std::move(answer->body);
    return fail(Error::unavailable(fmt::format("it answers {}", answer->status)));
  };
}

}  // namespace madoguchi::app
