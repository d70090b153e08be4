// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string_view>

#include "core/base/result.h"

namespace madoguchi::store {

/// Writes a file so that after this returns it is there whole, whatever happens to the machine:
/// temporary name, fsync, rename, fsync of the folder. The file is readable by its owner only.
/// `unavailable` when the disk is full or broken; then nothing of it is left.
[[nodiscard]] Result<void> write_durably(const std::filesystem::path& target,
                                         std::string_view bytes);

}  // namespace madoguchi::store
