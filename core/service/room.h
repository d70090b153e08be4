// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>

#include "core/base/byte_budget.h"
#include "core/base/result.h"
#include "core/service/environment.h"

namespace madoguchi::service {

/// What big contents may take of memory together: with all else that the daemon needs, below 300 MB
/// (R21).
inline constexpr std::size_t kMemoryForContents = std::size_t{160} << 20U;

/// A share of it, held while so many octets are worked with; none for little. Whoever has all of a
/// big content in memory has one.
using Room = std::optional<ByteBudget::Share>;

/// `unavailable`, "overloaded", when others have it for so long. Nobody waits while he holds one.
[[nodiscard]] Result<Room> room_for(const Environment& env, std::size_t octets,
                                    std::chrono::milliseconds patience);

}  // namespace madoguchi::service
