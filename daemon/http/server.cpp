// SPDX-License-Identifier: Apache-2.0
#include "daemon/http/server.h"

#include <algorithm>
#include <future>
#include <utility>

#include "daemon/http/acceptor.h"
#include "daemon/http/engine.h"
#include "daemon/http/loop.h"

namespace madoguchi::http {

class Server::Impl {
 public:
  Impl(ServerOptions options, Application& application, observe::Log& log,
       observe::Registry& metrics)
      : engine_(std::move(options), application, log, metrics) {
    for (int i = 0; i < std::max(1, engine_.options.io_threads); ++i) {
      loops_.push_back(std::make_shared<Loop>(engine_));
    }
  }

  ~Impl() { drain(std::chrono::milliseconds(0)); }

  Result<void> start() {
    auto proxies = TrustedProxies::parse(engine_.options.trusted_proxies);
    if (!proxies) return fail(proxies.error());
    engine_.proxies = std::move(*proxies);
    if (const auto& files = engine_.options.tls) {
      auto tls = TlsContext::load(files->certificate, files->key);
      if (!tls) return fail(tls.error());
      engine_.tls = std::move(*tls);
    }
    auto listeners = open_listeners();
    if (!listeners) return fail(listeners.error());
    for (Listener& listener : *listeners) {
      engine_.instruments.log.write(messages::kListening, {{"port", listener.port()}});
      if (port_ == 0) port_ = listener.port();
      acceptors_.push_back(std::make_unique<Acceptor>(engine_, loops_, std::move(listener)));
    }
    engine_.workers.start(std::max(1, engine_.options.workers));
    for (const auto& loop : loops_) loop->start();
    started_ = true;
    on_first_loop([this] {
      for (const auto& acceptor : acceptors_) acceptor->start();
    });
    return {};
  }

  [[nodiscard]] int port() const { return port_; }

  Result<void> reload_certificates() {
    if (!engine_.tls) return {};
    auto reloaded = engine_.tls->reload();
    if (reloaded) engine_.instruments.log.write(messages::kCertificateReloaded);
    return reloaded;
  }

  void stop_accepting() {
    if (!started_ || engine_.draining.exchange(true)) return;
    on_first_loop([this] {
      for (const auto& acceptor : acceptors_) acceptor->stop();
    });
    for (const auto& loop : loops_) {
      loop->post([self = loop.get()] { self->begin_drain(); });
    }
  }

  void drain(std::chrono::milliseconds limit) {
    if (std::exchange(drained_, true)) return;
    stop_accepting();
    if (started_) {
      for (const auto& loop : loops_) {
        loop->post([self = loop.get()] { self->end_streams(); });
      }
      engine_.census.wait_until_empty(std::chrono::steady_clock::now() + limit);
    }
    for (const auto& loop : loops_) loop->finish();
    engine_.workers.stop();
    if (started_) engine_.instruments.log.write(messages::kStopped);
  }

 private:
  Result<std::vector<Listener>> open_listeners() {
    std::vector<Listener> listeners;
    for (const int fd : engine_.options.inherited) {
      auto listener = Listener::adopt(fd);
      if (!listener) return fail(listener.error());
      listeners.push_back(std::move(*listener));
    }
    if (!listeners.empty()) return listeners;
    for (const std::string& where : engine_.options.listen) {
      auto listener = Listener::open(where);
      if (!listener) return fail(listener.error());
      listeners.push_back(std::move(*listener));
    }
    return listeners;
  }

  /// Runs `work` on the first loop's thread and waits for its end.
  template <class F>
  void on_first_loop(F work) {
    std::promise<void> done;
    loops_.front()->post([&] {
      work();
      done.set_value();
    });
    done.get_future().wait();
  }

  Engine engine_;
  std::vector<std::shared_ptr<Loop>> loops_;
  std::vector<std::unique_ptr<Acceptor>> acceptors_;
  int port_ = 0;
  bool started_ = false;
  bool drained_ = false;
};

Server::Server(ServerOptions options, Application& application, observe::Log& log,
               observe::Registry& metrics)
    : impl_(std::make_unique<Impl>(std::move(options), application, log, metrics)) {}
Server::~Server() = default;

Result<void> Server::start() { return impl_->start(); }
int Server::port() const { return impl_->port(); }
Result<void> Server::reload_certificates() { return impl_->reload_certificates(); }
void Server::stop_accepting() { impl_->stop_accepting(); }
void Server::drain(std::chrono::milliseconds limit) { impl_->drain(limit); }

}  // namespace madoguchi::http
