// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "core/base/clock.h"
#include "core/db/session.h"

namespace madoguchi::store {

/// The desk's scheme as it is kept.
struct StoredScheme {
  std::string content;  ///< JSON of the service; empty: as a desk begins
  std::int64_t version = 1;
  std::optional<TimePoint> changed_at;
};

class Schemes {
 public:
  explicit Schemes(db::Session& session) : session_(session) {}

  [[nodiscard]] StoredScheme current();
  /// Counts the version up; false when it is no longer at `scheme.version`.
  [[nodiscard]] bool update(StoredScheme& scheme);

 private:
  db::Session& session_;
};

}  // namespace madoguchi::store
