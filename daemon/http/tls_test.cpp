// SPDX-License-Identifier: Apache-2.0
#include "daemon/http/tls.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include "daemon/http/test_client.h"
#include "daemon/http/test_server.h"

namespace madoguchi::http {
namespace {

template <auto Free>
struct Freed {
  template <class T>
  void operator()(T* object) const {
    Free(object);
  }
};
template <class T, auto Free>
using Owned = std::unique_ptr<T, Freed<Free>>;

using Key = Owned<EVP_PKEY, EVP_PKEY_free>;
using Certificate = Owned<X509, X509_free>;
using Context = Owned<SSL_CTX, SSL_CTX_free>;
using Session = Owned<SSL, SSL_free>;
using File = Owned<FILE, std::fclose>;

/// Writes a self-signed certificate for "localhost" with its key.
void write_certificate(const TlsFiles& files, long serial) {
  const Key key(EVP_EC_gen("P-256"));
  const Certificate certificate(X509_new());
  X509_set_version(certificate.get(), X509_VERSION_3);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), serial);
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -3600);
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), 3600);
  X509_set_pubkey(certificate.get(), key.get());
  X509_NAME* name = X509_get_subject_name(certificate.get());
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
                             reinterpret_cast<const unsigned char*>("localhost"), -1, -1, 0);
  X509_set_issuer_name(certificate.get(), name);
  X509_sign(certificate.get(), key.get(), EVP_sha256());
  const File certificate_file(std::fopen(files.certificate.c_str(), "w"));
  PEM_write_X509(certificate_file.get(), certificate.get());
  const File key_file(std::fopen(files.key.c_str(), "w"));
  PEM_write_PrivateKey(key_file.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr);
}

/// A client that speaks TLS over a blocking socket.
class TlsClient {
 public:
  TlsClient(int port, int lowest, int highest, const char* ciphers = nullptr)
      : tcp_(port), context_(SSL_CTX_new(TLS_client_method())), session_(nullptr) {
    SSL_CTX_set_security_level(context_.get(), 0);
    SSL_CTX_set_min_proto_version(context_.get(), lowest);
    SSL_CTX_set_max_proto_version(context_.get(), highest);
    if (ciphers != nullptr) SSL_CTX_set_cipher_list(context_.get(), ciphers);
    session_.reset(SSL_new(context_.get()));
    SSL_set_fd(session_.get(), tcp_.fd());
    agreed_ = SSL_connect(session_.get()) == 1;
  }

  [[nodiscard]] bool agreed() const { return agreed_; }
  [[nodiscard]] std::string version() const { return SSL_get_version(session_.get()); }
  [[nodiscard]] long serial() const {
    const Certificate certificate(SSL_get1_peer_certificate(session_.get()));
    return ASN1_INTEGER_get(X509_get0_serialNumber(certificate.get()));
  }
  void send(std::string_view bytes) {
    while (!bytes.empty()) {
      const int sent = SSL_write(session_.get(), bytes.data(), static_cast<int>(bytes.size()));
      if (sent <= 0) return;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
  }
  std::string read(std::size_t size) {
    std::string bytes(size, '\0');
    std::size_t got = 0;
    while (got < size) {
      const int result = SSL_read(session_.get(), bytes.data() + got, static_cast<int>(size - got));
      if (result <= 0) break;
      got += static_cast<std::size_t>(result);
    }
    bytes.resize(got);
    return bytes;
  }
  std::string read_through(std::string_view end) {
    std::string bytes;
    while (!bytes.ends_with(end)) {
      const std::string byte = read(1);
      if (byte.empty()) break;
      bytes += byte;
    }
    return bytes;
  }

 private:
  Client tcp_;
  Context context_;
  Session session_;
  bool agreed_ = false;
};

class TlsTest : public ServerTest {
 protected:
  TlsTest() : files_{dir_ / "cert.pem", dir_ / "key.pem"} {
    write_certificate(files_, 1);
    options_.tls = files_;
  }
  TlsFiles files_;
};

TEST_F(TlsTest, ServesTls12And13) {
  start();
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    TlsClient client(port(), version, version);
    ASSERT_TRUE(client.agreed());
    for (int i = 0; i < 3; ++i) {
      client.send("GET /origin HTTP/1.1\r\nHost: test\r\n\r\n");
      EXPECT_TRUE(client.read_through("\r\n\r\n").starts_with("HTTP/1.1 200 OK"));
      EXPECT_EQ(client.read(25), "127.0.0.1 loopback secure");
    }
  }
}

