// SPDX-License-Identifier: Apache-2.0
#include "daemon/lmtp/listener.h"

#include <Poco/Exception.h>
#include <Poco/Net/ServerSocketImpl.h>
#include <Poco/Net/SocketAddress.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <system_error>

namespace madoguchi::lmtp {
namespace {

constexpr int kBacklog = 256;
constexpr mode_t kUnixSocketMode = 0660;
constexpr std::string_view kUnixPrefix = "unix:";

class AdoptedImpl final : public Poco::Net::ServerSocketImpl {
 public:
  explicit AdoptedImpl(int fd) { reset(fd); }
};

class AdoptedSocket final : public Poco::Net::ServerSocket {
 public:
  explicit AdoptedSocket(int fd) : ServerSocket(new AdoptedImpl(fd), true) {}
};

tl::unexpected<Error> refuse(const std::string& where, const std::string& why) {
  Error error =
      Error::invalid("/lmtp/listen", {fmt::format("Cannot listen on {}: {}.", where, why),
                                      fmt::format("{} で待ち受けできません: {}", where, why)});
  error.detail = fmt::format("{}: {}", where, why);
  return fail(std::move(error));
}

std::string last_error() { return std::error_code(errno, std::generic_category()).message(); }

/// Removes a Unix socket that a process left behind; one that answers is in use.
bool clear_the_way(const sockaddr_un& address) {
  struct stat status {};
  if (::lstat(address.sun_path, &status) != 0) return true;
  if (!S_ISSOCK(status.st_mode)) return false;
  const int probe = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const bool in_use =
      ::connect(probe, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  ::close(probe);
  return !in_use && ::unlink(address.sun_path) == 0;
}

Result<Listener> listen_on_unix(const std::string& where, const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.empty() || path.size() >= sizeof address.sun_path) {
    return refuse(where, "the path is empty or too long");
  }
  std::memcpy(address.sun_path, path.data(), path.size());
  if (!clear_the_way(address)) return refuse(where, "it is in use");
  const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return refuse(where, last_error());
  // Nobody can connect before listen(), so the mode holds from the beginning.
  if (::bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
      ::chmod(path.c_str(), kUnixSocketMode) != 0 || ::listen(fd, kBacklog) != 0) {
    const std::string why = last_error();
    ::close(fd);
    return refuse(where, why);
  }
  return Listener{AdoptedSocket(fd), 0, path};
}

int port_of(int fd) {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  if (::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size) != 0) return 0;
  if (address.ss_family == AF_INET) {
    return ntohs(reinterpret_cast<const sockaddr_in&>(address).sin_port);
  }
  if (address.ss_family == AF_INET6) {
    return ntohs(reinterpret_cast<const sockaddr_in6&>(address).sin6_port);
  }
  return 0;
}

}  // namespace

Result<Listener> open_listener(const std::string& where) {
  if (where.starts_with(kUnixPrefix)) {
    return listen_on_unix(where, where.substr(kUnixPrefix.size()));
  }
  try {
    const Poco::Net::SocketAddress address(where);
    const int fd = ::socket(address.af(), SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0) return refuse(where, last_error());
    const int on = 1;
    ::setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (::bind(fd, address.addr(), address.length()) != 0 || ::listen(fd, kBacklog) != 0) {
      const std::string why = last_error();
      ::close(fd);
      return refuse(where, why);
    }
    return Listener{AdoptedSocket(fd), port_of(fd)};
  } catch (const Poco::Exception& exception) {
    return refuse(where, exception.displayText());
  }
}

Result<Listener> adopt_listener(int fd) {
  int listening = 0;
  socklen_t size = sizeof listening;
  const std::string where = fmt::format("inherited descriptor {}", fd);
  if (::getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listening, &size) != 0) {
    return refuse(where, last_error());
  }
  if (listening == 0) return refuse(where, "it is not a listening socket");
  ::fcntl(fd, F_SETFD, FD_CLOEXEC);
  return Listener{AdoptedSocket(fd), port_of(fd)};
}

}  // namespace madoguchi::lmtp
