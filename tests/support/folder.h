// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>

namespace madoguchi::testing {

/// A new folder that goes with its owner; in memory (/dev/shm) where there is one.
class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace madoguchi::testing
