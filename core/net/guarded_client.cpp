// SPDX-License-Identifier: Apache-2.0
#include "core/net/guarded_client.h"

#include <httplib.h>

#include <algorithm>
#include <array>

#include "core/net/http_head.h"
#include "core/net/route.h"

namespace madoguchi::net {
namespace {

constexpr int kMostInterim = 8;

bool is_safe(const std::string& method) {
  return method == "GET" || method == "HEAD" || method == "OPTIONS";
}

/// What the library reads and writes. Heads are read and judged here as a whole before it sees a
/// byte of them, interim ones (1xx) never reach it, and it cannot read more than the limits allow.
class LimitedStream final : public httplib::Stream {
 public:
  LimitedStream(Patience& patience, std::size_t max_body, bool commits)
      : patience_(patience), left_(max_body + max_body / 2 + kMostHeadBytes), commits_(commits) {}

  void use(Channel& channel) { channel_ = &channel; }
  [[nodiscard]] const std::optional<HttpFailure>& failure() const { return failure_; }
  [[nodiscard]] const HttpHead& head() const { return head_; }
  [[nodiscard]] bool has_written() const { return has_written_; }

  [[nodiscard]] bool is_readable() const override { return true; }
  [[nodiscard]] bool is_writable() const override { return true; }

  ssize_t read(char* to, std::size_t size) override {
    if (failure_ || (!has_head_ && !read_head())) return -1;
    if (buffer_.empty()) {
      std::array<char, 16384> bytes;
      const std::optional<std::size_t> got = fill(bytes.data(), bytes.size());
      if (!got) return -1;
      buffer_.assign(bytes.data(), *got);
    }
    const std::size_t count = std::min(size, buffer_.size() - at_);
    std::copy_n(buffer_.data() + at_, count, to);
    at_ += count;
    if (at_ == buffer_.size()) {
      buffer_.clear();
      at_ = 0;
    }
    return static_cast<ssize_t>(count);
  }

  ssize_t write(const char* bytes, std::size_t size) override {
    if (failure_) return -1;
    if (HttpStep good = patience_.check(); !good) return failed(std::move(good.error()));
    if (commits_) patience_.commit();
    has_written_ = true;
    HttpStep sent = channel_->write({bytes, size});
    // A server may answer and hang up before it has read all: what it said is worth reading.
    if (!sent && sent.error().trouble != HttpTrouble::broken)
      return failed(std::move(sent.error()));
    return static_cast<ssize_t>(size);
  }

  void get_remote_ip_and_port(std::string& ip, int& port) const override {
    ip.clear();
    port = 0;
  }
  void get_local_ip_and_port(std::string& ip, int& port) const override {
    ip.clear();
    port = 0;
  }
  [[nodiscard]] socket_t socket() const override { return INVALID_SOCKET; }

 private:
  ssize_t failed(HttpFailure failure) {
    failure_ = std::move(failure);
    return -1;
  }

  std::optional<std::size_t> fill(char* to, std::size_t size) {
    if (left_ == 0) {
      failed({HttpTrouble::too_large, "the answer is too large"});
      return std::nullopt;
    }
    tl::expected<std::size_t, HttpFailure> got = channel_->read(to, std::min(size, left_));
    if (!got) {
      failed(std::move(got.error()));
      return std::nullopt;
    }
    left_ -= *got;
    return *got;
  }

  /// Up to the head that counts; what was read behind it stays in the buffer.
  bool read_head() {
    for (int interim = 0; interim <= kMostInterim; ++interim) {
      std::optional<std::size_t> end;
      while (!(end = end_of_head(buffer_))) {
        if (buffer_.size() > kMostHeadBytes)
          return refuse(HttpTrouble::too_large, "endless headers");
        std::array<char, 4096> bytes;
        const std::optional<std::size_t> got = fill(bytes.data(), bytes.size());
        if (!got) return false;
        if (*got == 0) return refuse(HttpTrouble::broken, "ended before its headers did");
        buffer_.append(bytes.data(), *got);
      }
      if (*end > kMostHeadBytes) return refuse(HttpTrouble::too_large, "too long headers");
      tl::expected<HttpHead, HttpFailure> head =
          parse_head(std::string_view(buffer_).substr(0, *end));
      if (!head) return failed(std::move(head.error())) == 0;
      if (head->status >= 200) {
        head_ = std::move(*head);
        return has_head_ = true;
      }
      if (head->status == 101) break;  // nothing was asked to be switched to
      buffer_.erase(0, *end);
    }
    return refuse(HttpTrouble::garbled, "no final answer");
  }

  bool refuse(HttpTrouble trouble, const char* why) {
    failed({trouble, why});
    return false;
  }

