// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "core/base/result.h"
#include "core/observe/log.h"
#include "core/observe/metrics.h"
#include "daemon/http/message.h"

namespace madoguchi::http {

struct TlsFiles {
  std::filesystem::path certificate;  ///< PEM chain
  std::filesystem::path key;          ///< PEM
};

struct ServerOptions {
  std::vector<std::string> listen;  ///< "127.0.0.1:8080", "[::1]:0", "unix:/run/x.sock"
  std::vector<int> inherited;       ///< listening sockets systemd passed; used in place of `listen`
  std::optional<TlsFiles> tls;
  int io_threads = 2;
  int workers = 8;                ///< threads that run Application::handle
  std::size_t queue_limit = 512;  ///< admitted requests waiting for a worker; above it 503
  std::size_t max_connections = 4096;
  std::size_t max_connections_per_address = 256;  ///< loopback exempt
  std::size_t max_header_bytes = 32 * 1024;
  std::size_t max_request_line = 8 * 1024;
  std::size_t max_headers = 100;
  std::size_t stream_backlog = 256 * 1024;   ///< bytes a stream's reader may be behind
  std::chrono::seconds header_deadline{10};  ///< from the first byte to the end of the headers
  std::chrono::seconds body_deadline{120};   ///< absolute, for the whole body
  std::chrono::seconds write_deadline{60};   ///< for an answer; a second more for each 64 KiB taken
  std::chrono::seconds idle_deadline{75};    ///< between requests of one connection
  std::filesystem::path spill_dir;  ///< bodies over `spill_above` go to a temporary file here
  std::size_t spill_above = 256 * 1024;
  std::vector<std::string> trusted_proxies;  ///< CIDR ranges (or "unix") whose X-Forwarded-* count
};

/// Whether a request may send its body, decided from its head.
struct Admission {
  std::size_t max_body = 0;  ///< over it: `too_large` is asked and the connection closed
};

/// What the server serves. `admit` and `refuse` run on an I/O thread and must not block; `handle`
/// runs on a worker.
class Application {
 public:
  virtual ~Application() = default;
  /// Called with the head alone, before the body is read.
  virtual std::variant<Admission, Response> admit(const Request& head) = 0;
  virtual void handle(Request request, std::unique_ptr<Responder> responder) = 0;
  /// The answer to what never becomes a request: 400, 408, 413, 414, 415, 431, 501, 503, 505; and
  /// 500 for a request that got no answer, or one that must not be sent.
  virtual Response refuse(int status, const std::string& reason) = 0;
};

/// The HTTP/1.1 server engine over Boost.Beast: framing, limits, deadlines, TLS, streams. Two I/O
/// threads serve any number of connections; handlers run on a bounded pool. Strict beyond Beast
/// (S1): one Host, one Content-Length, no Content-Length with Transfer-Encoding, only a final
/// `chunked`, no TRACE, CONNECT or compressed bodies, an honest 4xx before closing.
class Server {
 public:
  Server(ServerOptions options, Application& application, observe::Log& log,
         observe::Registry& metrics);
  ~Server();

  /// Binds and starts. Fails with what and where when a socket or certificate cannot be used.
  Result<void> start();
  /// Reads the certificate and key again, for new connections; on failure the old ones stay.
  Result<void> reload_certificates();
  /// The port of the first TCP listener, once started.
  [[nodiscard]] int port() const;
  /// Stops accepting and reading new requests.
  void stop_accepting();
  /// Waits for running requests up to `limit`, ends streams, closes everything, joins all threads.
  void drain(std::chrono::milliseconds limit);

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace madoguchi::http
