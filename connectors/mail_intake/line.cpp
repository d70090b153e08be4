// SPDX-License-Identifier: Apache-2.0
#include "connectors/mail_intake/line.h"

#include <fmt/format.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <stdexcept>

#include "connectors/mail_intake/curl.h"

namespace madoguchi::connectors::mail_intake {
namespace {

using connector::CallOptions;

constexpr std::size_t kReadAtOnce = std::size_t{64} << 10U;

std::string url_of(const Options& options) {
  const bool is_ipv6 = options.host.find(':') != std::string::npos;
  const bool is_tls = options.security == Security::tls;
  const char* scheme = options.protocol == Protocol::imap ? (is_tls ? "imaps" : "imap")
                                                          : (is_tls ? "pop3s" : "pop3");
  return fmt::format("{}://{}:{}/", scheme, is_ipv6 ? "[" + options.host + "]" : options.host,
                     options.port);
}

}  // namespace

Error trouble(std::string what) { return Error::unavailable(std::move(what)); }

class Line::Impl {
 public:
  Impl(const Options& options, const Clock& clock)
      : options_(options), clock_(clock), transfer_(clock, options.ca_file) {
    wake_ = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (wake_ < 0) throw std::runtime_error("no eventfd");
  }
  ~Impl() { ::close(wake_); }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  Result<void> open(const Secret& bearer, const CallOptions& call) {
    CURL* easy = transfer_.easy();
    const bool encrypted = options_.security != Security::none;
    set(easy, CURLOPT_URL, url_of(options_).c_str());
    set(easy, CURLOPT_CONNECT_ONLY, 1L);
    set(easy, CURLOPT_USE_SSL, static_cast<long>(encrypted ? CURLUSESSL_ALL : CURLUSESSL_NONE));
    set(easy, CURLOPT_USERNAME, options_.user.c_str());
    set(easy, CURLOPT_SASL_IR, 1L);
    set(easy, CURLOPT_HEADERFUNCTION, &Impl::on_reply);
    set(easy, CURLOPT_HEADERDATA, static_cast<void*>(this));
    if (options_.oauth) {
      set(easy, CURLOPT_XOAUTH2_BEARER, bearer.reveal().c_str());
      set(easy, CURLOPT_LOGIN_OPTIONS, "AUTH=OAUTHBEARER;AUTH=XOAUTH2");
    } else {
      set(easy, CURLOPT_PASSWORD, options_.password.reveal().c_str());
      // Not GSSAPI, NTLM and the like, which libcurl would try first where a server offers them.
      set(easy, CURLOPT_LOGIN_OPTIONS, "AUTH=PLAIN;AUTH=LOGIN");
    }
    std::string failure = transfer_.perform(options_.connect_timeout, call);
    if (transfer_.code() == CURLE_LOGIN_DENIED && !options_.oauth && !saw_sasl_) {
      // A server without these: whatever libcurl finds there, the LOGIN and PASS commands too.
      set(easy, CURLOPT_LOGIN_OPTIONS, "AUTH=*");
      failure = transfer_.perform(options_.connect_timeout, call);
    }
    if (failure.empty()) return find_socket();
    if (transfer_.code() == CURLE_LOGIN_DENIED) {
      return fail(Error::unauthenticated("the mail server refuses the login: " +
                                         (words_.empty() ? failure : words_)));
    }
    return fail(trouble("no connection to the mail server: " + failure));
  }

  Result<void> send(std::string_view bytes, const CallOptions& call) {
    while (!bytes.empty()) {
      std::size_t sent = 0;
      const CURLcode code = curl_easy_send(transfer_.easy(), bytes.data(), bytes.size(), &sent);
      if (code == CURLE_AGAIN) {
        Result<bool> ready = wait(POLLOUT, call.deadline, call);
        if (!ready) return fail(std::move(ready.error()));
        if (!*ready) return fail(trouble("the mail server takes nothing any more"));
        continue;
      }
      if (code != CURLE_OK) return fail(lost());
      bytes.remove_prefix(sent);
    }
    return {};
  }

  Result<std::string> line(const CallOptions& call) {
    std::size_t searched = 0;
    while (true) {
      const std::size_t end = buffer_.find('\n', begin_ + searched);
      if (end != std::string::npos) {
        std::size_t length = end - begin_;
        if (length > 0 && buffer_[end - 1] == '\r') --length;
        std::string line = buffer_.substr(begin_, length);
        begin_ = end + 1;
        return line;
      }
      searched = buffer_.size() - begin_;
      if (searched > kLongestLine) return fail(trouble("the mail server's line is too long"));
      if (Result<void> more = fill(call); !more) return fail(std::move(more.error()));
    }
  }

  Result<std::string> octets(std::size_t count, const CallOptions& call) {
    std::string out;
    out.reserve(count);
    while (true) {
      const std::size_t here = std::min(count - out.size(), buffer_.size() - begin_);
      out.append(buffer_, begin_, here);
      begin_ += here;
      if (out.size() == count) return out;
      if (Result<void> more = fill(call); !more) return fail(std::move(more.error()));
    }
  }

