// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>

#include "core/base/result.h"
#include "core/base/secret.h"
#include "core/crypto/seal.h"
#include "core/db/session.h"

namespace madoguchi::store {

/// Keys of the hub itself that outlive the master key: the one that signs reply tokens, for one.
/// Made at first use, sealed, the same for all replicas.
class HubSecrets {
 public:
  HubSecrets(db::Session& session, const crypto::MasterKeys& keys)
      : session_(session), keys_(keys) {}

  /// 32 random bytes under that name. `internal` when the master key that sealed it is gone.
  [[nodiscard]] Result<Secret> get_or_make(const std::string& name);
  /// Seals all of them anew under the current master key; how many there were.
  [[nodiscard]] Result<int> rewrap_all();

 private:
  db::Session& session_;
  const crypto::MasterKeys& keys_;
};

}  // namespace madoguchi::store
