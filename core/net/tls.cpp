// SPDX-License-Identifier: Apache-2.0
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <array>
#include <new>

#include "core/net/connection.h"

namespace madoguchi::net {
namespace {

constexpr const char* kCiphers = "ECDHE+AESGCM:ECDHE+CHACHA20";  // TLS 1.3 has no others

struct ContextDeleter {
  void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
};
struct SslDeleter {
  void operator()(SSL* ssl) const { SSL_free(ssl); }
};
using Context = std::unique_ptr<SSL_CTX, ContextDeleter>;
using Ssl = std::unique_ptr<SSL, SslDeleter>;

std::string openssl_words() {
  const unsigned long code = ERR_peek_last_error();
  ERR_clear_error();
  const char* words = code == 0 ? nullptr : ERR_reason_error_string(code);
  return words == nullptr ? "TLS fails" : std::string("TLS: ") + words;
}

tl::expected<Context, HttpFailure> make_context(const std::string& ca_file) {
  Context context(SSL_CTX_new(TLS_client_method()));
  if (!context) throw std::bad_alloc();
  SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);
  SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
  SSL_CTX_set_mode(context.get(), SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_AUTO_RETRY);
  const bool has_authorities =
      ca_file.empty() ? SSL_CTX_set_default_verify_paths(context.get()) == 1
                      : SSL_CTX_load_verify_locations(context.get(), ca_file.c_str(), nullptr) == 1;
  if (!has_authorities || SSL_CTX_set_cipher_list(context.get(), kCiphers) != 1) {
    ERR_clear_error();
    return fail_with(HttpTrouble::untrusted, ca_file.empty()
                                                 ? "no authorities to check certificates by"
                                                 : "cannot use the authorities of " + ca_file);
  }
  return context;
}

/// OpenSSL between two buffers in memory: so that all reading and writing is the channel's, with
/// its deadline, and no signal comes of a broken pipe.
class TlsChannel final : public Channel {
 public:
  TlsChannel(Channel& below, Context context)
      : below_(below), context_(std::move(context)), ssl_(SSL_new(context_.get())) {
    in_ = BIO_new(BIO_s_mem());
    out_ = BIO_new(BIO_s_mem());
    if (!ssl_ || in_ == nullptr || out_ == nullptr) throw std::bad_alloc();
    BIO_set_mem_eof_return(in_, -1);
    SSL_set_bio(ssl_.get(), in_, out_);
  }

  bool is_for(const std::string& host) {
    SSL_set_hostflags(ssl_.get(), X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    if (endpoint_of(host, 0)) {
      return X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl_.get()), host.c_str()) == 1;
    }
    return SSL_set1_host(ssl_.get(), host.c_str()) == 1 &&
           SSL_set_tlsext_host_name(ssl_.get(), host.c_str()) == 1;
  }

  HttpStep handshake() {
    while (true) {
      ERR_clear_error();
      const int done = SSL_connect(ssl_.get());
      if (HttpStep sent = flush(); !sent) return sent;
      if (done == 1) return {};
      if (SSL_get_error(ssl_.get(), done) != SSL_ERROR_WANT_READ) {
        const long verdict = SSL_get_verify_result(ssl_.get());
        std::string words = verdict == X509_V_OK ? openssl_words()
                                                 : std::string("certificate: ") +
                                                       X509_verify_cert_error_string(verdict);
        return fail_with(HttpTrouble::untrusted, std::move(words));
      }
      if (HttpStep more = fill(); !more) return more;
      if (ended_) return fail_with(HttpTrouble::untrusted, "ended during TLS's handshake");
    }
  }

  tl::expected<std::size_t, HttpFailure> read(char* to, std::size_t size) override {
    while (true) {
      std::size_t got = 0;
      ERR_clear_error();
      const int done = SSL_read_ex(ssl_.get(), to, size, &got);
      if (HttpStep sent = flush(); !sent) return tl::unexpected<HttpFailure>(sent.error());
      if (done == 1) return got;
      const int error = SSL_get_error(ssl_.get(), done);
      if (error == SSL_ERROR_ZERO_RETURN) return std::size_t{0};
      if (error != SSL_ERROR_WANT_READ) return fail_with(HttpTrouble::broken, openssl_words());
      // Without TLS's own goodbye the end may be somebody else's doing.
      if (ended_) return fail_with(HttpTrouble::broken, "ended without TLS's close_notify");
      if (HttpStep more = fill(); !more) return tl::unexpected<HttpFailure>(more.error());
    }
  }

  HttpStep write(std::string_view bytes) override {
    while (!bytes.empty()) {
      std::size_t put = 0;
      ERR_clear_error();
      const int done = SSL_write_ex(ssl_.get(), bytes.data(), bytes.size(), &put);
      if (HttpStep sent = flush(); !sent) return sent;
      if (done == 1) {
        bytes.remove_prefix(put);
        continue;
      }
      if (SSL_get_error(ssl_.get(), done) != SSL_ERROR_WANT_READ || ended_) {
        return fail_with(HttpTrouble::broken, openssl_words());
      }
      if (HttpStep more = fill(); !more) return more;
    }
    return {};
  }

 private:
  HttpStep flush() {
    std::array<char, 16384> buffer;
    while (BIO_ctrl_pending(out_) > 0) {
      const int size = BIO_read(out_, buffer.data(), static_cast<int>(buffer.size()));
      if (size <= 0) break;
      HttpStep sent = below_.write({buffer.data(), static_cast<std::size_t>(size)});
      if (!sent) return sent;
    }
    return {};
  }

  HttpStep fill() {
    std::array<char, 16384> buffer;
    const tl::expected<std::size_t, HttpFailure> got = below_.read(buffer.data(), buffer.size());
    if (!got) return tl::unexpected<HttpFailure>(got.error());
    ended_ = *got == 0;
    if (!ended_) BIO_write(in_, buffer.data(), static_cast<int>(*got));
    return {};
  }

  Channel& below_;
  Context context_;
  Ssl ssl_;
  BIO* in_ = nullptr;   ///< owned by ssl_
  BIO* out_ = nullptr;  ///< owned by ssl_
  bool ended_ = false;
};

}  // namespace

tl::expected<std::unique_ptr<Channel>, HttpFailure> start_tls(Channel& below,
                                                              const std::string& host,
                                                              const std::string& ca_file) {
  tl::expected<Context, HttpFailure> context = make_context(ca_file);
  if (!context) return tl::unexpected<HttpFailure>(std::move(context.error()));
  auto channel = std::make_unique<TlsChannel>(below, std::move(*context));
  if (!channel->is_for(host)) return fail_with(HttpTrouble::untrusted, "no host for TLS");
  if (HttpStep shaken = channel->handshake(); !shaken) {
    return tl::unexpected<HttpFailure>(std::move(shaken.error()));
  }
  return channel;
}

}  // namespace madoguchi::net
