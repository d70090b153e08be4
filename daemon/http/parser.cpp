// SPDX-License-Identifier: Apache-2.0
#include "daemon/http/parser.h"

#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>
#include <limits>
#include <utility>

#include "daemon/http/ascii.h"

namespace madoguchi::http {
namespace {

namespace beast = boost::beast;

// A chunk's line and the trailer are small in any honest message.
constexpr std::size_t kLongestChunkLine = 512;
constexpr std::size_t kLargestTrailer = 8 * 1024;
// Extensions and trailer fields that a whole body may bring along.
constexpr std::size_t kOverheadLimit = 16 * 1024;

std::optional<Method> method_of(beast::http::verb verb) {
  switch (verb) {
    case beast::http::verb::get:
      return Method::get;
    case beast::http::verb::head:
      return Method::head;
    case beast::http::verb::post:
      return Method::post;
    case beast::http::verb::put:
      return Method::put;
    case beast::http::verb::patch:
      return Method::patch;
    case beast::http::verb::delete_:
      return Method::del;
    case beast::http::verb::options:
      return Method::options;
    default:
      return std::nullopt;
  }
}

/// Whether the request line ends in "HTTP/" DIGIT "." DIGIT: another version, not another protocol.
bool names_a_version(std::string_view head) {
  const auto line = head.substr(0, head.find('\r'));
  if (line.size() < 8) return false;
  const auto version = line.substr(line.size() - 8);
  return version.starts_with("HTTP/") && is_digit(version[5]) && version[6] == '.' &&
         is_digit(version[7]);
}

Refusal refusal_of(const beast::error_code& error, std::string_view head) {
  if (error == beast::http::error::bad_version && names_a_version(head)) {
    return {505, "HTTP version not supported"};
  }
  if (error == beast::http::error::body_limit) return {413, "body too large"};
  return {400, error.message()};
}

}  // namespace

class RequestParser::Beast final : public beast::http::basic_parser<true> {
 public:
  Beast() {
    body_limit(std::numeric_limits<std::uint64_t>::max());  // boost::none compares below any length
    header_limit(std::numeric_limits<std::uint32_t>::max());  // HeadScanner has done that
    eager(true);
  }

  Request* request = nullptr;
  BodySink* sink = nullptr;
  int minor = 0;
  bool method_known = false;
  bool reading_body = false;
  bool limited = false;
  std::size_t overhead = 0;
  std::optional<Refusal> refusal;

 private:
  void refuse(int status, std::string reason, beast::error_code& error) {
    refusal = Refusal{status, std::move(reason)};
    error = beast::http::error::bad_chunk;  // any will do: `refusal` is what counts
  }

  void on_request_impl(beast::http::verb verb, beast::string_view, beast::string_view target,
                       int version, beast::error_code&) override {
    const auto method = method_of(verb);
    method_known = method.has_value();
    request->method = method.value_or(Method::get);
    request->target.assign(target.data(), target.size());
    minor = version % 10;
  }
  void on_response_impl(int, beast::string_view, int, beast::error_code&) override {}
  void on_field_impl(beast::http::field, beast::string_view name, beast::string_view value,
                     beast::error_code& error) override {
    if (!reading_body) {
      request->headers.add(std::string(name.data(), name.size()),
                           std::string(value.data(), value.size()));
      return;
    }
    count_overhead(name.size() + value.size(), error);
  }
  void on_header_impl(beast::error_code& error) override { error = {}; }
  void on_body_init_impl(const boost::optional<std::uint64_t>&, beast::error_code& error) override {
    error = {};
  }
  std::size_t on_body_impl(beast::string_view body, beast::error_code& error) override {
    if (auto kept = sink->append({body.data(), body.size()}); !kept) {
      refuse(503, kept.error().detail, error);
    }
    return body.size();
  }
  void on_chunk_header_impl(std::uint64_t, beast::string_view extensions,
                            beast::error_code& error) override {
    count_overhead(extensions.size(), error);
  }
  std::size_t on_chunk_body_impl(std::uint64_t, beast::string_view body,
                                 beast::error_code& error) override {
    return on_body_impl(body, error);
  }
  void on_finish_impl(beast::error_code& error) override { error = {}; }

  void count_overhead(std::size_t bytes, beast::error_code& error) {
    overhead += bytes;
    if (overhead > kOverheadLimit)
      refuse(400, "too many chunk extensions or trailer fields", error);
  }
};

RequestParser::RequestParser() : beast_(std::make_unique<Beast>()) {}
RequestParser::~RequestParser() = default;

std::optional<Refusal> RequestParser::read_head(std::string_view head, Request& request,
                                                Framing& framing) {
  beast_->request = &request;
  beast::error_code error;
  beast_->put(boost::asio::const_buffer(head.data(), head.size()), error);
  beast_->request = nullptr;
  if (error && error != beast::http::error::need_more) return refusal_of(error, head);
  if (!beast_->is_header_done()) return Refusal{400, "incomplete head"};
  beast_->reading_body = true;
  if (auto refusal = check_framing(request, beast_->minor, framing)) return refusal;
  if (!beast_->method_known) return Refusal{501, "method not implemented"};
  return std::nullopt;
}

RequestParser::Progress RequestParser::read_body(std::string_view input, std::size_t max_body,
                                                 BodySink& sink) {
  if (!beast_->limited) {
    beast_->limited = true;
    beast_->body_limit(max_body);
  }
  beast_->sink = &sink;
  beast::error_code error;
  Progress progress;
  progress.used = beast_->put(boost::asio::const_buffer(input.data(), input.size()), error);
  beast_->sink = nullptr;
  if (beast_->refusal) {
    progress.refusal = std::move(beast_->refusal);
  } else if (error && error != beast::http::error::need_more) {
    progress.refusal = refusal_of(error, {});
  } else {
    progress.complete = beast_->is_done();
    const auto rest = input.substr(progress.used);
    const bool first_line_open = rest.find('\n', 2) == std::string_view::npos;
    if (!progress.complete &&
        (rest.size() > kLargestTrailer || (first_line_open && rest.size() > kLongestChunkLine))) {
      progress.refusal = Refusal{400, "chunk line or trailer too long"};
    }
  }
  return progress;
}

}  // namespace madoguchi::http
