// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/base/secret.h"

namespace madoguchi::crypto {

/// Seals what may have to become unreadable for good while its octets stay where they are: entries
/// of a history that nobody may rewrite. Each person or case has a salt; the key is
/// HMAC-SHA-256(root, salt), so that whoever forgets the salt has destroyed the key, in every copy.
///
/// A sealed value: version 0x01 | first 4 octets of the salt | nonce 12 | AES-256-GCM cipher text |
/// tag 16. Immutable, so safe for use by many threads.
class ShredSeal {
 public:
  /// 32 random octets that outlive every master key.
  explicit ShredSeal(Secret root) : root_(std::move(root)) {}

  /// 16 random octets.
  [[nodiscard]] static std::string new_salt();

  /// `aad` says what it is about, so that a value moved elsewhere does not open.
  [[nodiscard]] std::string seal(std::string_view salt, std::string_view aad,
                                 std::string_view plain) const;
  /// nullopt: sealed under another salt, which is gone then, or altered.
  [[nodiscard]] std::optional<std::string> open(std::string_view salt, std::string_view aad,
                                                std::string_view sealed) const;

 private:
  Secret root_;
};

}  // namespace madoguchi::crypto
