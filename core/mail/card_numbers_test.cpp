// SPDX-License-Identifier: Apache-2.0
// Every card number here is from the test ranges that the schemes and acquirers publish.
#include "core/mail/card_numbers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "core/crypto/encoding.h"
#include "core/mail/charset_digits.h"
#include "core/mail/compose.h"
#include "core/mail/html_digits.h"
#include "core/mail/iso_2022_jp.h"
#include "core/mail/read.h"
#include "core/text/card_number.h"

namespace madoguchi::mail {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr std::string_view kHead =
    "From: Hanako <hanako@example.com>\r\nTo: support@shop.example\r\n"
    "Message-ID: <one@example.com>\r\nDate: Sun, 22 Nov 2026 10:00:00 +0900\r\n";

std::string mail_of(std::string_view headers, std::string_view body) {
  return std::string(kHead) + std::string(headers) + "\r\n" + std::string(body);
}

/// What a person would see of it holds no number, and nothing but digits was changed.
Message masked_message(const std::string& raw) {
  const std::string out = mask_mail(raw);
  Message message = read(out);
  EXPECT_FALSE(has_card_number_beside_texts(message)) << out;
  for (const std::string& text : {message.subject, message.text, message.html}) {
    EXPECT_TRUE(text::card_number_masks(text).empty()) << out;
  }
  EXPECT_EQ(mask_mail(out), out) << "masking again changes nothing";
  return message;
}

TEST(CardNumbersInMail, a_mail_without_one_is_left_as_it_is) {
  for (const std::string& raw :
       {mail_of("Subject: Order 4111111111111112\r\n", "Tracking 1234-5678-9012\r\n"),
        mail_of("Subject: =?UTF-8?B?44GT44KT44Gr44Gh44Gv?=\r\n"
                "Content-Type: text/plain; charset=iso-2022-jp\r\n",
                encode_iso_2022_jp("注文番号：4111111111111111")),
        std::string("no mail at all"), std::string()}) {
    EXPECT_EQ(mask_mail(raw), raw);
    EXPECT_FALSE(has_card_number_beside_texts(read(raw)));
  }
}

TEST(CardNumbersInMail, only_the_digits_of_a_plain_mail_change) {
  const std::string raw =
      mail_of("Subject: card 4111 1111 1111 1111\r\nX-Note: a 5555555555554444\r\n",
              "My card: 4111-1111-1111-1111 CVV 123\r\nThanks\r\n");
  EXPECT_EQ(mask_mail(raw),
            mail_of("Subject: card **** **** **** 1111\r\nX-Note: a ************4444\r\n",
                    "My card: ****-****-****-1111 CVV ***\r\nThanks\r\n"));
}

TEST(CardNumbersInMail, a_folded_header_stays_folded) {
  const std::string raw = mail_of("Subject: card 4111 1111\r\n 1111 1111 end\r\n", "hello\r\n");
  EXPECT_EQ(mask_mail(raw), mail_of("Subject: card **** ****\r\n **** 1111 end\r\n", "hello\r\n"));
}

struct Written {
  const char* label;
  std::string bytes;
  std::string masked;
};

TEST(CardNumbersInMail, charsets_and_transfer_encodings_stay_what_they_were) {
  const std::string wide =
      "番号は４１１１ー１１１１ー１１１１ー１１１１と 5555 5555 5555 4444 です";
  const std::string text =
      "番号は＊＊＊＊ー＊＊＊＊ー＊＊＊＊ー１１１１と **** **** **** 4444 です";
  // The same in Shift_JIS and EUC-JP: 番号は, ４１１１ー…, です.
  const std::string sjis_lead = "\x94\xD4\x8D\x86\x82\xCD";
  const std::string euc_lead = "\xC8\xD6\xB9\xE6\xA4\xCF";
  const auto sjis = [](bool hidden) {
    const std::string four =
        hidden ? "\x81\x96\x81\x96\x81\x96\x81\x96" : "\x82\x53\x82\x50\x82\x50\x82\x50";
    const std::string ones = hidden ? four : "\x82\x50\x82\x50\x82\x50\x82\x50";
    const std::string dash = "\x81\x5B";
    return four + dash + ones + dash + ones + dash + "\x82\x50\x82\x50\x82\x50\x82\x50";
  };
  const auto euc = [](bool hidden) {
    const std::string four =
        hidden ? "\xA1\xF6\xA1\xF6\xA1\xF6\xA1\xF6" : "\xA3\xB4\xA3\xB1\xA3\xB1\xA3\xB1";
    const std::string ones = hidden ? four : "\xA3\xB1\xA3\xB1\xA3\xB1\xA3\xB1";
    const std::string dash = "\xA1\xBC";
    return four + dash + ones + dash + ones + dash + "\xA3\xB1\xA3\xB1\xA3\xB1\xA3\xB1";
  };
  const Written table[] = {
      {"utf-8", wide, text},
      {"iso-2022-jp", encode_iso_2022_jp(wide), encode_iso_2022_jp(text)},
      {"shift_jis", sjis_lead + sjis(false) + "\x82\xC5\x82\xB7",
       sjis_lead + sjis(true) + "\x82\xC5\x82\xB7"},
      {"euc-jp", euc_lead + euc(false) + "\xA4\xC7\xA4\xB9",
       euc_lead + euc(true) + "\xA4\xC7\xA4\xB9"},
      {"iso-8859-1",
       "Num\xE9ro 4111111111111111 \xE0 d\xE9"
       "biter",
       "Num\xE9ro ************1111 \xE0 d\xE9"
       "biter"},
  };
  for (const Written& one : table) {
    const std::string type = std::string("Content-Type: text/plain; charset=") + one.label + "\r\n";
    const std::string eight = type + "Content-Transfer-Encoding: 8bit\r\n";
    EXPECT_EQ(mask_mail(mail_of(eight, one.bytes + "\r\n")), mail_of(eight, one.masked + "\r\n"))
        << one.label;
    const std::string base64 = type + "Content-Transfer-Encoding: base64\r\n";
    const std::string in = crypto::to_base64(one.bytes + "\r\n");
    const std::string masked = mask_mail(mail_of(base64, in + "\r\n"));
    EXPECT_THAT(masked, HasSubstr(base64)) << one.label;
    EXPECT_EQ(read(masked).text, read(mail_of(eight, one.masked + "\r\n")).text) << one.label;
    EXPECT_EQ(masked.size(), mail_of(base64, in).size() + 2 * ((in.size() + 75) / 76)) << one.label;
  }
}

TEST(CardNumbersInMail, quoted_printable_stays_quoted_printable) {
  const std::string headers =
      "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n";
  for (const char* body : {"=E7=95=AA=E5=8F=B7 4111 1111 =\r\n1111 1111=\r\n\r\nend  =\r\n\r\n",
                           "=E7=95=AA=E5=8F=B7 =34=31=31=31 1111 1111 1111\n\nend  \n"}) {
    const std::string masked = mask_mail(mail_of(headers, body));
    EXPECT_THAT(masked, HasSubstr("quoted-printable"));
    EXPECT_EQ(read(masked).text.substr(0, 26), "番号 **** **** **** 1111");
    EXPECT_THAT(masked, Not(HasSubstr("4111")));
  }
}

TEST(CardNumbersInMail, encoded_words_are_masked_in_their_charset) {
  const auto b = [](const char* charset, std::string_view bytes) {
    return std::string("=?") + charset + "?B?" + crypto::to_base64(bytes) + "?=";
  };
  const std::pair<std::string, std::string> table[] = {
      {b("UTF-8", "番号は4111 1111 1111 1111"), b("UTF-8", "番号は**** **** **** 1111")},
      {b("UTF-8", "番号は4111 1111") + "\r\n " + b("UTF-8", " 1111 1111"),
       b("UTF-8", "番号は**** ****") + "\r\n " + b("UTF-8", " **** 1111")},
      {b("ISO-2022-JP", encode_iso_2022_jp("番号４１１１１１１１１１１１１１１１")),
       b("ISO-2022-JP", encode_iso_2022_jp("番号＊＊＊＊＊＊＊＊＊＊＊＊１１１１"))},
      {"=?utf-8?q?Card_4111=201111_1111_1111?=", "=?utf-8?Q?Card_****_****_****_1111?="},
      {"4111 =?utf-8?q?1111?= 1111 =?utf-8?q?1111?=",
       "**** =?utf-8?Q?****?= **** =?utf-8?q?1111?="},
  };
  for (const auto& [in, out] : table) {
    EXPECT_EQ(mask_mail(mail_of("Subject: " + in + "\r\n", "x\r\n")),
              mail_of("Subject: " + out + "\r\n", "x\r\n"));
  }
}

TEST(CardNumbersInMail, names_keep_their_addresses) {
  const std::string raw =
      "From: \"4111 1111 1111 1111\" <a@example.com>\r\n"
      "To: =?UTF-8?B?" +
      crypto::to_base64("山田 4111111111111111") +
      "?= <b@example.com>, c@example.com\r\n"
      "Cc: 4111111111111111 <4111111111111111@example.com>\r\n\r\nhello\r\n";
  const Message message = masked_message(raw);
  EXPECT_EQ(message.from, (std::vector<Address>{{"**** **** **** 1111", "a@example.com"}}));
  EXPECT_EQ(message.to, (std::vector<Address>{{"山田 ************1111", "b@example.com"},
                                              {"", "c@example.com"}}));
  EXPECT_EQ(message.cc,
            (std::vector<Address>{{"************1111", "4111111111111111@example.com"}}));
}

TEST(CardNumbersInMail, html_is_masked_whatever_cuts_the_number) {
  for (const char* html :
       {"<p>4111 1111 1111 1111</p>", "<p>4111<b> 1111</b> 1111 <i>1111</i></p>",
        "<p>4111&nbsp;1111&nbsp;1111&nbsp;1111</p>",
        "<p>&#52;&#49;11&#x31;111&#x0031;1111111&#049;</p>",
        "<p>4111&shy;1111&#8203;1111<wbr>1111</p>",
        "<p>&#65300;&#xFF11;&#xff11;１ 1111 1111 1111</p>",
        "<p>4111<!-- x -->1111<span style='color:red'>1111</span>1111</p>",
        "<img alt=\"4111 1111 1111 1111\" src=\"cid:a\">",
        "<table><tr><td>4111</td><td>1111</td><td>1111</td><td>1111</td></tr></table>"}) {
    const std::string raw =
        mail_of("Content-Type: text/html; charset=utf-8\r\n",
                std::string("<html><body><h1>カード</h1>") + html + "</body></html>\r\n");
    const Message message = masked_message(raw);
    EXPECT_THAT(message.html, HasSubstr("<h1>カード</h1>")) << html;
    EXPECT_EQ(message.html.size(), read(raw).html.size()) << html << "\n" << message.html;
    EXPECT_THAT(message.text, HasSubstr("カード")) << html;
  }
}

TEST(CardNumbersInMail, attachments_their_names_and_mails_within_are_masked) {
  const std::string inner = mail_of(
      "Subject: fwd 4111 1111 1111 1111\r\nContent-Type: multipart/mixed; boundary=in\r\n",
      "--in\r\n\r\nsee 5555555555554444\r\n--in\r\nContent-Type: text/csv; name=\"a.csv\"\r\n"
      "Content-Transfer-Encoding: base64\r\n\r\n" +
          crypto::to_base64("id,card\r\n1,4111111111111111\r\n") + "\r\n--in--\r\n");
  const std::string raw = mail_of(
      "Subject: files\r\nContent-Type: multipart/mixed; boundary=b\r\n",
      "--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nhello\r\n"
      "--b\r\nContent-Type: text/csv; charset=utf-8\r\n"
      "Content-Disposition: attachment; filename=\"4111 1111 1111 1111.csv\"\r\n\r\n"
      "1,4111111111111111\r\n"
      "--b\r\nContent-Type: application/octet-stream\r\nContent-Transfer-Encoding: base64\r\n"
      "Content-Disposition: attachment; "
      "filename*=UTF-8''%E7%95%AA4111%201111%201111%201111.txt\r\n\r\n" +
          crypto::to_base64("5555555555554444") +
          "\r\n--b\r\nContent-Type: application/pdf; name=x.pdf\r\n\r\n%PDF 4111111111111111\r\n"
          "--b\r\nContent-Type: message/rfc822\r\n\r\n" +
          inner +
          "\r\n--b\r\nContent-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n\r\n" +
          crypto::to_base64(inner) + "\r\n--b--\r\n");
  ASSERT_TRUE(has_card_number_beside_texts(read(raw)));
  const Message message = masked_message(raw);
  ASSERT_EQ(message.attachments.size(), 5U);
  EXPECT_EQ(message.attachments[0].file_name, "**** **** **** 1111.csv");
  EXPECT_EQ(message.attachments[0].bytes, "1,************1111");
  EXPECT_EQ(message.attachments[1].file_name, "番**** **** **** 1111.txt");
  EXPECT_EQ(message.attachments[1].bytes, "************4444");
  EXPECT_EQ(message.attachments[2].bytes, "%PDF 4111111111111111") << "other files are left";
  for (std::size_t i : {3U, 4U}) {
    EXPECT_EQ(message.attachments[i].file_name, "fwd **** **** **** 1111.eml");
    const Message nested = read(message.attachments[i].bytes);
    EXPECT_EQ(nested.text, "see ************4444");
    EXPECT_EQ(nested.attachments.at(0).bytes, "id,card\r\n1,************1111\r\n");
  }
}

TEST(CardNumbersInMail, what_cannot_be_changed_in_place_is_written_in_utf_8) {
  std::string utf16 = "\xFF\xFE";
  for (const char c : std::string("card 4111111111111111 ok")) utf16 += {c, '\0'};
  const std::string raw = mail_of(
      "Content-Type: multipart/mixed; boundary=b\r\n",
      "--b\r\nContent-Type: text/plain; charset=utf-7\r\n\r\nGr+APw-n 4111 1111 1111 1111\r\n"
      "--b\r\nContent-Type: text/plain; name=u.txt\r\nContent-Disposition: attachment\r\n"
      "Content-Transfer-Encoding: base64\r\n\r\n" +
          crypto::to_base64(utf16) + "\r\n--b--\r\n");
  const Message message = masked_message(raw);
  EXPECT_THAT(message.text, HasSubstr("n **** **** **** 1111"));
  ASSERT_EQ(message.attachments.size(), 1U);
  EXPECT_THAT(message.attachments[0].bytes, HasSubstr("card ************1111 ok"));
}

TEST(CardNumbersInMail, a_number_over_two_parts_is_found_too) {
  const std::string raw =
      mail_of("Subject: two\r\nContent-Type: multipart/mixed; boundary=b\r\n",
              "--b\r\n\r\ncard 4111 1111\r\n--b\r\n\r\n1111 1111 end\r\n"
              "--b\r\nContent-Type: image/png; name=a.png\r\n\r\n\x89PNG\r\n--b--\r\n");
  ASSERT_FALSE(text::card_number_masks(read(raw).text).empty());
  const Message message = masked_message(raw);
  EXPECT_EQ(message.subject, "two");
  EXPECT_EQ(message.message_id, "one@example.com");
  EXPECT_EQ(message.from.at(0).address, "hanako@example.com");
  EXPECT_THAT(message.text, HasSubstr("card **** ****"));
  ASSERT_EQ(message.attachments.size(), 1U);
  EXPECT_EQ(message.attachments[0].bytes, "\x89PNG");
}

TEST(CardNumbersInMail, any_mail_comes_out_without_a_number) {
  std::mt19937 random(7);
  const char* const pieces[] = {"4111",
                                " ",
                                "1111",
                                "1111 1111",
                                "4111111111111111",
                                "\r\n",
                                "--b\r\n",
                                "--b--\r\n",
                                "Content-Type: text/html\r\n",
                                "Content-Type: text/plain; charset=",
                                "shift_jis\r\n",
                                "iso-2022-jp\r\n",
                                "\x1B$B",
                                "\x1B(B",
                                "Subject: ",
                                "Content-Transfer-Encoding: base64\r\n",
                                "Content-Transfer-Encoding: quoted-printable\r\n",
                                "NDExMTExMTExMTExMTExMQ==",
                                "=34",
                                "=?utf-8?q?4111?=",
                                "<b>",
                                "&#49;",
                                "&nbsp;",
                                "\x82\x50",
                                "\xEF\xBC\x91",
                                "Content-Disposition: attachment; filename=\"",
                                "\"",
                                "=\r\n",
                                "Content-Type: message/rfc822\r\n\r\n",
                                "begin 644 a.txt\r\n",
                                "\r"};
  for (int round = 0; round < 3000; ++round) {
    std::string raw = "From: a@example.com\r\nContent-Type: multipart/mixed; boundary=b\r\n";
    const int count = 5 + static_cast<int>(random() % 40);
    for (int i = 0; i < count; ++i) raw += pieces[random() % std::size(pieces)];
    const std::string out = mask_mail(raw);
    const Message message = read(out);
    ASSERT_TRUE(text::card_number_masks(message.text).empty()) << raw << "\n----\n" << out;
    ASSERT_TRUE(text::card_number_masks(message.subject).empty()) << raw << "\n----\n" << out;
    ASSERT_FALSE(has_card_number_beside_texts(message)) << raw << "\n----\n" << out;
  }
}

}  // namespace
}  // namespace madoguchi::mail
