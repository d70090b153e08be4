// SPDX-License-Identifier: Apache-2.0
#include "daemon/http/connection.h"

#include <exception>
#include <utility>
#include <variant>

#include "daemon/http/loop.h"
#include "daemon/http/responder.h"
#include "daemon/http/response.h"

namespace madoguchi::http {
namespace {

constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
// Up to here a body is copied behind its head, for one write.
constexpr std::size_t kSmallBody = 16 * 1024;

class EmptyBody final : public Body {
 public:
  [[nodiscard]] std::string_view view() const override { return {}; }
};

}  // namespace

void Connection::feed(std::string_view fresh) {
  const bool queued = !pending_.empty();
  if (queued) pending_.append(fresh);
  const std::string_view input = queued ? std::string_view(pending_) : fresh;
  std::size_t used = 0;
  while (reads() && used < input.size()) {
    const std::size_t taken = step(input.substr(used));
    if (taken == 0) break;
    used += taken;
  }
  if (phase_ == Phase::lingering || phase_ == Phase::closed || used == input.size()) {
    std::string().swap(pending_);
  } else if (queued) {
    pending_.erase(0, used);
  } else {
    pending_.assign(input.substr(used));
  }
}

std::size_t Connection::step(std::string_view input) {
  if (phase_ == Phase::body) return step_body(input);
  if (phase_ == Phase::idle) {
    // RFC 9112, 2.2: one empty line before a request is overlooked.
    if (input == "\r" && !blank_line_seen_) return 0;
    if (input.starts_with("\r\n") && !std::exchange(blank_line_seen_, true)) return 2;
    phase_ = Phase::head;
    keep_alive_ = true;
    wants_head_only_ = false;
    http10_ = false;
    scanner_ = HeadScanner(engine_.head_limits);
    set_deadline(engine_.options.header_deadline);
  }
  return step_head(input);
}

std::size_t Connection::step_head(std::string_view input) {
  const auto found = scanner_.scan(input);
  if (found.refusal) {
    refuse(found.refusal->status, found.refusal->reason);
  } else if (found.length > 0) {
    fresh_ = false;
    blank_line_seen_ = false;
    begin_request(input.substr(0, found.length));
  }
  return found.length;
}

void Connection::begin_request(std::string_view head) {
  auto reading = std::make_unique<Reading>(engine_.spill_rules, engine_.body_budget);
  Request& request = reading->request;
  Framing framing;
  if (const auto refusal = reading->parser.read_head(head, request, framing)) {
    refuse(refusal->status, refusal->reason);
    return;
  }
  note_origin(request, peer_, transport_->secure(), engine_.proxies);
  keep_alive_ = framing.keep_alive;
  http10_ = framing.http10;
  wants_head_only_ = request.method == Method::head;
  // Whatever is said before the body was read, the rest of the connection is not read as requests.
  const auto afterwards = framing.has_body() ? Afterwards::close : Afterwards::keep_alive;
  if (engine_.workers.full()) {
    refuse(503, "overload", afterwards);
    return;
  }
  auto verdict = admit(request);
  if (auto* response = std::get_if<Response>(&verdict)) {
    keep_alive_ = keep_alive_ && afterwards == Afterwards::keep_alive;
    answer(std::move(*response));
    return;
  }
  if (!framing.has_body()) {
    request.body = std::make_unique<EmptyBody>();
    dispatch(std::move(request));
    return;
  }
  reading->max_body = std::get<Admission>(verdict).max_body;
  if (framing.content_length.value_or(0) > reading->max_body) {
    refuse(413, "body too large");
    return;
  }
  expect_body(std::move(reading), framing);
}

std::variant<Admission, Response> Connection::admit(const Request& head) {
  try {
    return engine_.application.admit(head);
  } catch (const std::exception& thrown) {
    engine_.instruments.handler_threw(thrown);
    return refusal(500, "no answer");
  }
}

void Connection::expect_body(std::unique_ptr<Reading> reading, const Framing& framing) {
  reading_ = std::move(reading);
  phase_ = Phase::body;
  set_deadline(engine_.options.body_deadline);
  if (!framing.expect_continue) return;
  out_.head += kContinue;
  (void)flush();  // what blocks goes out with the socket's next readiness
}

std::size_t Connection::step_body(std::string_view input) {
  const auto progress = reading_->parser.read_body(input, reading_->max_body, reading_->sink);
  if (progress.refusal) {
    if (progress.refusal->status == 503) {
      engine_.instruments.body_not_stored(progress.refusal->reason);
      refuse(503, "body not stored");
    } else {
      refuse(progress.refusal->status, progress.refusal->reason);
    }
    return progress.used;
  }
  if (!progress.complete) return progress.used;
  auto body = reading_->sink.finish();
  if (!body) {
    engine_.instruments.body_not_stored(body.error().detail);
    refuse(503, "body not stored");
    return progress.used;
  }
  Request request = std::move(reading_->request);
  reading_.reset();
  request.body = std::move(*body);
  dispatch(std::move(request));
  return progress.used;
}

void Connection::dispatch(Request request) {
  phase_ = Phase::handling;
  no_deadline();
  auto responder = std::make_unique<ConnectionResponder>(loop_.shared_from_this(), weak_from_this(),
                                                         !http10_, engine_.options.stream_backlog);
  ConnectionResponder& own = *responder;
  Job job{std::move(request), std::move(responder)};
  if (engine_.workers.submit(job)) return;
  own.disown();
  refuse(503, "overload", Afterwards::keep_alive);
}

void Connection::on_answer(Response response) {
  guarded([&] {
    if (phase_ != Phase::handling) return;
    answer(std::move(response));
    settle();
  });
}

void Connection::on_abandoned() {
  guarded([&] {
    if (phase_ != Phase::handling) return;
    answer(refusal(500, "no answer"));
    settle();
  });
}

void Connection::on_stream_begin(Response head, std::shared_ptr<Channel> channel) {
  guarded([&] {
    if (phase_ != Phase::handling) {
      channel->shut();
      return;
    }
    keep_alive_ = false;  // what comes in meanwhile is thrown away, so nothing may follow
    if (fault_of(head) || wants_head_only_) {
      channel->shut();
      answer(std::move(head));
      settle();
      return;
    }
    engine_.instruments.answered(head.status);
    engine_.instruments.stream_opened();
    channel_ = std::move(channel);
    phase_ = Phase::streaming;
    out_.head += render_head(head, {loop_.date(), std::nullopt, !http10_, true});
    ignored_ = 0;
    pump_stream();
    if (phase_ == Phase::streaming) watch_peer();
  });
}

void Connection::refuse(int status, const std::string& reason, Afterwards afterwards) {
  engine_.instruments.refused(status);
  keep_alive_ = keep_alive_ && afterwards == Afterwards::keep_alive;
  Response response = refusal(status, reason);
  if (status == 503 && !response.headers.find("Retry-After"))
    response.headers.add("Retry-After", "1");
  answer(std::move(response));
}

Response Connection::refusal(int status, const std::string& reason) {
  try {
    return engine_.application.refuse(status, reason);
  } catch (const std::exception& thrown) {
    engine_.instruments.handler_threw(thrown);
    Response bare;
    bare.status = status;
    return bare;
  }
}

Response Connection::sane(Response response) {
  const auto fault = fault_of(response);
  if (!fault) return response;
  engine_.instruments.bad_answer(*fault);
  Response instead = refusal(500, "bad answer");
  if (!fault_of(instead)) return instead;
  Response bare;
  bare.status = 500;
  return bare;
}

void Connection::answer(Response raw) {
  Response response = sane(std::move(raw));
  engine_.instruments.answered(response.status);
  reading_.reset();
  if (engine_.draining) keep_alive_ = false;
  HeadExtras extras;
  extras.date = loop_.date();
  extras.close = !keep_alive_;
  if (has_content(response.status)) extras.content_length = response.size();
  out_.head += render_head(response, extras);
  if (!wants_head_only_ && has_content(response.status)) {
    if (response.file) {
      out_.file = std::move(response.file);
    } else if (response.body.size() <= kSmallBody) {
      out_.head += response.body;
    } else {
      out_.body = std::move(response.body);
    }
  }
  phase_ = Phase::writing;
  write_began_ = std::chrono::steady_clock::now();
  deadline_ = write_began_ + engine_.options.write_deadline;
  if (flush() == Flushed::done) finish_answer();
}

}  // namespace madoguchi::http
