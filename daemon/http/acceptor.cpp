// SPDX-License-Identifier: Apache-2.0
#include "daemon/http/acceptor.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <cerrno>
#include <system_error>
#include <utility>

namespace madoguchi::http {
namespace {

constexpr int kAcceptsPerTurn = 128;
constexpr std::chrono::milliseconds kPause{100};
constexpr int kUnsentLimit = 128 * 1024;  // bytes

/// Sets what the connections that will be accepted inherit from their listener.
void tune(int fd, std::chrono::milliseconds patience) {
  const int on = 1;
  ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  // A stream's peer that vanished without a word is noticed by what it does not acknowledge.
  const auto timeout = static_cast<unsigned>(patience.count());
  ::setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &timeout, sizeof timeout);
  // Megabytes in the kernel for a peer that does not read would hide how far behind it is.
  ::setsockopt(fd, IPPROTO_TCP, TCP_NOTSENT_LOWAT, &kUnsentLimit, sizeof kUnsentLimit);
}

}  // namespace

Acceptor::Acceptor(Engine& engine, const std::vector<std::shared_ptr<Loop>>& loops,
                   Listener listener)
    : engine_(engine),
      loops_(loops),
      listener_(std::move(listener)),
      readiness_(loops.front()->context()),
      pause_(loops.front()->context()) {}

void Acceptor::start() {
  if (listener_.port() != 0) tune(listener_.fd(), engine_.options.write_deadline);
  readiness_.assign(listener_.fd());
  wait();
}

void Acceptor::stop() {
  if (!std::exchange(open_, false)) return;
  // Another process goes on accepting from an inherited socket; from our own, nobody would.
  while (!listener_.inherited() && accept_one() == Taken::one) continue;
  pause_.cancel();
  if (readiness_.is_open()) readiness_.release();
  listener_.close();
}

void Acceptor::wait() {
  readiness_.async_wait(boost::asio::posix::stream_descriptor::wait_read,
                        [this](const boost::system::error_code& error) {
                          if (!error && open_) accept_all();
                        });
}

void Acceptor::accept_all() {
  for (int i = 0; i < kAcceptsPerTurn; ++i) {
    const Taken taken = accept_one();
    if (taken == Taken::none) break;
    if (taken == Taken::try_later) {
      pause();
      return;
    }
  }
  wait();
}

Acceptor::Taken Acceptor::accept_one() {
  sockaddr_storage address{};
  socklen_t length = sizeof address;
  FileDescriptor socket(::accept4(listener_.fd(), reinterpret_cast<sockaddr*>(&address), &length,
                                  SOCK_NONBLOCK | SOCK_CLOEXEC));
  if (!socket.open()) {
    if (errno == EAGAIN || errno == EWOULDBLOCK) return Taken::none;
    if (errno == ECONNABORTED || errno == EINTR || errno == EPROTO) return Taken::one;
    engine_.instruments.log.write(messages::kAcceptFailed,
                                  {{"reason", std::system_category().message(errno)}});
    return Taken::try_later;
  }
  const auto peer = IpAddress::of(address);
  seat(std::move(socket), peer);
  return Taken::one;
}

void Acceptor::seat(FileDescriptor socket, const std::optional<IpAddress>& peer) {
  // All clients behind a trusted proxy share its address.
  const bool exempt = !peer || peer->is_loopback() || engine_.proxies.trusts(peer);
  auto seat = engine_.census.enter(exempt ? std::string() : peer->allotment());
  if (!seat) {
    engine_.instruments.turned_away();
    return;
  }
  Loop& loop = *loops_[next_++ % loops_.size()];
  loop.post([&loop, peer, socket = std::move(socket), seat = std::move(*seat)]() mutable {
    loop.adopt(std::move(socket), peer, std::move(seat));
  });
}

void Acceptor::pause() {
  pause_.expires_after(kPause);
  pause_.async_wait([this](const boost::system::error_code& error) {
    if (!error && open_) accept_all();
  });
}

}  // namespace madoguchi::http
