// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "core/crypto/digest.h"

namespace madoguchi::mail {

/// SHA-256 over bodies, one after the other, that is the same whether lines end in CRLF or LF and
/// whether the last line has an end: transports change both.
class BodyDigest {
 public:
  /// One whole body; bodies are kept apart, so "ab" + "c" is not "a" + "bc".
  void add(std::string_view body);
  [[nodiscard]] std::string hex();

 private:
  crypto::Sha256 hash_;
};

}  // namespace madoguchi::mail
