// SPDX-License-Identifier: Apache-2.0
#include "connectors/testkit/smtp_server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <set>
#include <stdexcept>
#include <thread>

#include "core/base/guarded.h"

namespace madoguchi::testkit {
namespace {

using Context = std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)>;

struct Journal {
  std::vector<ReceivedMail> mails;
  std::vector<std::string> commands;
  std::set<std::string> points;
  std::set<int> open;
  int connections = 0;
  std::string swallowed;
  bool resumed = false;
};

std::string upper(std::string text) {
  for (char& c : text) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return text;
}

std::string from_base64(const std::string& text) {
  std::string out(text.size(), '\0');
  const int size = EVP_DecodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                                   reinterpret_cast<const unsigned char*>(text.data()),
                                   static_cast<int>(text.size()));
  out.resize(size < 0 ? 0 : static_cast<std::size_t>(size));
  while (!out.empty() && out.back() == '\0') out.pop_back();
  return out;
}

/// One connection's bytes, in the clear or by TLS.
class Wire {
 public:
  explicit Wire(int fd) : fd_(fd) {}
  ~Wire() {
    if (ssl_ != nullptr) SSL_free(ssl_);
  }
  Wire(const Wire&) = delete;
  Wire& operator=(const Wire&) = delete;

  bool accept_tls(SSL_CTX* context) {
    buffer_.clear();
    ssl_ = SSL_new(context);
    SSL_set_fd(ssl_, fd_);
    return SSL_accept(ssl_) == 1;
  }

  bool write(const std::string& text) {
    if (ssl_ != nullptr) return SSL_write(ssl_, text.data(), static_cast<int>(text.size())) > 0;
    return ::send(fd_, text.data(), text.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(text.size());
  }

  /// The next line without its CRLF; nullopt when the client is gone.
  std::optional<std::string> line() {
    std::size_t end = 0;
    while ((end = buffer_.find("\r\n")) == std::string::npos) {
      if (!fill()) return std::nullopt;
    }
    std::string text = buffer_.substr(0, end);
    buffer_.erase(0, end + 2);
    return text;
  }

  /// Everything up to CRLF.CRLF, dots taken out.
  std::optional<std::string> message() {
    std::string data;
    while (true) {
      std::optional<std::string> text = line();
      if (!text) return std::nullopt;
      if (*text == ".") return data;
      data += (text->starts_with('.') ? text->substr(1) : *text) + "\r\n";
    }
  }

  /// Reads until the client goes away.
  std::string drain() {
    while (fill()) continue;
    return std::move(buffer_);
  }

  /// Reads once; false when the client is gone.
  bool fill() {
    char chunk[16384];
    const auto got =
        ssl_ != nullptr ? SSL_read(ssl_, chunk, sizeof chunk) : ::recv(fd_, chunk, sizeof chunk, 0);
    if (got <= 0) return false;
    buffer_.append(chunk, static_cast<std::size_t>(got));
    return true;
  }

 private:
  int fd_;
  SSL* ssl_ = nullptr;
  std::string buffer_;
};

/// The dialogue of one connection.
class Dialogue {
 public:
  Dialogue(const SmtpScript& script, SSL_CTX* tls, Monitor<Journal>& journal, int fd)
      : script_(script), tls_(tls), journal_(journal), wire_(fd) {}

  void run() {
    if (script_.tls == ServerTls::implicit && !start_tls()) return;
    if (!answer("GREETING", "220 mail.example ESMTP")) return;
    while (std::optional<std::string> line = wire_.line()) {
      journal_.update([&](Journal& journal) { journal.commands.push_back(*line); });
      if (!command(*line)) return;
    }
  }

 private:
  bool start_tls() {
    encrypted_ = wire_.accept_tls(tls_);
    return encrypted_;
  }

