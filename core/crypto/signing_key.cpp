// SPDX-License-Identifier: Apache-2.0
#include "core/crypto/signing_key.h"

#include <openssl/err.h>
#include <openssl/evp.h>

#include <array>
#include <memory>
#include <stdexcept>

namespace madoguchi::crypto {
namespace {

constexpr std::size_t kKeyOctets = 32;
constexpr std::size_t kSignatureOctets = 64;

struct Free {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};
using Key = std::unique_ptr<EVP_PKEY, Free>;
using Context = std::unique_ptr<EVP_MD_CTX, Free>;

const unsigned char* octets(std::string_view bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}

Key private_key(const Secret& seed) {
  Key key(EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, octets(seed.reveal()),
                                       seed.reveal().size()));
  if (!key) throw std::invalid_argument("an Ed25519 key has 32 octets");
  return key;
}

}  // namespace

std::string ed25519_sign(const Secret& seed, std::string_view bytes) {
  const Key key = private_key(seed);
  const Context context(EVP_MD_CTX_new());
  std::array<unsigned char, kSignatureOctets> signature{};
  std::size_t size = signature.size();
  if (!context || EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, key.get()) != 1 ||
      EVP_DigestSign(context.get(), signature.data(), &size, octets(bytes), bytes.size()) != 1) {
    throw std::runtime_error("cannot sign");
  }
  return {reinterpret_cast<const char*>(signature.data()), size};
}

std::string ed25519_public_key(const Secret& seed) {
  const Key key = private_key(seed);
  std::array<unsigned char, kKeyOctets> made{};
  std::size_t size = made.size();
  if (EVP_PKEY_get_raw_public_key(key.get(), made.data(), &size) != 1) {
    throw std::runtime_error("a key without its public part");
  }
  return {reinterpret_cast<const char*>(made.data()), size};
}

bool ed25519_signature_holds(std::string_view public_key, std::string_view bytes,
                             std::string_view signature) {
  if (public_key.size() != kKeyOctets || signature.size() != kSignatureOctets) return false;
  const Key key(EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, octets(public_key),
                                            public_key.size()));
  const Context context(EVP_MD_CTX_new());
  const bool holds =
      key && context &&
      EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, key.get()) == 1 &&
      EVP_DigestVerify(context.get(), octets(signature), signature.size(), octets(bytes),
                       bytes.size()) == 1;
  ERR_clear_error();  // what is noted must not be found by the next one who looks
  return holds;
}

}  // namespace madoguchi::crypto
