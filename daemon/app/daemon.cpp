// SPDX-License-Identifier: Apache-2.0
#include "daemon/app/daemon.h"

#include <malloc.h>
#include <signal.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <iostream>
#include <thread>

#include "core/crypto/random.h"
#include "core/domain/names.h"
#include "core/service/outbox.h"
#include "core/service/scanning.h"
#include "core/store/messages.h"
#include "core/text/card_number.h"
#include "daemon/app/archive.h"
#include "daemon/app/audit.h"
#include "daemon/app/content_scanner.h"
#include "daemon/app/control.h"
#include "daemon/app/facade.h"
#include "daemon/app/fetchers.h"
#include "daemon/app/hub.h"
#include "daemon/app/lmtp_intake.h"
#include "daemon/app/log_messages.h"
#include "daemon/app/mail_sender.h"
#include "daemon/app/oidc.h"
#include "daemon/app/systemd.h"
#include "daemon/app/waiting_room.h"
#include "daemon/app/webhooks.h"
#include "daemon/http/server.h"
#include "daemon/lmtp/server.h"

namespace madoguchi::app {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr milliseconds kTick{250};
constexpr seconds kSpoolEvery{2};
constexpr seconds kEditLocksEvery{5};
constexpr seconds kHousekeepingEvery{3600};
constexpr seconds kLedgerEvery{300};
constexpr seconds kTrimEvery{20};
constexpr seconds kDrainLimit{8};
constexpr seconds kSessionLimit{5};
constexpr seconds kJobLimit{2};
constexpr int kExitHung = 70;    // EX_SOFTWARE
constexpr int kExitFatal = 74;   // EX_IOERR
constexpr int kExitConfig = 78;  // EX_CONFIG

observe::Level level_of(config::LogLevel level) {
  switch (level) {
    case config::LogLevel::debug:
      return observe::Level::debug;
    case config::LogLevel::info:
      return observe::Level::info;
    case config::LogLevel::warning:
      return observe::Level::warning;
    case config::LogLevel::error:
      return observe::Level::error;
  }
  return observe::Level::info;
}

void scrub(std::string& line) { line = text::mask_card_numbers(std::move(line)); }

http::ServerOptions http_options(const config::Configuration& configuration) {
  const config::HttpSettings& settings = configuration.http;
  const auto whole = [](milliseconds time) { return std::chrono::ceil<seconds>(time); };
  http::ServerOptions options;
  options.listen = {settings.listen.str()};
  options.inherited = systemd::sockets("http");
  if (settings.tls_certificate && settings.tls_key) {
    options.tls = http::TlsFiles{*settings.tls_certificate, *settings.tls_key};
  }
  options.workers = settings.workers;
  options.max_connections = static_cast<std::size_t>(settings.max_connections);
  options.max_connections_per_address =
      static_cast<std::size_t>(settings.max_connections_per_address);
  options.header_deadline = whole(settings.header_deadline);
  options.body_deadline = whole(settings.body_deadline);
  options.write_deadline = whole(settings.write_deadline);
  options.idle_deadline = whole(settings.idle_deadline);
  options.spill_dir = configuration.storage.data_dir;
  options.trusted_proxies = settings.trusted_proxies;
  return options;
}

lmtp::ServerOptions lmtp_options(const config::Configuration& configuration) {
  lmtp::ServerOptions options;
  options.listen = configuration.lmtp.listen.str();
  if (const std::vector<int> inherited = systemd::sockets("lmtp"); !inherited.empty()) {
    options.inherited = inherited.front();
  }
  options.max_message_bytes = static_cast<std::size_t>(configuration.limits.message_size.bytes);
  options.spool_dir = configuration.storage.data_dir;
  return options;
}

/// The daemon: the hub with its ways in and out, and the one thread that waits for signals.
class Daemon {
 public:
  Daemon(config::Configuration configuration, std::filesystem::path file)
      : configuration_(std::move(configuration)),
        file_(std::move(file)),
        log_(STDERR_FILENO, clock_, {level_of(configuration_.log.level), scrub}) {}

  /// What needs no database; then the database; then the doors.
  Result<void> prepare();
  Result<void> open_hub();
  /// Tells everybody to come back until the database answers; false when told to stop meanwhile.
  Result<bool> wait_for_database(const Error& why);
  Result<void> start();
  void serve();
  void drain();
  int report(const Error& error);
  /// Whether a job does not end, so that this process cannot either but by force.
  [[nodiscard]] bool hangs() const { return hangs_; }

