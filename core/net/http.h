// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

#include "core/base/clock.h"
#include "core/base/error.h"
#include "core/net/url.h"

/// What is asked over HTTP and what comes back.
namespace madoguchi::net {

struct HttpRequest {
  std::string method = "GET";
  Url url;
  /// Host, Connection, Content-Length and Accept-Encoding are the client's. Never logged.
  Fields headers = {};
  std::string body = {};
  SteadyPoint deadline = {};  ///< absolute, for everything: name, connection, TLS, the whole answer
  std::size_t max_body = std::size_t{64} * 1024;  ///< of the answer
  std::string ca_file = {};  ///< PEM, in place of what the client trusts by itself
  /// http is for the other side of a trusted range only (a sandbox, a pad), and only if asked for.
  enum class Scheme { https, trusted_http } scheme = Scheme::https;
  std::stop_token stop = {};  ///< end while nothing is half done: not once a write is on its way
  std::stop_token cut = {};   ///< end at once
};

/// The first header of that name, whatever its case.
[[nodiscard]] std::optional<std::string_view> find_header(const Fields& headers,
                                                          std::string_view name);

struct HttpAnswer {
  int status = 0;
  Fields headers = {};  ///< in their order, as they came; valid only as far as the sender is
  std::string body = {};
  /// How long it asks to be left alone (RFC 9110, 10.2.3), in seconds or by its own date.
  std::optional<std::chrono::seconds> retry_after = std::nullopt;

  [[nodiscard]] std::optional<std::string_view> header(std::string_view name) const {
    return find_header(headers, name);
  }
};

/// Why there is no answer.
enum class HttpTrouble {
  refused,      ///< must not be asked: an internal address, a port, a scheme (security.md S6)
  unresolved,   ///< its name has no address, or nobody says
  unreachable,  ///< no connection
  untrusted,    ///< TLS: no certificate that holds for it
  late,         ///< the deadline came first
  stopped,      ///< `stop` or `cut`
  broken,       ///< the connection ended before the answer did
  garbled,      ///< what came is no HTTP answer, or one in a form that was not asked for
  too_large,    ///< its headers or its body
};

[[nodiscard]] const char* to_string(HttpTrouble trouble) noexcept;

struct HttpFailure {
  HttpTrouble trouble = HttpTrouble::broken;
  std::string detail = {};  ///< for operators: no query, no header, no body
  /// Something of the request went out, so the other side may have acted on it.
  bool sent = false;
};

/// `forbidden` for what must not be asked, else `unavailable`.
[[nodiscard]] Error to_error(const HttpFailure& failure);

using HttpResult = tl::expected<HttpAnswer, HttpFailure>;

/// Retry-After's value: seconds, or a date seen from `now`; nothing when it is neither. At most a
/// day, at least nothing.
[[nodiscard]] std::optional<std::chrono::seconds> parse_retry_after(std::string_view value,
                                                                    TimePoint now);

/// A date of HTTP in any of its three forms (RFC 9110, 5.6.7).
[[nodiscard]] std::optional<TimePoint> parse_http_date(std::string_view text);

/// Asks over HTTP. The seam that recorders and tests stand in.
class HttpClient {
 public:
  virtual ~HttpClient() = default;
  /// One request on a connection of its own, followed nowhere, repeated never.
  [[nodiscard]] virtual HttpResult send(const HttpRequest& request) const = 0;
};

}  // namespace madoguchi::net
