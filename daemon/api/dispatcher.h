// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/base/clock.h"
#include "core/base/id.h"
#include "core/observe/log.h"
#include "core/observe/metrics.h"
#include "daemon/api/access.h"
#include "daemon/api/exchange.h"
#include "daemon/api/router.h"
#include "daemon/http/server.h"

namespace madoguchi::api {

/// Serves a route table. For each request, in order: request id, route, body limit, authentication,
/// permission, idempotency, media type, If-Match, query, body, handler, problem mapping, log line,
/// metrics. Everything it is given must outlive it; it must outlive every Answer it gave out. Safe
/// for use by many threads.
class Dispatcher final : public http::Application {
 public:
  struct Needs {
    Authenticator& authenticator;
    IdempotencyStore& idempotency;
    observe::Log& log;
    observe::Registry& metrics;
    const Clock& clock;
    IdSource& ids;
  };

  /// Throws std::logic_error when the table contradicts itself.
  Dispatcher(const RouteTable& table, Needs needs);

  std::variant<http::Admission, http::Response> admit(const http::Request& head) override;
  void handle(http::Request request, std::unique_ptr<http::Responder> responder) override;
  http::Response refuse(int status, const std::string& reason) override;

 private:
  using Owned = std::unique_ptr<Exchange>;

  void serve(http::Request request, Owned& exchange);
  void refuse_path(const http::Request& request, Router::Match match, Exchange& exchange) const;
  Result<void> authorize(Call::Parts& parts, Exchange& exchange) const;
  /// The answer of before, when there is one.
  Result<std::optional<http::Response>> claim(Call::Parts& parts, Exchange& exchange) const;
  static Result<void> check(Call::Parts& parts);

  Needs needs_;
  Router router_;
  Instruments instruments_;
  std::vector<std::unique_ptr<RouteMeter>> meters_;  ///< by index in the table
  std::unique_ptr<RouteMeter> no_route_;
  Exchange::Context context_;
};

}  // namespace madoguchi::api
