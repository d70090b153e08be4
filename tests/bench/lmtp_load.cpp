// SPDX-License-Identifier: Apache-2.0
// Hands mails in by LMTP (RFC 2033) over several connections at once, one mail after the other on
// each, with the envelope pipelined (RFC 2920) as Postfix does. Everything that goes over the wire
// is made before the clock starts, so that the generator takes little of the machine it shares.
//
//   bench_lmtp_load PORT MAIL-FOLDER RECIPIENT [CONNECTIONS]
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "tests/bench/mail_files.h"

namespace madoguchi::bench {
namespace {

/// What one mail puts on the wire.
struct Load {
  std::string envelope;
  std::string data;
};

/// Lines that begin with a dot get another (RFC 5321, 4.5.2).
std::string stuffed(std::string_view raw) {
  std::string out;
  out.reserve(raw.size() + 16);
  if (!raw.empty() && raw.front() == '.') out += '.';
  for (std::size_t at = 0; at < raw.size();) {
    const std::size_t dot = raw.find("\r\n.", at);
    if (dot == std::string_view::npos) {
      out += raw.substr(at);
      break;
    }
    out += raw.substr(at, dot + 3 - at);
    out += '.';
    at = dot + 3;
  }
  if (!raw.ends_with("\r\n")) out += "\r\n";
  return out + ".\r\n";
}

std::string sender_of(std::string_view raw) {
  const std::size_t from = raw.find("From: ");
  const std::size_t open = raw.find('<', from);
  const std::size_t close = raw.find('>', open);
  if (close == std::string_view::npos) throw std::runtime_error("a mail without a sender");
  return std::string(raw.substr(open, close + 1 - open));
}

class Connection {
 public:
  explicit Connection(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
      throw std::runtime_error("connect");
    }
    const int on = 1;
    ::setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    expect("220");
    send("LHLO bench.example\r\n");
    expect("250");
  }
  ~Connection() { ::close(socket_); }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  void deliver(const Load& load) {
    send(load.envelope);
    expect("250");
    expect("250");
    expect("354");
    send(load.data);
    expect("250");
  }

 private:
  void send(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) throw std::runtime_error("send");
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
  }
  /// One reply, which may have several lines.
  void expect(std::string_view code) {
    while (true) {
      const std::size_t end = received_.find("\r\n");
      if (end == std::string::npos) {
        std::array<char, 4096> chunk{};
        const ssize_t got = ::recv(socket_, chunk.data(), chunk.size(), 0);
        if (got <= 0) throw std::runtime_error("the server hung up");
        received_.append(chunk.data(), static_cast<std::size_t>(got));
        continue;
      }
      const std::string line = received_.substr(0, end);
      received_.erase(0, end + 2);
      if (!line.starts_with(code))
        throw std::runtime_error("expected " + std::string(code) + ": " + line);
      if (line.size() < 4 || line[3] != '-') return;
    }
  }

  int socket_;
  std::string received_;
};

int run(int argc, char** argv) {
  if (argc < 4) throw std::runtime_error("PORT MAIL-FOLDER RECIPIENT [CONNECTIONS]");
  const auto port = static_cast<std::uint16_t>(std::strtoul(argv[1], nullptr, 10));
  const std::size_t count = argc > 4 ? std::strtoul(argv[4], nullptr, 10) : 16;
  std::vector<Load> loads;
  for (const std::string& raw : read_mails(argv[2])) {
    loads.push_back({"MAIL FROM:" + sender_of(raw) + "\r\nRCPT TO:<" + argv[3] + ">\r\nDATA\r\n",
                     stuffed(raw)});
  }
  std::atomic<std::size_t> next{0};
  std::atomic<bool> failed{false};
  const auto begin = std::chrono::steady_clock::now();
  {
    std::vector<std::jthread> threads;
    for (std::size_t i = 0; i < count; ++i) {
      threads.emplace_back([&] {
        try {
          Connection connection(port);
          for (std::size_t mine = next++; mine < loads.size() && !failed; mine = next++) {
            connection.deliver(loads[mine]);
          }
        } catch (const std::exception& error) {
          std::fprintf(stderr, "bench_lmtp_load: %s\n", error.what());
          failed = true;
        }
      });
    }
  }
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
  // On Linux this clock is CLOCK_MONOTONIC, the same in all processes.
  const std::chrono::duration<double> began = begin.time_since_epoch();
  std::printf("{\"mails\": %zu, \"begin\": %.6f, \"seconds\": %.6f}\n", loads.size(), began.count(),
              took.count());
  return failed ? 1 : 0;
}

}  // namespace
}  // namespace madoguchi::bench

int main(int argc, char** argv) {
  try {
    return madoguchi::bench::run(argc, argv);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "bench_lmtp_load: %s\n", error.what());
    return 1;
  }
}
