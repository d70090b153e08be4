// SPDX-License-Identifier: Apache-2.0
#include "core/mail/body_digest.h"

#include <cstring>

namespace madoguchi::mail {
namespace {

/// Gathers small pieces: hashing line by line would cost more than the hash.
class Gather {
 public:
  explicit Gather(crypto::Sha256& hash) : hash_(hash) {}
  ~Gather() { flush(); }
  Gather(const Gather&) = delete;
  Gather& operator=(const Gather&) = delete;

  void put(std::string_view piece) {
    if (piece.size() > sizeof(buffer_) - used_) flush();
    if (piece.size() > sizeof(buffer_)) {
      hash_.update(piece);
      return;
    }
    std::memcpy(buffer_ + used_, piece.data(), piece.size());
    used_ += piece.size();
  }

 private:
  void flush() {
    if (used_ != 0) hash_.update({buffer_, used_});
    used_ = 0;
  }

  crypto::Sha256& hash_;
  std::size_t used_ = 0;
  char buffer_[4096];
};

}  // namespace

void BodyDigest::add(std::string_view body) {
  while (!body.empty() && (body.back() == '\n' || body.back() == '\r')) body.remove_suffix(1);
  Gather gather(hash_);
  while (!body.empty()) {
    const auto* const cr = static_cast<const char*>(std::memchr(body.data(), '\r', body.size()));
    if (cr == nullptr) {
      gather.put(body);
      break;
    }
    const auto size = static_cast<std::size_t>(cr - body.data());
    const bool line_end = size + 1 < body.size() && body[size + 1] == '\n';
    gather.put(body.substr(0, line_end ? size : size + 1));
    body.remove_prefix(size + 1);
  }
  gather.put(std::string_view("\0\n", 2));
}

std::string BodyDigest::hex() { return crypto::to_hex(hash_.finish()); }

}  // namespace madoguchi::mail
