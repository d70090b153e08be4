// SPDX-License-Identifier: Apache-2.0
#include "connectors/clamd/line.h"

#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>
#include <system_error>

namespace madoguchi::connectors::clamd {
namespace {

/// How long a wait may not notice that it is to end.
constexpr std::chrono::milliseconds kSlice{200};
constexpr std::size_t kMostAnswer = 4096;

std::string words(int error) { return std::generic_category().message(error); }

}  // namespace

Line::Line(const config::ListenAddress& address, const connector::CallOptions& call,
           const Clock& clock)
    : call_(call), clock_(clock) {
  if (address.is_unix()) {
    sockaddr_un name{};
    name.sun_family = AF_UNIX;
    address.path().copy(name.sun_path, sizeof name.sun_path - 1);
    connect_to(AF_UNIX, &name, sizeof name);
    return;
  }
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  const std::string port = std::to_string(address.port());
  if (const int code = ::getaddrinfo(address.host().c_str(), port.c_str(), &hints, &found)) {
    throw Trouble(address.host() + ": " + ::gai_strerror(code));
  }
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> all(found, &::freeaddrinfo);
  for (const addrinfo* one = found; one != nullptr; one = one->ai_next) {
    try {
      connect_to(one->ai_family, one->ai_addr, one->ai_addrlen);
      return;
    } catch (const Trouble&) {
      if (one->ai_next == nullptr) throw;
    }
  }
}

Line::Socket::~Socket() { reset(-1); }

void Line::Socket::reset(int other) {
  if (number >= 0) ::close(number);
  number = other;
}

void Line::connect_to(int family, const void* address, std::size_t size) {
  socket_.reset(::socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (socket_.number < 0) throw Trouble(words(errno));
  int error = 0;
  if (::connect(socket_.number, static_cast<const sockaddr*>(address),
                static_cast<socklen_t>(size)) != 0) {
    error = errno;
    if (error == EINPROGRESS) {
      wait_for(POLLOUT);
      socklen_t length = sizeof error;
      if (::getsockopt(socket_.number, SOL_SOCKET, SO_ERROR, &error, &length) != 0) error = errno;
    }
  }
  if (error != 0) throw Trouble(words(error));
}

bool Line::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(socket_.number, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent >= 0) {
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    } else if (errno == EAGAIN) {
      wait_for(POLLOUT);
    } else if (errno == EPIPE || errno == ECONNRESET) {
      return false;
    } else if (errno != EINTR) {
      throw Trouble(words(errno));
    }
  }
  return true;
}

std::string Line::receive() {
  std::string answer;
  char chunk[512];
  while (answer.size() < kMostAnswer) {
    const ssize_t got = ::recv(socket_.number, chunk, sizeof chunk, 0);
    if (got > 0) {
      answer.append(chunk, static_cast<std::size_t>(got));
      const std::size_t end = answer.find('\0');
      if (end != std::string::npos) return answer.substr(0, end);
    } else if (got == 0) {
      return answer;
    } else if (errno == EAGAIN) {
      wait_for(POLLIN);
    } else if (errno == ECONNRESET) {
      return answer;
    } else if (errno != EINTR) {
      throw Trouble(words(errno));
    }
  }
  throw Trouble("clamd's answer has no end");
}

void Line::wait_for(short events) {
  while (true) {
    if (call_.stop.stop_requested() || call_.cut.stop_requested()) {
      throw Trouble("the hub is stopping");
    }
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(call_.deadline - clock_.steady_now());
    if (left.count() <= 0) throw Trouble("clamd did not answer in time");
    pollfd wanted{socket_.number, events, 0};
    const int ready = ::poll(&wanted, 1, static_cast<int>(std::min(left, kSlice).count()));
    if (ready > 0) return;
    if (ready < 0 && errno != EINTR) throw Trouble(words(errno));
  }
}

}  // namespace madoguchi::connectors::clamd
