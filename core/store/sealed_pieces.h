// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/crypto/seal_stream.h"

namespace madoguchi::store {

/// Private to blobs.h: contents sealed and opened piece by piece, so that a big one lies in memory
/// once at most. One thread each.

/// A content as a sealed stream (core/crypto/seal_stream.h), in pieces of about 256 KiB. What it is
/// given outlives it.
class SealedPieces {
 public:
  SealedPieces(const crypto::MasterKeys& keys, std::string aad, std::string_view content)
      : sealer_(keys, std::move(aad)), rest_(content) {}

  /// The next one, until the next call; empty at the end.
  [[nodiscard]] std::string_view next();

 private:
  crypto::SealWriter sealer_;
  std::string_view rest_;
  std::string piece_;
  bool finished_ = false;
};

/// Opens a content, however it was cut: a stream as it comes, a value sealed as one at its end.
class PiecesOpener {
 public:
  /// `keys` outlives it.
  PiecesOpener(const crypto::MasterKeys& keys, const std::string& aad)
      : keys_(keys), aad_(aad), stream_(keys, aad) {}

  /// Puts into `plain`, which is empty, what could be opened; once it has failed, so does every
  /// further call.
  [[nodiscard]] Result<void> feed(std::string_view sealed, std::string& plain);
  /// Fails when it was not the whole.
  [[nodiscard]] Result<void> finish(std::string& plain);

 private:
  const crypto::MasterKeys& keys_;
  const std::string aad_;
  crypto::OpenReader stream_;
  std::optional<bool> is_value_;  ///< by its first octet
  std::string value_;
};

}  // namespace madoguchi::store
