// SPDX-License-Identifier: Apache-2.0
#include "core/crypto/seal_stream.h"

#include <openssl/crypto.h>

#include <algorithm>
#include <span>
#include <stdexcept>

#include "core/crypto/random.h"

namespace madoguchi::crypto {

namespace {

constexpr char kStream = 2;
constexpr std::size_t kPrefixBytes = 7;
constexpr std::size_t kSealedChunkBytes = kSealChunkBytes + aead::kTagBytes;
constexpr std::uint64_t kMostChunks = std::uint64_t{1} << 32U;
// Version, length, the longest key id, wrap, prefix.
constexpr std::size_t kLongestHeader =
    2 + 32 + aead::kNonceBytes + aead::kKeyBytes + aead::kTagBytes + kPrefixBytes;

void number_nonce(std::array<std::uint8_t, aead::kNonceBytes>& nonce, std::uint64_t number,
                  std::uint8_t last) {
  for (std::size_t i = 0; i < 4; ++i) {
    nonce[kPrefixBytes + i] = static_cast<std::uint8_t>(number >> (8 * (3 - i)));
  }
  nonce[kPrefixBytes + 4] = last;
}

}  // namespace

SealWriter::SealWriter(const MasterKeys& keys, std::string aad) : aad_(std::move(aad)) {
  Envelope envelope = keys.new_envelope(kStream);
  data_key_ = envelope.data_key;
  header_ = std::move(envelope.header);
  random_bytes(std::span(nonce_).first(kPrefixBytes));
  header_.append(reinterpret_cast<const char*>(nonce_.data()), kPrefixBytes);
}

void SealWriter::write(std::string_view plain, std::string& out) {
  out += header_;
  header_.clear();
  while (!plain.empty()) {
    // A full chunk waits until it is known not to be the last.
    if (pending_.size() == kSealChunkBytes) seal_pending(0, out);
    const std::size_t size = std::min(plain.size(), kSealChunkBytes - pending_.size());
    pending_.append(plain.substr(0, size));
    plain.remove_prefix(size);
  }
}

void SealWriter::finish(std::string& out) {
  write({}, out);
  seal_pending(1, out);
}

void SealWriter::seal_pending(std::uint8_t last, std::string& out) {
  if (next_ == kMostChunks) throw std::length_error("too long to be sealed");
  number_nonce(nonce_, next_++, last);
  const std::size_t start = out.size();
  out.resize(start + pending_.size() + aead::kTagBytes);
  aead::encrypt(data_key_, nonce_.data(), {{&kStream, 1}, aad_}, pending_, out.data() + start);
  OPENSSL_cleanse(pending_.data(), pending_.size());
  pending_.clear();
}

OpenReader::OpenReader(const MasterKeys& keys, std::string aad)
    : keys_(keys), aad_(std::move(aad)) {}

Result<void> OpenReader::feed(std::string_view sealed, std::string& plain) {
  if (failed_) return fail(*failed_);
  while (!sealed.empty()) {
    const std::size_t limit = data_key_ ? kSealedChunkBytes : kLongestHeader;
    if (data_key_ && pending_.size() == limit) {
      if (auto opened = open_pending(0, plain); !opened) return opened;
    }
    const std::size_t size = std::min(sealed.size(), limit - pending_.size());
    pending_.append(sealed.substr(0, size));
    sealed.remove_prefix(size);
    if (!data_key_ && pending_.size() == limit) {
      if (auto taken = take_header(); !taken) return taken;
    }
  }
  return {};
}

Result<void> OpenReader::finish(std::string& plain) {
  if (failed_) return fail(*failed_);
  if (!data_key_) {
    if (auto taken = take_header(); !taken) return taken;
  }
  return open_pending(1, plain);
}

Result<void> OpenReader::take_header() {
  std::size_t size = 0;
  auto data_key = keys_.open_envelope(pending_, kStream, size);
  if (!data_key) return give_up(data_key.error());
  if (pending_.size() < size + kPrefixBytes) {
    return give_up(Error::internal("sealed stream: cut off"));
  }
  std::copy_n(pending_.begin() + static_cast<std::ptrdiff_t>(size), kPrefixBytes, nonce_.begin());
  pending_.erase(0, size + kPrefixBytes);
  data_key_ = *data_key;
  return {};
}

Result<void> OpenReader::open_pending(std::uint8_t last, std::string& plain) {
  if (pending_.size() < aead::kTagBytes || next_ == kMostChunks) {
    return give_up(Error::internal("sealed stream: cut off"));
  }
  number_nonce(nonce_, next_++, last);
  const std::size_t start = plain.size();
  plain.resize(start + pending_.size() - aead::kTagBytes);
  const bool opened = aead::decrypt(*data_key_, nonce_.data(), {{&kStream, 1}, aad_}, pending_,
                                    plain.data() + start);
  pending_.clear();
  if (!opened) {
    OPENSSL_cleanse(plain.data() + start, plain.size() - start);
    plain.resize(start);
    return give_up(Error::internal("sealed stream: altered, cut off, or sealed for another place"));
  }
  return {};
}

tl::unexpected<Error> OpenReader::give_up(Error error) {
  failed_ = error;
  return fail(std::move(error));
}

}  // namespace madoguchi::crypto