 private:
  ControlReply control(const ControlRequest& request, const std::string& payload);
  ControlReply backup_to(const std::string& file);
  Result<void> reload();
  Result<void> use_webhooks(const config::Configuration& configuration);
  void housekeeping(SteadyPoint now);
  /// The signal that came within a tick, or -1.
  [[nodiscard]] static int next_signal();
  Result<void> ready();

  const config::Configuration configuration_;
  const std::filesystem::path file_;
  SystemClock clock_;
  observe::Log log_;
  observe::Registry metrics_;
  std::atomic<bool> draining_{false};
  std::atomic<bool> hangs_{false};
  std::unique_ptr<connector::Connector> mail_sender_;
  std::unique_ptr<service::Outbox> outbox_;        // outlives the hub, whose workers are in it
  std::unique_ptr<connector::Connector> scanner_;  // null: none is configured
  std::unique_ptr<service::Scanning> scanning_;    // as the outbox
  std::unique_ptr<Hub> hub_;
  std::unique_ptr<Facade> facade_;
  std::unique_ptr<LmtpIntake> lmtp_intake_;
  std::unique_ptr<http::Server> http_;
  std::unique_ptr<lmtp::Server> lmtp_;
  std::unique_ptr<ControlServer> control_;
  std::unique_ptr<Fetchers> fetchers_;
  std::jthread pump_;
  std::jthread sealer_;
  std::jthread teller_;
  SteadyPoint next_spool_{};
  SteadyPoint next_housekeeping_{};
  SteadyPoint next_ledger_{};
  SteadyPoint next_trim_{};
  SteadyPoint next_edit_locks_{};
};

Result<void> Daemon::open_hub() {
  HubOptions options;
  options.on_fatal = [this](const std::string& reason) {
    // Going on could acknowledge what is not on the disk; stopping now loses nothing.
    log_.write(kFatal, {{"error", reason}});
    ::_exit(kExitFatal);
  };
  options.on_hung = [this] {
    hangs_ = true;
    hub_->jobs().stop(milliseconds(0));  // begins nothing that would not be finished
  };
  Result<std::unique_ptr<Hub>> hub = Hub::open(configuration_, log_, metrics_, options);
  if (!hub) return fail(std::move(hub.error()));
  hub_ = std::move(*hub);
  return {};
}

Result<bool> Daemon::wait_for_database(const Error& why) {
  log_.write(kWaiting, {{"error", why}});
  Uuid7Source ids(clock_, [](std::array<std::uint8_t, 10>& bytes) { crypto::random_bytes(bytes); });
  WaitingRoom room(ids);
  observe::Registry apart;  // the real doors count from their own start
  http::Server http(http_options(configuration_), room, log_, apart);
  lmtp::Server lmtp(lmtp_options(configuration_), room, clock_, log_, apart);
  if (Result<void> started = http.start(); !started) return fail(std::move(started.error()));
  if (Result<void> started = lmtp.start(); !started) return fail(std::move(started.error()));
  bool stopped = false;
  while (!hub_ && !stopped) {
    const int signal = next_signal();
    stopped = signal > 0 && signal != SIGHUP;
    if (const Result<void> opened = open_hub();
        !opened && opened.error().code != ErrorCode::unavailable) {
      return fail(opened.error());
    }
  }
  lmtp.stop(milliseconds(0));
  http.drain(milliseconds(100));
  return !stopped;
}

Result<void> Daemon::prepare() {
  Result<std::unique_ptr<connector::Connector>> sender =
      make_mail_sender(configuration_.smtp, clock_);
  if (!sender) return fail(std::move(sender.error()));
  mail_sender_ = std::move(*sender);
  if (configuration_.scanner) {
    Result<std::unique_ptr<connector::Connector>> scanner =
        make_content_scanner(*configuration_.scanner, clock_);
    if (!scanner) return fail(std::move(scanner.error()));
    scanner_ = std::move(*scanner);
  }
  return {};
}

Result<void> Daemon::start() {
  outbox_ = std::make_unique<service::Outbox>(hub_->environment(),
                                              *mail_sender_->capabilities().mail_sender);
  hub_->jobs().add(outbox_->job_kind());
  if (scanner_) {
    scanning_ = std::make_unique<service::Scanning>(
        hub_->environment(), *scanner_->capabilities().content_scanner,
        std::chrono::ceil<seconds>(configuration_.scanner->timeout));
    hub_->jobs().add(scanning_->job_kind());
  }
  Result<service::OidcService::Options> oidc = oidc_options(configuration_, hub_->http());
  if (!oidc) return fail(std::move(oidc.error()));
  facade_ = std::make_unique<Facade>(*hub_, std::move(*oidc), [this] { return ready(); });
  lmtp_intake_ = std::make_unique<LmtpIntake>(hub_->intake());
  http_ = std::make_unique<http::Server>(http_options(configuration_), facade_->application(), log_,
                                         metrics_);
  lmtp_ = std::make_unique<lmtp::Server>(lmtp_options(configuration_), *lmtp_intake_, clock_, log_,
                                         metrics_);
  control_ = std::make_unique<ControlServer>(
      configuration_.control.socket,
      [this](const ControlRequest& request, const std::string& payload) {
        return control(request, payload);
      });

  hub_->jobs().start();
  pump_ = std::jthread([this](const std::stop_token& stop) { hub_->feed().run(stop); });
  sealer_ = std::jthread([this](const std::stop_token& stop) { hub_->audit().run(stop); });
  teller_ =
      std::jthread([this](const std::stop_token& stop) { hub_->webhook_sending().run(stop); });
  (void)hub_->spool().take_up(hub_->intake(), log_);
  if (Result<void> started = control_->start(); !started) return started;
  if (Result<void> started = lmtp_->start(); !started) return started;
  fetchers_ = std::make_unique<Fetchers>(hub_->environment(), hub_->intake(), hub_->http());
  if (Result<void> started = fetchers_->apply(configuration_); !started) return started;
  if (Result<void> taken = use_webhooks(configuration_); !taken) return taken;
  if (Result<void> started = http_->start(); !started) return started;
  systemd::notify("READY=1");
  log_.write(kStarted, {{"http_port", http_->port()}, {"lmtp_port", lmtp_->port()}});
  return {};
}

Result<void> Daemon::ready() {
  if (draining_) return fail(Error::unavailable("the daemon is stopping"));
  return hub_->database().ping(milliseconds(1500));
}

ControlReply Daemon::control(const ControlRequest& request, const std::string& payload) {
  const auto refused = [](const Error& error) {
    return ControlReply{"", to_string(error.code), error.describe()};
  };
  if (request.command == "token.create") {
    const std::optional<domain::Role> role = enum_value<domain::Role>(request.role);
    if (!role) return {"", "invalid", "unknown role"};
    const Result<Secret> token =
        hub_->agents().create_token({{}, "control socket"}, request.agent, *role);
    return token ? ControlReply{token->reveal(), "", ""} : refused(token.error());
  }
  if (request.command == "intake") {
    service::ReceivedMail mail;
    mail.source = "pipe";
    mail.sender = request.sender;
    std::string mailbox = request.mailbox;
    if (mailbox.empty()) {
      Result<std::string> only = hub_->intake().only_mailbox();
      if (!only) return refused(only.error());
      mailbox = std::move(*only);
    }
    mail.recipients = {{mailbox, ""}};
    const Result<domain::IntakeId> received = hub_->intake().receive(mail, payload);
    return received ? ControlReply{received->str(), "", ""} : refused(received.error());
  }
  if (request.command == "ping") return {"pong", "", ""};
  if (request.command == "backup") return backup_to(request.file);
  if (request.command == "audit.verify") return verify_audit(hub_->audit(), payload);
  return {"", "invalid", "unknown command"};
}

ControlReply Daemon::backup_to(const std::string& file) {
  const Result<void> done = write_archive(hub_->database(), configuration_.storage.data_dir, file);
  if (!done) return {"", to_string(done.error().code), done.error().describe()};
  return {file, "", ""};
}

Result<void> Daemon::reload() {
  const Result<config::Configuration> fresh = config::load_configuration(file_);
  if (!fresh) return fail(fresh.error());
  log_.set_level(level_of(fresh->log.level));
  if (Result<void> applied = hub_->apply_mailboxes(*fresh); !applied) return applied;
  if (Result<void> applied = fetchers_->apply(*fresh); !applied) return applied;
  if (Result<void> applied = use_webhooks(*fresh); !applied) return applied;
  return http_->reload_certificates();
}

Result<void> Daemon::use_webhooks(const config::Configuration& configuration) {
  Result<std::vector<service::WebhookAccount>> accounts = make_webhooks(configuration, clock_);
  if (!accounts) return fail(std::move(accounts.error()));
  hub_->webhooks().use(std::move(*accounts));
  return {};
}

void Daemon::housekeeping(SteadyPoint now) {
  hub_->intake().expire_waiters(now);
  if (now >= next_trim_) {
    next_trim_ = now + kTrimEvery;
    // Many threads with big mails leave holes behind, a third of what is in use and growing.
    ::malloc_trim(0);
  }
  if (hub_->jobs().resting()) {
    (void)hub_->database().in_transaction([](db::Session& session) -> Result<void> {
      store::Messages(session).merge_index();
      return {};
    });
  }
  if (now >= next_spool_) {
    next_spool_ = now + kSpoolEvery;
    (void)hub_->spool().take_up(hub_->intake(), log_);
  }
  Result<void> done;
  if (scanning_) done = scanning_->take_up_left_out();
  if (now >= next_edit_locks_) {
    next_edit_locks_ = now + kEditLocksEvery;
    const Result<void> ended = hub_->edit_locks().end_run_out();
    if (const Result<void> written = hub_->privacy().write_sightings(); !written && done) {
      done = fail(written.error());
    }
    if (!ended && done) done = fail(ended.error());
  }
  if (now >= next_ledger_) {
    next_ledger_ = now + kLedgerEvery;
    done = hub_->ledger().check();
  }
  if (now >= next_housekeeping_) {
    next_housekeeping_ = now + kHousekeepingEvery;
    Result<void> forgotten = hub_->idempotency().forget_old();
    if (forgotten) forgotten = hub_->webhooks().forget_old();
    if (forgotten) forgotten = hub_->retention().see_to_today();
    if (forgotten) forgotten = hub_->sessions().forget_old();
    if (forgotten) forgotten = hub_->sign_in().forget_old();
    if (done) done = std::move(forgotten);
    if (const Result<int> unused = hub_->messages().forget_uploads(); done && !unused) {
      done = fail(unused.error());
    }
    if (const Result<int> removed = hub_->blobs().remove_strays(); done && !removed) {
      done = fail(removed.error());
    }
  }
  if (!done) log_.write(kHousekeeping, {{"error", done.error()}});
}

int Daemon::next_signal() {
  sigset_t signals;
  sigemptyset(&signals);
  for (const int signal : {SIGTERM, SIGINT, SIGQUIT, SIGHUP}) sigaddset(&signals, signal);
  const timespec patience{0, std::chrono::nanoseconds(kTick).count()};
  return ::sigtimedwait(&signals, nullptr, &patience);
}

void Daemon::serve() {
  const auto watchdog = systemd::watchdog_interval();
  SteadyPoint next_watchdog = clock_.steady_now();
  while (!hangs_) {
    const int signal = next_signal();
    if (signal == SIGHUP) {
      systemd::notify("RELOADING=1");
      if (const Result<void> done = reload(); done) {
        log_.write(kReloaded);
      } else {
        log_.write(kReloadRefused, {{"error", done.error()}});
      }
      systemd::notify("READY=1");
    } else if (signal > 0) {
      return;
    }
    const SteadyPoint now = clock_.steady_now();
    if (watchdog && now >= next_watchdog) {
      systemd::notify("WATCHDOG=1");
      next_watchdog = now + *watchdog;
    }
    housekeeping(now);
  }
}

void Daemon::drain() {
  log_.write(kStopping);
  systemd::notify("STOPPING=1");
  draining_ = true;
  http_->stop_accepting();
  control_->stop();
  fetchers_->stop();
  outbox_->stop();
  hub_->webhook_sending().stop();
  if (scanning_) scanning_->stop();
  lmtp_->stop(kSessionLimit);
  hub_->feed().clear();
  http_->drain(kDrainLimit);
  hub_->jobs().stop(kJobLimit);
  outbox_->cut();
  hub_->jobs().stop(kJobLimit);
  pump_.request_stop();
  pump_.join();
  hub_->intake().expire_waiters(SteadyPoint::max());
  teller_.request_stop();
  teller_.join();
  (void)hub_->privacy().write_sightings();
  sealer_.request_stop();
  sealer_.join();
  log_.write(kStopped);
}

int Daemon::report(const Error& error) {
  std::cerr << "madoguchid: " << error.describe() << "\n";
  for (const FieldError& field : error.fields) {
    std::cerr << "  " << field.pointer << ": " << field.message.en << "\n";
  }
  return error.code == ErrorCode::invalid ? kExitConfig : 1;
}

}  // namespace

int run_daemon(const config::Configuration& configuration, const std::filesystem::path& file) {
  Daemon daemon(configuration, file);
  if (const Result<void> prepared = daemon.prepare(); !prepared)
    return daemon.report(prepared.error());
  if (const Result<void> opened = daemon.open_hub(); !opened) {
    if (opened.error().code != ErrorCode::unavailable) return daemon.report(opened.error());
    const Result<bool> there = daemon.wait_for_database(opened.error());
    if (!there) return daemon.report(there.error());
    if (!*there) return 0;
  }
  if (const Result<void> started = daemon.start(); !started) return daemon.report(started.error());
  daemon.serve();
  daemon.drain();
  if (daemon.hangs()) ::_exit(kExitHung);
  return 0;
}

}  // namespace madoguchi::app
