// SPDX-License-Identifier: Apache-2.0
// Every number here is from the test ranges that the schemes and acquirers publish.
#include "core/text/card_number.h"

#include <gtest/gtest.h>

#include <random>

namespace madoguchi::text {
namespace {

std::string mask(std::string text) { return mask_card_numbers(std::move(text)); }

TEST(CardNumber, finds_every_scheme) {
  for (const char* number :
       {"4111111111111111", "4012888888881881", "4222222222222", "5555555555554444",
        "5105105105105100", "2223003122003222", "378282246310005", "371449635398431",
        "3530111333300000", "3566002020360505", "30569309025904", "38520000023237",
        "36227206271667", "6011111111111117", "6011000990139424", "6200000000000005",
        "6205500000000000004"}) {
    const std::string text = std::string("番号は") + number + "です";
    const auto hits = find_card_numbers(text);
    ASSERT_EQ(hits.size(), 1U) << number;
    EXPECT_EQ(text.substr(hits[0].offset, hits[0].length), number);
  }
}

TEST(CardNumber, masks_however_it_is_written) {
  const std::pair<const char*, const char*> table[] = {
      {"4111111111111111", "************1111"},
      {"4111 1111 1111 1111", "**** **** **** 1111"},
      {"4111-1111-1111-1111", "****-****-****-1111"},
      {"4111.1111.1111.1111", "****.****.****.1111"},
      {"4111 - 1111 - 1111 - 1111", "**** - **** - **** - 1111"},
      {"3782 822463 10005", "**** ****** *0005"},
      {"４１１１ー１１１１ー１１１１ー１１１１", "＊＊＊＊ー＊＊＊＊ー＊＊＊＊ー１１１１"},
      {"４１１１　１１１１　１１１１　１１１１", "＊＊＊＊　＊＊＊＊　＊＊＊＊　１１１１"},
      {"4111\u200B1111\u200B1111\uFEFF1111", "****\u200B****\u200B****\uFEFF1111"},
      {"4 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1", "* * * * * * * * * * * * 1 1 1 1"},
      {"41 11 11 11 11 11 11 11", "** ** ** ** ** ** 11 11"},
      {"4111 1111 1111\r\n1111", "**** **** ****\r\n1111"},
      {"41111111 11111111", "******** ****1111"},
      {"VISA4111111111111111", "VISA************1111"},
      {"(4111111111111111)", "(************1111)"},
      {"4111111111111111,5555555555554444", "************1111,************4444"},
      {"5555555555554444 4111 1111 1111 1111", "************4444 **** **** **** 1111"},
      {"注文番号12345 カード番号 4111111111111111", "注文番号12345 カード番号 ************1111"},
      {"2026 4111 1111 1111 1111", "2026 **** **** **** 1111"},
      {"電話03-1234-5678、4111-1111-1111-1111", "電話03-1234-5678、****-****-****-1111"},
  };
  for (const auto& [text, masked] : table) {
    bool found = false;
    EXPECT_EQ(mask_card_numbers(text, &found), masked);
    EXPECT_TRUE(found) << text;
  }
}

TEST(CardNumber, masks_security_codes_beside_a_number) {
  const std::pair<const char*, const char*> table[] = {
      {"4111111111111111 CVV: 123", "************1111 CVV: ***"},
      {"4111111111111111 12/27 123", "************1111 12/27 ***"},
      {"4111 1111 1111 1111\n有効期限 12/27\nセキュリティコードは１２３です",
       "**** **** **** 1111\n有効期限 12/27\nセキュリティコードは＊＊＊です"},
      {"4111-1111-1111-1111-123", "****-****-****-1111-***"},
      {"378282246310005 12/2027 1234", "***********0005 12/2027 ****"},
      {"暗証番号 9876 カード 4111111111111111", "暗証番号 **** カード ************1111"},
      {"4111111111111111 1200円です", "************1111 1200円です"},
      {"4111111111111111 shopping 200 points", "************1111 shopping 200 points"},
  };
  for (const auto& [text, masked] : table) EXPECT_EQ(mask(text), masked);
  EXPECT_EQ(mask("CVV: 123"), "CVV: 123");
}

TEST(CardNumber, masks_security_codes_beside_a_number_that_was_masked_before) {
  const std::pair<const char*, const char*> table[] = {
      {"************1111 CVV: 123", "************1111 CVV: ***"},
      {"**** **** **** 1111\nセキュリティコード 1234",
       "**** **** **** 1111\nセキュリティコード ****"},
      {"＊＊＊＊＊＊＊＊＊＊＊＊１１１１のＣＶＣは９８７",
       "＊＊＊＊＊＊＊＊＊＊＊＊１１１１のＣＶＣは＊＊＊"},
      {"VISA ************1111 1200", "VISA ************1111 1200"},
      {"******** CVV 123", "******** CVV 123"},
      {"************11112 CVV 123", "************11112 CVV 123"},
  };
  for (const auto& [text, masked] : table) EXPECT_EQ(mask(text), masked);
}

TEST(CardNumber, says_which_digits_are_to_go) {
  const std::string text = "№ ４１１１ 1111 1111 1111";
  const std::vector<DigitMask> masks = card_number_masks(text);
  ASSERT_EQ(masks.size(), 12U);
  EXPECT_EQ(text.substr(masks[0].offset, masks[0].length), "４");
  EXPECT_EQ(masks[0].mask, "＊");
  EXPECT_EQ(text.substr(masks[4].offset, masks[4].length), "1");
  EXPECT_EQ(masks[4].mask, "*");
  EXPECT_EQ(masked(text, masks), "№ ＊＊＊＊ **** **** 1111");
  EXPECT_TRUE(card_number_masks("nothing").empty());
}

TEST(CardNumber, long_texts_are_masked_like_short_ones) {
  const std::string line = "あいう 4111 1111 1111 1111 CVV 123、注文番号：5555555555554444\n";
  const std::string masked_line = mask(line);
  std::string text;
  std::string expected;
  while (text.size() < 900'000) {
    text += line;
    expected += masked_line;
  }
  EXPECT_TRUE(mask(text) == expected);
  for (std::size_t at = 256 * 1024 - 40; at < 256 * 1024 + 8; ++at) {
    std::string one(at, 'x');
    one += " 4111 1111 1111 1111 " + std::string(600'000, 'y');
    EXPECT_EQ(card_number_masks(one).size(), 12U) << at;
  }
}

TEST(CardNumber, leaves_other_numbers_alone) {
  for (const char* text : {
           "4111111111111112",             // no check digit
           "4901234567894 4512345678906",  // JAN
           "4006381333931",                // EAN of another country
           "注文番号：4111111111111111",
           "ご注文番号は「4111111111111111」です",
           "お問い合わせ番号 4111-1111-1111-1111",
           "Tracking number: 4111111111111111",
           "Order No. 4111111111111111",
           "注文No：4111111111111111",
           "AB4111111111111111",
           "4111111111111111XYZ",
           "id_4111111111111111",
           "41111111111111111111111",
           "1234-4111111111111111",
           "0.4111111111111111",
           "https://shop.example/o?id=4111111111111111",
           "<4111111111111111.1@mail.example>",
           "4\n1\n1\n1\n1\n1\n1\n1\n1\n1\n1\n1\n1\n1\n1\n1",
           "4111  \t 1111  \t 1111  \t 1111",
           "090-1234-5678 / 03-1234-5678 / 2026-11-22",
           "250-1234567-1234567",
           "1234567890123456",
           "",
       }) {
    bool found = true;
    EXPECT_EQ(mask_card_numbers(text, &found), text);
    EXPECT_FALSE(found) << text;
  }
}

/// Numbers as shops, carriers and people write them; the same ones on every run.
class Numbers {
 public:
  std::string digits(int count) {
    std::string out;
    for (int i = 0; i < count; ++i) out += static_cast<char>('0' + random_() % 10);
    return out;
  }
  /// An article code (EAN-13, which JAN is), its check digit right.
  std::string article(const std::string& prefix) {
    std::string code = prefix + digits(static_cast<int>(12 - prefix.size()));
    int sum = 0;
    for (std::size_t i = 0; i < 12; ++i) sum += (code[i] - '0') * (i % 2 == 0 ? 1 : 3);
    return code + static_cast<char>('0' + (10 - sum % 10) % 10);
  }
  std::string next(int shape) {
    switch (shape) {
      case 0:  // the malls' order numbers
        return digits(6) + "-" + digits(8) + "-" + digits(10);
      case 1:
        return digits(3) + "-" + digits(7) + "-" + digits(7);
      case 2:  // a shop's own: the day and a number
        return "2026112" + digits(1) + digits(8);
      case 3:
        return "ORD" + digits(13);
      case 4:  // carriers: 12 digits, bare or in fours
        return digits(12);
      case 5:
        return digits(4) + "-" + digits(4) + "-" + digits(4);
      case 6:
        return "EE" + digits(9) + "JP";
      case 7:
        return article(random_() % 2 == 0 ? "45" : "49");
      case 8:  // of any country
        return article(digits(2));
      case 9:  // the case of an article: a digit before its code
        return digits(1) + article("49");
      case 10:
        return "0" + digits(2) + "-" + digits(4) + "-" + digits(4);
      case 11:
        return "+81-90-" + digits(4) + "-" + digits(4) + " / 0" + digits(1) + "-" + digits(4) +
               "-" + digits(4);
      default:
        return "注文番号：" + digits(16);
    }
  }

 private:
  std::mt19937_64 random_{20261122};
};

TEST(CardNumber, a_million_order_tracking_article_and_phone_numbers_are_none) {
  constexpr int kShapes = 13;
  constexpr int kNumbers = 1'000'000;
  Numbers numbers;
  int hits = 0;
  for (int i = 0; i < kNumbers; ++i) {
    const std::string text = "番号は " + numbers.next(i % kShapes) + " です。";
    hits += find_card_numbers(text).empty() ? 0 : 1;
  }
  RecordProperty("hits", hits);
  EXPECT_LE(hits, 0) << "of a million";
}

TEST(CardNumber, bare_random_digits_of_a_cards_length_are_seldom_one) {
  // What check digit and prefixes leave over where no word says what the number is.
  constexpr int kRounds = 100'000;
  Numbers numbers;
  const auto rate = [&](int length) {
    int hits = 0;
    for (int i = 0; i < kRounds; ++i) {
      hits += find_card_numbers("番号 " + numbers.digits(length)).empty() ? 0 : 1;
    }
    return hits;
  };
  EXPECT_LT(rate(16), kRounds * 28 / 1000);
  EXPECT_LT(rate(15), kRounds * 3 / 1000);
  EXPECT_LT(rate(14), kRounds * 5 / 1000);
  EXPECT_LT(rate(13), kRounds * 10 / 1000);
}

TEST(CardNumber, any_bytes_are_survived_and_no_number_is_left) {
  std::mt19937 random(99);
  const std::string alphabet = "4111 -.\xEF\xBC\x94\n@:/a";
  for (int round = 0; round < 20000; ++round) {
    std::string text;
    for (int i = 0; i < 60; ++i) text += alphabet[random() % alphabet.size()];
    const std::string once = mask(text);
    ASSERT_TRUE(find_card_numbers(once).empty()) << text << "\n" << once;
  }
}

}  // namespace
}  // namespace madoguchi::text
