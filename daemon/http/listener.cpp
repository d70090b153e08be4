// SPDX-License-Identifier: Apache-2.0
#include "daemon/http/listener.h"

#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <cerrno>
#include <charconv>
#include <cstring>
#include <memory>
#include <system_error>

namespace madoguchi::http {
namespace {

constexpr std::string_view kUnixPrefix = "unix:";
constexpr mode_t kSocketMode = 0660;

Error cannot_listen(const std::string& where, const std::string& why) {
  return Error{ErrorCode::unavailable,
               "cannot-listen",
               {"cannot listen on " + where + ": " + why, where + " で待ち受けできません: " + why}};
}

Error cannot_listen(const std::string& where, int error) {
  return cannot_listen(where, std::system_category().message(error));
}

int port_of(int fd) {
  sockaddr_storage address{};
  socklen_t length = sizeof address;
  if (::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &length) != 0) return 0;
  if (address.ss_family == AF_INET) {
    sockaddr_in v4{};
    std::memcpy(&v4, &address, sizeof v4);
    return ntohs(v4.sin_port);
  }
  if (address.ss_family == AF_INET6) {
    sockaddr_in6 v6{};
    std::memcpy(&v6, &address, sizeof v6);
    return ntohs(v6.sin6_port);
  }
  return 0;
}

struct FreeAddresses {
  void operator()(addrinfo* list) const { ::freeaddrinfo(list); }
};

/// Whether somebody answers at the unix socket; a refused connection means that its owner is dead.
bool somebody_listens(const sockaddr_un& address) {
  const FileDescriptor probe(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!probe.open()) return true;
  if (::connect(probe.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0)
    return true;
  return errno != ECONNREFUSED && errno != ENOENT;
}

}  // namespace

Result<Listener> Listener::open(const std::string& where) {
  return where.starts_with(kUnixPrefix) ? open_unix(where) : open_tcp(where);
}

Result<Listener> Listener::open_tcp(const std::string& where) {
  const auto colon = where.rfind(':');
  std::string host = where.substr(0, colon);
  if (colon == std::string::npos || host.empty()) {
    return fail(cannot_listen(where, "expected address:port or unix:/path"));
  }
  if (host.size() > 2 && host.front() == '[' && host.back() == ']')
    host = host.substr(1, host.size() - 2);
  const std::string port = where.substr(colon + 1);
  unsigned number = 0;
  const auto parsed = std::from_chars(port.data(), port.data() + port.size(), number);
  if (parsed.ec != std::errc{} || parsed.ptr != port.data() + port.size() || number > 65535) {
    return fail(cannot_listen(where, "no port from 0 to 65535"));
  }

  addrinfo hints{};
  hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (const int error = ::getaddrinfo(host.c_str(), port.c_str(), &hints, &found); error != 0) {
    return fail(cannot_listen(where, ::gai_strerror(error)));
  }
  const std::unique_ptr<addrinfo, FreeAddresses> addresses(found);

  Listener listener;
  listener.socket_.reset(
      ::socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, IPPROTO_TCP));
  if (!listener.socket_.open()) return fail(cannot_listen(where, errno));
  const int on = 1;
  ::setsockopt(listener.fd(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  // "0.0.0.0:80" and "[::]:80" may both be listed, whatever net.ipv6.bindv6only says.
  if (found->ai_family == AF_INET6)
    ::setsockopt(listener.fd(), IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
  if (::bind(listener.fd(), found->ai_addr, found->ai_addrlen) != 0)
    return fail(cannot_listen(where, errno));
  if (auto listening = listener.listen(where); !listening) return fail(listening.error());
  return listener;
}

Result<Listener> Listener::open_unix(const std::string& where) {
  const std::string path = where.substr(kUnixPrefix.size());
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.empty() || path.size() >= sizeof address.sun_path) {
    return fail(cannot_listen(where, "the path is empty or too long"));
  }
  std::memcpy(address.sun_path, path.data(), path.size());

  struct stat old {};
  if (::lstat(path.c_str(), &old) == 0) {
    if (!S_ISSOCK(old.st_mode))
      return fail(cannot_listen(where, "a file that is no socket is in the way"));
    if (somebody_listens(address)) return fail(cannot_listen(where, EADDRINUSE));
    ::unlink(path.c_str());
  }
  Listener listener;
  listener.socket_.reset(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!listener.socket_.open()) return fail(cannot_listen(where, errno));
  if (::bind(listener.fd(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    return fail(cannot_listen(where, errno));
  }
  struct stat own {};
  if (::lstat(path.c_str(), &own) == 0) {
    listener.path_ = path;
    listener.device_ = own.st_dev;
    listener.inode_ = own.st_ino;
  }
  // Nobody can connect between bind and listen, so the mode is right before it matters.
  if (::chmod(path.c_str(), kSocketMode) != 0) return fail(cannot_listen(where, errno));
  if (auto listening = listener.listen(where); !listening) return fail(listening.error());
  return listener;
}

Result<Listener> Listener::adopt(int fd) {
  const std::string where = "inherited socket " + std::to_string(fd);
  int listens = 0;
  socklen_t length = sizeof listens;
  if (::getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listens, &length) != 0) {
    return fail(cannot_listen(where, errno));
  }
  if (listens == 0) return fail(cannot_listen(where, "it does not listen"));
  const int flags = ::fcntl(fd, F_GETFL);
  if (flags < 0 || ::fcntl(fd, F_SETFL, flags | O_NONBLOCK) != 0 ||
      ::fcntl(fd, F_SETFD, FD_CLOEXEC) != 0) {
    return fail(cannot_listen(where, errno));
  }
  Listener listener;
  listener.socket_.reset(fd);
  listener.port_ = port_of(fd);
  listener.inherited_ = true;
  return listener;
}

Result<void> Listener::listen(const std::string& where) {
  if (::listen(fd(), SOMAXCONN) != 0) return fail(cannot_listen(where, errno));
  port_ = port_of(fd());
  return {};
}

void Listener::close() {
  if (!socket_.open()) return;
  struct stat now {};
  if (!path_.empty() && ::lstat(path_.c_str(), &now) == 0 && now.st_dev == device_ &&
      now.st_ino == inode_) {
    ::unlink(path_.c_str());
  }
  socket_.reset();
}

}  // namespace madoguchi::http
