// SPDX-License-Identifier: Apache-2.0
// run, check-config, doctor, openapi
#include <stdlib.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <iostream>

#include "core/db/migrator.h"
#include "core/store/migrations.h"
#include "daemon/app/content_scanner.h"
#include "daemon/app/daemon.h"
#include "daemon/app/facade.h"
#include "daemon/app/fetchers.h"
#include "daemon/app/http_client.h"
#include "daemon/app/mail_sender.h"
#include "daemon/app/webhooks.h"
#include "daemon/cli/support.h"

namespace madoguchi::cli {
namespace {

/// Prints one line per thing tried; remembers whether any failed.
class Checklist {
 public:
  void add(const char* what, const Result<void>& result, const std::string& hint = {}) {
    std::cout << (result ? "ok    " : "FAIL  ") << what;
    if (!result) {
      std::cout << ": " << result.error().describe();
      if (!hint.empty()) std::cout << "\n      " << hint;
      failed_ = true;
    }
    std::cout << "\n";
  }
  [[nodiscard]] int exit_code() const { return failed_ ? kFailed : kOk; }

 private:
  bool failed_ = false;
};

template <class T>
Result<void> only_error(const Result<T>& result) {
  if (!result) return fail(result.error());
  return {};
}

Result<void> try_writing(const std::filesystem::path& folder) {
  const std::filesystem::path file = folder / ".doctor";
  std::ofstream stream(file);
  stream << "x" << std::flush;
  const bool good = stream.good();
  std::error_code ignored;
  std::filesystem::remove(file, ignored);
  if (good) return {};
  return fail(Error::unavailable("cannot write into " + folder.string()));
}

Result<void> try_database(const config::Configuration& configuration) {
  const Result<app::ControlReply> running =
      app::ask_daemon(configuration.control.socket, {"ping", "", "", "", "", "", 0});
  if (running) return {};  // the daemon holds it, and answers
  db::Options options;
  options.url = configuration.database.url.str();
  const Result<std::unique_ptr<db::Database>> database = db::open(options);
  if (!database) return fail(database.error());
  const Result<db::SchemaState> schema = db::schema_state(**database, store::migrations());
  if (!schema) return fail(schema.error());
  return (*database)->check();
}

Result<void> try_connector(const Result<std::unique_ptr<connector::Connector>>& made,
                           const Clock& clock) {
  if (!made) return fail(made.error());
  connector::CallOptions call;
  call.deadline = clock.steady_now() + std::chrono::seconds(20);
  const connector::Health health = (*made)->probe(call);
  if (health.state == connector::HealthState::ok) return {};
  return fail(Error::unavailable(health.detail));
}

Result<void> try_smtp(const config::Configuration& configuration) {
  const SystemClock clock;
  return try_connector(app::make_mail_sender(configuration.smtp, clock), clock);
}

Result<void> try_fetch(const config::FetchSettings& fetch, const config::LimitSettings& limits,
                       const config::NetSettings& net) {
  const SystemClock clock;
  Result<net::GuardedClient::Options> way_out = app::http_client_options(net);
  if (!way_out) return fail(std::move(way_out.error()));
  const net::GuardedClient http(clock, std::move(*way_out));
  connector::Host host{clock};
  host.http = &http;
  return try_connector(app::make_mail_intake(fetch, limits, host), clock);
}

Result<void> try_scanner(const config::ScannerSettings& scanner) {
  const SystemClock clock;
  return try_connector(app::make_content_scanner(scanner, clock), clock);
}

}  // namespace

int run(const Arguments& arguments) {
  const auto configuration = read_config(arguments);
  if (!configuration) return kConfig;
  return app::run_daemon(*configuration, arguments.config);
}

int check_config(const Arguments& arguments) {
  const auto configuration = read_config(arguments);
  if (!configuration) return kConfig;
  std::cout << arguments.config.string() << ": good\n";
  return kOk;
}

int doctor(const Arguments& arguments) {
  const auto configuration = read_config(arguments);
  if (!configuration) return kConfig;
  Checklist list;
  list.add("configuration", {});
  list.add("master key", only_error(app::load_keys(*configuration)), "run: madoguchid migrate");
  list.add("data directory", try_writing(configuration->storage.data_dir));
  list.add("database", try_database(*configuration));
  list.add("outgoing mail", try_smtp(*configuration),
           "check [smtp] host, port, security and password_file");
  if (configuration->scanner) {
    list.add("virus scanner", try_scanner(*configuration->scanner),
             "is clamd running, and is [scanner] address its LocalSocket or TCPSocket?");
  }
  for (const config::MailboxSettings& mailbox : configuration->mailboxes) {
    if (!mailbox.fetch) continue;
    list.add(("fetching " + mailbox.name).c_str(),
             try_fetch(*mailbox.fetch, configuration->limits, configuration->net),
             "check its fetch table: host, port, security, user, password_file or oauth, folders");
  }
  if (!configuration->webhooks.empty()) {
    const SystemClock clock;
    list.add("webhooks", only_error(app::make_webhooks(*configuration, clock)),
             "check the [[webhook]] tables: secret_file, key_file, topics");
  }
  return list.exit_code();
}

int openapi(const Arguments&) {
  // The routes are the program's own: any hub shows them, so this one is empty and thrown away.
  char folder[] = "/tmp/madoguchi-openapi-XXXXXX";
  if (::mkdtemp(folder) == nullptr) return kFailed;
  const std::filesystem::path root(folder);
  config::Configuration configuration;
  configuration.database.url =
      config::DatabaseUrl::parse("sqlite://" + (root / "hub.db").string()).value();
  configuration.storage.data_dir = root;
  configuration.secrets.key_file = root / "master.key";
  std::ofstream(configuration.secrets.key_file) << crypto::MasterKeys::generate().reveal();
  int code = kOk;
  {
    OfflineHub offline;
    if (const Result<void> opened = offline.open(configuration); opened) {
      const app::Facade facade(*offline.hub, {}, []() -> Result<void> { return {}; });
      std::cout << facade.openapi();
    } else {
      code = report(opened.error());
    }
  }
  std::filesystem::remove_all(root);
  return code;
}

}  // namespace madoguchi::cli
