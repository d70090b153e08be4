// SPDX-License-Identifier: Apache-2.0
// In place of the generated table, in a build without the console.
#include "daemon/console/assets.h"

namespace madoguchi::console {

std::span<const Asset> assets() { return {}; }

}  // namespace madoguchi::console
