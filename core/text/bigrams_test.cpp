// SPDX-License-Identifier: Apache-2.0
#include "core/text/bigrams.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/text/fold.h"

namespace madoguchi::text {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(Bigrams, cuts_runs_into_pairs_and_keeps_words) {
  EXPECT_EQ(bigrams("返品したい abc-123"), "返品 品し した たい い abc 123");
  EXPECT_EQ(bigrams("返"), "返");
  EXPECT_EQ(bigrams("「返品」、交換。"), "返品 品 交換 換");
  EXPECT_EQ(bigrams("a社の品"), "a 社の の品 品");
  EXPECT_EQ(bigrams("2026年11月"), "2026 年 11 月");
  EXPECT_EQ(bigrams("école ñ"), "école ñ");
  EXPECT_EQ(bigrams("こーひー"), "こー ーひ ひー ー");
  EXPECT_EQ(bigrams("佐々木"), "佐々 々木 木");
  EXPECT_EQ(bigrams("... !? 😀"), "");
  EXPECT_EQ(bigrams(""), "");
}

TEST(Bigrams, reads_at_most_so_much_and_no_half_character) {
  EXPECT_EQ(bigrams("返品交換", 7), "返品 品");
  EXPECT_LE(bigrams(std::string(1 << 20, 'a')).size(), 64U);
}

TEST(QueryTokens, ask_for_what_the_index_holds) {
  EXPECT_THAT(query_tokens("返品"), ElementsAre("返品"));
  EXPECT_THAT(query_tokens("返品交換"), ElementsAre("返品", "品交", "交換"));
  EXPECT_THAT(query_tokens("返"), ElementsAre("返*"));
  EXPECT_THAT(query_tokens("abc"), ElementsAre("abc"));
  EXPECT_THAT(query_tokens("a社"), ElementsAre("a", "社*"));
  EXPECT_THAT(query_tokens("第3回"), ElementsAre("第", "3", "回*"));
  EXPECT_THAT(query_tokens("***"), IsEmpty());
}

bool phrase_matches(const std::string& text, const std::string& word) {
  std::vector<std::string> held;
  std::string token;
  for (const char c : bigrams(fold(text)) + " ") {
    if (c == ' ') {
      held.push_back(std::exchange(token, {}));
    } else {
      token += c;
    }
  }
  const std::vector<std::string> asked = query_tokens(fold(word));
  for (std::size_t i = 0; i + asked.size() <= held.size(); ++i) {
    bool all = true;
    for (std::size_t k = 0; k < asked.size() && all; ++k) {
      const bool prefix = asked[k].back() == '*';
      all = prefix
                ? held[i + k].compare(0, asked[k].size() - 1, asked[k], 0, asked[k].size() - 1) == 0
                : held[i + k] == asked[k];
    }
    if (all) return true;
  }
  return false;
}

TEST(QueryTokens, every_piece_of_a_text_is_found_as_a_phrase) {
  const std::string text = "ご注文の商品Ａ１２が届きません。サイズ違い";
  for (const char* word : {"商品", "品", "い", "届きません", "さいず", "サイズ違い", "a12", "A12が",
                           "注文の商品Ａ１２"}) {
    EXPECT_TRUE(phrase_matches(text, word)) << word;
  }
  for (const char* word : {"商文", "品注", "返", "a1", "違いサイズ"}) {
    EXPECT_FALSE(phrase_matches(text, word)) << word;
  }
}

}  // namespace
}  // namespace madoguchi::text
