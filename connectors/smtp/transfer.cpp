// SPDX-License-Identifier: Apache-2.0
#include "connectors/smtp/transfer.h"

#include <curl/curl.h>
#include <fmt/format.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstring>
#include <new>
#include <set>
#include <stdexcept>

namespace madoguchi::connectors::smtp {
namespace {

using connector::CallOptions;

constexpr long kMaxIdleSeconds = 60;
constexpr const char* kCipherList = "ECDHE+AESGCM:ECDHE+CHACHA20";

struct EasyDeleter {
  void operator()(CURL* easy) const { curl_easy_cleanup(easy); }
};
struct MultiDeleter {
  void operator()(CURLM* multi) const { curl_multi_cleanup(multi); }
};
struct ListDeleter {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};

template <class Value>
void set(CURL* easy, CURLoption option, Value value) {
  if (const CURLcode code = curl_easy_setopt(easy, option, value); code != CURLE_OK) {
    throw std::runtime_error(fmt::format("libcurl refuses option {}: {}", static_cast<int>(option),
                                         curl_easy_strerror(code)));
  }
}

std::string url_of(const Options& options) {
  const bool is_ipv6 = options.host.find(':') != std::string::npos;
  return fmt::format("{}://{}:{}/{}", options.security == Security::tls ? "smtps" : "smtp",
                     is_ipv6 ? "[" + options.host + "]" : options.host, options.port,
                     options.helo_name);
}

/// What to give as the upload's size, from which libcurl makes MAIL's SIZE parameter. Up to 8.6 it
/// counts the bytes it sends, dot-stuffing included, against this number and ends the upload when
/// they are equal at the border of a chunk, which cuts the message; a number that is never reached
/// avoids that. From 8.7 on it counts what it reads and demands exactly as much.
curl_off_t declared_size(std::string_view raw) {
  const auto size = static_cast<curl_off_t>(raw.size());
  if (curl_version_info(CURLVERSION_NOW)->version_num >= 0x080700) return size;
  curl_off_t dots = raw.starts_with('.') ? 1 : 0;
  for (std::size_t at = raw.find("\r\n."); at != std::string_view::npos;
       at = raw.find("\r\n.", at + 3)) {
    ++dots;
  }
  return size + dots + 1;
}

}  // namespace

class Line::Impl {
 public:
  Impl(const Options& options, const Clock& clock) : options_(options), clock_(clock) {
    easy_.reset(curl_easy_init());
    multi_.reset(curl_multi_init());
    if (!easy_ || !multi_) throw std::bad_alloc();
  }

  ~Impl() {
    // libcurl says QUIT to a connection it keeps and waits up to two minutes for the answer.
    for (const int fd : sockets_) ::shutdown(fd, SHUT_RD);
  }

  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  std::string send(const Mail& mail, const CallOptions& call, Dialogue& dialogue) {
    prepare(call, dialogue);
    std::unique_ptr<curl_slist, ListDeleter> recipients;
    for (const std::string& address : mail.recipients) {
      curl_slist* longer = curl_slist_append(recipients.get(), address.c_str());
      if (longer == nullptr) throw std::bad_alloc();
      static_cast<void>(recipients.release());
      recipients.reset(longer);
    }
    unread_ = mail.raw;
    set(easy_.get(), CURLOPT_MAIL_FROM, std::string(mail.from).c_str());
    set(easy_.get(), CURLOPT_MAIL_RCPT, recipients.get());
    set(easy_.get(), CURLOPT_MAIL_RCPT_ALLLOWFAILS, 1L);
    set(easy_.get(), CURLOPT_UPLOAD, 1L);
    set(easy_.get(), CURLOPT_INFILESIZE_LARGE, declared_size(mail.raw));
    set(easy_.get(), CURLOPT_READFUNCTION, &Impl::on_read);
    set(easy_.get(), CURLOPT_READDATA, static_cast<void*>(this));
    return perform(call);
  }

  std::string probe(const CallOptions& call, Dialogue& dialogue) {
    prepare(call, dialogue);
    set(easy_.get(), CURLOPT_CUSTOMREQUEST, "NOOP");
    set(easy_.get(), CURLOPT_NOBODY, 1L);
    return perform(call);
  }

