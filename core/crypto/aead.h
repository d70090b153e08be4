// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string_view>

/// AES-256-GCM (NIST SP 800-38D) on raw memory, for the other files of this folder. Contexts are
/// kept per thread, so that a call allocates nothing; the thread's last key stays in its context
/// until the next call.
namespace madoguchi::crypto::aead {

inline constexpr std::size_t kKeyBytes = 32;
inline constexpr std::size_t kNonceBytes = 12;
inline constexpr std::size_t kTagBytes = 16;

/// A key that is overwritten when it goes.
struct Key {
  std::array<std::uint8_t, kKeyBytes> bytes{};

  Key() = default;
  Key(const Key&) = default;
  Key& operator=(const Key&) = default;
  ~Key();

  [[nodiscard]] std::string_view view() const {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
  }
};

/// Writes plain.size() bytes and then the tag to `out`; `aad` is the pieces one after the other.
void encrypt(const Key& key, const std::uint8_t* nonce, std::initializer_list<std::string_view> aad,
             std::string_view plain, char* out);

/// `sealed` ends with the tag; writes sealed.size() - kTagBytes bytes to `out`. False when anything
/// was altered: what stands in `out` then must not be used.
[[nodiscard]] bool decrypt(const Key& key, const std::uint8_t* nonce,
                           std::initializer_list<std::string_view> aad, std::string_view sealed,
                           char* out);

}  // namespace madoguchi::crypto::aead
