// SPDX-License-Identifier: Apache-2.0
#include "daemon/lmtp/server.h"

#include <Poco/Net/TCPServer.h>
#include <Poco/Net/TCPServerConnection.h>
#include <Poco/Net/TCPServerConnectionFactory.h>
#include <Poco/ThreadPool.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <exception>
#include <string_view>

#include "daemon/lmtp/connection.h"
#include "daemon/lmtp/listener.h"
#include "daemon/lmtp/messages.h"
#include "daemon/lmtp/session.h"
#include "daemon/lmtp/sessions.h"

namespace madoguchi::lmtp {
namespace {

constexpr std::string_view kFullReply = "421 4.3.2 too many connections, try again later\r\n";
constexpr int kSpareThreads = 8;  ///< sessions that have ended and threads that have not yet

/// How many connections were let in and have not ended.
using Admitted = std::atomic<std::size_t>;

/// Lets a connection in or turns it away, on the acceptor's thread.
class Doorman final : public Poco::Net::TCPServerConnectionFilter {
 public:
  Doorman(const Context& context, Admitted& admitted) : context_(context), admitted_(admitted) {}

  bool accept(const Poco::Net::StreamSocket& socket) override {
    const int fd = socket.impl()->sockfd();
    ::fcntl(fd, F_SETFD, FD_CLOEXEC);
    context_.metrics.connections.add();
    if (admitted_.load() < context_.options.max_connections) {
      ++admitted_;
      was_full_ = false;
      return true;
    }
    if (!was_full_) {
      context_.log.write(messages::kFull, {{"limit", context_.options.max_connections}});
    }
    was_full_ = true;
    context_.metrics.turned_away.add();
    static_cast<void>(
        ::send(fd, kFullReply.data(), kFullReply.size(), MSG_NOSIGNAL | MSG_DONTWAIT));
    return false;
  }

 private:
  const Context& context_;
  Admitted& admitted_;
  bool was_full_ = false;
};

class Visit final : public Poco::Net::TCPServerConnection {
 public:
  Visit(const Poco::Net::StreamSocket& socket, const Context& context, Sessions& sessions,
        Admitted& admitted)
      : TCPServerConnection(socket), context_(context), sessions_(sessions), admitted_(admitted) {}

  void run() override {
    context_.metrics.open.add(1);
    try {
      Seat seat(sessions_, socket());
      Connection connection(socket(), context_.clock);
      Session(context_, connection, seat).run();
    } catch (const std::exception& exception) {
      context_.log.write(messages::kBroken, {{"error", exception.what()}});
    }
    context_.metrics.open.add(-1);
    --admitted_;
  }

 private:
  const Context& context_;
  Sessions& sessions_;
  Admitted& admitted_;
};

class VisitFactory final : public Poco::Net::TCPServerConnectionFactory {
 public:
  VisitFactory(const Context& context, Sessions& sessions, Admitted& admitted)
      : context_(context), sessions_(sessions), admitted_(admitted) {}

  Poco::Net::TCPServerConnection* createConnection(const Poco::Net::StreamSocket& socket) override {
    return new Visit(socket, context_, sessions_, admitted_);  // Poco takes it
  }

 private:
  const Context& context_;
  Sessions& sessions_;
  Admitted& admitted_;
};

}  // namespace

class Server::Impl {
 public:
  Impl(ServerOptions options, Intake& intake, const Clock& clock, const observe::Log& log,
       observe::Registry& metrics)
      : options_(std::move(options)),
        metrics_(metrics),
        context_{options_, intake, clock, log, metrics_} {}

  ~Impl() { stop(std::chrono::milliseconds(0)); }

  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  Result<void> start() {
    Result<Listener> listener =
        options_.inherited ? adopt_listener(*options_.inherited) : open_listener(options_.listen);
    if (!listener) return fail(listener.error());
    port_ = listener->port;
    unlink_at_end_ = listener->unlink_at_end;

    const int limit = static_cast<int>(options_.max_connections);
    Poco::Net::TCPServerParams::Ptr params = new Poco::Net::TCPServerParams;
    params->setMaxThreads(limit + kSpareThreads);
    params->setMaxQueued(limit + kSpareThreads);
    pool_ = std::make_unique<Poco::ThreadPool>("lmtp", 2, limit + kSpareThreads);
    server_ = std::make_unique<Poco::Net::TCPServer>(
        new VisitFactory(context_, sessions_, admitted_), *pool_, listener->socket, params);
    server_->setConnectionFilter(new Doorman(context_, admitted_));
    server_->start();
    context_.log.write(messages::kListening, {{"listen", options_.listen}, {"port", port_}});
    return {};
  }

  void stop(std::chrono::milliseconds limit) {
    if (!server_) return;
    sessions_.begin_stop();
    server_->stop();
    if (const std::size_t left = sessions_.wait_until_empty(limit); left > 0) {
      context_.log.write(messages::kCut, {{"sessions", left}});
      sessions_.cut();
      sessions_.wait_until_empty();
    }
    server_.reset();
    pool_->joinAll();
    if (!unlink_at_end_.empty()) ::unlink(unlink_at_end_.c_str());
    context_.log.write(messages::kStopped);
  }

  [[nodiscard]] int port() const noexcept { return port_; }

 private:
  const ServerOptions options_;
  Metrics metrics_;
  const Context context_;
  Sessions sessions_;
  Admitted admitted_{0};
  int port_ = 0;
  std::filesystem::path unlink_at_end_;
  std::unique_ptr<Poco::ThreadPool> pool_;
  std::unique_ptr<Poco::Net::TCPServer> server_;
};

Server::Server(ServerOptions options, Intake& intake, const Clock& clock, const observe::Log& log,
               observe::Registry& metrics)
    : impl_(std::make_unique<Impl>(std::move(options), intake, clock, log, metrics)) {}
Server::~Server() = default;

Result<void> Server::start() { return impl_->start(); }
int Server::port() const { return impl_->port(); }
void Server::stop(std::chrono::milliseconds limit) { impl_->stop(limit); }

}  // namespace madoguchi::lmtp
