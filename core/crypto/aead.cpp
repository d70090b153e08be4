// SPDX-License-Identifier: Apache-2.0
#include "core/crypto/aead.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <algorithm>
#include <memory>
#include <stdexcept>

namespace madoguchi::crypto::aead {

namespace {

struct FreeContext {
  void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
};
struct FreeCipher {
  void operator()(EVP_CIPHER* cipher) const { EVP_CIPHER_free(cipher); }
};

void must(int answer) {
  if (answer != 1) throw std::runtime_error("AES-256-GCM of OpenSSL failed");
}

// Fetching the cipher anew for each call costs more than a small encryption (OpenSSL 3).
const EVP_CIPHER* cipher() {
  static const std::unique_ptr<EVP_CIPHER, FreeCipher> fetched(
      EVP_CIPHER_fetch(nullptr, "AES-256-GCM", nullptr));
  if (!fetched) throw std::runtime_error("OpenSSL has no AES-256-GCM");
  return fetched.get();
}

using Context = std::unique_ptr<EVP_CIPHER_CTX, FreeContext>;

Context new_context(int encrypts) {
  Context context(EVP_CIPHER_CTX_new());
  if (!context) throw std::bad_alloc();
  must(EVP_CipherInit_ex2(context.get(), cipher(), nullptr, nullptr, encrypts, nullptr));
  return context;
}

EVP_CIPHER_CTX* encryption() {
  thread_local const Context context = new_context(1);
  return context.get();
}

EVP_CIPHER_CTX* decryption() {
  thread_local const Context context = new_context(0);
  return context.get();
}

const unsigned char* octets(std::string_view bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}

// EVP counts in int; `out` null means that the bytes are authenticated only.
void update(EVP_CIPHER_CTX* context, std::string_view bytes, unsigned char* out) {
  constexpr std::size_t kMost = 1U << 30U;
  while (!bytes.empty()) {
    const std::size_t size = std::min(bytes.size(), kMost);
    int written = 0;
    must(EVP_CipherUpdate(context, out, &written, octets(bytes), static_cast<int>(size)));
    bytes.remove_prefix(size);
    if (out != nullptr) out += size;
  }
}

}  // namespace

Key::~Key() { OPENSSL_cleanse(bytes.data(), bytes.size()); }

void encrypt(const Key& key, const std::uint8_t* nonce, std::initializer_list<std::string_view> aad,
             std::string_view plain, char* out) {
  EVP_CIPHER_CTX* context = encryption();
  must(EVP_CipherInit_ex2(context, nullptr, key.bytes.data(), nonce, 1, nullptr));
  for (const std::string_view piece : aad) update(context, piece, nullptr);
  auto* to = reinterpret_cast<unsigned char*>(out);
  update(context, plain, to);
  int written = 0;
  unsigned char none[16];
  must(EVP_CipherFinal_ex(context, none, &written));
  must(EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, kTagBytes, to + plain.size()));
}

bool decrypt(const Key& key, const std::uint8_t* nonce, std::initializer_list<std::string_view> aad,
             std::string_view sealed, char* out) {
  if (sealed.size() < kTagBytes) return false;
  EVP_CIPHER_CTX* context = decryption();
  must(EVP_CipherInit_ex2(context, nullptr, key.bytes.data(), nonce, 0, nullptr));
  for (const std::string_view piece : aad) update(context, piece, nullptr);
  const std::string_view body = sealed.substr(0, sealed.size() - kTagBytes);
  update(context, body, reinterpret_cast<unsigned char*>(out));
  std::array<unsigned char, kTagBytes> tag{};
  std::copy(sealed.end() - kTagBytes, sealed.end(), tag.begin());
  must(EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, kTagBytes, tag.data()));
  int written = 0;
  unsigned char none[16];
  return EVP_CipherFinal_ex(context, none, &written) == 1;
}

}  // namespace madoguchi::crypto::aead
