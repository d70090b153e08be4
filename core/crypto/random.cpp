// SPDX-License-Identifier: Apache-2.0
#include "core/crypto/random.h"

#include <openssl/rand.h>

#include <algorithm>
#include <stdexcept>

#include "core/crypto/encoding.h"

namespace madoguchi::crypto {

void random_bytes(std::span<std::uint8_t> out) {
  constexpr std::size_t kMost = 1U << 20U;  // RAND_priv_bytes takes an int
  while (!out.empty()) {
    const std::size_t size = std::min(out.size(), kMost);
    if (RAND_priv_bytes(out.data(), static_cast<int>(size)) != 1) {
      throw std::runtime_error("the random generator of OpenSSL failed");
    }
    out = out.subspan(size);
  }
}

std::string random_token(std::size_t bytes) {
  std::string raw(bytes, '\0');
  random_bytes({reinterpret_cast<std::uint8_t*>(raw.data()), raw.size()});
  return to_base64url(raw);
}

}  // namespace madoguchi::crypto
