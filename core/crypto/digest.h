// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "core/base/secret.h"

namespace madoguchi::crypto {

using Digest = std::array<std::uint8_t, 32>;

/// SHA-256 of bytes that come in pieces (FIPS 180-4).
class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(Sha256&&) noexcept;
  Sha256& operator=(Sha256&&) noexcept;

  void update(std::string_view bytes);
  /// Ends it; a further update starts a new digest.
  Digest finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

[[nodiscard]] Digest sha256(std::string_view bytes);
/// HMAC-SHA-256 (RFC 2104).
[[nodiscard]] Digest hmac_sha256(const Secret& key, std::string_view bytes);

[[nodiscard]] std::string to_hex(std::string_view bytes);
[[nodiscard]] inline std::string_view as_bytes(const Digest& digest) {
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}
[[nodiscard]] inline std::string to_hex(const Digest& digest) { return to_hex(as_bytes(digest)); }

/// Takes the same time wherever the first difference is.
[[nodiscard]] bool equal_in_constant_time(std::string_view a, std::string_view b);

}  // namespace madoguchi::crypto
