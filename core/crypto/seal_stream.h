// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/crypto/seal.h"

namespace madoguchi::crypto {

/// Plain bytes of one chunk; only the last may have fewer (0 when there is nothing at all).
inline constexpr std::size_t kSealChunkBytes = std::size_t{256} * 1024;

/// Version 2 of the sealed format, for what is too big to hold in memory:
///
///     the header of a sealed value with version 0x02 (seal.h) | nonce prefix 7
///     | chunk | chunk | …              chunk: cipher text of kSealChunkBytes or fewer | tag 16
///
/// The nonce of a chunk is prefix 7 | number 4, big endian, from 0 | 1 for the last chunk, else 0
/// (the STREAM construction of Hoang, Reyhanitabar, Rogaway and Vizár, 2015): chunks that were
/// reordered, repeated, dropped or cut off at a chunk's end do not open. Each chunk authenticates
/// the version byte and the caller's `aad`. At most 2^32 chunks (1 PiB).
///
/// Both classes are for one thread at a time and hold one chunk.
class SealWriter {
 public:
  SealWriter(const MasterKeys& keys, std::string aad);

  /// Appends to `out` what can be sealed so far.
  void write(std::string_view plain, std::string& out);
  /// Appends the last chunk. Afterwards the writer is used up.
  void finish(std::string& out);

 private:
  void seal_pending(std::uint8_t last, std::string& out);

  aead::Key data_key_;
  std::string aad_;
  std::string header_;  // empty once written
  std::array<std::uint8_t, aead::kNonceBytes> nonce_{};
  std::uint64_t next_ = 0;
  std::string pending_;
};

/// Opens what SealWriter wrote. Plain text is handed out chunk by chunk, each one authenticated;
/// that it is the whole is known only when finish() succeeds.
class OpenReader {
 public:
  /// `keys` must outlive the reader.
  OpenReader(const MasterKeys& keys, std::string aad);

  /// Appends to `plain` what could be opened so far. After a failure every further call fails.
  [[nodiscard]] Result<void> feed(std::string_view sealed, std::string& plain);
  /// Opens the last chunk; fails when the stream was cut off.
  [[nodiscard]] Result<void> finish(std::string& plain);

 private:
  [[nodiscard]] Result<void> take_header();
  [[nodiscard]] Result<void> open_pending(std::uint8_t last, std::string& plain);
  [[nodiscard]] tl::unexpected<Error> give_up(Error error);

  const MasterKeys& keys_;
  std::string aad_;
  std::optional<aead::Key> data_key_;
  std::array<std::uint8_t, aead::kNonceBytes> nonce_{};
  std::uint64_t next_ = 0;
  std::string pending_;
  std::optional<Error> failed_;
};

}  // namespace madoguchi::crypto
