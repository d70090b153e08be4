// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "core/base/result.h"
#include "core/db/process_lock.h"

namespace madoguchi::db {

/// A folder of one machine that belongs to one process at a time. Its name outlives the process, so
/// that the next one knows what its predecessor left claimed, and need not wait for leases to end.
class Installation {
 public:
  /// Takes `home`, and writes its name into it the first time. When somebody else has it, or it is
  /// empty, the name is a new one that no process had before.
  [[nodiscard]] static Result<Installation> of(const std::filesystem::path& home);

  /// "<random>@<host>/". With the host's name, so that a copied folder is not taken for its origin.
  [[nodiscard]] const std::string& name() const noexcept { return name_; }

 private:
  Installation(std::string name, std::optional<ProcessLock> lock)
      : name_(std::move(name)), lock_(std::move(lock)) {}
  std::string name_;
  std::optional<ProcessLock> lock_;
};

}  // namespace madoguchi::db
