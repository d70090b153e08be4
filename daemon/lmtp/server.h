// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "core/base/clock.h"
#include "core/base/result.h"
#include "core/observe/log.h"
#include "core/observe/metrics.h"
#include "daemon/lmtp/intake.h"

namespace madoguchi::lmtp {

struct ServerOptions {
  std::string listen = "127.0.0.1:2424";  ///< or "[::1]:2424", port 0, "unix:/path" (made 0660)
  std::optional<int> inherited =
      std::nullopt;                     ///< listening socket of systemd, in place of `listen`
  std::string host_name = "localhost";  ///< what the greeting says
  std::size_t max_message_bytes = 50 * 1024 * 1024;
  std::size_t max_connections = 200;  ///< above it: 421
  std::size_t max_recipients = 100;   ///< of one mail; above it: 452, the peer sends the rest apart
  std::chrono::milliseconds idle_deadline{
      std::chrono::seconds(300)};  ///< also for one command line
  /// From MAIL to the end of the message, however busy the connection is.
  std::chrono::milliseconds transaction_deadline{std::chrono::minutes(15)};
  /// Messages over `spool_above` go to an unlinked temporary file here, so that memory is bounded.
  std::filesystem::path spool_dir = "/tmp";
  std::size_t spool_above = 256 * 1024;
};

/// The LMTP server (RFC 2033 with RFC 5321's commands): PIPELINING, SIZE, 8BITMIME, SMTPUTF8,
/// ENHANCEDSTATUSCODES. Answers 250 for each recipient once Intake::receive has returned, so what
/// was answered is durable. Strict where servers disagree (SMTP smuggling): commands end in CRLF,
/// the message ends at CRLF.CRLF only, and one with a bare LF is refused after its real end was
/// read.
///
/// One thread per connection from Poco's own pool. All methods are for one thread.
class Server {
 public:
  /// Everything passed by reference outlives the server.
  Server(ServerOptions options, Intake& intake, const Clock& clock, const observe::Log& log,
         observe::Registry& metrics);
  /// As stop(0).
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  /// Binds and starts to serve. Fails with what and where when the socket cannot be used.
  Result<void> start();
  /// The TCP port, once started; 0 with a Unix socket.
  [[nodiscard]] int port() const;
  /// No new connections; sessions between commands get 421 and end; those within a message may
  /// finish it up to `limit`, then they are cut, unless the intake holds the mail already. Returns
  /// when no session is left.
  void stop(std::chrono::milliseconds limit);

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace madoguchi::lmtp
