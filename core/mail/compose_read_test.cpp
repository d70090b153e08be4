// SPDX-License-Identifier: Apache-2.0
// What `compose` writes, `read` gives back.
#include <gtest/gtest.h>

#include <random>

#include "core/base/clock.h"
#include "core/mail/compose.h"
#include "core/mail/read.h"
#include "core/text/utf8.h"

namespace madoguchi::mail {
namespace {

std::string without_last_break(std::string text) {
  if (!text.empty() && text.back() == '\n') text.pop_back();
  return text;
}

Outgoing rich() {
  Outgoing mail;
  mail.from = {"窓口, サポート", "a..b@docomo.ne.jp"};
  mail.reply_to = Address{"", "support+c.abc.def@example.jp"};
  mail.to = {
      {"山田 太郎（様）とても長い名前のお客様でヘッダーが何行にもなるかた", "yamada@example.com"},
      {"Bob \"B\" O'Neil", "bob@example.com"}};
  mail.cc = {{"", "-dash@ezweb.ne.jp"}};
  mail.subject =
      "Re: 【重要】ご注文  の件 =?x?= 😀 髙﨑①㈱ and a long tail of words that has to be folded "
      "somewhere";
  mail.text = "山田様\n\n-- \n窓口\n From x\nFrom y\n.\n..\n";
  mail.html = "<p>山田様 <img src=\"cid:logo@x\"></p>";
  mail.message_id = "m1@example.jp";
  mail.in_reply_to = {"q1@example.com"};
  mail.references = {"q0@example.com", "q1@example.com"};
  mail.attachments = {{"ロゴ.png", "image/png", "logo@x", true, std::string("\x89PNG\r\n\0\n", 8)},
                      {"見積書（改訂版）とても長いファイル名　２０２６年１１月２２日.pdf",
                       "application/pdf", "", false, "%PDF\n.\r\n"},
                      {"a \"b\".csv", "text/csv", "", false, "x,y\n1,2\n"}};
  mail.extra_headers = {{"X-Note", "受付"}};
  mail.date = *parse_rfc3339("2026-11-22T02:03:04Z");
  mail.utc_offset = std::chrono::hours(9);
  return mail;
}

TEST(ComposeRead, everything_comes_back) {
  const Outgoing mail = rich();
  const Message message = read(*compose(mail));
  EXPECT_EQ(message.from, std::vector<Address>{mail.from});
  EXPECT_EQ(message.reply_to, std::vector<Address>{*mail.reply_to});
  EXPECT_EQ(message.to, mail.to);
  EXPECT_EQ(message.cc, mail.cc);
  EXPECT_EQ(message.subject, mail.subject);
  EXPECT_EQ(message.message_id, mail.message_id);
  EXPECT_EQ(message.in_reply_to, mail.in_reply_to);
  EXPECT_EQ(message.references, mail.references);
  EXPECT_EQ(message.date, mail.date);
  EXPECT_EQ(without_last_break(message.text), without_last_break(mail.text));
  EXPECT_EQ(message.html.substr(0, mail.html.size()), mail.html);
  ASSERT_NE(message.header("x-note"), nullptr);
  EXPECT_EQ(*message.header("x-note"), "受付");
  ASSERT_EQ(message.attachments.size(), mail.attachments.size());
  for (std::size_t i = 0; i < mail.attachments.size(); ++i) {
    EXPECT_EQ(message.attachments[i].bytes, mail.attachments[i].bytes);
    EXPECT_EQ(message.attachments[i].media_type, mail.attachments[i].media_type);
    EXPECT_EQ(message.attachments[i].is_inline, mail.attachments[i].is_inline);
  }
  EXPECT_EQ(message.attachments[0].file_name, "ロゴ.png");
  EXPECT_EQ(message.attachments[0].content_id, "logo@x");
  EXPECT_EQ(message.attachments[1].file_name, mail.attachments[1].file_name);
  EXPECT_TRUE(message.notices.empty());
}

TEST(ComposeRead, any_subject_name_and_text_comes_back) {
  const char32_t alphabet[] = {'a', 'Z', ' ', '"', '\\', ',',    '=',    '?',    '_',
                               '<', '(', '@', '.', 0xE9, 0x3042, 0x65E5, 0xFF5E, 0x1F600};
  std::mt19937 random(20261122);
  const auto any = [&](std::size_t length) {
    std::string out = "x";
    for (std::size_t i = 0; i < length; ++i)
      text::append_utf8(out, alphabet[random() % std::size(alphabet)]);
    return out + "x";
  };
  for (int round = 0; round < 300; ++round) {
    Outgoing mail = rich();
    mail.html.clear();
    mail.attachments.clear();
    mail.subject = any(random() % 120);
    mail.from.name = any(random() % 80);
    mail.text = any(random() % 300) + "\n" + any(10) + "\n";
    const Message message = read(*compose(mail));
    ASSERT_EQ(message.subject, mail.subject);
    ASSERT_EQ(message.from.size(), 1U);
    ASSERT_EQ(message.from[0], mail.from);
    ASSERT_EQ(without_last_break(message.text), without_last_break(mail.text));
  }
}

}  // namespace
}  // namespace madoguchi::mail
