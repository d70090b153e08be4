// SPDX-License-Identifier: Apache-2.0
#include "core/text/utf8.h"

#include <gtest/gtest.h>

namespace madoguchi::text {
namespace {

TEST(Utf8, tells_valid_from_broken) {
  EXPECT_TRUE(is_valid_utf8(""));
  EXPECT_TRUE(is_valid_utf8("abc 返品 😀"));
  for (const char* bad : {"\xC0\x80", "\xE3\x81", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xFF",
                          "a\x80", "\xF0\x80\x80\x80", "\xE0\x80\xAF"}) {
    EXPECT_FALSE(is_valid_utf8(bad)) << bad;
  }
}

TEST(Utf8, replaces_the_longest_prefix_that_could_have_been_a_character) {
  EXPECT_EQ(to_valid_utf8("a\xE3\x81"
                          "b"),
            "a\uFFFDb");
  EXPECT_EQ(to_valid_utf8("\xC0\x80"), "\uFFFD\uFFFD");
  EXPECT_EQ(to_valid_utf8("\xED\xA0\x80"), "\uFFFD\uFFFD\uFFFD");
  EXPECT_EQ(to_valid_utf8("あ"), "あ");
}

TEST(Utf8, cuts_at_a_character) {
  EXPECT_EQ(truncate_utf8("あい", 6), "あい");
  EXPECT_EQ(truncate_utf8("あい", 5), "あ");
  EXPECT_EQ(truncate_utf8("あい", 3), "あ");
  EXPECT_EQ(truncate_utf8("あい", 2), "");
  EXPECT_EQ(truncate_utf8("a😀", 4), "a");
  EXPECT_EQ(truncate_utf8("\x80\x80\x80\x80\x80\x80", 5).size(), 2U);
}

TEST(Utf8, one_line_drops_what_forges_lines_and_directions) {
  EXPECT_EQ(one_line("  a\r\n\tb  "), "a b");
  EXPECT_EQ(one_line("invoice\u202Efdp.exe"), "invoicefdp.exe");
  EXPECT_EQ(one_line(std::string("a\0b\x7F\u0085c\u2028", 9)), "abc");
  EXPECT_EQ(one_line("山田  太郎\xFF"), "山田  太郎");
  EXPECT_EQ(one_line("\r\n"), "");
}

}  // namespace
}  // namespace madoguchi::text
