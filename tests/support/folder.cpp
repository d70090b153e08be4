// SPDX-License-Identifier: Apache-2.0
#include "tests/support/folder.h"

#include <cstdlib>
#include <stdexcept>
#include <string>
#include <system_error>

namespace madoguchi::testing {

TemporaryFolder::TemporaryFolder() {
  std::error_code error;
  const bool in_memory = std::filesystem::is_directory("/dev/shm", error);
  const std::filesystem::path base =
      in_memory ? std::filesystem::path("/dev/shm") : std::filesystem::temp_directory_path();
  std::string name = (base / "madoguchi-test-XXXXXX").string();
  if (!::mkdtemp(name.data())) throw std::runtime_error("cannot make a folder in " + base.string());
  path_ = name;
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

}  // namespace madoguchi::testing