 private:
  void prepare(const CallOptions& call, Dialogue& dialogue) {
    CURL* easy = easy_.get();
    curl_easy_reset(easy);
    dialogue_ = &dialogue;
    unread_ = {};
    error_[0] = '\0';
    set(easy, CURLOPT_NOSIGNAL, 1L);
    set(easy, CURLOPT_URL, url_of(options_).c_str());
    set(easy, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
    set(easy, CURLOPT_PROXY, "");  // not from the environment
    set(easy, CURLOPT_ERRORBUFFER, static_cast<char*>(error_));
    set(easy, CURLOPT_TCP_NODELAY, 1L);
    set(easy, CURLOPT_MAXAGE_CONN, kMaxIdleSeconds);
    set_security();
    set_observers();
    set_times(call);
  }

  void set_security() {
    CURL* easy = easy_.get();
    const bool encrypted = options_.security != Security::none;
    set(easy, CURLOPT_USE_SSL, static_cast<long>(encrypted ? CURLUSESSL_ALL : CURLUSESSL_NONE));
    set(easy, CURLOPT_SSL_VERIFYPEER, 1L);
    set(easy, CURLOPT_SSL_VERIFYHOST, 2L);
    set(easy, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
    set(easy, CURLOPT_SSL_CIPHER_LIST, kCipherList);
    if (!options_.ca_file.empty()) {
      set(easy, CURLOPT_CAINFO, options_.ca_file.c_str());
      set(easy, CURLOPT_CAPATH, static_cast<const char*>(nullptr));
    }
    if (options_.user.empty()) return;
    set(easy, CURLOPT_USERNAME, options_.user.c_str());
    set(easy, CURLOPT_PASSWORD, options_.password.reveal().c_str());
    // Not GSSAPI, NTLM and the like, which libcurl would try first where a server offers them.
    set(easy, CURLOPT_LOGIN_OPTIONS, "AUTH=PLAIN;AUTH=LOGIN;AUTH=CRAM-MD5");
  }

  void set_observers() {
    CURL* easy = easy_.get();
    void* self = this;
    set(easy, CURLOPT_VERBOSE,
        1L);  // only this makes libcurl tell the debug function what it sends
    set(easy, CURLOPT_DEBUGFUNCTION, &Impl::on_debug);
    set(easy, CURLOPT_DEBUGDATA, self);
    set(easy, CURLOPT_HEADERFUNCTION, &Impl::on_header);
    set(easy, CURLOPT_HEADERDATA, self);
    set(easy, CURLOPT_WRITEFUNCTION, &Impl::on_body);
    set(easy, CURLOPT_OPENSOCKETFUNCTION, &Impl::on_open);
    set(easy, CURLOPT_OPENSOCKETDATA, self);
    set(easy, CURLOPT_CLOSESOCKETFUNCTION, &Impl::on_close);
    set(easy, CURLOPT_CLOSESOCKETDATA, self);
  }

  void set_times(const CallOptions& call) {
    const long left = remaining_ms(call);
    const long connect =
        static_cast<long>(std::chrono::milliseconds(options_.connect_timeout).count());
    set(easy_.get(), CURLOPT_TIMEOUT_MS, left);
    set(easy_.get(), CURLOPT_CONNECTTIMEOUT_MS, std::min(connect, left));
    // The deadline alone decides how long an answer may take: RFC 5321 allows ten minutes for the
    // last one, libcurl by default two.
    set(easy_.get(), CURLOPT_SERVER_RESPONSE_TIMEOUT, left / 1000 + 1);
  }

  [[nodiscard]] long remaining_ms(const CallOptions& call) const {
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(call.deadline - clock_.steady_now());
    return std::clamp<long>(static_cast<long>(left.count()), 1L, 24L * 60 * 60 * 1000);
  }

  std::string perform(const CallOptions& call) {
    if (call.deadline <= clock_.steady_now()) return "the time for this call was already over";
    struct Attached {
      CURLM* multi;
      CURL* easy;
      Attached(CURLM* m, CURL* e) : multi(m), easy(e) { curl_multi_add_handle(m, e); }
      Attached(const Attached&) = delete;
      Attached& operator=(const Attached&) = delete;
      ~Attached() { curl_multi_remove_handle(multi, easy); }
    };
    const Attached attached(multi_.get(), easy_.get());
    const std::stop_callback wake(call.stop, [this] { curl_multi_wakeup(multi_.get()); });
    const std::stop_callback wake_too(call.cut, [this] { curl_multi_wakeup(multi_.get()); });
    while (true) {
      int running = 0;
      if (const CURLMcode code = curl_multi_perform(multi_.get(), &running); code != CURLM_OK) {
        return curl_multi_strerror(code);
      }
      if (running == 0) return ending();
      if (call.cut.stop_requested() || (call.stop.stop_requested() && !dialogue_->message_sent())) {
        return abandon("the hub is stopping");
      }
      if (call.deadline <= clock_.steady_now()) return abandon("no answer in time");
      curl_multi_poll(multi_.get(), nullptr, 0,
                      static_cast<int>(std::min(remaining_ms(call), 1000L)), nullptr);
    }
  }

  /// Cuts the connection before the unfinished transfer is taken from libcurl, which would end the
  /// message properly there: half of it would be delivered.
  std::string abandon(std::string why) {
    for (const int fd : sockets_) ::shutdown(fd, SHUT_RDWR);
    return why;
  }

  [[nodiscard]] std::string ending() const {
    int left = 0;
    while (const CURLMsg* message = curl_multi_info_read(multi_.get(), &left)) {
      if (message->msg != CURLMSG_DONE) continue;
      if (message->data.result == CURLE_OK) return {};
      return error_[0] != '\0' ? std::string(error_) : curl_easy_strerror(message->data.result);
    }
    return "libcurl ended without a result";
  }

  static std::size_t on_read(char* buffer, std::size_t size, std::size_t count, void* self) {
    Impl& line = *static_cast<Impl*>(self);
    const std::size_t length = std::min(size * count, line.unread_.size());
    std::memcpy(buffer, line.unread_.data(), length);
    line.unread_.remove_prefix(length);
    if (line.unread_.empty()) line.dialogue_->on_message_sent();
    return length;
  }

  static std::size_t on_header(char* data, std::size_t size, std::size_t count, void* self) {
    static_cast<Impl*>(self)->dialogue_->on_reply_line({data, size * count});
    return size * count;
  }

  static std::size_t on_body(char*, std::size_t size, std::size_t count, void*) {
    return size * count;
  }

  static int on_debug(CURL*, curl_infotype type, char* data, std::size_t size, void* self) {
    if (type != CURLINFO_HEADER_OUT) return 0;
    Impl& line = *static_cast<Impl*>(self);
    const std::string_view command(data, size);
    line.dialogue_->on_command(command);
    if (command.starts_with("QUIT")) {
      for (const int fd : line.sockets_) ::shutdown(fd, SHUT_RD);  // as in the destructor
    }
    return 0;
  }

  static curl_socket_t on_open(void* self, curlsocktype, curl_sockaddr* address) {
    const int fd = ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
    if (fd < 0) return CURL_SOCKET_BAD;
    static_cast<Impl*>(self)->sockets_.insert(fd);
    return fd;
  }

  static int on_close(void* self, curl_socket_t fd) {
    static_cast<Impl*>(self)->sockets_.erase(fd);
    return ::close(fd);
  }

  const Options& options_;
  const Clock& clock_;
  Dialogue* dialogue_ = nullptr;
  std::string_view unread_;
  char error_[CURL_ERROR_SIZE] = {};
  std::set<int> sockets_;  ///< outlives the handles below, which close them
  std::unique_ptr<CURL, EasyDeleter> easy_;
  std::unique_ptr<CURLM, MultiDeleter> multi_;  ///< keeps the connection; goes first
};

Line::Line(const Options& options, const Clock& clock)
    : impl_(std::make_unique<Impl>(options, clock)) {}
Line::~Line() = default;

std::string Line::send(const Mail& mail, const CallOptions& call, Dialogue& dialogue) {
  return impl_->send(mail, call, dialogue);
}

std::string Line::probe(const CallOptions& call, Dialogue& dialogue) {
  return impl_->probe(call, dialogue);
}

}  // namespace madoguchi::connectors::smtp
