// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/testkit/certificates.h"

namespace madoguchi::testkit {

/// One connection as the server's script sees it.
class HttpPeer {
 public:
  virtual ~HttpPeer() = default;
  /// One request: its head, and as much of a body as Content-Length says. Empty: the client is
  /// gone.
  virtual std::string request() = 0;
  /// What has come, at least an octet, whatever it is; empty: the client is gone.
  virtual std::string receive() = 0;
  /// False when the client is gone.
  virtual bool send(std::string_view bytes) = 0;
  /// Until the client hangs up, the server ends, or that long; true when one of the first two.
  virtual bool wait_until_gone(std::chrono::milliseconds most) = 0;
  /// Ends the connection with RST in place of FIN.
  virtual void reset() = 0;
};

/// A server on loopback that does exactly what a script says, by octets: what a real HTTP server
/// would not send is what clients have to be tried with. A thread per connection; with certificates
/// it speaks TLS first. The destructor ends everything.
class HttpServer {
 public:
  using Script = std::function<void(HttpPeer&)>;
  explicit HttpServer(Script script,
                      const std::optional<Certificates>& certificates = std::nullopt);
  ~HttpServer();

  /// Reads one request and sends `answer`, whatever it was.
  static Script answering(std::string answer);

  [[nodiscard]] int port() const;
  [[nodiscard]] int connections() const;
  /// All requests, as they came.
  [[nodiscard]] std::vector<std::string> requests() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

/// "HTTP/1.1 200 OK" with that body and its length.
[[nodiscard]] std::string http_answer(std::string_view body, const std::string& more_headers = {},
                                      int status = 200);

}  // namespace madoguchi::testkit
