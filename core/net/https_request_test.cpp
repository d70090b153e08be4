// SPDX-License-Identifier: Apache-2.0
#include "core/net/https_request.h"

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <fmt/format.h>

namespace madoguchi::net {
namespace {

/// A port of this machine that accepts connections and never says anything.
class MuteServer {
 public:
  MuteServer() : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(::bind(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    EXPECT_EQ(::listen(socket_, 8), 0);
    socklen_t size = sizeof address;
    EXPECT_EQ(::getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &size), 0);
    port_ = ntohs(address.sin_port);
  }
  ~MuteServer() { ::close(socket_); }
  MuteServer(const MuteServer&) = delete;
  MuteServer& operator=(const MuteServer&) = delete;

  [[nodiscard]] int port() const { return port_; }
  [[nodiscard]] bool was_called() const {
    const int peer = ::accept4(socket_, nullptr, nullptr, SOCK_CLOEXEC);
    if (peer >= 0) ::close(peer);
    return peer >= 0;
  }

 private:
  int socket_;
  int port_ = 0;
};

Result<HttpsAnswer> ask(const std::string& url, const std::vector<std::string>& trusted = {}) {
  HttpsRequest wish;
  wish.url = url;
  wish.limit = std::chrono::milliseconds(300);
  return https_request(wish, AddressGuard::make(trusted).value());
}

TEST(HttpsRequest, never_connects_to_an_internal_address_however_it_is_written) {
  const MuteServer server;
  for (const char* host : {"127.0.0.1", "0x7f000001", "2130706433", "0177.0.0.1", "127.1",
                           "localhost", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "0"}) {
    const auto answer = ask(fmt::format("https://{}:{}/x", host, server.port()));
    ASSERT_FALSE(answer) << host;
    EXPECT_EQ(answer.error().code, ErrorCode::forbidden) << host << answer.error().describe();
  }
  EXPECT_FALSE(server.was_called());
}

TEST(HttpsRequest, asks_nothing_but_plain_https) {
  const MuteServer server;
  for (const char* form : {"http://127.0.0.1:{}/", "ftp://127.0.0.1:{}/", "file:///etc/hosts",
                           "https://user:word@127.0.0.1:{}/", "https://user@127.0.0.1:{}/",
                           "127.0.0.1:{}", "https://", "", "https://127.0.0.1:{}\r\nX: y"}) {
    const auto answer = ask(fmt::format(fmt::runtime(form), server.port()), {"127.0.0.0/8"});
    ASSERT_FALSE(answer) << form;
    EXPECT_EQ(answer.error().code, ErrorCode::forbidden) << form << answer.error().describe();
  }
  EXPECT_FALSE(server.was_called());
}

TEST(HttpsRequest, waits_no_longer_than_it_was_told) {
  const MuteServer server;
  const auto answer = ask(fmt::format("https://127.0.0.1:{}/", server.port()), {"127.0.0.1"});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, ErrorCode::unavailable) << answer.error().describe();
  EXPECT_TRUE(server.was_called());
}

}  // namespace
}  // namespace madoguchi::net
