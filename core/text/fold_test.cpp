// SPDX-License-Identifier: Apache-2.0
#include "core/text/fold.h"

#include <gtest/gtest.h>

#include <random>

#include "core/text/utf8.h"

namespace madoguchi::text {
namespace {

TEST(Fold, makes_what_people_mean_equal) {
  const std::pair<const char*, const char*> same[] = {
      {"ABC xyz", "abc xyz"},
      {"ＡＢＣ　１２３", "abc 123"},
      {"カタカナ", "かたかな"},
      {"ｶﾞﾝﾀﾞﾑ", "がんだむ"},
      {"ﾊﾟﾝ", "ぱん"},
      {"か\u3099", "が"},
      {"カ\u3099キ", "がき"},
      {"ヴヵヶ", "ゔゕゖ"},
      {"〜～~", "~~~"},
      {"−－-", "---"},
      {"‖", "∥"},
      {"￠￡￢", "¢£¬"},
      {"—", "―"},
      {"㈱髙島屋", "(株)髙島屋"},
      {"①②", "12"},
      {"Straße", "strasse"},
      {"Å", "a\u030A"},
      {"zero\u200Bwidth", "zerowidth"},
      {"ｺｰﾋｰ", "コーヒー"},
      {"e\u0301", "é"},
      {"ÉCOLE", "école"},
      {"葛\U000E0100", "葛"},
  };
  for (const auto& [left, right] : same) EXPECT_EQ(fold(left), fold(right)) << left;
}

TEST(Fold, keeps_apart_what_differs) {
  EXPECT_NE(fold("はは"), fold("ばば"));
  EXPECT_NE(fold("ー"), fold("-"));
  EXPECT_NE(fold("ヲ"), fold("お"));
  EXPECT_EQ(fold("返品・交換、したい。"), "返品・交換、したい。");
}

TEST(Fold, survives_bytes_that_are_no_text) {
  EXPECT_EQ(fold("A\xFF"
                 "B"),
            "a\uFFFDb");
  EXPECT_EQ(fold("\xE3\x81"), "\uFFFD");
  EXPECT_EQ(fold("\xFF\u3099"), fold("\uFFFD\u3099"));
  EXPECT_EQ(fold(""), "");
}

TEST(Fold, twice_is_once_and_always_valid) {
  std::mt19937 random(20261122);
  const char32_t starts[] = {0x20,   0x60,   0xA0,   0x300,  0x2010, 0x3000, 0x3040,
                             0x30A0, 0x4E00, 0xFF00, 0xFF60, 0x1100, 0xAC00, 0x1D7CE};
  for (int round = 0; round < 20000; ++round) {
    std::string text;
    for (int i = 0; i < 12; ++i) {
      const auto step = static_cast<char32_t>(random() % 0x60);
      append_utf8(text, starts[random() % std::size(starts)] + step);
    }
    const std::string once = fold(text);
    ASSERT_TRUE(is_valid_utf8(once));
    ASSERT_EQ(fold(once), once) << text;
  }
}

TEST(Fold, any_bytes_give_text) {
  std::mt19937 random(7);
  for (int round = 0; round < 5000; ++round) {
    std::string bytes;
    for (int i = 0; i < 20; ++i)
      bytes += static_cast<char>(random() % 3 == 0 ? 0xE3 : random() % 256);
    ASSERT_TRUE(is_valid_utf8(fold(bytes)));
  }
}

}  // namespace
}  // namespace madoguchi::text
