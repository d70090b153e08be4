// SPDX-License-Identifier: Apache-2.0
#include "core/mail/read.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "core/mail/body_text.h"
#include "core/mail/content_key.h"
#include "core/mail/file_name.h"

namespace madoguchi::mail {
namespace {

bool has(const Message& message, Notice notice) {
  return std::find(message.notices.begin(), message.notices.end(), notice) != message.notices.end();
}

/// CRLF for LF, as a mail travels.
std::string wire(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\n') out += '\r';
    out += c;
  }
  return out;
}

TEST(Read, PlainJapaneseMail) {
  const Message m =
      read(wire("Return-Path: <taro@example.jp>\n"
                "Message-ID: <1@example.jp>\n"
                "In-Reply-To: <0@shop.example>\n"
                "References: <00@shop.example> <0@shop.example>\n"
                "Date: Sat, 21 Nov 2026 10:00:00 +0900\n"
                "From: =?ISO-2022-JP?B?GyRCOzNFRBsoQg==?= <taro@example.jp>\n"
                "To: support@shop.example, Second <b@shop.example>\n"
                "Cc: c@shop.example\n"
                "Subject: =?ISO-2022-JP?B?GyRCJDMkcxsoQg==?=\n"
                "Content-Type: text/plain; charset=ISO-2022-JP\n"
                "\n"
                "\x1B$B$3$s$K$A$O-!\x1B(B\n"
                "second\n"));
  EXPECT_EQ(m.text, "こんにちは①\nsecond");
  EXPECT_EQ(m.text_decoding.charset, "iso-2022-jp");
  EXPECT_TRUE(m.text_decoding.sure);
  EXPECT_EQ(m.subject, "こん");
  EXPECT_EQ(m.subject_decoding.charset, "iso-2022-jp");
  EXPECT_EQ(m.from, (std::vector<Address>{{"山田", "taro@example.jp"}}));
  EXPECT_EQ(m.to.size(), 2U);
  EXPECT_EQ(m.cc.size(), 1U);
  EXPECT_EQ(m.message_id, "1@example.jp");
  EXPECT_EQ(m.in_reply_to, std::vector<std::string>{"0@shop.example"});
  EXPECT_EQ(m.references.size(), 2U);
  EXPECT_EQ(m.return_path, "taro@example.jp");
  EXPECT_EQ(to_rfc3339(*m.date), "2026-11-21T01:00:00Z");
  EXPECT_EQ(m.headers.size(), 10U);
  EXPECT_NE(m.header("MESSAGE-id"), nullptr);
  EXPECT_EQ(m.header("x-none"), nullptr);
  EXPECT_TRUE(m.notices.empty());
  EXPECT_TRUE(m.html.empty());
  EXPECT_TRUE(m.attachments.empty());
}

constexpr std::string_view kComplex =
    "From: a@b.jp\n"
    "Subject: complex\n"
    "MIME-Version: 1.0\n"
    "Content-Type: multipart/mixed; boundary=\"outer\"\n"
    "\n"
    "preamble\n"
    "--outer\n"
    "Content-Type: multipart/related; boundary=rel\n"
    "\n"
    "--rel\n"
    "Content-Type: multipart/alternative; boundary=\"rel alt\"\n"
    "\n"
    "--rel alt\n"
    "Content-Type: text/plain; charset=shift_jis\n"
    "Content-Transfer-Encoding: base64\n"
    "\n"
    "grGC8YLJgr+CzQ==\n"
    "--rel alt\n"
    "Content-Type: text/html; charset=utf-8\n"
    "Content-Transfer-Encoding: quoted-printable\n"
    "\n"
    "<p>=E3=81=82<img src=3D\"cid:pic%40x\"></p>\n"
    "--rel alt--\n"
    "--rel\n"
    "Content-Type: image/png\n"
    "Content-ID: <pic@x>\n"
    "Content-Disposition: attachment\n"
    "Content-Transfer-Encoding: base64\n"
    "\n"
    "iVBORw==\n"
    "--rel--\n"
    "--outer\n"
    "Content-Type: application/pdf; name=\"=?utf-8?B?44GC?=.pdf\"\n"
    "Content-Disposition: attachment;\n"
    " filename*1*=%82.pdf;\n"
    " filename*0*=utf-8''..%2F%E3%81\n"
    "\n"
    "%PDF\n"
    "--outer\n"
    "Content-Type: message/rfc822\n"
    "\n"
    "Subject: =?utf-8?B?44GC?= 1/2\n"
    "\n"
    "inner\n"
    "--outer\n"
    "\n"
    "a footer without headers\n"
    "--outer--\n"
    "epilogue\n";

TEST(Read, ComplexMail) {
  const Message m = read(wire(kComplex));
  EXPECT_EQ(m.text,
            "こんにちは\na footer without headers\n\n"
            "---------- Forwarded message ----------\nSubject: あ 1/2\n\ninner");
  EXPECT_NE(m.html.find("<p>あ<img src=\"cid:pic%40x\"></p>"), std::string::npos);
  EXPECT_NE(m.html.find("a footer without headers"), std::string::npos);
  EXPECT_EQ(m.text_decoding.charset, "cp932");
  EXPECT_EQ(m.html_decoding.charset, "utf-8");
  ASSERT_EQ(m.attachments.size(), 3U);
  EXPECT_EQ(m.attachments[0].file_name, "image-1.png");
  EXPECT_EQ(m.attachments[0].media_type, "image/png");
  EXPECT_EQ(m.attachments[0].content_id, "pic@x");
  EXPECT_TRUE(m.attachments[0].is_inline);
  EXPECT_EQ(m.attachments[0].bytes, "\x89PNG");
  EXPECT_EQ(m.attachments[1].file_name, "あ.pdf");
  EXPECT_EQ(m.attachments[1].bytes, "%PDF");
  EXPECT_FALSE(m.attachments[1].is_inline);
  EXPECT_EQ(m.attachments[2].file_name, "あ 1_2.eml");
  EXPECT_EQ(m.attachments[2].media_type, "message/rfc822");
  EXPECT_NE(m.attachments[2].bytes.find("inner"), std::string::npos);
  EXPECT_TRUE(m.notices.empty());
}

TEST(Read, CutAnywhereIsAMessage) {
  const std::string mail = wire(kComplex);
  for (std::size_t size = 0; size <= mail.size(); ++size) {
    const std::string cut = mail.substr(0, size);  // its own bytes, so that sanitizers see the end
    const Message m = read(cut);
    EXPECT_EQ(m.body_digest.size(), 64U) << size;
  }
}

TEST(Read, ChangedAnywhereIsAMessage) {
  std::string mail = wire(kComplex);
  for (std::size_t i = 0; i < mail.size(); ++i) {
    const char kept = mail[i];
    for (const char c : {'\0', '\n', '"', '=', '\xE3', '\x1B', '-', ';'}) {
      mail[i] = c;
      EXPECT_EQ(read(mail).body_digest.size(), 64U) << i;
    }
    mail[i] = kept;
  }
}

struct TextCase {
  std::string_view what;
  std::string_view mail;
  std::string_view text;
};

TEST(Read, BrokenStructuresStillShowTheirText) {
  const TextCase cases[] = {
      {"body only", "hello there\nsecond line\n", "hello there\nsecond line"},
      {"junk first", "junk line\nFrom: a@b.jp\n\nhi\n", "hi"},
      {"junk between", "From: a@b.jp\njunk line\nSubject: s\n\nhi\n", "hi"},
      {"boundary for the blank line",
       "From: a@b.jp\nContent-Type: multipart/mixed; boundary=b\n--b\n\nhi\n--b--\n", "hi"},
      {"no end boundary", "From: a@b.jp\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nhi\n",
       "hi"},
      {"no boundary parameter",
       "From: a@b.jp\nContent-Type: multipart/mixed\n\n--b\nContent-Type: "
       "text/plain\n\nhi\n--b--\n",
       "hi"},
      {"unusable boundary",
       "From: a@b.jp\nContent-Type: multipart/mixed; boundary=zzz\n\nhi there\n", "hi there"},
      {"inner part without end",
       "From: a@b.jp\nContent-Type: multipart/mixed; boundary=b\n\n--b\n"
       "Content-Type: multipart/alternative; boundary=c\n\n--c\n\nhi\n--b\n\nyou\n--b--\n",
       "hi\nyou"},
      {"unknown transfer encoding", "From: a@b.jp\nContent-Transfer-Encoding: rot13\n\nhi\n", "hi"},
      {"base64 without padding", "From: a@b.jp\nContent-Transfer-Encoding: base64\n\naGk\n", "hi"},
      {"html only", "From: a@b.jp\nContent-Type: text/html\n\n<p>hi</p>\n", "hi"},
      {"type without subtype", "From: a@b.jp\nContent-Type: text\n\nhi\n", "hi"},
      {"empty plain beside html",
       "From: a@b.jp\nContent-Type: multipart/alternative; boundary=b\n\n--b\n\n \n--b\n"
       "Content-Type: text/html\n\n<p>hi</p>\n--b--\n",
       "hi"},
      {"line ends of old", "From: a@b.jp\rSubject: s\r\rhi\rthere", "hi\nthere"},
      {"Shift_JIS without label", "From: a@b.jp\n\n\x82\xB1\x82\xF1\x82\xC9\x82\xBF\x82\xCD\n",
       "こんにちは"},
      {"8-bit in quoted-printable",
       "From: a@b.jp\nContent-Type: text/plain; charset=x-sjis\n"
       "Content-Transfer-Encoding: quoted-printable\n\n\x82\xB1=82=F1\n",
       "こん"},
      {"flowed",
       "From: a@b.jp\nContent-Type: text/plain; format=flowed\n\nhello \nworld\n\n> a \n> b\n",
       "hello world\n\n> a b"},
      {"flowed with DelSp",
       "From: a@b.jp\nContent-Type: text/plain; charset=utf-8; format=flowed; delsp=yes\n\n"
       "こん \nにちは\n",
       "こんにちは"},
      {"attached by mistake", "From: a@b.jp\nContent-Disposition: attachment\n\nhi\n", "hi"},
      {"multipart in base64",
       "From: a@b.jp\nContent-Type: multipart/mixed; boundary=b\n"
       "Content-Transfer-Encoding: base64\n\nLS1iCgpoaQotLWItLQo=\n",
       "hi"},
      {"empty", "", ""},
  };
  for (const TextCase& c : cases) EXPECT_EQ(read(c.mail).text, c.text) << c.what;
}

TEST(Read, MendedStructuresAreMarked) {
  EXPECT_TRUE(has(read("hello\n"), Notice::malformed));
  EXPECT_TRUE(has(read("From: a@b.jp\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nhi\n"),
                  Notice::malformed));
  EXPECT_FALSE(has(read("From: a@b.jp\n\nhi\n"), Notice::malformed));
  EXPECT_TRUE(has(read("From: a@b.jp\n\ncaf\xE9 cr\xEApes\n"), Notice::unsure_charset));
}

TEST(Read, UuencodedFilesInTheBody) {
  const Message m = read("From: a@b.jp\n\nsee:\nbegin 644 dir/a.txt\n#86)C\n`\nend\nbye\n");
  EXPECT_EQ(m.text, "see:\nbye");
  ASSERT_EQ(m.attachments.size(), 1U);
  EXPECT_EQ(m.attachments[0].file_name, "a.txt");
  EXPECT_EQ(m.attachments[0].bytes, "abc");
}

TEST(Read, FromFallsBackToWhoCanBeAnswered) {
  EXPECT_EQ(read("From: Taro\nReply-To: r@b.jp\nSender: s@b.jp\n\nx").from,
            (std::vector<Address>{{"Taro", "r@b.jp"}}));
  EXPECT_EQ(read("Return-Path: <p@b.jp>\nSender: s@b.jp\n\nx").from,
            (std::vector<Address>{{"", "p@b.jp"}}));
  EXPECT_EQ(read("From: <>\nReturn-Path: <>\nSender: S <s@b.jp>\n\nx").from,
            (std::vector<Address>{{"S", "s@b.jp"}}));
  EXPECT_EQ(read("From: a@b.jp\nReply-To: r@b.jp\n\nx").from[0].address, "a@b.jp");
  EXPECT_EQ(read("Return-Path: <>\nFrom: a@b.jp\n\nx").return_path, "");
  EXPECT_EQ(read("From: a@b.jp\n\nx").return_path, std::nullopt);
}

TEST(Read, RawHeadersGoByTheCharsetOfTheBody) {
  const Message m = read(
      "From: a@b.kr\nSubject: \xB0\xA1\xB3\xAA\nContent-Type: text/plain; charset=euc-kr\n\n"
      "\xB0\xA1\xB3\xAA\xB4\xD9\n");
  EXPECT_EQ(m.text, "가나다");
  EXPECT_EQ(m.subject, "가나");
}

TEST(Read, CarrierEmojiByTheSender) {
  const Message m = read(
      "From: a..b@docomo.ne.jp\nContent-Type: text/plain; charset=Shift_JIS\n\n\xF8\x9F\x82\xB1\n");
  EXPECT_EQ(m.text, "\xE2\x98\x80こ");
  EXPECT_EQ(m.from[0].address, "a..b@docomo.ne.jp");
}

TEST(ReadAs, APersonChoosesTheCharset) {
  const std::string_view mail =
      "From: a@b.jp\nSubject: \xB0\xA1\nContent-Type: text/plain; charset=euc-jp\n\n\xB0\xA1\n";
  EXPECT_EQ(read(mail).text, "亜");
  const Message m = read_as(mail, "euc-kr");
  EXPECT_EQ(m.text, "가");
  EXPECT_EQ(m.subject, "가");
  EXPECT_EQ(read_as(mail, "no-such-charset").text, "亜");
}

TEST(Read, TextsThatAreFilesAreAttachments) {
  const Message m = read(
      "From: a@b.jp\nContent-Type: multipart/mixed; boundary=b\n\n"
      "--b\n\nbody\n"
      "--b\nContent-Type: text/plain; name=log.txt\n\nlog\n"
      "--b\nContent-Type: text/csv\n\n1,2\n"
      "--b\nContent-Type: text/calendar\n\nBEGIN\n"
      "--b\nContent-Disposition: attachment; filename=\"..\"\n\nx\n"
      "--b\nContent-Type: message/delivery-status\n\nFinal-Recipient: rfc822;a@b\n--b--\n");
  EXPECT_EQ(m.text, "body");
  std::vector<std::string> names;
  for (const Attachment& a : m.attachments) names.push_back(a.file_name);
  EXPECT_EQ(names, (std::vector<std::string>{"log.txt", "attachment-2.csv", "attachment-3.ics",
                                             "attachment-4.txt", "attachment-5.txt"}));
}

TEST(FileName, IsCleaned) {
  const std::pair<std::string_view, std::string_view> cases[] = {
      {"a.txt", "a.txt"},
      {"/etc/passwd", "passwd"},
      {"..\\..\\a.exe", "a.exe"},
      {"C:\\a\\b.txt", "b.txt"},
      {"..", ""},
      {"/", ""},
      {"a\r\nb\x01.txt", "ab.txt"},
      {"invoice\xE2\x80\xAE"
       "fdp.exe",
       "invoicefdp.exe"},
      {"a.exe. . ", "a.exe"},
      {"\xE2\x80\x8B"
       "a",
       "a"},
  };
  for (const auto& [name, clean] : cases) EXPECT_EQ(clean_file_name(name), clean) << name;
  const std::string cut = clean_file_name(std::string(300, 'a') + ".pdf");
  EXPECT_EQ(cut.size(), 200U);
  EXPECT_EQ(cut.substr(196), ".pdf");
}

TEST(BodyText, HtmlNamesItsCharset) {
  EXPECT_EQ(html_charset("<meta charset=\"x-sjis\">"), "x-sjis");
  EXPECT_EQ(html_charset("<META http-equiv=Content-Type content='text/html; CHARSET = euc-jp'>"),
            "euc-jp");
  EXPECT_EQ(html_charset("<p>charset</p>"), "");
  EXPECT_EQ(read("From: a@b.jp\nContent-Type: text/html\n\n<meta charset=euc-jp>\xB0\xA1").html,
            "<meta charset=euc-jp>亜");
}

TEST(ContentKey, IsTheSameHoweverItTravelled) {
  const std::string_view mail =
      "Message-ID: <1@Example.jp>\nDate: Sat, 21 Nov 2026 10:00:00 +0900\nFrom: a@b.jp\n"
      "Content-Type: text/plain; charset=utf-8\n\nこん\nsecond\n";
  const std::string_view encoded =
      "Received: by x\nMessage-ID:\n <1@example.jp>\nDate: Sat, 21 Nov 2026 10:00:00 +0900\n"
      "From: \"Taro\" <A@B.jp>\nX-Spam: no\nContent-Transfer-Encoding: quoted-printable\n"
      "Content-Type: text/plain; charset=utf-8\n\n=E3=81=93=E3=82=93\nsecond\n\n";
  const std::string key = content_key(read(mail), mail);
  EXPECT_EQ(key.size(), 74U);
  EXPECT_EQ(content_key(read(wire(mail)), wire(mail)), key);
  EXPECT_EQ(content_key(read(encoded), encoded), key);
}

TEST(ContentKey, DiffersWithTheContent) {
  const auto key = [](std::string_view mail) { return content_key(read(mail), mail); };
  const std::string base = key("Message-ID: <1@b>\nDate: d\nFrom: a@b.jp\n\nx\n");
  EXPECT_NE(base, key("Message-ID: <2@b>\nDate: d\nFrom: a@b.jp\n\nx\n"));
  EXPECT_NE(base, key("Message-ID: <1@b>\nDate: e\nFrom: a@b.jp\n\nx\n"));
  EXPECT_NE(base, key("Message-ID: <1@b>\nDate: d\nFrom: c@b.jp\n\nx\n"));
  EXPECT_NE(base, key("Message-ID: <1@b>\nDate: d\nFrom: a@b.jp\n\ny\n"));
  EXPECT_EQ(key("no headers\nat all"), key("no headers\r\nat all\r\n"));
  EXPECT_NE(key("no headers\nat all"), key("no headers\nat  all"));
}

}  // namespace
}  // namespace madoguchi::mail
