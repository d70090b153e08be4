// SPDX-License-Identifier: Apache-2.0
#include "daemon/lmtp/spool.h"

#include <gtest/gtest.h>

namespace madoguchi::lmtp {
namespace {

const std::filesystem::path kFolder = std::filesystem::temp_directory_path();

TEST(LmtpSpool, keeps_small_and_large_messages) {
  Spool spool(kFolder, 100);
  for (const std::size_t size : {0U, 1U, 100U, 101U, 5000U, 3U, 4'000'000U}) {
    std::string message;
    for (std::size_t i = 0; i < size; ++i) message += static_cast<char>('a' + i % 26);
    for (std::size_t at = 0; at < size; at += 37) {
      spool.append(std::string_view(message).substr(at, 37));
    }
    EXPECT_EQ(spool.size(), size);
    const auto view = spool.view();
    ASSERT_TRUE(view);
    EXPECT_TRUE(*view == message) << size;
    spool.clear();
  }
}

TEST(LmtpSpool, counts_what_it_drops) {
  Spool spool(kFolder, 10);
  spool.append("twelve bytes");
  spool.discard();
  spool.append("and more");
  EXPECT_EQ(spool.size(), 20U);
  spool.clear();
  spool.append("again");
  EXPECT_EQ(spool.view().value(), "again");
}

TEST(LmtpSpool, a_folder_that_cannot_be_written_is_told_at_the_end) {
  Spool spool("/nonexistent/folder", 10);
  spool.append("twelve bytes");
  spool.append("and more");
  const auto view = spool.view();
  ASSERT_FALSE(view);
  EXPECT_EQ(view.error().code, ErrorCode::unavailable);
  EXPECT_EQ(view.error().type, "storage-full");
  spool.clear();
  spool.append("small");
  EXPECT_EQ(spool.view().value(), "small");
}

}  // namespace
}  // namespace madoguchi::lmtp
