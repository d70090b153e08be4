// SPDX-License-Identifier: Apache-2.0
#include "sandboxes/kit/server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <list>
#include <system_error>
#include <thread>

#include "sandboxes/kit/desk.h"

namespace madoguchi::sandboxes {
namespace {

using std::chrono::milliseconds;

constexpr std::size_t kMostRequest = std::size_t{64} * 1024 * 1024;
constexpr std::int64_t kHugeBytes = std::int64_t{2} * 1024 * 1024 * 1024;
constexpr milliseconds kForever{24LL * 60 * 60 * 1000};

/// One connection. All its waits end when the other side goes or the server ends, which shuts the
/// socket down.
class Connection {
 public:
  explicit Connection(int fd) : fd_(fd) {}

  std::optional<Request> read() {
    std::string octets;
    while (octets.size() < kMostRequest) {
      const std::optional<std::size_t> length = length_of_request(octets);
      if (length && octets.size() >= *length) return from_wire(octets);
      char chunk[16384];
      const ssize_t got = ::recv(fd_, chunk, sizeof chunk, 0);
      if (got <= 0) return std::nullopt;
      octets.append(chunk, static_cast<std::size_t>(got));
    }
    return std::nullopt;
  }

  bool send(std::string_view octets) {
    while (!octets.empty()) {
      const ssize_t put = ::send(fd_, octets.data(), octets.size(), MSG_NOSIGNAL);
      if (put <= 0) return false;
      octets.remove_prefix(static_cast<std::size_t>(put));
    }
    return true;
  }

  /// False when the other side went before that time was over.
  bool stay(milliseconds time) {
    pollfd one{fd_, POLLRDHUP, 0};
    return ::poll(&one, 1, static_cast<int>(time.count())) == 0;
  }

  void reset() {
    const linger now{1, 0};
    ::setsockopt(fd_, SOL_SOCKET, SO_LINGER, &now, sizeof now);
  }

  void answer(const Served& served) {
    std::string octets = to_wire(*served.response);
    if (!served.fault) {
      send(octets);
      return;
    }
    const Fault& fault = *served.fault;
    const std::size_t body = octets.size() - served.response->body.size();
    const auto after = static_cast<std::size_t>(fault.after);
    switch (fault.kind) {
      case FaultKind::hang:
        stay(kForever);
        return;
      case FaultKind::reset:
      case FaultKind::drop:
        reset();
        return;
      case FaultKind::hang_headers:
        if (send(octets.substr(0, body / 2))) stay(kForever);
        return;
      case FaultKind::hang_body:
        if (send(octets.substr(0, std::min(body + after, octets.size() - 1)))) stay(kForever);
        return;
      case FaultKind::wrong_length:
        send(octets.substr(0, std::min(body + after, octets.size() - 1)));
        return;
      case FaultKind::trickle:
        for (const char& c : octets) {
          if (!send({&c, 1}) || !stay(milliseconds(fault.delay_ms))) return;
        }
        return;
      case FaultKind::huge:
        send_without_end();
        return;
      case FaultKind::delay:
        if (stay(milliseconds(fault.delay_ms))) send(octets);
        return;
      default:
        send(octets);
    }
  }

 private:
  void send_without_end() {
    if (!send("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: " +
              std::to_string(kHugeBytes) + "\r\n\r\n[\"")) {
      return;
    }
    const std::string piece(64 * 1024, 'a');
    for (std::int64_t sent = 0; sent < kHugeBytes; sent += 64 * 1024) {
      if (!send(piece)) return;
    }
  }

