// SPDX-License-Identifier: Apache-2.0
#include "core/text/snippet.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "core/text/bigrams.h"
#include "core/text/fold.h"
#include "core/text/utf8.h"

namespace madoguchi::text {
namespace {

using ::testing::ElementsAre;

std::vector<Needle> needles(const std::vector<std::string>& typed, WordEnd end = WordEnd::there) {
  std::vector<Needle> out;
  for (const std::string& word : typed) out.push_back(needle_of(fold(word), end));
  return out;
}

/// The snippet in one line, with what matches in brackets.
std::string shown(std::string_view text, const std::vector<std::string>& typed,
                  std::size_t characters = 120) {
  std::string out;
  for (const SnippetPiece& piece : snippet_of(text, needles(typed), characters)) {
    out += piece.match ? "[" + piece.text + "]" : piece.text;
  }
  return out;
}

bool finds(const std::string& typed, std::string_view text, WordEnd end = WordEnd::there) {
  return count_of(needles({typed}, end), text) == 1;
}

TEST(FoldWithPlaces, folds_as_fold_does_and_knows_where_everything_was) {
  const std::string texts[] = {"ｶﾞｿﾘﾝ代は㈱髙島屋",
                               "Ｃａｆé cafe\u0301",
                               "か\u3099き゛",
                               "葛\U000E0100飾区",
                               "zero\u200Bwidth",
                               "①②③ Ⅳ ㌔",
                               "한국어 각",
                               "กำ สวัสดี",
                               "\xFF\xFE A",
                               "ﾊﾟﾋﾟ～−‖",
                               ""};
  for (const std::string& text : texts) {
    const FoldedText folded = fold_with_places(text);
    EXPECT_EQ(folded.text, fold(text)) << text;
    EXPECT_EQ(folded.parts.back().folded, folded.text.size()) << text;
    EXPECT_EQ(folded.parts.back().original, text.size()) << text;
    for (std::size_t i = 1; i < folded.parts.size(); ++i) {
      EXPECT_LE(folded.parts[i - 1].folded, folded.parts[i].folded) << text;
      EXPECT_LT(folded.parts[i - 1].original, folded.parts[i].original) << text;
    }
  }
  const FoldedText voiced = fold_with_places("aｶﾞb");
  EXPECT_EQ(voiced.text, "aがb");
  ASSERT_EQ(voiced.parts.size(), 4u);
  EXPECT_EQ(voiced.parts[2].folded, 4u);
  EXPECT_EQ(voiced.parts[2].original, 7u);
}

TEST(Snippet, marks_the_original_where_the_folded_text_matches) {
  EXPECT_EQ(shown("車のｶﾞｿﾘﾝ代", {"ガソリン"}), "車の[ｶﾞｿﾘﾝ]代");
  EXPECT_EQ(shown("車のガソリン代", {"ｶﾞｿﾘﾝ"}), "車の[ガソリン]代");
  EXPECT_EQ(shown("か\u3099く", {"が"}), "[か\u3099]く");
  EXPECT_EQ(shown("ＯＲＤＥＲ－１２３ です", {"order"}), "[ＯＲＤＥＲ]－１２３ です");
  EXPECT_EQ(shown("㈱見本の件", {"株"}), "[㈱]見本の件");
  EXPECT_EQ(shown("やまだとヤマダとﾔﾏﾀﾞ", {"ヤマダ"}), "[やまだ]と[ヤマダ]と[ﾔﾏﾀﾞ]");
  EXPECT_EQ(shown("返品と交換と返金", {"返", "交換"}), "[返]品と[交換]と[返]金");
  EXPECT_EQ(shown("please see the delivery\r\nnote", {"delivery note"}),
            "please see the [delivery note]");
  EXPECT_EQ(shown("京東京都", {"東京都"}), "京[東京都]");
}

TEST(Snippet, is_cut_around_the_first_match) {
  std::string text;
  for (int i = 0; i < 100; ++i) text += "前置き。";
  text += "返品したい";
  for (int i = 0; i < 100; ++i) text += "。後書き";
  const std::string cut = shown(text, {"返品"}, 60);
  EXPECT_EQ(cut.substr(0, 3), "…");
  EXPECT_EQ(cut.substr(cut.size() - 3), "…");
  EXPECT_NE(cut.find("[返品]したい"), std::string::npos) << cut;
  EXPECT_EQ(shown("短い返品", {"返品"}, 60), "短い[返品]");
  EXPECT_EQ(shown(text, {"無い"}, 6), "前置き。前置…");
  // The end is shown whole when it is near.
  EXPECT_EQ(shown("一二三四五六七八九十返品", {"返品"}, 6), "…七八九十[返品]");
}

TEST(Snippet, is_one_plain_line) {
  EXPECT_EQ(shown("a\r\n\r\n\tb　c\u0007\u202Ed <b>返品</b>", {"返品"}), "a b cd <b>[返品]</b>");
  EXPECT_EQ(shown("\xFF返品\xE3\x81", {"返品"}), "\uFFFD[返品]\uFFFD");
  EXPECT_EQ(shown("", {"返品"}), "");
}

TEST(Snippet, always_gives_back_what_was_written) {
  const std::string pieces[] = {"ｶ",  "ﾞ", "か", "\u3099", "返品", "Ａ", "é", "e\u0301", "한",
                                "㈱", "1", "😀",  "กำ",     "x",    "・", "−", "Ⅳ",       "ﾊﾟ"};
  std::mt19937 random(11);
  for (int round = 0; round < 5'000; ++round) {
    std::string text;
    for (auto i = random() % 12; i > 0; --i) text += pieces[random() % std::size(pieces)];
    std::string joined;
    for (const SnippetPiece& piece : snippet_of(text, needles({"が", "返", "a", "1"}))) {
      joined += piece.text;
    }
    EXPECT_EQ(joined, text);
    EXPECT_EQ(fold_with_places(text).text, fold(text)) << text;
  }
}

TEST(Needle, finds_numbers_however_they_are_written) {
  const std::string ways[] = {
      "03-1234-5678",    "0312345678",   "03(1234)5678", "０３－１２３４－５６７８",
      "+81 3-1234-5678", "+81312345678", "03 1234 5678"};
  for (const std::string& typed : ways) {
    for (const std::string& text : ways) {
      EXPECT_TRUE(finds(typed, "電話は" + text + "です")) << typed << " in " << text;
    }
    EXPECT_FALSE(finds(typed, "電話は03-1234-5679です")) << typed;
    EXPECT_FALSE(finds(typed, "1034-12-345678")) << typed;
  }
  EXPECT_TRUE(finds("09012345678", "携帯 090-1234-5678"));
  EXPECT_TRUE(finds("090-1234-5678", "携帯09012345678"));
  EXPECT_TRUE(finds("0120-123-456", "0120123456まで"));
  EXPECT_TRUE(finds("123456789012", "お荷物 1234-5678-9012"));
  EXPECT_TRUE(finds("1234-5678-9012", "お荷物 123456789012"));
  EXPECT_FALSE(finds("12-3", "123"));
}

TEST(Needle, words_end_where_they_were_typed_to_unless_they_may_go_on) {
  EXPECT_FALSE(finds("yama", "yamada@example.jp"));
  EXPECT_TRUE(finds("yama", "yamada@example.jp", WordEnd::anywhere));
  EXPECT_TRUE(finds("yamada@exam", "yamada@example.jp", WordEnd::anywhere));
  EXPECT_FALSE(finds("mada", "yamada@example.jp", WordEnd::anywhere));
  EXPECT_TRUE(needle_of("。、!?").empty());
}

TEST(Tokens, are_those_of_the_index) {
  for (const std::string& text :
       {std::string("返品したい abc-123 靴"), std::string("a"), std::string()}) {
    std::string joined;
    for (const Token& token : tokens_of(text)) {
      EXPECT_EQ(text.substr(token.at, token.text.size()), token.text);
      joined += (joined.empty() ? "" : " ") + std::string(token.text);
    }
    EXPECT_EQ(joined, bigrams(text));
  }
  std::vector<std::string> runs;
  for (const text::Run& run : runs_of("返品 abc-123、靴")) runs.emplace_back(run.text);
  EXPECT_THAT(runs, ElementsAre("返品", "abc", "123", "靴"));
}

}  // namespace
}  // namespace madoguchi::text
