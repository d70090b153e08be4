// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "sandboxes/kit/sandbox.h"

namespace madoguchi::sandboxes {

/// Every sandbox of this binary (sandboxes/CMakeLists.txt).
[[nodiscard]] const std::vector<const SandboxType*>& catalogue();

}  // namespace madoguchi::sandboxes
