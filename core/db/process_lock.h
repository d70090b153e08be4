// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>

#include "core/base/result.h"

namespace madoguchi::db {

/// An flock on `<path>.lock`: one process at a time, freed by the kernel when the process dies.
class ProcessLock {
 public:
  /// conflict "database-in-use" when somebody else holds it.
  [[nodiscard]] static Result<ProcessLock> take(const std::filesystem::path& path);
  ~ProcessLock();
  ProcessLock(ProcessLock&& other) noexcept;
  ProcessLock& operator=(ProcessLock&&) = delete;

 private:
  explicit ProcessLock(int descriptor) : descriptor_(descriptor) {}
  int descriptor_;
};

}  // namespace madoguchi::db
