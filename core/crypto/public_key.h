// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "core/base/enum_names.h"
#include "core/base/result.h"

namespace madoguchi::crypto {

/// The signature algorithms of RFC 7518, section 3.1, and RFC 8037 that a public key can check.
/// There is no "none" and no HMAC: who knows the key could sign.
enum class JwsAlgorithm { rs256, rs384, rs512, ps256, ps384, ps512, es256, es384, es512, eddsa };

/// Somebody else's key, from the numbers of a JSON Web Key (RFC 7518, section 6). Immutable, cheap
/// to copy, safe for use by many threads.
class PublicKey {
 public:
  /// Modulus and exponent, big-endian octets; `invalid` below 2048 bits.
  static Result<PublicKey> rsa(std::string_view modulus, std::string_view exponent);
  /// "P-256", "P-384" or "P-521" and the coordinates, each as long as the curve says.
  static Result<PublicKey> ec(std::string_view curve, std::string_view x, std::string_view y);
  /// 32 octets.
  static Result<PublicKey> ed25519(std::string_view x);

  /// Whether `signature` (as in a JWS: of ECDSA both numbers one after the other) is one over
  /// `bytes` by that algorithm; false when the key is not of its kind.
  [[nodiscard]] bool holds(JwsAlgorithm algorithm, std::string_view bytes,
                           std::string_view signature) const;

 private:
  struct Key;
  explicit PublicKey(std::shared_ptr<const Key> key) : key_(std::move(key)) {}

  std::shared_ptr<const Key> key_;
};

}  // namespace madoguchi::crypto

template <>
struct madoguchi::EnumNames<madoguchi::crypto::JwsAlgorithm> {
  using Jws = madoguchi::crypto::JwsAlgorithm;
  static constexpr EnumName<Jws> values[] = {
      {Jws::rs256, "RS256"}, {Jws::rs384, "RS384"}, {Jws::rs512, "RS512"}, {Jws::ps256, "PS256"},
      {Jws::ps384, "PS384"}, {Jws::ps512, "PS512"}, {Jws::es256, "ES256"}, {Jws::es384, "ES384"},
      {Jws::es512, "ES512"}, {Jws::eddsa, "EdDSA"}};
};
