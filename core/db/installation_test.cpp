// SPDX-License-Identifier: Apache-2.0
#include "core/db/installation.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "tests/support/folder.h"

namespace madoguchi::db {
namespace {

std::string name_of(const std::filesystem::path& home) {
  const Result<Installation> installation = Installation::of(home);
  return installation ? installation->name() : installation.error().describe();
}

TEST(Installation, keeps_its_name_from_process_to_process) {
  const testing::TemporaryFolder home;
  const std::string name = name_of(home.path());
  EXPECT_EQ(name.back(), '/');
  EXPECT_EQ(name_of(home.path()), name);
  EXPECT_NE(name_of(testing::TemporaryFolder().path()), name);
}

TEST(Installation, is_never_shared_with_a_living_process) {
  const testing::TemporaryFolder home;
  const Result<Installation> first = Installation::of(home.path());
  ASSERT_TRUE(first);
  const std::string second = name_of(home.path());
  EXPECT_NE(second, first->name());
  EXPECT_NE(second, name_of(home.path()));
  EXPECT_NE(name_of({}), name_of({}));
}

TEST(Installation, is_named_anew_when_a_crash_tore_the_file) {
  const testing::TemporaryFolder home;
  const std::string name = name_of(home.path());
  std::ofstream(home.path() / "installation") << "ha";
  const std::string again = name_of(home.path());
  EXPECT_NE(again, name);
  EXPECT_GT(again.size(), 10u);
  EXPECT_EQ(name_of(home.path()), again);
}

TEST(Installation, says_which_folder_it_cannot_write) {
  const Result<Installation> none = Installation::of("/nonexistent/home");
  ASSERT_FALSE(none);
  EXPECT_NE(none.error().detail.find("/nonexistent/home"), std::string::npos);
}

}  // namespace
}  // namespace madoguchi::db
