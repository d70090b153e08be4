// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <functional>
#include <string_view>

#include "core/base/result.h"

namespace madoguchi::store {

/// The bytes of a file, one piece after the other; an empty one at the end.
using Pieces = std::function<std::string_view()>;

/// Writes a file so that after this returns it is there whole, whatever happens to the machine:
/// temporary name, fsync, rename, fsync of the folder. The file is readable by its owner only.
/// `unavailable` when the disk is full or broken; then nothing of it is left.
[[nodiscard]] Result<void> write_durably(const std::filesystem::path& target,
                                         std::string_view bytes);
[[nodiscard]] Result<void> write_durably(const std::filesystem::path& target, const Pieces& bytes);
/// The same for a file that counts only when something else speaks of it, written later: when the
/// machine fails before this returns, anything may be left under its name. Costs one wait for the
/// file system's journal instead of two.
[[nodiscard]] Result<void> write_durably_unlisted(const std::filesystem::path& target,
                                                  const Pieces& bytes);
/// Without waiting for the disk: a crash of the program leaves it whole or not there at all, one of
/// the machine may leave anything.
[[nodiscard]] Result<void> write_whole(const std::filesystem::path& target, const Pieces& bytes);
/// Makes a file or folder durable that is there already, with its name.
[[nodiscard]] Result<void> make_durable(const std::filesystem::path& path);

}  // namespace madoguchi::store
