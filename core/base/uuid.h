// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <functional>

#include "core/base/clock.h"
#include "core/base/guarded.h"
#include "core/base/id.h"

namespace madoguchi {

/// UUIDv7 by the wall clock, kept monotonic within the process (RFC 9562, section 6.2, method 3):
/// when the clock stands or goes back, the last value is counted up instead.
class Uuid7Source final : public IdSource {
 public:
  /// `random` fills its argument with unpredictable bytes (crypto::random_bytes in the product).
  using Random = std::function<void(std::array<std::uint8_t, 10>&)>;

  Uuid7Source(const Clock& clock, Random random) : clock_(clock), random_(std::move(random)) {}

  std::string next() override;

 private:
  struct Last {
    std::uint64_t millis = 0;
    std::uint16_t counter = 0;
  };

  const Clock& clock_;
  Random random_;
  Guarded<Last> last_;
};

}  // namespace madoguchi
