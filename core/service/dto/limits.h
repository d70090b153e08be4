// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

namespace madoguchi::service {

// In characters.
inline constexpr std::size_t kMaxSubject = 500;
inline constexpr std::size_t kMaxText = 200'000;

}  // namespace madoguchi::service