  Patience& patience_;
  std::size_t left_;
  bool commits_;
  Channel* channel_ = nullptr;
  std::string buffer_;
  std::size_t at_ = 0;
  HttpHead head_;
  bool has_head_ = false;
  bool has_written_ = false;
  std::optional<HttpFailure> failure_;
};

/// One call by the library, on a socket and with a stream that are ours.
class Call final : public httplib::ClientImpl {
 public:
  Call(const GuardedClient::Options& options, const HttpRequest& request)
      : ClientImpl(request.url.host, request.url.port),
        options_(options),
        request_(request),
        patience_(request.deadline, request.stop, request.cut),
        stream_(patience_, request.max_body, !is_safe(request.method)) {
    set_keep_alive(false);
    set_follow_location(false);
    set_decompress(false);
    set_compress(false);
    set_url_encode(false);
  }

  HttpResult run() {
    for (const auto& header : request_.headers) {
      if (!is_sendable_header(header.first, header.second)) {
        return failure({HttpTrouble::refused, "a header that cannot be sent: " + header.first});
      }
    }
    httplib::Request out;
    fill(out);
    HttpAnswer answer;
    bool overflows = false;
    out.content_receiver = [&](const char* bytes, std::size_t size, std::uint64_t, std::uint64_t) {
      overflows = answer.body.size() + size > request_.max_body;
      if (!overflows) answer.body.append(bytes, size);
      return !overflows;
    };
    httplib::Response in;
    httplib::Error error = httplib::Error::Success;
    const bool done = send(out, in, error);
    if (trouble_) return failure(*trouble_);
    if (overflows) return failure({HttpTrouble::too_large, "the body is too large"});
    if (stream_.failure()) return failure(*stream_.failure());
    if (!done) return failure({HttpTrouble::broken, "ended before its body did"});
    const HttpHead& head = stream_.head();
    const bool has_body = request_.method != "HEAD" && head.status != 204 && head.status != 304;
    if (has_body && head.content_length && *head.content_length != answer.body.size()) {
      return failure({HttpTrouble::broken, "ended before its body did"});
    }
    answer.status = head.status;
    answer.headers = head.headers;
    return answer;
  }

 private:
  HttpResult failure(HttpFailure why) const {
    why.sent = stream_.has_written();
    return tl::unexpected<HttpFailure>(std::move(why));
  }

  void fill(httplib::Request& out) const {
    out.method = request_.method;
    out.path = request_.url.target;
    for (const auto& header : request_.headers) out.headers.insert(header);
    for (const char* ours : {"Host", "Connection", "Content-Length", "Transfer-Encoding",
                             "Accept-Encoding", "Expect"}) {
      out.headers.erase(ours);
    }
    out.headers.emplace("Host", request_.url.authority());
    out.headers.emplace("Accept-Encoding", "identity");
    if (out.headers.find("User-Agent") == out.headers.end()) {
      out.headers.emplace("User-Agent", "Madoguchi");
    }
    out.body = request_.body;
  }

  bool create_and_connect_socket(Socket& socket, httplib::Error& error) override {
    HttpStep connected = connect(socket);
    if (connected) return true;
    trouble_ = std::move(connected.error());
    error = httplib::Error::Connection;
    return false;
  }

  HttpStep connect(Socket& socket) {
    const auto wrong = [](HttpFailure& why) { return tl::unexpected<HttpFailure>(std::move(why)); };
    if (HttpStep good = patience_.check(); !good) return good;
    tl::expected<Route, HttpFailure> route = find_route(options_, request_, patience_);
    if (!route) return wrong(route.error());
    tl::expected<UniqueFd, HttpFailure> fd = connect_to(route->endpoints, patience_);
    if (!fd) return wrong(fd.error());
    plain_ = std::make_unique<PlainChannel>(fd->get(), patience_);
    if (!route->tunnel.empty()) {
      if (HttpStep open = open_tunnel(*plain_, *options_.proxy, route->tunnel); !open) return open;
    }
    stream_.use(*plain_);
    if (request_.url.is_https()) {
      const std::string& own = request_.ca_file;
      auto tls = start_tls(*plain_, request_.url.host, own.empty() ? options_.ca_file : own);
      if (!tls) return wrong(tls.error());
      tls_ = std::move(*tls);
      stream_.use(*tls_);
    }
    socket.sock = fd->release();  // the library closes it
    return {};
  }

  bool process_socket(const Socket&, std::function<bool(httplib::Stream&)> use) override {
    return use(stream_);
  }
  bool is_ssl() const override { return false; }  // TLS is below the stream

  const GuardedClient::Options& options_;
  const HttpRequest& request_;
  Patience patience_;
  LimitedStream stream_;
  std::unique_ptr<PlainChannel> plain_;
  std::unique_ptr<Channel> tls_;
  std::optional<HttpFailure> trouble_;
};

}  // namespace

GuardedClient::GuardedClient(const Clock& clock, Options options)
    : clock_(clock), options_(std::move(options)) {}

HttpResult GuardedClient::send(const HttpRequest& request) const {
  HttpResult answer = Call(options_, request).run();
  if (!answer) return answer;
  if (const auto wait = answer->header("Retry-After")) {
    answer->retry_after = parse_retry_after(*wait, clock_.now());
  }
  return answer;
}

}  // namespace madoguchi::net
