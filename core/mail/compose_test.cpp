// SPDX-License-Identifier: Apache-2.0
#include "core/mail/compose.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "core/base/clock.h"
#include "core/mail/compose_body.h"
#include "core/mail/compose_header.h"
#include "core/text/utf8.h"

namespace madoguchi::mail {
namespace {

using testing::HasSubstr;
using testing::Not;

Outgoing simple() {
  Outgoing mail;
  mail.from = {"Shop", "shop@example.jp"};
  mail.to = {{"", "customer@example.com"}};
  mail.subject = "Your order";
  mail.text = "Hello\nworld\n";
  mail.message_id = "m1.abc@example.jp";
  mail.date = *parse_rfc3339("2026-11-22T02:03:04Z");
  return mail;
}

std::string written(const Outgoing& mail) {
  const Result<std::string> raw = compose(mail);
  EXPECT_TRUE(raw) << raw.error().describe();
  return raw.value_or("");
}

/// What every mail must hold, whatever is in it.
void expect_well_formed(const std::string& raw) {
  std::size_t at = 0;
  while (at < raw.size()) {
    const std::size_t end = raw.find("\r\n", at);
    ASSERT_NE(end, std::string::npos);
    const std::string line = raw.substr(at, end - at);
    EXPECT_LE(line.size(), 998U);
    EXPECT_EQ(line.find_first_of(std::string_view("\r\n\0", 3)), std::string::npos);
    at = end + 2;
  }
  const std::string headers = raw.substr(0, raw.find("\r\n\r\n"));
  for (std::size_t begin = headers.find("=?UTF-8?"); begin != std::string::npos;
       begin = headers.find("=?UTF-8?", begin + 1)) {
    const std::size_t end = headers.find("?=", begin + 10);
    ASSERT_NE(end, std::string::npos);
    EXPECT_LE(end + 2 - begin, 75U);
  }
}

TEST(Compose, a_plain_mail) {
  EXPECT_EQ(written(simple()),
            "Date: Sun, 22 Nov 2026 02:03:04 +0000\r\n"
            "From: Shop <shop@example.jp>\r\n"
            "To: customer@example.com\r\n"
            "Subject: Your order\r\n"
            "Message-ID: <m1.abc@example.jp>\r\n"
            "MIME-Version: 1.0\r\n"
            "Content-Type: text/plain; charset=UTF-8\r\n"
            "Content-Transfer-Encoding: 7bit\r\n"
            "\r\n"
            "Hello\r\nworld\r\n");
}

TEST(Compose, refuses_whatever_could_smuggle_a_line) {
  const std::string bads[] = {"a\r\nBcc: x@y.example", "a\nb", "a\rb", std::string("a\0b", 3)};
  for (const std::string& bad : bads) {
    const std::pair<const char*, std::function<void(Outgoing&)>> places[] = {
        {"/from/name", [&](Outgoing& m) { m.from.name = bad; }},
        {"/from/address", [&](Outgoing& m) { m.from.address = bad + "@x.example"; }},
        {"/to/0/address", [&](Outgoing& m) { m.to[0].address = "a@x.example" + bad; }},
        {"/cc/0/name",
         [&](Outgoing& m) {
           m.cc = {{bad, "a@x.example"}};
         }},
        {"/reply_to/name",
         [&](Outgoing& m) {
           m.reply_to = Address{bad, "a@x.example"};
         }},
        {"/subject", [&](Outgoing& m) { m.subject = bad; }},
        {"/message_id", [&](Outgoing& m) { m.message_id = bad; }},
        {"/in_reply_to", [&](Outgoing& m) { m.in_reply_to = {bad}; }},
        {"/references",
         [&](Outgoing& m) {
           m.references = {"ok@x", bad};
         }},
        {"/extra_headers/0",
         [&](Outgoing& m) {
           m.extra_headers = {{"X-A", bad}};
         }},
        {"/extra_headers/0",
         [&](Outgoing& m) {
           m.extra_headers = {{"X-A" + bad, "x"}};
         }},
        {"/attachments/0/file_name",
         [&](Outgoing& m) {
           m.attachments = {{bad, "text/plain", "", false, "x"}};
         }},
        {"/attachments/0/media_type",
         [&](Outgoing& m) {
           m.attachments = {{"a", bad, "", false, "x"}};
         }},
        {"/attachments/0/content_id",
         [&](Outgoing& m) {
           m.attachments = {{"a", "text/plain", bad, true, "x"}};
         }},
    };
    for (const auto& [pointer, spoil] : places) {
      Outgoing mail = simple();
      spoil(mail);
      const Result<std::string> raw = compose(mail);
      ASSERT_FALSE(raw) << pointer;
      EXPECT_EQ(raw.error().code, ErrorCode::invalid);
      ASSERT_FALSE(raw.error().fields.empty());
      EXPECT_EQ(raw.error().fields[0].pointer, pointer);
    }
  }
}

TEST(Compose, refuses_what_is_no_mail) {
  Outgoing nobody = simple();
  nobody.to.clear();
  EXPECT_FALSE(compose(nobody));
  Outgoing no_id = simple();
  no_id.message_id = "<a@b>";
  EXPECT_FALSE(compose(no_id));
  Outgoing no_sender = simple();
  no_sender.from.address = "nobody";
  EXPECT_FALSE(compose(no_sender));
  for (const char* name : {"Bcc", "content-type", "Subject", "X A", "X:", ""}) {
    Outgoing forged = simple();
    forged.extra_headers = {{name, "x"}};
    EXPECT_FALSE(compose(forged)) << name;
  }
}

TEST(Compose, folds_and_encodes_headers) {
  Outgoing mail = simple();
  mail.from = {"窓口 サポート", "shop@example.jp"};
  mail.to = {{"O'Neil, Bob (x)", "a..b@docomo.ne.jp"}, {"\"q\"", "b@example.com"}};
  for (int i = 0; i < 10; ++i)
    mail.cc.push_back({"山田太郎", "customer" + std::to_string(i) + "@example.com"});
  mail.subject =
      "ご注文ありがとうございます。商品の発送についてのお知らせです（受付番号１２３４５６７８）😀😀";
  mail.extra_headers = {{"Auto-Submitted", "auto-replied"}, {"X-Long", std::string(2000, 'x')}};
  mail.utc_offset = std::chrono::hours(9);
  const std::string raw = written(mail);
  expect_well_formed(raw);
  EXPECT_THAT(raw, HasSubstr("Date: Sun, 22 Nov 2026 11:03:04 +0900\r\n"));
  EXPECT_THAT(
      raw,
      HasSubstr(
          "To: \"O'Neil, Bob (x)\" <\"a..b\"@docomo.ne.jp>, \"\\\"q\\\"\" <b@example.com>\r\n"));
  EXPECT_THAT(raw, HasSubstr("Subject: =?UTF-8?B?"));
  EXPECT_THAT(raw, HasSubstr("Auto-Submitted: auto-replied\r\n"));
  std::size_t at = 0;
  const std::size_t body = raw.find("\r\n\r\n");
  while (at < body) {
    const std::size_t end = raw.find("\r\n", at);
    EXPECT_LE(end - at, 78U) << raw.substr(at, end - at);
    at = end + 2;
  }
}

TEST(Compose, encoded_words_end_between_characters) {
  const std::string text =
      "あいうえおかきくけこさしすせそたちつてとなにぬねのはひふへほ😀まみむめも";
  for (std::size_t room = 0; room < 80; ++room) {
    std::size_t total = 0;
    for (const std::string& word : encode_words(text, room)) {
      EXPECT_LE(word.size(), 75U);
      total += word.size();
    }
    EXPECT_GT(total, text.size());
  }
}

TEST(Compose, a_subject_that_looks_encoded_is_encoded) {
  Outgoing mail = simple();
  mail.subject = "=?UTF-8?Q?x?=";
  EXPECT_THAT(written(mail), Not(HasSubstr("Subject: =?UTF-8?Q?x?=\r\n")));
}

TEST(Compose, keeps_the_first_and_the_newest_references) {
  Outgoing mail = simple();
  for (int i = 0; i < 60; ++i) mail.references.push_back("r" + std::to_string(i) + "@x.example");
  mail.references.emplace_back("not an id");
  mail.in_reply_to = {"r59@x.example"};
  const std::string raw = written(mail);
  EXPECT_THAT(raw, HasSubstr("In-Reply-To: <r59@x.example>\r\n"));
  EXPECT_THAT(raw, HasSubstr("References: <r0@x.example> <r40@x.example>"));
  EXPECT_THAT(raw, HasSubstr("<r59@x.example>\r\nMIME"));
  EXPECT_THAT(raw, Not(HasSubstr("<r39@")));
  EXPECT_THAT(raw, Not(HasSubstr("not an id")));
  expect_well_formed(raw);
}

TEST(Compose, parts_nest_as_readers_expect) {
  Outgoing mail = simple();
  mail.html = "<p>Hello <img src=\"cid:logo@x\"></p>";
  mail.attachments = {
      {"logo.png", "image/png", "logo@x", true, "\x89PNG"},
      {"見積書（改訂版）2026年11月22日.pdf", "application/pdf", "", false, std::string(200, '\0')},
      {"mail.eml", "message/rfc822", "", false, "From: x\r\n\r\ny"},
      {"odd", "not a type", "", false, ""}};
  const std::string raw = written(mail);
  expect_well_formed(raw);
  const char* const order[] = {"multipart/mixed",
                               "multipart/alternative",
                               "text/plain",
                               "multipart/related; type=\"text/html\"",
                               "text/html",
                               "image/png",
                               "Content-ID: <logo@x>",
                               "application/pdf",
                               "application/octet-stream"};
  std::size_t at = 0;
  for (const char* piece : order) {
    at = raw.find(piece, at);
    ASSERT_NE(at, std::string::npos) << piece;
  }
  EXPECT_THAT(raw, HasSubstr("Content-Disposition: inline; filename=\"logo.png\"\r\n"));
  EXPECT_THAT(raw, HasSubstr("filename*0*=UTF-8''%E8%A6%8B"));
  EXPECT_THAT(raw, HasSubstr("name=\"=?UTF-8?B?"));
  EXPECT_THAT(raw, Not(HasSubstr("message/rfc822")));
  EXPECT_EQ(raw, written(mail));
}

TEST(Compose, a_boundary_never_stands_in_a_part) {
  Outgoing mail = simple();
  mail.attachments = {{"a.bin", "application/octet-stream", "", false, "x"}};
  const std::string first = written(mail);
  const std::size_t at = first.find("boundary=\"") + 10;
  const std::string boundary = first.substr(at, first.find('"', at) - at);
  mail.text = "--" + boundary + "\nforged\n";
  const std::string raw = written(mail);
  EXPECT_THAT(raw, Not(HasSubstr("boundary=\"" + boundary)));
}

TEST(Compose, bodies_survive_the_way) {
  EXPECT_EQ(encode_text("a\rb\nc").body, "a\r\nb\r\nc\r\n");
  EXPECT_EQ(encode_text("-- \nShop").encoding, "7bit");
  EXPECT_EQ(encode_text("trailing \n").encoding, "quoted-printable");
  EXPECT_EQ(encode_text("trailing \n").body, "trailing=20\r\n");
  EXPECT_EQ(encode_text("From me\n").body, "=46rom me\r\n");
  EXPECT_EQ(encode_text("Un café = one coffee\n").body, "Un caf=C3=A9 =3D one coffee\r\n");
  EXPECT_EQ(encode_text("返品したいです\n").encoding, "base64");
  EXPECT_EQ(encode_text("").body, "\r\n");
  const EncodedBody wide = encode_text(std::string(5000, 'x'));
  EXPECT_EQ(wide.encoding, "quoted-printable");
  for (std::size_t i = 0; i < wide.body.size();) {
    const std::size_t end = wide.body.find("\r\n", i);
    EXPECT_LE(end - i, 76U);
    i = end + 2;
  }
  EXPECT_EQ(encode_binary("").body, "\r\n");
  EXPECT_EQ(encode_quoted_printable("."), "=2E");
}

TEST(Compose, text_is_made_from_html_when_there_is_none) {
  Outgoing mail = simple();
  mail.text.clear();
  mail.html = "<p>Only html</p>";
  EXPECT_THAT(written(mail), HasSubstr("Only html\r\n"));
}

TEST(Compose, dates_of_other_years_and_zones) {
  EXPECT_EQ(format_date(*parse_rfc3339("2024-02-29T23:30:00Z"), std::chrono::minutes(540)),
            "Fri, 01 Mar 2024 08:30:00 +0900");
  EXPECT_EQ(format_date(*parse_rfc3339("2026-01-01T00:00:00Z"), std::chrono::minutes(-210)),
            "Wed, 31 Dec 2025 20:30:00 -0330");
}

}  // namespace
}  // namespace madoguchi::mail
