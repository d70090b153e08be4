// SPDX-License-Identifier: Apache-2.0
#include "core/crypto/signature.h"

#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>

#include <memory>
#include <new>
#include <vector>

#include "core/crypto/encoding.h"

namespace madoguchi::crypto {
namespace {

template <auto Free>
struct Deleter {
  template <class T>
  void operator()(T* value) const {
    Free(value);
  }
};
using Bio = std::unique_ptr<BIO, Deleter<&BIO_free_all>>;
using Certificate = std::unique_ptr<X509, Deleter<&X509_free>>;
using Key = std::unique_ptr<EVP_PKEY, Deleter<&EVP_PKEY_free>>;
using Digesting = std::unique_ptr<EVP_MD_CTX, Deleter<&EVP_MD_CTX_free>>;
using Store = std::unique_ptr<X509_STORE, Deleter<&X509_STORE_free>>;
using Checking = std::unique_ptr<X509_STORE_CTX, Deleter<&X509_STORE_CTX_free>>;
struct StackDeleter {
  void operator()(STACK_OF(X509) * stack) const { sk_X509_free(stack); }
};
using Stack = std::unique_ptr<STACK_OF(X509), StackDeleter>;

/// What OpenSSL noted about a failure must not be found by the next one who looks.
struct ForgetErrors {
  ForgetErrors() = default;
  ForgetErrors(const ForgetErrors&) = delete;
  ForgetErrors& operator=(const ForgetErrors&) = delete;
  ~ForgetErrors() { ERR_clear_error(); }
};

Bio reader(std::string_view bytes) {
  // Without octets a view may point nowhere, which OpenSSL takes for a mistake.
  Bio bio(BIO_new_mem_buf(bytes.empty() ? "" : bytes.data(), static_cast<int>(bytes.size())));
  if (!bio) throw std::bad_alloc();
  return bio;
}

std::vector<Certificate> certificates(std::string_view pem) {
  std::vector<Certificate> found;
  const Bio bio = reader(pem);
  while (found.size() < 100) {
    Certificate one(PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr));
    if (!one) break;
    found.push_back(std::move(one));
  }
  return found;
}

bool verify(EVP_PKEY* key, const EVP_MD* hash, std::string_view bytes, std::string_view signature) {
  const Digesting context(EVP_MD_CTX_new());
  if (!context) throw std::bad_alloc();
  return EVP_DigestVerifyInit(context.get(), nullptr, hash, nullptr, key) == 1 &&
         EVP_DigestVerify(context.get(), reinterpret_cast<const unsigned char*>(signature.data()),
                          signature.size(), reinterpret_cast<const unsigned char*>(bytes.data()),
                          bytes.size()) == 1;
}

Key p256_key(std::string_view text) {
  Key key;
  if (text.find("-----BEGIN") != std::string_view::npos) {
    const Bio bio = reader(text);
    key.reset(PEM_read_bio_PUBKEY(bio.get(), nullptr, nullptr, nullptr));
  } else if (const Result<std::string> der = from_base64(text)) {
    const auto* at = reinterpret_cast<const unsigned char*>(der->data());
    key.reset(d2i_PUBKEY(nullptr, &at, static_cast<long>(der->size())));
  }
  if (!key || EVP_PKEY_get_base_id(key.get()) != EVP_PKEY_EC) return {};
  char group[32] = {};
  if (EVP_PKEY_get_group_name(key.get(), group, sizeof group, nullptr) != 1) return {};
  if (std::string_view(group) != "prime256v1") return {};
  return key;
}

Error not_trusted(std::string why) {
  Error error =
      Error::forbidden({"The certificate cannot be trusted.", "証明書を信頼できません。"});
  error.detail = std::move(why);
  return error;
}

Result<void> check_chain(const std::vector<Certificate>& mine, TimePoint now,
                         std::string_view authorities) {
  const Store store(X509_STORE_new());
  const Stack others(sk_X509_new_null());
  const Checking checking(X509_STORE_CTX_new());
  if (!store || !others || !checking) throw std::bad_alloc();
  const std::vector<Certificate> roots = certificates(authorities);
  for (const Certificate& root : roots) X509_STORE_add_cert(store.get(), root.get());
  for (const Certificate& one : mine) sk_X509_push(others.get(), one.get());
  if (X509_STORE_CTX_init(checking.get(), store.get(), mine.front().get(), others.get()) != 1) {
    return fail(not_trusted("it cannot be checked"));
  }
  X509_STORE_CTX_set_flags(checking.get(), X509_V_FLAG_PARTIAL_CHAIN);
  X509_STORE_CTX_set_time(checking.get(), 0, static_cast<time_t>(to_micros(now) / 1'000'000));
  if (X509_verify_cert(checking.get()) == 1) return {};
  return fail(not_trusted(X509_verify_cert_error_string(X509_STORE_CTX_get_error(checking.get()))));
}

}  // namespace

bool rsa_signature_holds(std::string_view pem, SignatureHash hash, std::string_view bytes,
                         std::string_view signature) {
  const ForgetErrors forget;
  const std::vector<Certificate> found = certificates(pem);
  if (found.empty()) return false;
  EVP_PKEY* key = X509_get0_pubkey(found.front().get());
  if (key == nullptr || EVP_PKEY_get_base_id(key) != EVP_PKEY_RSA) return false;
  return verify(key, hash == SignatureHash::sha1 ? EVP_sha1() : EVP_sha256(), bytes, signature);
}

Result<void> certificate_holds(std::string_view pem, TimePoint now, std::string_view authorities) {
  const ForgetErrors forget;
  const std::vector<Certificate> found = certificates(pem);
  if (found.empty()) return fail(not_trusted("it is no certificate"));
  time_t at = static_cast<time_t>(to_micros(now) / 1'000'000);
  if (X509_cmp_time(X509_get0_notBefore(found.front().get()), &at) != -1) {
    return fail(not_trusted("it is not valid yet"));
  }
  if (X509_cmp_time(X509_get0_notAfter(found.front().get()), &at) != 1) {
    return fail(not_trusted("it has expired"));
  }
  return authorities.empty() ? Result<void>() : check_chain(found, now, authorities);
}

bool ecdsa_signature_holds(std::string_view public_key, std::string_view bytes,
                           std::string_view signature) {
  const ForgetErrors forget;
  const Key key = p256_key(public_key);
  return key && verify(key.get(), EVP_sha256(), bytes, signature);
}

bool is_p256_key(std::string_view public_key) {
  const ForgetErrors forget;
  return p256_key(public_key) != nullptr;
}

}  // namespace madoguchi::crypto
