// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "core/base/guarded.h"
#include "core/base/secret.h"

namespace madoguchi::crypto {

/// What one hash costs (RFC 9106). The defaults take some 0.1 s and 64 MiB.
struct PasswordCost {
  std::uint32_t memory_kib = 64 * 1024;
  std::uint32_t passes = 3;
  std::uint32_t lanes = 1;
  int at_once = 2;  ///< further callers wait, so that logins cannot take all memory
};

/// Argon2id hashes as PHC strings ("$argon2id$v=19$m=65536,t=3,p=1$…$…"), 16 bytes of salt, 32 of
/// hash. Safe for use by many threads.
class PasswordHasher {
 public:
  explicit PasswordHasher(PasswordCost cost = {});

  [[nodiscard]] std::string hash(const Secret& password);
  /// Whether `password` is the one of `phc`. An empty or unreadable `phc` takes as long as a wrong
  /// password, so that the time does not tell which accounts exist.
  [[nodiscard]] bool verify(const Secret& password, const std::string& phc);
  /// Whether `phc` was made with another cost: hash anew at the next good login.
  [[nodiscard]] bool is_outdated(const std::string& phc) const;

 private:
  class Turn;

  PasswordCost cost_;
  Monitor<int> running_{0};
};

}  // namespace madoguchi::crypto
