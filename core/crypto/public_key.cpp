// SPDX-License-Identifier: Apache-2.0
#include "core/crypto/public_key.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/rsa.h>

#include <vector>

namespace madoguchi::crypto {
namespace {

constexpr int kLeastRsaBits = 2048;
constexpr int kMostRsaBits = 8192;

struct FreeKey {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
  void operator()(EVP_PKEY_CTX* context) const { EVP_PKEY_CTX_free(context); }
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
  void operator()(OSSL_PARAM* parameters) const { OSSL_PARAM_free(parameters); }
  void operator()(OSSL_PARAM_BLD* builder) const { OSSL_PARAM_BLD_free(builder); }
  void operator()(BIGNUM* number) const { BN_free(number); }
  void operator()(ECDSA_SIG* signature) const { ECDSA_SIG_free(signature); }
};
template <class T>
using Owned = std::unique_ptr<T, FreeKey>;

const unsigned char* octets(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

Owned<BIGNUM> number_of(std::string_view big_endian) {
  return Owned<BIGNUM>(BN_bin2bn(octets(big_endian), static_cast<int>(big_endian.size()), nullptr));
}

Error no_key(const char* why) {
  Error error = Error::invalid("", {"This is no usable key.", "使用できない鍵です。"});
  error.detail = why;
  return error;
}

EVP_PKEY* key_from(const char* type, OSSL_PARAM_BLD* builder) {
  const Owned<OSSL_PARAM> parameters(OSSL_PARAM_BLD_to_param(builder));
  const Owned<EVP_PKEY_CTX> context(EVP_PKEY_CTX_new_from_name(nullptr, type, nullptr));
  EVP_PKEY* key = nullptr;
  if (!parameters || !context || EVP_PKEY_fromdata_init(context.get()) != 1 ||
      EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, parameters.get()) != 1) {
    return nullptr;
  }
  return key;
}

struct Curve {
  std::string_view name;
  const char* group;
  std::size_t size;
  JwsAlgorithm algorithm;
};
constexpr Curve kCurves[] = {{"P-256", "P-256", 32, JwsAlgorithm::es256},
                             {"P-384", "P-384", 48, JwsAlgorithm::es384},
                             {"P-521", "P-521", 66, JwsAlgorithm::es512}};

const EVP_MD* digest_of(JwsAlgorithm algorithm) {
  switch (algorithm) {
    case JwsAlgorithm::rs256:
    case JwsAlgorithm::ps256:
    case JwsAlgorithm::es256:
      return EVP_sha256();
    case JwsAlgorithm::rs384:
    case JwsAlgorithm::ps384:
    case JwsAlgorithm::es384:
      return EVP_sha384();
    case JwsAlgorithm::rs512:
    case JwsAlgorithm::ps512:
    case JwsAlgorithm::es512:
      return EVP_sha512();
    case JwsAlgorithm::eddsa:
      break;
  }
  return nullptr;
}

bool is_rsa(JwsAlgorithm algorithm) { return algorithm <= JwsAlgorithm::ps512; }
bool is_pss(JwsAlgorithm algorithm) {
  return algorithm >= JwsAlgorithm::ps256 && algorithm <= JwsAlgorithm::ps512;
}

/// Both numbers of an ECDSA signature as OpenSSL wants them; empty when they cannot be.
std::vector<unsigned char> der_of(std::string_view both) {
  const std::size_t half = both.size() / 2;
  Owned<BIGNUM> r = number_of(both.substr(0, half));
  Owned<BIGNUM> s = number_of(both.substr(half));
  const Owned<ECDSA_SIG> signature(ECDSA_SIG_new());
  if (!r || !s || !signature || ECDSA_SIG_set0(signature.get(), r.get(), s.get()) != 1) return {};
  (void)r.release();  // the signature's now
  (void)s.release();
  const int size = i2d_ECDSA_SIG(signature.get(), nullptr);
  if (size <= 0) return {};
  std::vector<unsigned char> der(static_cast<std::size_t>(size));
  unsigned char* out = der.data();
  i2d_ECDSA_SIG(signature.get(), &out);
  return der;
}

}  // namespace

struct PublicKey::Key {
  Owned<EVP_PKEY> key;
  enum class Kind { rsa, ec, ed25519 } kind = Kind::rsa;
  JwsAlgorithm curve = JwsAlgorithm::es256;  ///< the only one that goes with it
  std::size_t coordinate = 0;
};

Result<PublicKey> PublicKey::rsa(std::string_view modulus, std::string_view exponent) {
  if (modulus.size() > kMostRsaBits / 8 || exponent.size() > 8) return fail(no_key("too long"));
  const Owned<BIGNUM> n = number_of(modulus);
  const Owned<BIGNUM> e = number_of(exponent);
  if (!n || !e || BN_num_bits(n.get()) < kLeastRsaBits || BN_is_odd(e.get()) == 0 ||
      BN_is_one(e.get()) != 0) {
    return fail(no_key("too short, or no exponent"));
  }
  const Owned<OSSL_PARAM_BLD> builder(OSSL_PARAM_BLD_new());
  if (!builder || OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, n.get()) != 1 ||
      OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, e.get()) != 1) {
    return fail(no_key("parameters"));
  }
  const auto key = std::make_shared<Key>();
  key->key.reset(key_from("RSA", builder.get()));
  if (!key->key) return fail(no_key("no RSA key"));
  return PublicKey(key);
}

