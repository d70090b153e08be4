// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "core/base/secret.h"

/// Ed25519 (RFC 8032) with a key of our own. Pure functions.
namespace madoguchi::crypto {

/// `seed`: 32 random octets, which are the private key. The signature has 64 octets.
[[nodiscard]] std::string ed25519_sign(const Secret& seed, std::string_view bytes);
/// The 32 octets that others check its signatures with.
[[nodiscard]] std::string ed25519_public_key(const Secret& seed);
/// Whether `signature` is one of the owner of `public_key` over `bytes`.
[[nodiscard]] bool ed25519_signature_holds(std::string_view public_key, std::string_view bytes,
                                           std::string_view signature);

}  // namespace madoguchi::crypto