  /// Does what the script says for `point`, else replies `friendly`. False: end the connection.
  bool answer(const std::string& point, const std::string& friendly) {
    journal_.update([&](Journal& journal) { journal.points.insert(point); });
    const auto found = script_.answers.find(point);
    const Answer what = found == script_.answers.end() ? Answer::reply(friendly) : found->second;
    refused_ = what.kind == Answer::Kind::reply && (what.text[0] == '4' || what.text[0] == '5');
    if (what.kind == Answer::Kind::stall) {
      wire_.fill();
      journal_.update([](Journal& journal) { journal.points.insert("STALLED"); });
      journal_.wait([](const Journal& journal) { return journal.resumed; }, [](Journal&) {});
    }
    if (what.kind == Answer::Kind::hang || what.kind == Answer::Kind::stall) {
      const std::string rest = wire_.drain();
      journal_.update([&](Journal& journal) {
        journal.swallowed += rest;
        journal.points.insert("GONE");
      });
    }
    return what.kind == Answer::Kind::reply && wire_.write(what.text + "\r\n");
  }

  bool command(const std::string& line) {
    const std::string verb = upper(line.substr(0, line.find(' ')));
    if (verb == "EHLO" || verb == "HELO") return answer("EHLO", greeting());
    if (verb == "STARTTLS" && script_.tls == ServerTls::starttls) {
      return answer("STARTTLS", "220 2.0.0 ready") && (refused_ || start_tls());
    }
    if (verb == "AUTH") return authenticate(line);
    if (verb == "NOOP") return answer("NOOP", "250 2.0.0 ok");
    if (verb == "QUIT") {
      answer("QUIT", "221 2.0.0 bye");
      return false;
    }
    if (!script_.user.empty() && !authenticated_) return wire_.write("530 5.7.0 sign in\r\n");
    if (verb == "MAIL") return mail(line);
    if (verb == "RCPT") return recipient(line);
    if (verb == "DATA") return data();
    return wire_.write("500 5.5.1 unknown command\r\n");
  }

  std::string greeting() const {
    std::vector<std::string> lines = {"mail.example"};
    lines.insert(lines.end(), script_.extensions.begin(), script_.extensions.end());
    if (script_.tls == ServerTls::starttls && !encrypted_) lines.emplace_back("STARTTLS");
    if (!script_.user.empty()) lines.emplace_back("AUTH PLAIN LOGIN");
    std::string text;
    for (std::size_t i = 0; i < lines.size(); ++i) {
      text +=
          (i == 0 ? "" : "\r\n") + std::string(i + 1 == lines.size() ? "250 " : "250-") + lines[i];
    }
    return text;
  }

  bool authenticate(const std::string& line) {
    std::string token = line.size() > 11 ? line.substr(11) : "";
    if (token.empty()) {
      if (!wire_.write("334 \r\n")) return false;
      token = wire_.line().value_or("");
    }
    const std::string expected =
        std::string(1, '\0') + script_.user + std::string(1, '\0') + script_.password;
    authenticated_ = from_base64(token) == expected;
    return answer("AUTH", authenticated_ ? "235 2.7.0 welcome" : "535 5.7.8 wrong password");
  }

  bool mail(const std::string& line) {
    mail_ = {line, {}, {}};
    return answer("MAIL", "250 2.1.0 ok");
  }

  bool recipient(const std::string& line) {
    const std::size_t open = line.find('<');
    const std::string address = line.substr(open + 1, line.rfind('>') - open - 1);
    const bool special = script_.answers.contains("RCPT:" + address);
    if (!answer(special ? "RCPT:" + address : "RCPT", "250 2.1.5 ok")) return false;
    if (!refused_) mail_.recipients.push_back(address);
    return true;
  }

  bool data() {
    if (!answer("DATA", "354 go ahead")) return false;
    if (refused_) return true;
    if (script_.answers.contains("BODY")) return answer("BODY", "");
    std::optional<std::string> text = wire_.message();
    if (!text) return false;
    mail_.data = std::move(*text);
    // Before the answer, so that a client that has it finds the mail here.
    const auto found = script_.answers.find("MESSAGE");
    if (found == script_.answers.end() || found->second.text.starts_with('2')) {
      journal_.update([&](Journal& journal) { journal.mails.push_back(mail_); });
    }
    return answer("MESSAGE", "250 2.0.0 queued as 4711");
  }

