// SPDX-License-Identifier: Apache-2.0
#include "core/domain/sign_in.h"

#include <algorithm>

namespace madoguchi::domain {

std::chrono::seconds wait_after_failures(int failures, int free, TimePoint last, TimePoint now) {
  constexpr std::chrono::seconds kFirst{30};
  constexpr std::chrono::seconds kLongest{15 * 60};
  if (failures < free || now - last >= kFailuresForgotten) return std::chrono::seconds{0};
  const int doublings = std::min(failures - free, 5);
  const std::chrono::seconds pause = std::min(kFirst * (1 << doublings), kLongest);
  return std::max(std::chrono::ceil<std::chrono::seconds>(last + pause - now),
                  std::chrono::seconds{0});
}

}  // namespace madoguchi::domain