  Result<bool> readable(SteadyPoint until, const CallOptions& call) {
    while (begin_ == buffer_.size()) {
      Result<bool> got = receive();  // TLS may hold what the socket no longer shows
      if (!got) return got;
      if (*got) return true;
      Result<bool> ready = wait(POLLIN, std::min(until, call.deadline), call);
      if (!ready || !*ready) return ready;
    }
    return true;
  }

 private:
  Result<void> find_socket() {
    curl_socket_t socket = CURL_SOCKET_BAD;
    curl_easy_getinfo(transfer_.easy(), CURLINFO_ACTIVESOCKET, &socket);
    if (socket == CURL_SOCKET_BAD) return fail(trouble("the connection is gone again"));
    socket_ = socket;
    return {};
  }

  static Error lost() { return trouble("the mail server closed the connection"); }

  Result<void> fill(const CallOptions& call) {
    while (true) {
      Result<bool> got = receive();
      if (!got) return fail(std::move(got.error()));
      if (*got) return {};
      Result<bool> ready = wait(POLLIN, call.deadline, call);
      if (!ready) return fail(std::move(ready.error()));
      if (!*ready) return fail(trouble("no answer from the mail server in time"));
    }
  }

  /// Whether anything came.
  Result<bool> receive() {
    if (begin_ == buffer_.size() || begin_ > kReadAtOnce) {
      buffer_.erase(0, begin_);
      begin_ = 0;
    }
    const std::size_t before = buffer_.size();
    buffer_.resize(before + kReadAtOnce);
    std::size_t count = 0;
    const CURLcode code =
        curl_easy_recv(transfer_.easy(), buffer_.data() + before, kReadAtOnce, &count);
    buffer_.resize(before + (code == CURLE_OK ? count : 0));
    if (code == CURLE_AGAIN) return false;
    if (code != CURLE_OK || count == 0) return fail(lost());
    return true;
  }

  /// Until the socket is ready; false at `until`.
  Result<bool> wait(short events, SteadyPoint until, const CallOptions& call) {
    const std::stop_callback wake(call.stop, [this] { ring(); });
    const std::stop_callback wake_too(call.cut, [this] { ring(); });
    while (true) {
      if (call.stop.stop_requested() || call.cut.stop_requested()) {
        return fail(trouble("the hub is stopping"));
      }
      const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - clock_.steady_now());
      if (left.count() <= 0) return false;
      pollfd fds[] = {{socket_, events, 0}, {wake_, POLLIN, 0}};
      const auto patience = std::min<long long>(left.count(), 60'000);
      const int ready = ::poll(fds, 2, static_cast<int>(patience));
      if (ready < 0 && errno != EINTR) return fail(lost());
      if (ready > 0 && fds[0].revents != 0) return true;
    }
  }

  void ring() const {
    const std::uint64_t one = 1;
    if (::write(wake_, &one, sizeof one) < 0) return;  // full: it rings already
  }

  static std::size_t on_reply(char* data, std::size_t size, std::size_t count, void* self) {
    Impl& line = *static_cast<Impl*>(self);
    const std::string_view text(data, size * count);
    line.words_ = presentable(text);
    for (const char* name : {"PLAIN", "LOGIN"}) {
      // "AUTH=PLAIN" of IMAP, "SASL PLAIN" of POP3; IMAP's LOGINDISABLED is none of them.
      const std::size_t at = text.find(name);
      if (at != std::string_view::npos && at > 0 && (text[at - 1] == '=' || text[at - 1] == ' ')) {
        line.saw_sasl_ = line.saw_sasl_ || text.find("AUTH=") != std::string_view::npos ||
                         text.find("SASL") != std::string_view::npos;
      }
    }
    return size * count;
  }

  const Options& options_;
  const Clock& clock_;
  std::string words_;  ///< the last that the server said before it was ours to listen
  bool saw_sasl_ = false;
  int wake_ = -1;
  curl_socket_t socket_ = CURL_SOCKET_BAD;
  std::string buffer_;
  std::size_t begin_ = 0;  ///< of what was not given out yet
  Transfer transfer_;
};

Line::Line(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Line::~Line() = default;

Result<std::unique_ptr<Line>> Line::open(const Options& options, const Secret& bearer,
                                         const Clock& clock, const CallOptions& call) {
  auto impl = std::make_unique<Impl>(options, clock);
  if (Result<void> opened = impl->open(bearer, call); !opened) {
    return fail(std::move(opened.error()));
  }
  return std::unique_ptr<Line>(new Line(std::move(impl)));
}

Result<void> Line::send(std::string_view bytes, const CallOptions& call) {
  return impl_->send(bytes, call);
}
Result<std::string> Line::line(const CallOptions& call) { return impl_->line(call); }
Result<std::string> Line::octets(std::size_t count, const CallOptions& call) {
  return impl_->octets(count, call);
}
Result<bool> Line::readable(SteadyPoint until, const CallOptions& call) {
  return impl_->readable(until, call);
}

}  // namespace madoguchi::connectors::mail_intake
