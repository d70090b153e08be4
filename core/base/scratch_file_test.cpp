// SPDX-License-Identifier: Apache-2.0
#include "core/base/scratch_file.h"

#include <gtest/gtest.h>

#include <filesystem>

namespace madoguchi {
namespace {

TEST(ScratchFile, gives_back_what_was_appended_and_leaves_no_name) {
  std::string name = std::filesystem::temp_directory_path() / "madoguchi-scratch-XXXXXX";
  const std::filesystem::path folder = ::mkdtemp(name.data());
  {
    Result<ScratchFile> made = ScratchFile::make(folder);
    ASSERT_TRUE(made) << made.error().describe();
    EXPECT_TRUE(std::filesystem::is_empty(folder));
    EXPECT_EQ(made->read(0, 10), "");
    EXPECT_EQ(made->map().value().view(), "");
    ASSERT_TRUE(made->append("one "));
    ASSERT_TRUE(made->append(""));
    ASSERT_TRUE(made->append("two"));
    const ScratchFile file = std::move(*made);
    EXPECT_EQ(file.size(), 7u);
    EXPECT_EQ(file.read(0, 100), "one two");
    EXPECT_EQ(file.read(2, 3), "e t");
    EXPECT_EQ(file.read(7, 1), "");
    EXPECT_EQ(file.read(8, 1), "");
    const Result<ScratchFile::Mapping> mapping = file.map();
    ASSERT_TRUE(mapping) << mapping.error().describe();
    EXPECT_EQ(mapping->view(), "one two");
  }
  std::filesystem::remove_all(folder);
  const Result<ScratchFile> nowhere = ScratchFile::make(folder);
  ASSERT_FALSE(nowhere);
  EXPECT_EQ(nowhere.error().code, ErrorCode::unavailable);
}

}  // namespace
}  // namespace madoguchi
