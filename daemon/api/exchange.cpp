// SPDX-License-Identifier: Apache-2.0
#include "daemon/api/exchange.h"

#include <array>
#include <exception>

#include "daemon/api/problem.h"

namespace madoguchi::api {
namespace {

using observe::Level;

constexpr observe::LogMessage kAnswered{"http.answered", Level::debug, "Answered a request.", ""};
constexpr observe::LogMessage kFault{"http.fault", Level::error,
                                     "A request failed by a fault of the hub.",
                                     "The detail says where; report it with this line. The caller "
                                     "was told to quote the request id."};
constexpr observe::LogMessage kUnavailable{
    "http.unavailable", Level::warning, "A request could not be served now.",
    "Look at the database and the disk when it repeats; callers try again by themselves."};
constexpr observe::LogMessage kNotKept{
    "http.idempotency_not_kept", Level::warning,
    "The answer to a request with an Idempotency-Key could not be kept.",
    "A repetition within a day may be refused as still running; look at the database."};

bool worth_keeping(int status) { return status >= 200 && status < 500 && status != 429; }

}  // namespace

void add_standard_headers(http::Headers& headers, std::string_view request_id, bool secure) {
  static constexpr std::array<std::pair<const char*, const char*>, 5> kStandard{
      {{"X-Content-Type-Options", "nosniff"},
       {"Cache-Control", "no-store"},
       {"Referrer-Policy", "no-referrer"},
       {"Cross-Origin-Resource-Policy", "same-origin"},
       {"Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"}}};
  for (const auto& one : kStandard) {
    if (!headers.find(one.first)) headers.add(one.first, one.second);
  }
  if (secure) headers.add("Strict-Transport-Security", "max-age=31536000");
  headers.add("X-Request-Id", std::string(request_id));
}

Exchange::Exchange(const Context& context, const http::Request& head, std::string request_id,
                   const RouteMeter& meter, std::unique_ptr<http::Responder> responder)
    : context_(context),
      meter_(&meter),
      responder_(std::move(responder)),
      started_(context.clock.steady_now()),
      request_id_(std::move(request_id)),
      language_(preferred_language(head.headers.find("Accept-Language"))),
      secure_(head.secure) {}

Exchange::~Exchange() {
  if (!responder_) return;
  try {
    finish(fail(Error::internal("the handler left without an answer")));
  } catch (...) {
    // The Responder answers for itself when it goes.
  }
}

void Exchange::finish(Result<http::Response> result) {
  if (result) return finish_with(std::move(*result), {});
  const Error& error = result.error();
  log_fault(error);
  finish_with(problem(error, language_, request_id_), error.type);
}

void Exchange::finish_with(http::Response response, std::string_view problem_type) {
  settle_claim(response);
  send(std::move(response), problem_type);
}

std::shared_ptr<http::Stream> Exchange::stream(http::Response head) {
  settle_claim(http::Response{500, {}, {}});  // what streams cannot be repeated
  add_standard_headers(head.headers, request_id_, secure_);
  record(head.status, 0, {});
  const std::unique_ptr<http::Responder> responder = std::move(responder_);
  return responder->stream(std::move(head));
}

void Exchange::settle_claim(const http::Response& response) {
  if (!claim_) return;
  const IdempotencyKey key = std::move(*claim_);
  claim_.reset();
  const Result<void> done = [&]() -> Result<void> {
    try {
      if (tells_secret_ && response.status < 300) {
        return context_.idempotency.keep(key, {response.status, {}, {}});
      }
      return worth_keeping(response.status) ? context_.idempotency.keep(key, response)
                                            : context_.idempotency.release(key);
    } catch (const std::exception& thrown) {
      return fail(Error::internal(thrown.what()));
    }
  }();
  if (done) return;
  context_.log.write(kNotKept,
                     {observe::request_id(request_id_), observe::Field("error", done.error())});
}

void Exchange::log_fault(const Error& error) const {
  if (error.code == ErrorCode::internal) {
    context_.log.write(kFault,
                       {observe::request_id(request_id_), observe::Field("route", meter_->route()),
                        observe::Field("error", error)});
  } else if (error.code == ErrorCode::unavailable) {
    context_.log.write(kUnavailable,
                       {observe::request_id(request_id_), observe::Field("route", meter_->route()),
                        observe::Field("error", error)});
  }
}

void Exchange::record(int status, std::size_t size, std::string_view problem_type) const {
  const auto took = context_.clock.steady_now() - started_;
  meter_->record(status, took);
  if (!context_.log.enabled(kAnswered.level)) return;
  context_.log.write(
      kAnswered,
      {observe::request_id(request_id_), observe::Field("route", meter_->route()),
       observe::Field("status", status), observe::Field("took_seconds", took),
       observe::Field("size_bytes", size), observe::Field("agent", std::string_view(agent_)),
       observe::Field("problem", problem_type)});
}

void Exchange::send(http::Response response, std::string_view problem_type) {
  add_standard_headers(response.headers, request_id_, secure_);
  record(response.status, response.size(), problem_type);
  const std::unique_ptr<http::Responder> responder = std::move(responder_);
  responder->send(std::move(response));
}

std::shared_ptr<http::Stream> Answer::stream(std::string media_type) {
  http::Response head;
  head.headers.add("Content-Type", std::move(media_type));
  std::shared_ptr<http::Stream> stream = exchange_->stream(std::move(head));
  exchange_.reset();
  return stream;
}

}  // namespace madoguchi::api
