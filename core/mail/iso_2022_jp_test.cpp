// SPDX-License-Identifier: Apache-2.0
#include "core/mail/iso_2022_jp.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/base/clock.h"
#include "core/mail/compose.h"
#include "core/mail/japanese.h"
#include "core/mail/read.h"

namespace madoguchi::mail {
namespace {

using testing::HasSubstr;
using testing::Not;

std::string there_and_back(const std::string& text) {
  const auto known = jis_repertoire(text);
  return known ? decode_iso_2022_jp(encode_iso_2022_jp(*known)).text : "no code";
}

Outgoing old_style() {
  Outgoing mail;
  mail.charset = WrittenIn::iso_2022_jp;
  mail.from = {"窓口", "shop@example.jp"};
  mail.to = {{"山田 太郎", "customer@example.com"}};
  mail.subject = "ご注文の発送のお知らせ（〜明日のお届けになります〜）";
  mail.text = "山田様\n\nﾊﾞｰｹﾞﾝの商品を発送しました。\n.\nEnd";
  mail.message_id = "m1.abc@example.jp";
  mail.date = *parse_rfc3339("2026-11-22T02:03:04Z");
  return mail;
}

TEST(Iso2022Jp, WritesWhatRfc1468Says) {
  EXPECT_EQ(encode_iso_2022_jp("a日本b\nア"), "a\x1B$BF|K\\\x1B(Bb\n\x1B$B%\"\x1B(B");
  EXPECT_EQ(encode_iso_2022_jp("plain"), "plain");
  EXPECT_EQ(there_and_back("ぁん漢字ΑЯ─熙"), "ぁん漢字ΑЯ─熙");
}

TEST(Iso2022Jp, WidensHalfWidthKana) {
  EXPECT_EQ(jis_repertoire("ｱｶﾞﾊﾟﾂﾞｳﾞﾎﾟﾝ｡｢ｯｰ｣"), "アガパヅヴポン。「ッー」");
  EXPECT_EQ(jis_repertoire("ｱﾞﾅﾟﾞ"), "ア゛ナ゜゛");  // no such sounds
  EXPECT_EQ(jis_repertoire("ｶ"), "カ");
}

TEST(Iso2022Jp, TakesEitherOfThePairsThatConvertersDisagreeOn) {
  for (const auto& pair : {std::pair{"〜", "～"},
                           {"−", "－"},
                           {"‖", "∥"},
                           {"¢", "￠"},
                           {"£", "￡"},
                           {"¬", "￢"},
                           {"—", "―"}}) {
    ASSERT_TRUE(jis_repertoire(pair.first)) << pair.first;
    EXPECT_EQ(encode_iso_2022_jp(pair.first), encode_iso_2022_jp(pair.second)) << pair.first;
  }
}

TEST(Iso2022Jp, KnowsWhatHasNoCode) {
  for (const char* none : {"①", "㈱", "髙", "﨑", "한", "é", "😀", "\xFF", "\x1B$B", "𠮷", "¥"}) {
    EXPECT_FALSE(jis_repertoire(none)) << none;
  }
  EXPECT_EQ(jis_repertoire(""), "");
}

TEST(Iso2022Jp, AMailIsReadAsItWasWritten) {
  const std::string raw = compose(old_style()).value();
  EXPECT_THAT(raw, HasSubstr("Content-Type: text/plain; charset=ISO-2022-JP\r\n"
                             "Content-Transfer-Encoding: 7bit\r\n"));
  EXPECT_THAT(raw, Not(HasSubstr("UTF-8")));
  for (const char c : raw) EXPECT_LT(static_cast<unsigned char>(c), 0x80);
  for (std::size_t at = 0; at < raw.size();) {
    const std::size_t end = raw.find("\r\n", at);
    const std::string line = raw.substr(at, end - at);
    const bool encoded = line.find("=?") != std::string::npos;
    EXPECT_LE(line.size(), encoded ? 76u : 998u) << line;
    at = end + 2;
  }
  const Message mail = read(raw);
  EXPECT_EQ(mail.from.at(0).name, "窓口");
  EXPECT_EQ(mail.to.at(0).name, "山田 太郎");
  EXPECT_EQ(mail.subject, "ご注文の発送のお知らせ（～明日のお届けになります～）");
  EXPECT_THAT(mail.text, HasSubstr("山田様\n\nバーゲンの商品を発送しました。\n.\nEnd"));
}

TEST(Iso2022Jp, EachPartFallsBackByItself) {
  Outgoing mail = old_style();
  mail.text = "髙橋が担当します。";
  mail.html = "<p>担当します。</p>";
  mail.attachments.push_back({});
  mail.attachments[0].file_name = "領収書 ｶﾅ.pdf";
  mail.attachments[0].media_type = "application/pdf";
  mail.attachments[0].bytes = "%PDF";
  const std::string raw = compose(mail).value();
  EXPECT_THAT(raw, HasSubstr("text/plain; charset=UTF-8"));
  EXPECT_THAT(raw, HasSubstr("text/html; charset=ISO-2022-JP"));
  EXPECT_THAT(raw, HasSubstr("Subject: =?ISO-2022-JP?B?"));
  const Message back = read(raw);
  EXPECT_THAT(back.text, HasSubstr("髙橋が担当します。"));
  EXPECT_THAT(back.html, HasSubstr("担当します。"));
  EXPECT_EQ(back.attachments.at(0).file_name, "領収書 ｶﾅ.pdf");

  mail.subject = "①発送";
  EXPECT_THAT(compose(mail).value(), HasSubstr("Subject: =?UTF-8?B?"));
}

TEST(Iso2022Jp, LinesThatCannotTravelAreEncoded) {
  Outgoing mail = old_style();
  std::string line;
  for (int i = 0; i < 600; ++i) line += "長";
  for (const std::string& text : {line, std::string("From 山田")}) {
    mail.text = text;
    const std::string raw = compose(mail).value();
    EXPECT_THAT(raw, HasSubstr("charset=ISO-2022-JP\r\nContent-Transfer-Encoding: base64"));
    EXPECT_THAT(read(raw).text, HasSubstr(text));
  }
}

TEST(Iso2022Jp, LongSubjectsAreCutBetweenCharacters) {
  Outgoing mail = old_style();
  for (std::size_t length = 1; length < 80; ++length) {
    mail.subject = std::string(length % 7, 'x');
    for (std::size_t i = 0; i < length; ++i) mail.subject += i % 5 == 4 ? "a" : "漢";
    const std::string raw = compose(mail).value();
    EXPECT_EQ(read(raw).subject, mail.subject);
  }
}

}  // namespace
}  // namespace madoguchi::mail
