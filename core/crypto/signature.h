// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "core/base/clock.h"
#include "core/base/result.h"

/// Signatures of others, made with a private key we never have.
namespace madoguchi::crypto {

enum class SignatureHash { sha1, sha256 };

/// Whether `signature` (raw octets) is one of RSASSA-PKCS1-v1_5 (RFC 8017, 8.2) over `bytes` by the
/// key of the X.509 certificate in `pem`. SHA-1 only where the other side offers nothing else.
[[nodiscard]] bool rsa_signature_holds(std::string_view pem, SignatureHash hash,
                                       std::string_view bytes, std::string_view signature);

/// Whether the first certificate of `pem` is valid at `now`, and, when `authorities` is not empty,
/// issued below one of the certificates there (PEM; an intermediate one will do). `forbidden` with
/// the reason in `detail`.
[[nodiscard]] Result<void> certificate_holds(std::string_view pem, TimePoint now,
                                             std::string_view authorities = {});

/// Whether `signature` (DER) is ECDSA with SHA-256 over `bytes` (FIPS 186-5) by the P-256 key
/// `public_key`: SubjectPublicKeyInfo in PEM, or its DER in base64.
[[nodiscard]] bool ecdsa_signature_holds(std::string_view public_key, std::string_view bytes,
                                         std::string_view signature);
/// Whether that is such a key at all.
[[nodiscard]] bool is_p256_key(std::string_view public_key);

}  // namespace madoguchi::crypto