  int fd_;
};

Error cannot_listen(const std::string& host, const std::string& why) {
  return Error::invalid("/listen", {"A sandbox cannot listen on " + host + ": " + why + ".",
                                    "サンドボックスは " + host + " で待ち受けできません。"});
}

Result<int> listen_on(const std::string& host, std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  const std::string text = host == "localhost" ? "127.0.0.1" : host;
  if (inet_pton(AF_INET, text.c_str(), &address.sin_addr) != 1 ||
      (ntohl(address.sin_addr.s_addr) >> 24U) != 127) {
    return fail(cannot_listen(host, "it serves 127.0.0.0/8 only"));
  }
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const int on = 1;
  ::setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (fd < 0 || ::bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 ||
      ::listen(fd, 128) != 0) {
    const std::string why = std::generic_category().message(errno);
    if (fd >= 0) ::close(fd);
    return fail(cannot_listen(host, why));
  }
  return fd;
}

}  // namespace

class SandboxServer::Impl {
 public:
  Impl(const SandboxType& type, std::string host, int listener)
      : host_(std::move(host)), listener_(listener), desk_(std::make_unique<SandboxDesk>(type)) {
    sockaddr_in address{};
    socklen_t size = sizeof address;
    ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    acceptor_ = std::jthread([this] { accept(); });
  }

  ~Impl() {
    ::shutdown(listener_, SHUT_RDWR);
    acceptor_.join();
    for (Worker& one : workers_) {
      one.fd.with([](const int& fd) {
        if (fd >= 0) ::shutdown(fd, SHUT_RDWR);
      });
    }
    workers_.clear();
    ::close(listener_);
  }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  Served serve(Request request) {
    return desk_.with(
        [&](std::unique_ptr<SandboxDesk>& desk) { return desk->serve(std::move(request)); });
  }
  SandboxClock& clock() {
    return desk_.with(
        [](std::unique_ptr<SandboxDesk>& desk) -> SandboxClock& { return desk->clock(); });
  }

  const std::string host_;
  std::uint16_t port_ = 0;

 private:
  struct Worker {
    Guarded<int> fd{-1};
    std::atomic<bool> done = false;
    std::jthread thread = {};
  };

  void accept() {
    while (true) {
      const int fd = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
      if (fd < 0 && (errno == ECONNABORTED || errno == EINTR)) continue;
      if (fd < 0) return;
      for (auto one = workers_.begin(); one != workers_.end();) {
        one = one->done ? workers_.erase(one) : std::next(one);
      }
      Worker& worker = workers_.emplace_back();
      worker.fd.with([&](int& kept) { kept = fd; });
      worker.thread = std::jthread([this, &worker, fd] { work(worker, fd); });
    }
  }

  void work(Worker& worker, int fd) {
    Connection connection(fd);
    if (std::optional<Request> request = connection.read()) {
      connection.answer(serve(std::move(*request)));
    }
    worker.fd.with([](int& kept) {
      ::close(kept);
      kept = -1;
    });
    worker.done = true;
  }

  int listener_;
  Guarded<std::unique_ptr<SandboxDesk>> desk_;
  std::list<Worker> workers_;  ///< the acceptor's, until it has ended
  std::jthread acceptor_;
};

Result<std::unique_ptr<SandboxServer>> SandboxServer::start(const SandboxType& type,
                                                            const std::string& host,
                                                            std::uint16_t port) {
  const Result<int> listener = listen_on(host, port);
  if (!listener) return fail(listener.error());
  auto impl = std::make_unique<Impl>(type, host, *listener);
  return std::unique_ptr<SandboxServer>(new SandboxServer(std::move(impl)));
}

SandboxServer::SandboxServer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
SandboxServer::~SandboxServer() = default;

std::uint16_t SandboxServer::port() const { return impl_->port_; }
std::string SandboxServer::url() const {
  return "http://" + impl_->host_ + ":" + std::to_string(impl_->port_);
}
SandboxClock& SandboxServer::clock() { return impl_->clock(); }

Response SandboxServer::control(const std::string& method, const std::string& path,
                                const std::string& body) {
  Request request;
  request.method = method;
  request.path = "/_sandbox" + path;
  request.body = body;
  return *impl_->serve(std::move(request)).response;
}

}  // namespace madoguchi::sandboxes
