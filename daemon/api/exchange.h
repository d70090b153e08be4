// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "core/base/clock.h"
#include "core/observe/log.h"
#include "daemon/api/access.h"
#include "daemon/api/instruments.h"
#include "daemon/api/language.h"
#include "daemon/api/reply.h"
#include "daemon/http/message.h"

namespace madoguchi::api {

/// One request on its way to its one answer: everything that is answered goes through here, so that
/// problem mapping, security headers, the idempotency record, the log line and the metrics are the
/// same for all. Used by one thread at a time.
class Exchange {
 public:
  struct Context {
    const observe::Log& log;
    const Clock& clock;
    IdempotencyStore& idempotency;
  };

  Exchange(const Context& context, const http::Request& head, std::string request_id,
           const RouteMeter& meter, std::unique_ptr<http::Responder> responder);
  /// Answers 500 when nobody has answered.
  ~Exchange();
  Exchange(const Exchange&) = delete;
  Exchange& operator=(const Exchange&) = delete;

  void set_meter(const RouteMeter& meter) { meter_ = &meter; }
  void set_caller(const domain::Caller& caller) {
    agent_ = caller.agent.str();
    hides_ = caller.hides();
  }
  /// From now on the answer is kept under that key, or the key released.
  /// `tells_secret`: a good answer is not kept, only that there was one.
  void set_claim(IdempotencyKey key, bool tells_secret) {
    claim_ = std::move(key);
    tells_secret_ = tells_secret;
  }

  void finish(Result<http::Response> result);
  /// As `finish`, for an answer that is complete already (a problem with a status of its own).
  void finish_with(http::Response response, std::string_view problem_type);
  std::shared_ptr<http::Stream> stream(http::Response head);

  [[nodiscard]] const std::string& request_id() const noexcept { return request_id_; }
  [[nodiscard]] Language language() const noexcept { return language_; }
  /// What the caller may not see; a stranger nothing.
  [[nodiscard]] std::uint32_t hides() const noexcept { return hides_; }

 private:
  void settle_claim(const http::Response& response);
  void log_fault(const Error& error) const;
  void record(int status, std::size_t size, std::string_view problem_type) const;
  void send(http::Response response, std::string_view problem_type);

  const Context& context_;
  const RouteMeter* meter_;
  std::unique_ptr<http::Responder> responder_;  ///< null once answered
  SteadyPoint started_;
  std::string request_id_;
  std::string agent_;
  std::uint32_t hides_ = ~std::uint32_t{0};
  std::optional<IdempotencyKey> claim_;
  bool tells_secret_ = false;
  Language language_;
  bool secure_;
};

/// Adds what every answer carries, unless the handler has set it: no sniffing, no caching, no
/// referrer, no embedding, HSTS on TLS, X-Request-Id.
void add_standard_headers(http::Headers& headers, std::string_view request_id, bool secure);

/// The duty to answer one call later, from any thread; movable, answered once. Destroyed unanswered
/// it answers 500. Must not outlive the Dispatcher.
class Answer {
 public:
  explicit Answer(std::unique_ptr<Exchange> exchange) : exchange_(std::move(exchange)) {}

  template <class T>
  void send(Result<T> result) {
    const std::uint32_t hides = exchange_->hides();
    exchange_->finish(render<T>(std::move(result), hides));
    exchange_.reset();
  }
  /// Begins a stream (SSE); the rest is the Stream's.
  std::shared_ptr<http::Stream> stream(std::string media_type);

 private:
  std::unique_ptr<Exchange> exchange_;
};

}  // namespace madoguchi::api
