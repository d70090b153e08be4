// SPDX-License-Identifier: Apache-2.0
#include "core/net/resolver.h"

#include <ares.h>
#include <netinet/in.h>
#include <poll.h>

#include <algorithm>
#include <cstring>
#include <map>
#include <stdexcept>

namespace madoguchi::net {
namespace {

constexpr int kTryMilliseconds = 2000;
constexpr int kTries = 2;
constexpr std::size_t kMostAddresses = 32;

/// One question. c-ares calls back from within our own calls, on this thread.
struct Question {
  std::map<ares_socket_t, short> sockets = {};
  bool done = false;
  int status = ARES_ENODATA;
  std::vector<Endpoint> endpoints = {};
  std::uint16_t port = 0;
};

void on_socket(void* context, ares_socket_t fd, int readable, int writable) {
  auto& sockets = static_cast<Question*>(context)->sockets;
  const int events = (readable != 0 ? POLLIN : 0) | (writable != 0 ? POLLOUT : 0);
  if (events == 0) {
    sockets.erase(fd);
  } else {
    sockets[fd] = static_cast<short>(events);
  }
}

void on_answer(void* context, int status, int, ares_addrinfo* answer) {
  auto& question = *static_cast<Question*>(context);
  question.done = true;
  question.status = status;
  if (answer == nullptr) return;
  for (const ares_addrinfo_node* node = answer->nodes; node != nullptr; node = node->ai_next) {
    Endpoint endpoint;
    if (static_cast<std::size_t>(node->ai_addrlen) > sizeof endpoint.storage) continue;
    if (node->ai_family != AF_INET && node->ai_family != AF_INET6) continue;
    std::memcpy(&endpoint.storage, node->ai_addr, static_cast<std::size_t>(node->ai_addrlen));
    endpoint.size = static_cast<socklen_t>(node->ai_addrlen);
    const std::uint16_t port = htons(question.port);
    if (node->ai_family == AF_INET) {
      reinterpret_cast<sockaddr_in&>(endpoint.storage).sin_port = port;
    } else {
      reinterpret_cast<sockaddr_in6&>(endpoint.storage).sin6_port = port;
    }
    question.endpoints.push_back(endpoint);
  }
  ares_freeaddrinfo(answer);
}

struct ChannelDeleter {
  void operator()(ares_channel channel) const { ares_destroy(channel); }
};
using AresChannel = std::unique_ptr<std::remove_pointer_t<ares_channel>, ChannelDeleter>;

AresChannel make_channel(Question& question) {
  // Once in the process, before the first use; it needs no undoing on this system.
  static const int kReady = ares_library_init(ARES_LIB_INIT_ALL);
  if (kReady != ARES_SUCCESS) throw std::runtime_error(ares_strerror(kReady));
  ares_options options{};
  options.sock_state_cb = &on_socket;
  options.sock_state_cb_data = &question;
  options.timeout = kTryMilliseconds;
  options.tries = kTries;
  ares_channel channel = nullptr;
  const int made = ares_init_options(&channel, &options,
                                     ARES_OPT_SOCK_STATE_CB | ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES);
  if (made != ARES_SUCCESS) throw std::runtime_error(ares_strerror(made));
  return AresChannel(channel);
}

/// Waits once, and lets c-ares do what there is to do.
HttpStep step(ares_channel channel, Question& question, const Patience& patience) {
  if (HttpStep good = patience.check(); !good) return good;
  std::vector<pollfd> fds;
  for (const auto& socket : question.sockets) fds.push_back({socket.first, socket.second, 0});
  fds.push_back({patience.waker(), POLLIN, 0});
  timeval most{1, 0};
  timeval wait{};
  const timeval* soon = ares_timeout(channel, &most, &wait);
  const int time = static_cast<int>(soon->tv_sec * 1000 + soon->tv_usec / 1000 + 1);
  ::poll(fds.data(), fds.size(), std::min(time, poll_time(patience.deadline())));
  fds.pop_back();
  for (const pollfd& one : fds) {
    const bool failed = (one.revents & (POLLERR | POLLHUP | POLLNVAL)) != 0;
    ares_process_fd(channel, (one.revents & POLLIN) != 0 || failed ? one.fd : ARES_SOCKET_BAD,
                    (one.revents & POLLOUT) != 0 ? one.fd : ARES_SOCKET_BAD);
  }
  ares_process_fd(channel, ARES_SOCKET_BAD, ARES_SOCKET_BAD);  // its own time-outs
  return {};
}

tl::expected<std::vector<Endpoint>, HttpFailure> ask_system(const std::string& host,
                                                            std::uint16_t port,
                                                            const Patience& patience) {
  Question question;
  question.port = port;
  const AresChannel channel = make_channel(question);  // goes first: it calls back when it ends
  ares_addrinfo_hints hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  ares_getaddrinfo(channel.get(), host.c_str(), nullptr, &hints, &on_answer, &question);
  while (!question.done) {
    if (HttpStep went = step(channel.get(), question, patience); !went) {
      return tl::unexpected<HttpFailure>(std::move(went.error()));
    }
  }
  if (question.status != ARES_SUCCESS || question.endpoints.empty()) {
    return fail_with(
        HttpTrouble::unresolved,
        host + ": " +
            ares_strerror(question.status == ARES_SUCCESS ? ARES_ENODATA : question.status));
  }
  // More could only be there to have one overlooked.
  if (question.endpoints.size() > kMostAddresses) {
    return fail_with(HttpTrouble::unresolved, host + ": too many addresses");
  }
  return std::move(question.endpoints);
}

}  // namespace

Resolve system_resolver() { return &ask_system; }

}  // namespace madoguchi::net
