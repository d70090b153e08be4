// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <charconv>
#include <chrono>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>

#include "daemon/http/ascii.h"
#include "daemon/http/file_descriptor.h"
#include "daemon/http/message.h"

namespace madoguchi::http {

/// A peer with a raw socket: sends what it is told, byte by byte if need be.
class Client {
 public:
  struct Answer {
    int status = 0;  ///< 0: there was none
    Headers headers;
    std::string body;
    [[nodiscard]] std::string header(std::string_view name) const {
      return std::string(headers.find(name).value_or("(none)"));
    }
  };

  explicit Client(int port, const char* host = "127.0.0.1") {
    socket_ = FileDescriptor(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    ::inet_pton(AF_INET, host, &address.sin_addr);
    connected_ =
        ::connect(socket_.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
  }
  explicit Client(const std::string& unix_path) {
    socket_ = FileDescriptor(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, unix_path.data(), unix_path.size());
    connected_ =
        ::connect(socket_.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
  }

  [[nodiscard]] bool connected() const { return connected_; }
  [[nodiscard]] int fd() const { return socket_.get(); }

  bool send(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t sent = ::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }
  void finish_sending() { ::shutdown(socket_.get(), SHUT_WR); }
  void close() { socket_.reset(); }

  /// Reads until `text` is in what came, and returns everything up to its end.
  std::optional<std::string> read_through(std::string_view text) {
    for (;;) {
      if (const auto at = input_.find(text); at != std::string::npos) return take(at + text.size());
      if (!more()) return std::nullopt;
    }
  }
  std::optional<std::string> read_exactly(std::size_t size) {
    while (input_.size() < size) {
      if (!more()) return std::nullopt;
    }
    return take(size);
  }
  /// Everything up to the end of the connection; nothing when it does not end.
  std::optional<std::string> read_to_end() {
    while (more()) continue;
    if (!ended_) return std::nullopt;
    return take(input_.size());
  }
  /// Whether the server ends the connection, without another byte.
  bool ends() { return read_to_end() == std::string(); }

  /// The next answer; `head_only` for HEAD.
  Answer answer(bool head_only = false) {
    Answer answer;
    const auto head = read_through("\r\n\r\n");
    if (!head || !head->starts_with("HTTP/1.1 ")) return answer;
    std::string_view rest = *head;
    const auto line = rest.substr(0, rest.find("\r\n"));
    std::from_chars(line.data() + 9, line.data() + 12, answer.status);
    rest.remove_prefix(line.size() + 2);
    while (rest != "\r\n") {
      const auto field = rest.substr(0, rest.find("\r\n"));
      const auto colon = field.find(':');
      answer.headers.add(std::string(field.substr(0, colon)),
                         std::string(trimmed(field.substr(colon + 1))));
      rest.remove_prefix(field.size() + 2);
    }
    if (head_only || answer.status == 204 || answer.status == 304 || answer.status < 200)
      return answer;
    if (const auto length = answer.headers.find("Content-Length")) {
      answer.body = read_exactly(std::stoul(std::string(*length))).value_or("(cut)");
    }
    return answer;
  }
  Answer ask(std::string_view bytes) {
    send(bytes);
    return answer();
  }
  Answer get(std::string_view target) {
    return ask("GET " + std::string(target) + " HTTP/1.1\r\nHost: test\r\n\r\n");
  }

 private:
  std::string take(std::size_t size) {
    std::string taken = input_.substr(0, size);
    input_.erase(0, size);
    return taken;
  }
  bool more() {
    pollfd waiting{socket_.get(), POLLIN, 0};
    constexpr int kPatienceMs = 20'000;
    if (ended_ || ::poll(&waiting, 1, kPatienceMs) <= 0) return false;
    char buffer[65536];
    const ssize_t got = ::recv(socket_.get(), buffer, sizeof buffer, 0);
    if (got <= 0) {
      ended_ = got == 0;
      return false;
    }
    input_.append(buffer, static_cast<std::size_t>(got));
    return true;
  }

  FileDescriptor socket_;
  bool connected_ = false;
  bool ended_ = false;
  std::string input_;
};

}  // namespace madoguchi::http
