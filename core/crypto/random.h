// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace madoguchi::crypto {

/// Fills `out` with bytes nobody can foretell (OpenSSL's DRBG, seeded by the kernel). Throws when
/// there is no entropy: nothing that needs a secret may go on then. Safe for use by many threads.
void random_bytes(std::span<std::uint8_t> out);

/// A token of `bytes` random bytes in base64url without padding: 32 gives 43 characters.
[[nodiscard]] std::string random_token(std::size_t bytes);

}  // namespace madoguchi::crypto
