// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>

#include "core/base/result.h"

namespace madoguchi::db {

/// Space put aside next to the database. It is given back when the disk is full, so that what must
/// be written to get out of that state can be.
class ReserveFile {
 public:
  explicit ReserveFile(const std::filesystem::path& database);

  void release() noexcept;
  /// Sets it aside again when there is ample space; quick when it is there or was just tried.
  void restore() noexcept;
  [[nodiscard]] bool held() const noexcept { return held_; }

 private:
  std::filesystem::path file_;
  bool held_ = false;
};

/// Creates an empty file that only its owner can read, when there is none, and makes its name
/// durable. SQLite gives its other files the same mode.
[[nodiscard]] Result<void> create_private(const std::filesystem::path& file);
/// fsync of a file or directory.
[[nodiscard]] Result<void> sync_path(const std::filesystem::path& path);

}  // namespace madoguchi::db
