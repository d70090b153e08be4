// SPDX-License-Identifier: Apache-2.0
#include "connectors/mail_webhook/assemble.h"

#include <gtest/gtest.h>

#include "core/mail/read.h"

namespace madoguchi::connectors::mail_webhook {
namespace {

constexpr const char* kJis = "\x1B$B;3ED\x1B(B";  // 山田

TEST(Assemble, what_goes_in_is_what_is_read) {
  MailParts parts;
  parts.headers = {{"From", "髙橋 みなみ <minami@example.jp>, \"B, C\" <b@example.jp>"},
                   {"To", "support@shop.example"},
                   {"Subject", "ご注文について 🌸 " + std::string(200, 'x') + "終わり"},
                   {"Message-Id", "<1@example.jp>"},
                   {"Content-Type", "multipart/mixed; boundary=gone"},
                   {"MIME-Version", "1.0"},
                   {"X-Folded", "one\r\n\ttwo"}};
  const std::string html = "<p>山田</p><img src=\"cid:logo@x\">";
  parts.text = TextPart{kJis, "iso-2022-jp"};
  parts.html = TextPart{html, "utf-8"};
  parts.files = {{"領収 書.pdf", "application/pdf", "", std::string_view("\0\xFF\r\n", 4)},
                 {"", "image/png", "logo@x", "PNG"},
                 {"x", "multipart/mixed; boundary=a", "", "--a\r\n"}};
  const mail::Message read = mail::read(assemble(parts, "sendgrid"));
  EXPECT_EQ(read.from.at(0), (mail::Address{"髙橋 みなみ", "minami@example.jp"}));
  EXPECT_EQ(read.from.at(1).address, "b@example.jp");
  EXPECT_EQ(read.subject, parts.headers[2].second);
  EXPECT_EQ(read.message_id, "1@example.jp");
  EXPECT_EQ(*read.header("x-folded"), "one two");
  EXPECT_EQ(*read.header("X-Madoguchi-Assembled"), "sendgrid");
  EXPECT_EQ(read.text, "山田");
  EXPECT_EQ(read.text_decoding.charset, "iso-2022-jp");
  EXPECT_TRUE(read.text_decoding.sure);
  EXPECT_EQ(read.html, html);
  ASSERT_EQ(read.attachments.size(), 3U);
  EXPECT_EQ(read.attachments[0].file_name, "領収 書.pdf");
  EXPECT_EQ(read.attachments[0].bytes, std::string("\0\xFF\r\n", 4));
  EXPECT_TRUE(read.attachments[1].is_inline);
  EXPECT_EQ(read.attachments[1].media_type, "image/png");
  EXPECT_EQ(read.attachments[2].bytes, "--a\r\n");
  EXPECT_TRUE(read.notices.empty());
}

TEST(Assemble, nothing_becomes_a_header_of_its_own) {
  MailParts parts;
  parts.headers = {{"Subject", "a\r\nX-Evil: 1\r\n\r\nbody"},
                   {"X-Evil: 2\r\nX", "b"},
                   {"", "c"},
                   {"From", "山\r\nX-Evil: 3 <a@b.example>"}};
  parts.text = TextPart{"text", "x\"; y=\r\nX-Evil: 4"};
  parts.files = {{"n\r\nX-Evil: 5", "text/x\r\nX-Evil: 6", "c\r\nX-Evil: 7", "f"}};
  const mail::Message read = mail::read(assemble(parts, "p"));
  EXPECT_EQ(read.header("X-Evil"), nullptr);
  EXPECT_EQ(read.text, "text");
  ASSERT_EQ(read.attachments.size(), 1U);
  EXPECT_EQ(read.attachments[0].media_type, "application/octet-stream");
  EXPECT_EQ(read.attachments[0].bytes, "f");
}

TEST(Assemble, a_mail_of_nothing_is_a_mail) {
  const mail::Message read = mail::read(assemble({}, "p"));
  EXPECT_EQ(read.text, "");
  EXPECT_TRUE(read.attachments.empty());
  MailParts html;
  html.html = TextPart{"<b>x</b>", "utf-8"};
  EXPECT_EQ(mail::read(assemble(html, "p")).html, "<b>x</b>");
}

TEST(Assemble, the_same_parts_are_the_same_octets) {
  MailParts parts;
  parts.text = TextPart{"text", "utf-8"};
  parts.files = {{"a", "text/plain", "", "b"}};
  EXPECT_EQ(assemble(parts, "p"), assemble(parts, "p"));
}

}  // namespace
}  // namespace madoguchi::connectors::mail_webhook
