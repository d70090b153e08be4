// SPDX-License-Identifier: Apache-2.0
#include "core/text/search_query.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "core/text/utf8.h"

namespace madoguchi::text {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

SearchQuery parsed(std::string_view typed) {
  const Result<SearchQuery> query = parse_search_query(typed);
  EXPECT_TRUE(query) << typed << ": " << query.error().describe();
  return query.value_or(SearchQuery{});
}

/// What is wrong, in English, and where.
struct Wrong {
  std::string en;
  std::string ja;
  std::string position;
};
Wrong wrong(std::string_view typed) {
  const Result<SearchQuery> query = parse_search_query(typed);
  EXPECT_FALSE(query) << typed;
  if (query) return {};
  const Error& error = query.error();
  EXPECT_EQ(error.code, ErrorCode::invalid);
  EXPECT_EQ(error.fields.at(0).pointer, "/q");
  const auto position = error.members.find("position");
  return {error.fields.at(0).message.en, error.fields.at(0).message.ja,
          position == error.members.end() ? "" : position->second};
}

TEST(SearchQuery, takes_words_phrases_exclusions_and_filters_apart) {
  const SearchQuery query =
      parsed("status:open assignee:me 返品 \"配送 遅延\" -bot after:2026-01-01");
  EXPECT_THAT(query.words, ElementsAre(SearchTerm{"返品", 25}, SearchTerm{"配送 遅延", 28}));
  EXPECT_THAT(query.without, ElementsAre(SearchTerm{"bot", 37}));
  EXPECT_THAT(query.filters, ElementsAre(SearchFilter{SearchKey::status, "open", 8},
                                         SearchFilter{SearchKey::assignee, "me", 22},
                                         SearchFilter{SearchKey::after, "2026-01-01", 47}));
}

TEST(SearchQuery, understands_what_japanese_input_methods_type) {
  const SearchQuery query =
      parsed("ｓｔａｔｕｓ：open　「配送 遅延」－bot ”返品”　tag：「大 口」ー急");
  EXPECT_THAT(query.words, ElementsAre(SearchTerm{"配送 遅延", 13}, SearchTerm{"返品", 25}));
  EXPECT_THAT(query.without, ElementsAre(SearchTerm{"bot", 21}, SearchTerm{"急", 40}));
  EXPECT_THAT(query.filters, ElementsAre(SearchFilter{SearchKey::status, "open", 8},
                                         SearchFilter{SearchKey::tag, "大 口", 34}));
  EXPECT_THAT(parsed("『次 回』｢前 回｣").words,
              ElementsAre(SearchTerm{"次 回", 1}, SearchTerm{"前 回", 6}));
}

TEST(SearchQuery, quotes_may_stand_anywhere) {
  EXPECT_THAT(
      parsed("商品「り んご」について").words,
      ElementsAre(SearchTerm{"商品", 1}, SearchTerm{"り んご", 3}, SearchTerm{"について", 9}));
  EXPECT_THAT(parsed("-\"a b\" c").without, ElementsAre(SearchTerm{"a b", 2}));
  EXPECT_THAT(parsed("\"\" 」 』").words, IsEmpty());
}

TEST(SearchQuery, a_colon_makes_no_filter_where_no_key_stands_before_it) {
  for (const char* typed : {"10:30", "件名：返品", "https://shop.example/a", ":x", "a-b:c", "1:"}) {
    EXPECT_THAT(parsed(typed).filters, IsEmpty()) << typed;
    EXPECT_EQ(parsed(typed).words.size(), 1u) << typed;
  }
  EXPECT_THAT(parsed("\"Re: 返品\"").words, ElementsAre(SearchTerm{"Re: 返品", 1}));
}

TEST(SearchQuery, a_sign_alone_is_a_dash) {
  EXPECT_THAT(parsed("東京 - 大阪").without, IsEmpty());
  EXPECT_EQ(parsed("東京 - 大阪").words.size(), 2u);
  EXPECT_THAT(parsed("ー").words, ElementsAre(SearchTerm{"ー", 1}));
  EXPECT_TRUE(parsed("").empty());
  EXPECT_TRUE(parsed(" 　\t").empty());
}

TEST(SearchQuery, says_what_is_wrong_where_and_what_to_do) {
  Wrong one = wrong("返品 colour:red");
  EXPECT_EQ(one.position, "4");
  EXPECT_THAT(one.en, HasSubstr("Character 4: There is no filter \"colour:\""));
  EXPECT_THAT(one.en, HasSubstr("status:, assignee:"));
  EXPECT_THAT(one.ja, HasSubstr("4 文字目: 「colour:」という条件はありません"));
  one = wrong("返品 \"配送 遅延");
  EXPECT_EQ(one.position, "4");
  EXPECT_THAT(one.en, HasSubstr("not closed"));
  EXPECT_THAT(one.ja, HasSubstr("閉じられていません"));
  EXPECT_EQ(wrong("tag:「大口").position, "5");
  one = wrong("返品 status: open");
  EXPECT_EQ(one.position, "11");
  EXPECT_THAT(one.en, HasSubstr("status:value"));
  one = wrong("返品 -status:open");
  EXPECT_EQ(one.position, "5");
  EXPECT_THAT(one.en, HasSubstr("Only words can be left out"));
  one = wrong("  -bot -spam");
  EXPECT_EQ(one.position, "4");
  EXPECT_THAT(one.en, HasSubstr("only what must not be found"));
  EXPECT_THAT(one.ja, HasSubstr("除外する言葉だけ"));
  std::string many;
  for (int i = 0; i < 31; ++i) many += "語 ";
  EXPECT_THAT(wrong(many).en, HasSubstr("More than 30"));
  EXPECT_THAT(parsed("status:open -bot").without, ElementsAre(SearchTerm{"bot", 14}));
}

TEST(SearchQuery, never_throws_and_gives_back_text_whatever_comes) {
  const std::string pieces[] = {"返品",   "\"",  "「",   "」",    "：",   ":",    "-",  "ー",
                                "status", "tag", " ",    "　",    "\xE3", "\xFF", "a",  "\n",
                                "”",      "//",  "\x00", "after", "😀",    "ｶﾞ",   "－", "『"};
  std::mt19937 random(7);
  for (int round = 0; round < 20'000; ++round) {
    std::string typed;
    for (auto i = random() % 24; i > 0; --i) {
      const std::string& piece = pieces[random() % std::size(pieces)];
      typed += piece.empty() ? std::string(1, '\0') : piece;
    }
    const Result<SearchQuery> query = parse_search_query(typed);
    if (!query) {
      EXPECT_EQ(query.error().fields.at(0).pointer, "/q");
      EXPECT_TRUE(is_valid_utf8(query.error().fields.at(0).message.ja));
      continue;
    }
    for (const SearchTerm& word : query->words) {
      EXPECT_FALSE(word.text.empty()) << typed;
      EXPECT_TRUE(is_valid_utf8(word.text)) << typed;
      EXPECT_GE(word.position, 1u);
    }
  }
  EXPECT_TRUE(parse_search_query(std::string(1'000'000, 'x')));
}

}  // namespace
}  // namespace madoguchi::text
