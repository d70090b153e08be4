// SPDX-License-Identifier: Apache-2.0
#include "core/store/sealed_pieces.h"

namespace madoguchi::store {
namespace {

constexpr char kValue = 1;  // the version of a value sealed as one (core/crypto/seal.h)

}  // namespace

std::string_view SealedPieces::next() {
  piece_.clear();
  while (!finished_ && piece_.size() < crypto::kSealChunkBytes) {
    if (rest_.empty()) {
      sealer_.finish(piece_);
      finished_ = true;
    } else {
      const std::string_view some = rest_.substr(0, crypto::kSealChunkBytes);
      rest_.remove_prefix(some.size());
      sealer_.write(some, piece_);
    }
  }
  return piece_;
}

Result<void> PiecesOpener::feed(std::string_view sealed, std::string& plain) {
  if (sealed.empty()) return {};
  if (!is_value_) is_value_ = sealed.front() == kValue;
  if (!*is_value_) return stream_.feed(sealed, plain);
  value_.append(sealed);
  return {};
}

Result<void> PiecesOpener::finish(std::string& plain) {
  if (!is_value_.value_or(false)) return stream_.finish(plain);
  Result<std::string> content = keys_.open(value_, aad_);
  if (!content) return fail(std::move(content.error()));
  value_ = {};
  plain = std::move(*content);
  return {};
}

}  // namespace madoguchi::store
