// SPDX-License-Identifier: Apache-2.0
#include "core/net/connection.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <system_error>

namespace madoguchi::net {
namespace {

std::string words_of(int error) { return std::generic_category().message(error); }

tl::expected<UniqueFd, HttpFailure> connect_once(const Endpoint& endpoint, const Patience& patience,
                                                 SteadyPoint until) {
  const auto unreachable = [&](int error) {
    return fail_with(HttpTrouble::unreachable, endpoint.text() + ": " + words_of(error));
  };
  UniqueFd fd(
      ::socket(endpoint.address().sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!fd.is_open()) return unreachable(errno);
  const int on = 1;
  ::setsockopt(fd.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (::connect(fd.get(), &endpoint.address(), endpoint.size) == 0) return fd;
  if (errno != EINPROGRESS) return unreachable(errno);
  if (HttpStep ready = patience.wait(fd.get(), POLLOUT, until); !ready) {
    return tl::unexpected<HttpFailure>(std::move(ready.error()));
  }
  int error = 0;
  socklen_t size = sizeof error;
  ::getsockopt(fd.get(), SOL_SOCKET, SO_ERROR, &error, &size);
  if (error != 0) return unreachable(error);
  return fd;
}

}  // namespace

std::string Endpoint::text() const {
  std::array<char, INET6_ADDRSTRLEN> buffer{};
  const void* bytes =
      storage.ss_family == AF_INET
          ? static_cast<const void*>(&reinterpret_cast<const sockaddr_in&>(storage).sin_addr)
          : &reinterpret_cast<const sockaddr_in6&>(storage).sin6_addr;
  const char* text = inet_ntop(storage.ss_family, bytes, buffer.data(), buffer.size());
  return text == nullptr ? "?" : text;
}

std::optional<Endpoint> endpoint_of(const std::string& address, std::uint16_t port) {
  Endpoint endpoint;
  auto& v4 = reinterpret_cast<sockaddr_in&>(endpoint.storage);
  if (inet_pton(AF_INET, address.c_str(), &v4.sin_addr) == 1) {
    v4.sin_family = AF_INET;
    v4.sin_port = htons(port);
    endpoint.size = sizeof v4;
    return endpoint;
  }
  auto& v6 = reinterpret_cast<sockaddr_in6&>(endpoint.storage);
  if (inet_pton(AF_INET6, address.c_str(), &v6.sin6_addr) == 1) {
    v6.sin6_family = AF_INET6;
    v6.sin6_port = htons(port);
    endpoint.size = sizeof v6;
    return endpoint;
  }
  return std::nullopt;
}

tl::expected<UniqueFd, HttpFailure> connect_to(const std::vector<Endpoint>& endpoints,
                                               const Patience& patience) {
  HttpFailure last{HttpTrouble::unreachable, "no address"};
  for (std::size_t i = 0; i < endpoints.size(); ++i) {
    const SteadyPoint now = std::chrono::steady_clock::now();
    const auto rest = static_cast<std::chrono::steady_clock::rep>(endpoints.size() - i);
    const SteadyPoint until =
        rest == 1 ? patience.deadline() : now + (patience.deadline() - now) / rest;
    tl::expected<UniqueFd, HttpFailure> fd = connect_once(endpoints[i], patience, until);
    if (fd || fd.error().trouble != HttpTrouble::unreachable) return fd;
    last = std::move(fd.error());
  }
  return tl::unexpected<HttpFailure>(std::move(last));
}

tl::expected<std::size_t, HttpFailure> PlainChannel::read(char* to, std::size_t size) {
  while (true) {
    const ssize_t got = ::recv(fd_, to, size, 0);
    if (got >= 0) return static_cast<std::size_t>(got);
    if (errno == EINTR) continue;
    if (errno != EAGAIN) return fail_with(HttpTrouble::broken, words_of(errno));
    if (HttpStep ready = patience_.wait(fd_, POLLIN); !ready) {
      return tl::unexpected<HttpFailure>(std::move(ready.error()));
    }
  }
}

HttpStep PlainChannel::write(std::string_view bytes) {
  while (!bytes.empty()) {
    if (HttpStep good = patience_.check(); !good) return good;
    const ssize_t put = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (put >= 0) {
      bytes.remove_prefix(static_cast<std::size_t>(put));
    } else if (errno == EAGAIN) {
      if (HttpStep ready = patience_.wait(fd_, POLLOUT); !ready) return ready;
    } else if (errno != EINTR) {
      return fail_with(HttpTrouble::broken, words_of(errno));
    }
  }
  return {};
}

}  // namespace madoguchi::net
