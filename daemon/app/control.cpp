// SPDX-License-Identifier: Apache-2.0
#include "daemon/app/control.h"

#include <Poco/Net/NetException.h>
#include <Poco/Net/ServerSocket.h>
#include <Poco/Net/SocketAddress.h>
#include <Poco/Net/StreamSocket.h>
#include <sys/stat.h>

#include <thread>

namespace madoguchi::json {

using app::ControlReply;
using app::ControlRequest;

const Fields& Table<ControlRequest>::fields() {
  static const Fields table =
      json::fields<ControlRequest>(field("command", &ControlRequest::command, "What to do."),
                                   field("agent", &ControlRequest::agent, "").optional(),
                                   field("role", &ControlRequest::role, "").optional(),
                                   field("file", &ControlRequest::file, "").optional(),
                                   field("mailbox", &ControlRequest::mailbox, "").optional(),
                                   field("sender", &ControlRequest::sender, "").optional(),
                                   field("size", &ControlRequest::size, "").optional());
  return table;
}

const Fields& Table<ControlReply>::fields() {
  static const Fields table =
      json::fields<ControlReply>(field("result", &ControlReply::result, "").optional(),
                                 field("error_code", &ControlReply::error_code, "").optional(),
                                 field("message", &ControlReply::message, "").optional());
  return table;
}

}  // namespace madoguchi::json

namespace madoguchi::app {
namespace {

constexpr std::size_t kMaxLine = 16 * 1024;
constexpr std::int64_t kMaxPayload = std::int64_t{64} * 1024 * 1024;
constexpr long kPatienceSeconds = 60;

Poco::Net::SocketAddress address_of(const std::filesystem::path& socket) {
  return {Poco::Net::SocketAddress::UNIX_LOCAL, socket.string()};
}

void send_all(Poco::Net::StreamSocket& socket, std::string_view bytes) {
  while (!bytes.empty()) {
    const int chunk = static_cast<int>(std::min<std::size_t>(bytes.size(), 1 << 20));
    const int sent = socket.sendBytes(bytes.data(), chunk);
    if (sent <= 0) throw Poco::Net::NetException("the other side is gone");
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
}

/// Reads until `done(buffer)`; false when the peer closed before.
template <class Done>
bool read_until(Poco::Net::StreamSocket& socket, std::string& buffer, Done&& done) {
  char chunk[64 * 1024];
  while (!done(buffer)) {
    const int got = socket.receiveBytes(chunk, sizeof chunk);
    if (got <= 0) return false;
    buffer.append(chunk, static_cast<std::size_t>(got));
  }
  return true;
}

bool has_line(const std::string& buffer) {
  return buffer.find('\n') != std::string::npos || buffer.size() > kMaxLine;
}

}  // namespace

class ControlServer::Impl {
 public:
  Impl(std::filesystem::path socket, Handler handler)
      : path_(std::move(socket)), handler_(std::move(handler)) {}

  Result<void> start() {
    try {
      std::error_code ignored;
      std::filesystem::remove(path_,
                              ignored);  // the database's lock says that no daemon is behind it
      // Closed to everybody else from its first moment on.
      const mode_t before = ::umask(0177);
      try {
        listener_.bind(address_of(path_), false);
      } catch (...) {
        ::umask(before);
        throw;
      }
      ::umask(before);
      listener_.listen(16);
    } catch (const Poco::Exception& error) {
      return fail(Error::invalid("/control/socket",
                                 {"Cannot listen on " + path_.string() + ": " + error.displayText(),
                                  path_.string() + " で待ち受けできません。"}));
    }
    thread_ = std::jthread([this](const std::stop_token& stop) { serve(stop); });
    return {};
  }

  void stop() {
    if (!thread_.joinable()) return;
    thread_.request_stop();
    thread_.join();
    listener_.close();
    std::error_code ignored;
    std::filesystem::remove(path_, ignored);
  }

 private:
  void serve(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      try {
        if (!listener_.poll(Poco::Timespan(0, 200'000), Poco::Net::Socket::SELECT_READ)) continue;
        Poco::Net::StreamSocket peer = listener_.acceptConnection();
        peer.setReceiveTimeout(Poco::Timespan(kPatienceSeconds, 0));
        answer(peer);
      } catch (const std::exception&) {
        // One peer that went away is no reason to stop serving the others.
        continue;
      }
    }
  }

  void answer(Poco::Net::StreamSocket& peer) {
    std::string buffer;
    if (!read_until(peer, buffer, has_line)) return;
    const std::size_t end = std::min(buffer.find('\n'), buffer.size());
    const Result<ControlRequest> request = json::read<ControlRequest>(buffer.substr(0, end));
    ControlReply reply;
    if (!request || request->size < 0 || request->size > kMaxPayload) {
      reply = {"", "malformed", "not a control request"};
    } else {
      std::string payload = buffer.substr(std::min(end + 1, buffer.size()));
      const auto wanted = static_cast<std::size_t>(request->size);
      if (!read_until(peer, payload, [&](const std::string& got) { return got.size() >= wanted; }))
        return;
      reply = handler_(*request, payload);
    }
    send_all(peer, json::to_string(reply) + "\n");
  }

  const std::filesystem::path path_;
  const Handler handler_;
  Poco::Net::ServerSocket listener_;
  std::jthread thread_;
};

ControlServer::ControlServer(std::filesystem::path socket, Handler handler)
    : impl_(std::make_unique<Impl>(std::move(socket), std::move(handler))) {}
ControlServer::~ControlServer() { stop(); }
Result<void> ControlServer::start() { return impl_->start(); }
void ControlServer::stop() { impl_->stop(); }

Result<ControlReply> ask_daemon(const std::filesystem::path& socket, ControlRequest request,
                                const std::string& payload) {
  try {
    Poco::Net::StreamSocket peer;
    peer.connect(address_of(socket), Poco::Timespan(5, 0));
    peer.setReceiveTimeout(Poco::Timespan(3600, 0));
    request.size = static_cast<std::int64_t>(payload.size());
    send_all(peer, json::to_string(request) + "\n");
    send_all(peer, payload);
    std::string buffer;
    if (!read_until(peer, buffer, has_line)) {
      return fail(Error::unavailable("the daemon closed the control socket without an answer"));
    }
    return json::read<ControlReply>(buffer.substr(0, buffer.find('\n')));
  } catch (const Poco::Exception& error) {
    return fail(Error::not_found(
        {"No daemon listens on " + socket.string() + " (" + error.displayText() + ").",
         socket.string() + " で待ち受けているデーモンがありません。"}));
  }
}

}  // namespace madoguchi::app