Result<PublicKey> PublicKey::ec(std::string_view curve, std::string_view x, std::string_view y) {
  for (const Curve& one : kCurves) {
    if (one.name != curve) continue;
    if (x.size() != one.size || y.size() != one.size) return fail(no_key("coordinates"));
    const std::string point = "\x04" + std::string(x) + std::string(y);
    const Owned<OSSL_PARAM_BLD> builder(OSSL_PARAM_BLD_new());
    if (!builder ||
        OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, one.group, 0) !=
            1 ||
        OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(),
                                         point.size()) != 1) {
      return fail(no_key("parameters"));
    }
    const auto key = std::make_shared<Key>();
    key->key.reset(key_from("EC", builder.get()));
    if (!key->key) return fail(no_key("not a point of the curve"));
    key->kind = Key::Kind::ec;
    key->curve = one.algorithm;
    key->coordinate = one.size;
    return PublicKey(key);
  }
  return fail(no_key("an unknown curve"));
}

Result<PublicKey> PublicKey::ed25519(std::string_view x) {
  const auto key = std::make_shared<Key>();
  key->key.reset(EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, octets(x), x.size()));
  if (!key->key) return fail(no_key("no Ed25519 key"));
  key->kind = Key::Kind::ed25519;
  return PublicKey(key);
}

bool PublicKey::holds(JwsAlgorithm algorithm, std::string_view bytes,
                      std::string_view signature) const {
  const Key::Kind wanted = algorithm == JwsAlgorithm::eddsa ? Key::Kind::ed25519
                           : is_rsa(algorithm)              ? Key::Kind::rsa
                                                            : Key::Kind::ec;
  if (key_->kind != wanted) return false;
  std::vector<unsigned char> raw(octets(signature), octets(signature) + signature.size());
  if (wanted == Key::Kind::ec) {
    if (algorithm != key_->curve || signature.size() != 2 * key_->coordinate) return false;
    raw = der_of(signature);
    if (raw.empty()) return false;
  }
  const Owned<EVP_MD_CTX> context(EVP_MD_CTX_new());
  EVP_PKEY_CTX* parameters = nullptr;  // the context's
  if (!context || EVP_DigestVerifyInit(context.get(), &parameters, digest_of(algorithm), nullptr,
                                       key_->key.get()) != 1) {
    return false;
  }
  if (is_pss(algorithm) &&
      (EVP_PKEY_CTX_set_rsa_padding(parameters, RSA_PKCS1_PSS_PADDING) != 1 ||
       EVP_PKEY_CTX_set_rsa_pss_saltlen(parameters, RSA_PSS_SALTLEN_DIGEST) != 1)) {
    return false;
  }
  return EVP_DigestVerify(context.get(), raw.data(), raw.size(), octets(bytes), bytes.size()) == 1;
}

}  // namespace madoguchi::crypto
