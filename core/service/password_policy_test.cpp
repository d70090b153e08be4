// SPDX-License-Identifier: Apache-2.0
#include "core/service/password_policy.h"

#include <gtest/gtest.h>

namespace madoguchi::service {
namespace {

const std::vector<std::string> kSurroundings = {"sato", "佐藤 花子", "shop.example", "shop"};

bool passes(const std::string& text) {
  return check_password(Secret(text), kSurroundings, "/password").has_value();
}

TEST(PasswordPolicy, takes_what_is_long_and_not_common) {
  for (const char* good : {"tetsudou murasaki", "correct horse battery staple", "kX9#vT2!mQ7z",
                           "いぬがねこをおいかけたよるに", "鉛筆と自転車と雷と味噌汁の朝ごはん",
                           "zzgh kelp brook", "aB3$aB3$xYqWvU"}) {
    EXPECT_TRUE(passes(good)) << good;
  }
  EXPECT_FALSE(passes("いぬがねこをおいかけ"));  // 10 characters, whatever their bytes
  EXPECT_TRUE(passes(std::string("kX9#vT2!mQ7z") + std::string(116, ' ')));
  EXPECT_FALSE(passes(std::string("kX9#vT2!mQ7z") + std::string(117, ' ')));
}

TEST(PasswordPolicy, refuses_what_everybody_tries_first) {
  for (const char* bad : {"",
                          "short",
                          "kX9#vT2!mQ7",
                          "password1234",
                          "PASSWORD1234",
                          "Ｐａｓｓｗｏｒｄ１２３４",
                          "passwordpassword",
                          "P@ssw0rd2026",
                          "qwertyuiop123",
                          "123456789012",
                          "111111111111",
                          "abcdefghijklm",
                          "zyxwvutsrqpon",
                          "sakurasakura12",
                          "1q2w3e4r5t6y",
                          "administrator1",
                          "welcome123456",
                          "madoguchi2026",
                          "sato-sato-sato",
                          "shop.example12",
                          "佐藤 花子佐藤 花子",
                          "letmein!!!!!!",
                          "abcabcabcabcabc"}) {
    const Result<void> answer = check_password(Secret(bad), kSurroundings, "/password");
    ASSERT_FALSE(answer) << bad;
    EXPECT_EQ(answer.error().code, ErrorCode::invalid);
    EXPECT_EQ(answer.error().fields.at(0).pointer, "/password");
    EXPECT_EQ(answer.error().describe().find("kX9"), std::string::npos);  // never said again
  }
}

}  // namespace
}  // namespace madoguchi::service
