// SPDX-License-Identifier: Apache-2.0
#include "daemon/app/fetchers.h"

#include <fmt/format.h>

#include <algorithm>

#include "connectors/catalogue.h"
#include "daemon/app/password_file.h"

namespace madoguchi::app {
namespace {

const char* name_of(config::TransportSecurity security) {
  switch (security) {
    case config::TransportSecurity::none:
      return "none";
    case config::TransportSecurity::starttls:
      return "starttls";
    case config::TransportSecurity::tls:
      return "tls";
  }
  return "tls";
}

const char* name_of(config::AfterFetch after) {
  switch (after) {
    case config::AfterFetch::leave:
      return "leave";
    case config::AfterFetch::move:
      return "move";
    case config::AfterFetch::remove:
      return "delete";
  }
  return "leave";
}

const char* name_of(config::FetchProtocol protocol) {
  return protocol == config::FetchProtocol::pop3 ? "pop3" : "imap";
}

domain::CaseStatus status_of(config::ArchiveStatus status) {
  switch (status) {
    case config::ArchiveStatus::new_:
      return domain::CaseStatus::new_;
    case config::ArchiveStatus::open:
      return domain::CaseStatus::open;
    case config::ArchiveStatus::pending:
      return domain::CaseStatus::pending;
    case config::ArchiveStatus::resolved:
      return domain::CaseStatus::resolved;
    case config::ArchiveStatus::closed:
      return domain::CaseStatus::closed;
  }
  return domain::CaseStatus::closed;
}

Result<void> add_secret(connector::Settings& given, const char* name,
                        const std::optional<std::filesystem::path>& file) {
  if (!file) return {};
  Result<Secret> secret = read_password(*file, "/mailbox/fetch");
  if (!secret) return fail(std::move(secret.error()));
  given.secrets[name] = std::move(*secret);
  return {};
}

Result<connector::Settings> settings_of(const config::FetchSettings& settings,
                                        const config::LimitSettings& limits) {
  connector::Settings given;
  given.options = {{"protocol", name_of(settings.protocol)},
                   {"host", settings.host},
                   {"port", std::to_string(settings.effective_port())},
                   {"security", name_of(settings.security)},
                   {"user", settings.user},
                   {"after", name_of(settings.after)},
                   {"first_run", settings.first_run},
                   {"folders", fmt::format("{}", fmt::join(settings.folders, "\n"))},
                   {"max_mail", std::to_string(limits.message_size.bytes)}};
  if (settings.ca_file) given.options["ca_file"] = settings.ca_file->string();
  if (settings.after == config::AfterFetch::move && settings.move_to) {
    given.options["move_to"] = *settings.move_to;
  }
  Result<void> read;
  if (!settings.oauth) {
    read = add_secret(given, "password", settings.password_file);
  } else {
    const config::OAuthSettings& oauth = *settings.oauth;
    given.options["oauth_token_url"] = oauth.token_url;
    given.options["oauth_client_id"] = oauth.client_id;
    if (oauth.scope) given.options["oauth_scope"] = *oauth.scope;
    if (read) read = add_secret(given, "oauth_client_secret", oauth.client_secret_file);
    if (read) read = add_secret(given, "oauth_refresh_token", oauth.refresh_token_file);
  }
  if (!read) return fail(std::move(read.error()));
  return given;
}

service::FetchPlan plan_of(const config::MailboxSettings& mailbox) {
  const config::FetchSettings& fetch = *mailbox.fetch;
  service::FetchPlan plan;
  plan.mailbox = mailbox.name;
  plan.source = name_of(fetch.protocol);
  plan.account =
      fmt::format("{}://{}@{}:{}", plan.source, fetch.user, fetch.host, fetch.effective_port());
  plan.poll_every = fetch.poll_interval;
  plan.archive_status = status_of(fetch.archive_status);
  return plan;
}

}  // namespace

Result<std::unique_ptr<connector::Connector>> make_mail_intake(
    const config::FetchSettings& settings, const config::LimitSettings& limits,
    const connector::Host& host) {
  const auto& types = connectors::catalogue();
  const auto type =
      std::find_if(types.begin(), types.end(),
                   [](const connector::ConnectorType* one) { return one->name == "mail_intake"; });
  if (type == types.end()) {
    return fail(Error::internal("this build has no mail_intake connector (MADOGUCHI_CONNECTORS)"));
  }
  Result<connector::Settings> given = settings_of(settings, limits);
  if (!given) return fail(std::move(given.error()));
  const Result<connector::Settings> good = connector::checked(**type, std::move(*given));
  if (!good) return fail(good.error());
  return (*type)->create(*good, host);
}

/// One mailbox; the threads go first.
struct Fetchers::Running {
  std::unique_ptr<connector::Connector> source;
  service::Fetcher fetcher;
  std::jthread poller;
  std::jthread watcher;

  Running(const service::Environment& env, service::IntakeService& intake, service::FetchPlan plan,
          std::unique_ptr<connector::Connector> connector)
      : source(std::move(connector)),
        fetcher(env, intake, std::move(plan), *source->capabilities().mail_intake,
                source->capabilities().watcher) {}

  void start() {
    poller = std::jthread([this](const std::stop_token& stop) { fetcher.poll(stop); });
    watcher = std::jthread([this](const std::stop_token& stop) { fetcher.watch(stop); });
  }
};

Fetchers::Fetchers(const service::Environment& env, service::IntakeService& intake,
                   const net::HttpClient& http)
    : env_(env), intake_(intake), http_(http) {}

Fetchers::~Fetchers() { stop(); }

Result<void> Fetchers::apply(const config::Configuration& configuration) {
  std::vector<std::unique_ptr<Running>> wanted;
  std::vector<service::FetchPlan> plans;
  connector::Host host{env_.clock};
  host.http = &http_;
  for (const config::MailboxSettings& mailbox : configuration.mailboxes) {
    if (!mailbox.fetch) continue;
    Result<std::unique_ptr<connector::Connector>> source =
        make_mail_intake(*mailbox.fetch, configuration.limits, host);
    if (!source) return fail(std::move(source.error()));
    plans.push_back(plan_of(mailbox));
    wanted.push_back(std::make_unique<Running>(env_, intake_, plans.back(), std::move(*source)));
  }
  stop();
  if (Result<void> declared = service::declare_fetching(env_, plans); !declared) return declared;
  running_ = std::move(wanted);
  for (const std::unique_ptr<Running>& one : running_) one->start();
  return {};
}

void Fetchers::stop() {
  for (const std::unique_ptr<Running>& one : running_) {
    one->poller.request_stop();
    one->watcher.request_stop();
  }
  running_.clear();
}

}  // namespace madoguchi::app