  const SmtpScript& script_;
  SSL_CTX* tls_;
  Monitor<Journal>& journal_;
  Wire wire_;
  ReceivedMail mail_ = {};
  bool encrypted_ = false;
  bool authenticated_ = false;
  bool refused_ = false;
};

/// OpenSSL writes to its socket without MSG_NOSIGNAL, and clients here often hang up first. The
/// signal goes to the writing thread, so blocking it there is enough.
void ignore_broken_pipes() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGPIPE);
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
}

Context make_context(const SmtpScript& script) {
  Context context(nullptr, &SSL_CTX_free);
  if (script.tls == ServerTls::none) return context;
  context.reset(SSL_CTX_new(TLS_server_method()));
  const Certificates& files = script.certificates.value();
  if (SSL_CTX_use_certificate_file(context.get(), files.certificate.c_str(), SSL_FILETYPE_PEM) !=
          1 ||
      SSL_CTX_use_PrivateKey_file(context.get(), files.key.c_str(), SSL_FILETYPE_PEM) != 1) {
    throw std::runtime_error("cannot use the test certificate");
  }
  return context;
}

}  // namespace

class SmtpServer::Impl {
 public:
  explicit Impl(SmtpScript script) : script_(std::move(script)), context_(make_context(script_)) {
    listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    if (::bind(listener_, reinterpret_cast<sockaddr*>(&address), size) != 0 ||
        ::listen(listener_, 64) != 0 ||
        ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
      throw std::runtime_error("cannot listen on loopback");
    }
    port_ = ntohs(address.sin_port);
    acceptor_ = std::jthread([this] { accept(); });
  }

  ~Impl() {
    ::shutdown(listener_, SHUT_RDWR);
    acceptor_.join();
    journal_.update([](Journal& journal) {
      journal.resumed = true;
      for (const int fd : journal.open) ::shutdown(fd, SHUT_RDWR);
    });
    threads_.clear();
    ::close(listener_);
  }

  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  const SmtpScript script_;
  const Context context_;
  int listener_ = -1;
  int port_ = 0;
  Monitor<Journal> journal_;
  std::vector<std::jthread> threads_;  ///< touched by the acceptor only, until it has ended
  std::jthread acceptor_;

 private:
  void accept() {
    while (true) {
      const int fd = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
      if (fd < 0) return;
      journal_.update([&](Journal& journal) {
        ++journal.connections;
        journal.open.insert(fd);
      });
      threads_.emplace_back([this, fd] {
        ignore_broken_pipes();
        Dialogue(script_, context_.get(), journal_, fd).run();
        journal_.update([&](Journal& journal) {
          journal.open.erase(fd);
          ::close(fd);
        });
      });
    }
  }
};

SmtpServer::SmtpServer(SmtpScript script) : impl_(std::make_unique<Impl>(std::move(script))) {}
SmtpServer::~SmtpServer() = default;

int SmtpServer::port() const { return impl_->port_; }

std::vector<ReceivedMail> SmtpServer::mails() const {
  return impl_->journal_.with([](Journal& journal) { return journal.mails; });
}

std::vector<std::string> SmtpServer::commands() const {
  return impl_->journal_.with([](Journal& journal) { return journal.commands; });
}

std::string SmtpServer::swallowed() const {
  return impl_->journal_.with([](Journal& journal) { return journal.swallowed; });
}

void SmtpServer::resume() {
  impl_->journal_.update([](Journal& journal) { journal.resumed = true; });
}

int SmtpServer::connections() const {
  return impl_->journal_.with([](Journal& journal) { return journal.connections; });
}

bool SmtpServer::wait_for(const std::string& point) {
  return impl_->journal_.wait_until(
      std::chrono::steady_clock::now() + std::chrono::seconds(10),
      [&](const Journal& journal) { return journal.points.contains(point); }, [](Journal&) {});
}

}  // namespace madoguchi::testkit
