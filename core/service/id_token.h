// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.h"
#include "core/base/result.h"
#include "core/crypto/public_key.h"

namespace madoguchi::service {

/// One key of a provider's JSON Web Key Set (RFC 7517).
struct ProviderKey {
  std::string id;                                      ///< "kid"; may be empty
  std::optional<crypto::JwsAlgorithm> algorithm = {};  ///< the only one it is for
  crypto::PublicKey key;
};

/// Those of its keys that can check signatures; others are left out. `malformed` when it is none.
[[nodiscard]] Result<std::vector<ProviderKey>> read_provider_keys(std::string_view jwks);

/// What an ID token has to be.
struct IdTokenWish {
  std::string issuer;
  std::string client_id;
  std::string nonce;
  std::set<crypto::JwsAlgorithm> algorithms;  ///< never what the token says
  std::string role_claim = {};                ///< empty: none
};

/// What it says about somebody.
struct IdClaims {
  std::string subject;
  std::string email;  ///< empty unless the provider has verified it
  std::string name;
  std::vector<std::string> role_values;
};

/// Checks an ID token (OpenID Connect Core 1.0, 3.1.3.7; RFC 7519, RFC 8725): signature by one of
/// `keys` with an algorithm of the wish, iss, aud, azp, exp, nbf, iat and nonce, a minute of clock
/// difference allowed. Keys that the token brings (jwk, jku, x5u, x5c) are not looked at.
/// `forbidden` with the reason in `detail`; of type "unknown-key" when its key is not among them.
/// Pure.
[[nodiscard]] Result<IdClaims> read_id_token(std::string_view token,
                                             const std::vector<ProviderKey>& keys,
                                             const IdTokenWish& wish, TimePoint now);

}  // namespace madoguchi::service
