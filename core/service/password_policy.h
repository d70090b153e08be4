// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/base/secret.h"

namespace madoguchi::service {

inline constexpr std::size_t kShortestPassword = 12;
inline constexpr std::size_t kLongestPassword = 128;

/// What a password has to be (OWASP ASVS 5.0, 6.2): 12 to 128 characters of any kind, and something
/// left of it when common words, words of its surroundings (the agent's name, the shop's domain)
/// and runs such as 1234 or aaaa are taken away. Nothing is demanded of its composition. `invalid`
/// at `pointer`. Pure.
[[nodiscard]] Result<void> check_password(const Secret& password,
                                          const std::vector<std::string>& surroundings,
                                          const std::string& pointer);

}  // namespace madoguchi::service
