// SPDX-License-Identifier: Apache-2.0
#include "connectors/testkit/http_server.h"

#include <netinet/in.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <set>
#include <stdexcept>
#include <thread>

#include "core/base/guarded.h"

namespace madoguchi::testkit {
namespace {

using ServerContext = std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)>;

struct HttpJournal {
  std::vector<std::string> requests;
  std::set<int> open;
  int connections = 0;
};

std::size_t length_of(const std::string& head) {
  for (const char* name : {"\r\nContent-Length: ", "\r\ncontent-length: "}) {
    if (const std::size_t at = head.find(name); at != std::string::npos) {
      return static_cast<std::size_t>(std::stoul(head.substr(at + std::string_view(name).size())));
    }
  }
  return 0;
}

class Peer final : public HttpPeer {
 public:
  Peer(int fd, SSL_CTX* context, Guarded<HttpJournal>& journal) : fd_(fd), journal_(journal) {
    if (context == nullptr) return;
    ssl_ = SSL_new(context);
    SSL_set_fd(ssl_, fd_);
    is_good_ = SSL_accept(ssl_) == 1;
  }
  ~Peer() override {
    if (ssl_ == nullptr) return;
    if (is_good_) SSL_shutdown(ssl_);
    SSL_free(ssl_);
  }
  Peer(const Peer&) = delete;
  Peer& operator=(const Peer&) = delete;

  [[nodiscard]] bool is_good() const { return is_good_; }

  std::string request() override {
    std::size_t end = 0;
    while ((end = buffer_.find("\r\n\r\n")) == std::string::npos) {
      if (!fill()) return {};
    }
    const std::size_t size = end + 4 + length_of(buffer_.substr(0, end + 2));
    while (buffer_.size() < size) {
      if (!fill()) return {};
    }
    std::string request = buffer_.substr(0, size);
    buffer_.erase(0, size);
    journal_.with([&](HttpJournal& journal) { journal.requests.push_back(request); });
    return request;
  }

  std::string receive() override {
    if (buffer_.empty() && !fill()) return {};
    return std::exchange(buffer_, {});
  }

  bool send(std::string_view bytes) override {
    if (ssl_ != nullptr) {
      return bytes.empty() || SSL_write(ssl_, bytes.data(), static_cast<int>(bytes.size())) > 0;
    }
    while (!bytes.empty()) {
      const ssize_t put = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (put <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(put));
    }
    return true;
  }

  bool wait_until_gone(std::chrono::milliseconds most) override {
    const auto end = std::chrono::steady_clock::now() + most;
    while (true) {
      const auto left =
          std::chrono::ceil<std::chrono::milliseconds>(end - std::chrono::steady_clock::now());
      pollfd one{fd_, POLLIN | POLLRDHUP, 0};
      if (left.count() <= 0 || ::poll(&one, 1, static_cast<int>(left.count())) == 0) return false;
      if ((one.revents & (POLLRDHUP | POLLHUP | POLLERR)) != 0) return true;
      if (!fill()) return true;
    }
  }

  void reset() override {
    const linger now{1, 0};
    ::setsockopt(fd_, SOL_SOCKET, SO_LINGER, &now, sizeof now);
    is_good_ = false;
  }

 private:
  bool fill() {
    char chunk[16384];
    const auto got =
        ssl_ != nullptr ? SSL_read(ssl_, chunk, sizeof chunk) : ::recv(fd_, chunk, sizeof chunk, 0);
    if (got <= 0) return false;
    buffer_.append(chunk, static_cast<std::size_t>(got));
    return true;
  }

  int fd_;
  Guarded<HttpJournal>& journal_;
  SSL* ssl_ = nullptr;
  bool is_good_ = true;
  std::string buffer_;
};

ServerContext server_context(const std::optional<Certificates>& files) {
  ServerContext context(nullptr, &SSL_CTX_free);
  if (!files) return context;
  context.reset(SSL_CTX_new(TLS_server_method()));
  if (SSL_CTX_use_certificate_file(context.get(), files->certificate.c_str(), SSL_FILETYPE_PEM) !=
          1 ||
      SSL_CTX_use_PrivateKey_file(context.get(), files->key.c_str(), SSL_FILETYPE_PEM) != 1) {
    throw std::runtime_error("cannot use the test certificate");
  }
  return context;
}

/// OpenSSL writes to its socket without MSG_NOSIGNAL, and clients here often hang up first.
void block_broken_pipes() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGPIPE);
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
}

}  // namespace

class HttpServer::Impl {
 public:
  Impl(Script script, const std::optional<Certificates>& certificates)
      : script_(std::move(script)), context_(server_context(certificates)) {
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
    journal_.with([](HttpJournal& journal) {
      for (const int fd : journal.open) ::shutdown(fd, SHUT_RDWR);
    });
    threads_.clear();
    ::close(listener_);
  }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  const Script script_;
  const ServerContext context_;
  int listener_ = -1;
  int port_ = 0;
  Guarded<HttpJournal> journal_;
  std::vector<std::jthread> threads_;  ///< touched by the acceptor only, until it has ended
  std::jthread acceptor_;

 private:
  void accept() {
    while (true) {
      const int fd = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
      if (fd < 0) return;
      journal_.with([&](HttpJournal& journal) {
        ++journal.connections;
        journal.open.insert(fd);
      });
      threads_.emplace_back([this, fd] {
        block_broken_pipes();
        {
          Peer peer(fd, context_.get(), journal_);
          if (peer.is_good()) script_(peer);
        }
        journal_.with([&](HttpJournal& journal) {
          journal.open.erase(fd);
          ::close(fd);
        });
      });
    }
  }
};

HttpServer::HttpServer(Script script, const std::optional<Certificates>& certificates)
    : impl_(std::make_unique<Impl>(std::move(script), certificates)) {}
HttpServer::~HttpServer() = default;

HttpServer::Script HttpServer::answering(std::string answer) {
  return [answer = std::move(answer)](HttpPeer& peer) {
    if (!peer.request().empty()) peer.send(answer);
  };
}

int HttpServer::port() const { return impl_->port_; }

int HttpServer::connections() const {
  return impl_->journal_.with([](HttpJournal& journal) { return journal.connections; });
}

std::vector<std::string> HttpServer::requests() const {
  return impl_->journal_.with([](HttpJournal& journal) { return journal.requests; });
}

std::string http_answer(std::string_view body, const std::string& more_headers, int status) {
  return "HTTP/1.1 " + std::to_string(status) + " OK\r\n" + more_headers +
         "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + std::string(body);
}

}  // namespace madoguchi::testkit
