// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>

#include "core/base/result.h"
#include "core/base/secret.h"

namespace madoguchi::app {

/// What stands in a file that the configuration names at `pointer`, without line ends behind it.
[[nodiscard]] Result<Secret> read_password(const std::filesystem::path& file,
                                           const std::string& pointer);

}  // namespace madoguchi::app