TEST_F(TlsTest, RefusesOldVersionsAndWeakCiphers) {
  start();
  EXPECT_FALSE(TlsClient(port(), TLS1_1_VERSION, TLS1_1_VERSION).agreed());
  EXPECT_FALSE(TlsClient(port(), TLS1_VERSION, TLS1_1_VERSION, "ALL:@SECLEVEL=0").agreed());
  EXPECT_FALSE(
      TlsClient(port(), TLS1_2_VERSION, TLS1_2_VERSION, "ECDHE-ECDSA-AES128-SHA").agreed());
  EXPECT_FALSE(
      TlsClient(port(), TLS1_2_VERSION, TLS1_2_VERSION, "ECDHE-ECDSA-AES256-SHA384").agreed());
  EXPECT_FALSE(TlsClient(port(), TLS1_2_VERSION, TLS1_2_VERSION, "AES128-GCM-SHA256").agreed());
  EXPECT_TRUE(
      TlsClient(port(), TLS1_2_VERSION, TLS1_2_VERSION, "ECDHE-ECDSA-AES128-GCM-SHA256").agreed());
}

TEST_F(TlsTest, MovesLargeBodiesBothWays) {
  application_.max_body = 8 << 20;
  start();
  TlsClient client(port(), TLS1_3_VERSION, TLS1_3_VERSION);
  ASSERT_TRUE(client.agreed());
  std::string body(3 << 20, 'x');
  for (std::size_t i = 0; i < body.size(); i += 7) body[i] = static_cast<char>('a' + i % 26);
  client.send("POST /echo HTTP/1.1\r\nHost: test\r\nContent-Length: " +
              std::to_string(body.size()) + "\r\n\r\n");
  client.send(body);
  EXPECT_TRUE(client.read_through("\r\n\r\n").starts_with("HTTP/1.1 200"));
  EXPECT_TRUE(client.read(body.size()) == body);
}

TEST_F(TlsTest, StreamsAndRequestsInOneRecordWork) {
  start();
  TlsClient client(port(), TLS1_3_VERSION, TLS1_3_VERSION);
  client.send(
      "GET /hello HTTP/1.1\r\nHost: test\r\n\r\nGET /hello HTTP/1.1\r\nHost: test\r\n\r\n"
      "GET /stream HTTP/1.1\r\nHost: test\r\n\r\n");
  for (int i = 0; i < 2; ++i) {
    client.read_through("\r\n\r\n");
    EXPECT_EQ(client.read(5), "hello");
  }
  client.read_through("\r\n\r\n");
  ASSERT_TRUE(application_.wait_for([](const auto& kept) { return kept.streams.size() == 1; }));
  application_.kept.with([](auto& kept) {
    kept.streams[0]->write("event");
    kept.streams[0]->close();
  });
  EXPECT_EQ(client.read(100), "5\r\nevent\r\n0\r\n\r\n");
}

TEST_F(TlsTest, ReloadsTheCertificateAndKeepsTheOldOneWhenTheNewOneIsBad) {
  start();
  EXPECT_EQ(TlsClient(port(), TLS1_3_VERSION, TLS1_3_VERSION).serial(), 1);
  write_certificate(files_, 2);
  EXPECT_TRUE(server_->reload_certificates());
  EXPECT_EQ(TlsClient(port(), TLS1_3_VERSION, TLS1_3_VERSION).serial(), 2);
  std::ofstream(files_.certificate) << "no certificate";
  const auto bad = server_->reload_certificates();
  ASSERT_FALSE(bad);
  EXPECT_NE(bad.error().message.en.find("cert.pem"), std::string::npos);
  EXPECT_EQ(TlsClient(port(), TLS1_3_VERSION, TLS1_3_VERSION).serial(), 2);
}

TEST_F(TlsTest, RefusesToStartWithAKeyOfAnotherCertificate) {
  const TlsFiles other{dir_ / "other.pem", dir_ / "other.key"};
  write_certificate(other, 3);
  options_.tls->key = other.key;
  Server server(options_, application_, log_, metrics_);
  const auto started = server.start();
  ASSERT_FALSE(started);
  EXPECT_NE(started.error().message.en.find("other.key"), std::string::npos);
}

TEST_F(TlsTest, EndsAHandshakeThatStalls) {
  options_.header_deadline = std::chrono::seconds(1);
  start();
  Client silent(port());
  Client begun(port());
  begun.send(std::string("\x16\x03\x01", 3));
  Client plain(port());
  plain.send("GET /hello HTTP/1.1\r\nHost: test\r\n\r\n");
  EXPECT_TRUE(silent.ends());
  EXPECT_TRUE(begun.ends());
  EXPECT_EQ(plain.answer().status, 0);
}

}  // namespace
}  // namespace madoguchi::http
