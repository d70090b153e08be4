// SPDX-License-Identifier: Apache-2.0
#include "core/crypto/shred_seal.h"

#include <algorithm>
#include <array>

#include "core/crypto/aead.h"
#include "core/crypto/digest.h"
#include "core/crypto/random.h"

namespace madoguchi::crypto {
namespace {

constexpr char kVersion = 1;
constexpr std::size_t kSaltBytes = 16;
constexpr std::size_t kMarkBytes = 4;
constexpr std::size_t kHeader = 1 + kMarkBytes + aead::kNonceBytes;

aead::Key key_of(const Secret& root, std::string_view salt) {
  const Digest digest = hmac_sha256(root, salt);
  aead::Key key;
  std::copy(digest.begin(), digest.end(), key.bytes.begin());
  return key;
}

const std::uint8_t* octets(const char* text) { return reinterpret_cast<const std::uint8_t*>(text); }

}  // namespace

std::string ShredSeal::new_salt() {
  std::array<std::uint8_t, kSaltBytes> salt;
  random_bytes(salt);
  return {reinterpret_cast<const char*>(salt.data()), salt.size()};
}

std::string ShredSeal::seal(std::string_view salt, std::string_view aad,
                            std::string_view plain) const {
  std::array<std::uint8_t, aead::kNonceBytes> nonce;
  random_bytes(nonce);
  std::string out(kHeader + plain.size() + aead::kTagBytes, '\0');
  out[0] = kVersion;
  salt.copy(out.data() + 1, kMarkBytes);
  std::copy(nonce.begin(), nonce.end(), out.begin() + 1 + kMarkBytes);
  aead::encrypt(key_of(root_, salt), nonce.data(), {aad}, plain, out.data() + kHeader);
  return out;
}

std::optional<std::string> ShredSeal::open(std::string_view salt, std::string_view aad,
                                           std::string_view sealed) const {
  if (sealed.size() < kHeader + aead::kTagBytes || sealed[0] != kVersion) return std::nullopt;
  if (salt.size() != kSaltBytes || sealed.substr(1, kMarkBytes) != salt.substr(0, kMarkBytes)) {
    return std::nullopt;
  }
  std::string plain(sealed.size() - kHeader - aead::kTagBytes, '\0');
  const bool whole = aead::decrypt(key_of(root_, salt), octets(sealed.data() + 1 + kMarkBytes),
                                   {aad}, sealed.substr(kHeader), plain.data());
  return whole ? std::optional(std::move(plain)) : std::nullopt;
}

}  // namespace madoguchi::crypto
