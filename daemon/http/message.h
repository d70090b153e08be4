// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/scratch_file.h"

namespace madoguchi::http {

enum class Method { get, head, post, put, patch, del, options };
[[nodiscard]] std::string_view to_string(Method method) noexcept;

/// Header fields in order; names compare without case (RFC 9110, 5.1).
class Headers {
 public:
  void add(std::string name, std::string value) {
    fields_.emplace_back(std::move(name), std::move(value));
  }
  /// The first of that name.
  [[nodiscard]] std::optional<std::string_view> find(std::string_view name) const;
  [[nodiscard]] const std::vector<std::pair<std::string, std::string>>& all() const {
    return fields_;
  }

 private:
  std::vector<std::pair<std::string, std::string>> fields_;
};

/// A request body: in memory when small, else in an unlinked temporary file that is mapped, so that
/// twenty 50 MB uploads do not need 1 GB of memory. Empty when there was none.
class Body {
 public:
  virtual ~Body() = default;
  [[nodiscard]] virtual std::string_view view() const = 0;
};

/// A request whose framing has been checked (RFC 9112). Everything in it is still the peer's word.
struct Request {
  Method method = Method::get;
  std::string target;  ///< as sent, origin form: "/api/v1/cases?limit=5"
  Headers headers;
  std::unique_ptr<Body> body;  ///< never null in handle(); null in admit()
  std::string peer;       ///< address without port; by X-Forwarded-For when a trusted proxy sent it
  bool loopback = false;  ///< comes from this machine (or a unix socket), and was not forwarded
  bool secure = false;    ///< TLS here, or a trusted proxy says https

  [[nodiscard]] std::string_view path() const;   ///< target up to "?", not decoded
  [[nodiscard]] std::string_view query() const;  ///< behind "?", not decoded
};

struct Response {
  int status = 200;
  Headers headers;  ///< without Content-Length, Date, Connection: the engine's business
  std::string body;
  /// A body that does not lie in memory, instead of `body`; sent part by part as the peer takes it.
  std::shared_ptr<const ScratchFile> file = nullptr;

  [[nodiscard]] std::size_t size() const { return file ? file->size() : body.size(); }
};

/// A response body that goes on (SSE). Safe for use by many threads; may outlive the Server.
class Stream {
 public:
  virtual ~Stream() = default;
  /// Queues bytes for the peer. False when the peer is gone, or so far behind (over the backlog
  /// limit) that the engine has closed the connection.
  virtual bool write(std::string chunk) = 0;
  virtual void close() = 0;
  [[nodiscard]] virtual bool closed() const = 0;
};

/// The duty to answer one request, exactly once; may be kept and answered later from any thread,
/// which frees the worker (long poll). Destroyed unanswered, it answers 500.
class Responder {
 public:
  virtual ~Responder() = default;
  virtual void send(Response response) = 0;
  /// Sends the head of a stream (chunked; Content-Length absent) and leaves the rest to the Stream.
  virtual std::shared_ptr<Stream> stream(Response head) = 0;
};

}  // namespace madoguchi::http
