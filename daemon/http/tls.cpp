// SPDX-License-Identifier: Apache-2.0
#include "daemon/http/tls.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sys/socket.h>

#include <string>

namespace madoguchi::http {
namespace {

constexpr const char* kCiphers12 =
    "ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305:"
    "ECDHE-RSA-CHACHA20-POLY1305:ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256";
constexpr const char* kCiphers13 =
    "TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256:TLS_AES_128_GCM_SHA256";
constexpr const char* kGroups = "X25519:P-256:P-384";

struct FreeSession {
  void operator()(SSL* session) const { SSL_free(session); }
};

class TlsTransport final : public Transport {
 public:
  TlsTransport(SSL* session, int fd) : session_(session), fd_(fd) {}

  IoResult handshake() override {
    ERR_clear_error();
    return outcome(SSL_accept(session_.get()), 0);
  }

  IoResult read(char* to, std::size_t room) override {
    ERR_clear_error();
    std::size_t got = 0;
    const int result = SSL_read_ex(session_.get(), to, room, &got);
    return outcome(result, got);
  }

  IoResult write(std::string_view first, std::string_view second) override {
    const std::string_view bytes = first.empty() ? second : first;
    ERR_clear_error();
    std::size_t sent = 0;
    const int result = SSL_write_ex(session_.get(), bytes.data(), bytes.size(), &sent);
    return outcome(result, sent);
  }

  [[nodiscard]] bool holds_input() const override { return SSL_has_pending(session_.get()) == 1; }

  void finish_writing() override {
    ERR_clear_error();
    if (!broken_ && SSL_is_init_finished(session_.get()) == 1) SSL_shutdown(session_.get());
    ::shutdown(fd_, SHUT_WR);
  }

  [[nodiscard]] bool secure() const override { return true; }

 private:
  IoResult outcome(int result, std::size_t bytes) {
    if (result > 0) return {IoStatus::done, bytes};
    switch (SSL_get_error(session_.get(), result)) {
      case SSL_ERROR_WANT_READ:
        return {IoStatus::want_read, 0};
      case SSL_ERROR_WANT_WRITE:
        return {IoStatus::want_write, 0};
      case SSL_ERROR_ZERO_RETURN:
        return {IoStatus::end, 0};
      default:
        break;
    }
    broken_ = true;  // SSL_shutdown must not be called after a fatal error
    return {IoStatus::failed, 0};
  }

  std::unique_ptr<SSL, FreeSession> session_;
  int fd_;
  bool broken_ = false;
};

/// Agrees on HTTP/1.1 where the client names it, and on nothing where it does not.
int choose_protocol(SSL*, const unsigned char** out, unsigned char* out_length,
                    const unsigned char* in, unsigned in_length, void*) {
  static constexpr unsigned char kOffer[] = "\x08http/1.1";
  unsigned char* chosen = nullptr;
  if (SSL_select_next_proto(&chosen, out_length, kOffer, sizeof kOffer - 1, in, in_length) !=
      OPENSSL_NPN_NEGOTIATED) {
    return SSL_TLSEXT_ERR_NOACK;
  }
  *out = chosen;
  return SSL_TLSEXT_ERR_OK;
}

Error tls_failure(const std::string& what) {
  std::string why = "unknown";
  if (const unsigned long code = ERR_peek_last_error(); code != 0) {
    char text[256];
    ERR_error_string_n(code, text, sizeof text);
    why = text;
  }
  ERR_clear_error();
  return Error{ErrorCode::unavailable,
               "tls",
               {"TLS: cannot use " + what, "TLS: " + what + " を使えません"},
               why};
}

Result<std::shared_ptr<SSL_CTX>> make_context(const std::string& certificate,
                                              const std::string& key) {
  ERR_clear_error();
  std::shared_ptr<SSL_CTX> context(SSL_CTX_new(TLS_server_method()), SSL_CTX_free);
  if (!context) return fail(tls_failure("OpenSSL"));
  SSL_CTX* raw = context.get();
  SSL_CTX_set_options(raw, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_TICKET |
                               SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_IGNORE_UNEXPECTED_EOF);
  SSL_CTX_set_mode(raw, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                            SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_session_cache_mode(raw, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_alpn_select_cb(raw, choose_protocol, nullptr);
  const bool ruled = SSL_CTX_set_min_proto_version(raw, TLS1_2_VERSION) == 1 &&
                     SSL_CTX_set_cipher_list(raw, kCiphers12) == 1 &&
                     SSL_CTX_set_ciphersuites(raw, kCiphers13) == 1 &&
                     SSL_CTX_set1_groups_list(raw, kGroups) == 1 &&
                     SSL_CTX_set_num_tickets(raw, 0) == 1;
  if (!ruled) return fail(tls_failure("OpenSSL"));
  if (SSL_CTX_use_certificate_chain_file(raw, certificate.c_str()) != 1) {
    return fail(tls_failure("the certificate " + certificate));
  }
  if (SSL_CTX_use_PrivateKey_file(raw, key.c_str(), SSL_FILETYPE_PEM) != 1 ||
      SSL_CTX_check_private_key(raw) != 1) {
    return fail(tls_failure("the key " + key));
  }
  return context;
}

}  // namespace

std::unique_ptr<Transport> TlsContext::transport(int fd) const {
  const auto context = context_.with([](const auto& current) { return current; });
  SSL* session = SSL_new(context.get());  // counts a reference on the context of its own
  if (session == nullptr) return nullptr;
  auto transport = std::make_unique<TlsTransport>(session, fd);
  if (SSL_set_fd(session, fd) != 1) return nullptr;
  return transport;
}

Result<std::unique_ptr<TlsContext>> TlsContext::load(std::filesystem::path certificate,
                                                     std::filesystem::path key) {
  std::unique_ptr<TlsContext> tls(new TlsContext(std::move(certificate), std::move(key)));
  if (auto loaded = tls->reload(); !loaded) return fail(loaded.error());
  return tls;
}

Result<void> TlsContext::reload() {
  auto context = make_context(certificate_.string(), key_.string());
  if (!context) return fail(context.error());
  context_.with([&](auto& current) { current = std::move(*context); });
  return {};
}

}  // namespace madoguchi::http
