// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>

#include "core/mail/content_key.h"
#include "core/mail/read.h"

namespace madoguchi::mail {
namespace {

/// Reads it with all the time there is: the fixed limits alone must end it. The bound is far from
/// what a slow machine needs with sanitizers, and farther from what reading without limits takes.
Message read_in_any_time(const std::string& mail, ReadLimits limits = {}) {
  limits.time = std::chrono::hours(1);
  const WorkPoint begin = WorkClock::now();
  Message m = read(mail, limits);
  EXPECT_LT(WorkClock::now() - begin, std::chrono::seconds(30)) << mail.substr(0, 100);
  return m;
}

Message read_hostile(const std::string& mail) {
  Message m = read_in_any_time(mail);
  EXPECT_NE(std::find(m.notices.begin(), m.notices.end(), Notice::partly_read), m.notices.end());
  return m;
}

std::string repeat(std::string_view piece, std::size_t times) {
  std::string out;
  out.reserve(piece.size() * times);
  for (std::size_t i = 0; i < times; ++i) out += piece;
  return out;
}

TEST(ReadLimits, NestedMultiparts) {
  std::string mail = "From: a@b.jp\n";
  for (int i = 0; i < 10'000; ++i) {
    const std::string b = "b" + std::to_string(i);
    mail += "Content-Type: multipart/mixed; boundary=" + b + "\n\n--" + b + "\n";
  }
  read_hostile(mail + "\nhi\n");
}

TEST(ReadLimits, ManyParts) {
  const Message m = read_hostile("From: a@b.jp\nContent-Type: multipart/mixed; boundary=b\n\n" +
                                 repeat("--b\nContent-Type: a/b\n\nx\n", 200'000) + "--b--\n");
  EXPECT_EQ(m.attachments.size(), 1'000U);
}

TEST(ReadLimits, ManyHeaders) {
  const Message m = read_hostile(repeat("Subject: a\n", 200'000) + "\nbody\n");
  EXPECT_EQ(m.headers.size(), 2'000U);
  EXPECT_EQ(m.text, "body");
}

TEST(ReadLimits, ManyEncodedWords) {
  const Message m =
      read_hostile("Subject:" + repeat(" =?utf-8?B?44GC?=", 1'000'000) + "\n\nbody\n");
  EXPECT_EQ(m.text, "body");
  EXPECT_EQ(m.subject.substr(0, 6), "ああ");
  read_hostile("Subject:" + repeat("=?a?q?", 1'000'000) + "\n\nbody\n");
  read_hostile("Subject:" + repeat("=?a?b?x =?", 1'000'000) + "\n\nbody\n");
  read_hostile("Subject:" + repeat("=?shift_jis?b?gg?= =?euc-jp?b?pA?= ", 1'000'000) + "\n\nbody");
}

TEST(ReadLimits, ManyAddresses) {
  ReadLimits limits;
  limits.addresses = 100;
  const Message m = read("From: a@b.jp\nTo: " + repeat("a@b.jp, ", 200) + "\n\nhi", limits);
  EXPECT_EQ(m.to.size(), 100U);
  EXPECT_FALSE(m.notices.empty());
  for (const std::string_view piece : {"(", "[", "<", "\"", "<\">", "\\", ":", ",a", "=?", "@"}) {
    read_hostile("From: a@b.jp\n" + repeat("To: " + repeat(piece, 60'000) + "\n", 8) + "\nhi");
  }
}

TEST(ReadLimits, ManyReferences) {
  const Message m = read_hostile("From: a@b.jp\nReferences:" + repeat(" <a@b>", 5'000) + "\n\nhi");
  EXPECT_EQ(m.references.size(), 200U);
}

TEST(ReadLimits, ManyParameters) {
  read_hostile("From: a@b.jp\nContent-Type: a/b" + repeat("; n*0*=x", 8'000) + "\n\nhi");
}

TEST(ReadLimits, DecodedOctets) {
  ReadLimits limits;
  limits.decoded = 1'000;
  const Message m = read("From: a@b.jp\nContent-Type: a/b\n\n" + std::string(5'000, 'x'), limits);
  ASSERT_EQ(m.attachments.size(), 1U);
  EXPECT_EQ(m.attachments[0].bytes.size(), 1'000U);
  EXPECT_FALSE(m.notices.empty());
}

TEST(ReadLimits, LargeHtml) {
  ReadLimits limits;
  limits.text = 10'000;
  const Message m = read(
      "From: a@b.jp\nContent-Type: text/html\n\n" + repeat("<p>\xE3\x81\x82</p>\n", 5'000), limits);
  EXPECT_LE(m.html.size(), 10'000U);
  EXPECT_FALSE(m.notices.empty());
}

TEST(ReadLimits, Deadline) {
  const std::string mail = "From: a@b.jp\nContent-Type: multipart/mixed; boundary=b\n\n" +
                           repeat("--b\n\nx\n", 100) + "--b--\n";
  const Message m = read(mail, {}, WorkClock::now() - std::chrono::seconds(1));
  EXPECT_FALSE(m.notices.empty());
  EXPECT_EQ(m.text, "");
}

TEST(ReadLimits, TheContentKeyIsTheSameHoweverFarTimeLetTheReaderGet) {
  const std::string head =
      "Received: x\nMessage-ID: <a@b.jp>\nDate: Sat, 21 Nov 2026 10:00:00 +0900\nReply-To: "
      "c@b.jp\n" +
      repeat("X-More: =?utf-8?B?44GC?=\n", 100) + "From: Taro\n";
  const std::string mails[] = {
      head + "Content-Type: multipart/mixed; boundary=b\n\n" +
          repeat("--b\n\n\xE3\x81\x82\n--b\nContent-Type: a/b\n\nx\n", 100) + "--b--\n",
      head + "Content-Type: text/html\n\n<p>x</p>",
      "no headers at all\n",
  };
  for (const std::string& mail : mails) {
    const Message whole = read(mail);
    const Message late = read(mail, {}, WorkClock::now() - std::chrono::seconds(1));
    EXPECT_NE(whole.text, "");
    EXPECT_EQ(late.text, "");
    EXPECT_EQ(content_key(late, mail), content_key(whole, mail));
    EXPECT_EQ(late.attachments.size(), whole.attachments.size());
  }
}

TEST(ReadLimits, WhatIsNotReadCountsForTheContentKey) {
  const auto key = [](const std::string& last) {
    const std::string mail = "From: a@b.jp\nContent-Type: multipart/mixed; boundary=b\n\n" +
                             repeat("--b\n\nx\n", 1'500) + "--b\n\n" + last + "\n--b--\n";
    return content_key(read(mail), mail);
  };
  EXPECT_EQ(key("x"), key("x"));
  EXPECT_NE(key("x"), key("y"));
}

TEST(ReadLimits, MuchText) {
  ReadLimits limits;
  limits.text = 10'000;
  const std::string part = "--b\n\n" + repeat("\xE3\x81\x82\xE3\x81\x84\n", 1'000);
  const Message m = read(
      "From: a@b.jp\nContent-Type: multipart/mixed; boundary=b\n\n" + repeat(part, 3) + "--b--\n",
      limits);
  EXPECT_LE(m.text.size(), 10'000U);
  EXPECT_GE(m.text.size(), 9'900U);
  EXPECT_EQ(m.notices, std::vector<Notice>{Notice::partly_read});  // no half a character
}

TEST(ReadLimits, BoundariesThatAlmostMatch) {
  const std::string dashes(60'000, '-');
  std::string parameter;
  for (int i = 0; i < 60; ++i) {
    parameter += ";\n boundary*" + std::to_string(i) + "=" + dashes.substr(0, 900);
  }
  const std::string mail = "From: a@b.jp\nContent-Type: multipart/mixed" + parameter + "\n\n";
  for (const std::string& body : {std::string(20'000'000, '-'), repeat(dashes + "\n", 300)}) {
    (void)read_in_any_time(mail + body);
  }
}

TEST(ReadLimits, SearchedForBoundaries) {
  std::string mail = "From: a@b.jp\n";
  for (int i = 0; i < 45; ++i) {
    const std::string b = "b" + std::to_string(i);
    mail += "Content-Type: multipart/mixed; boundary=" + b + "\n\n--" + b + "\n";
  }
  mail += "\n" + repeat("-\n", 1'000'000);
  ReadLimits limits;
  limits.searched = 10'000'000;
  const Message m = read_in_any_time(mail, limits);
  EXPECT_NE(std::find(m.notices.begin(), m.notices.end(), Notice::partly_read), m.notices.end());
  EXPECT_EQ(m.text, "");
  EXPECT_NE(read_in_any_time(mail).text, "");
}

TEST(ReadLimits, BlankLinesBetweenHeadersBehindTheLimit) {
  const std::string mail = "From: a@b.jp\n" + repeat("X-A: b\n" + repeat(" \n", 28), 200'000);
  const Message m = read_in_any_time(mail + "\nhi\n");
  EXPECT_FALSE(m.notices.empty());
  EXPECT_FALSE(m.text.empty());
}

TEST(ReadLimits, HostileBodies) {
  // None of these may take long, whatever comes out.
  const std::string many_boundaries = "From: a@b.jp\nContent-Type: multipart/mixed; boundary=\"" +
                                      std::string(60, '-') + "\"\n\n" + std::string(2'000'000, '-');
  const std::string bodies[] = {
      many_boundaries,
      "From: a@b.jp\n\n" + repeat("begin 644 a\n", 200'000),
      "From: a@b.jp\n\n" + repeat("begin 644 a\n#86)C\n", 100'000),
      "From: a@b.jp\nContent-Transfer-Encoding: base64\n\n" + repeat("=", 2'000'000),
      "From: a@b.jp\nContent-Type: text/plain; format=flowed\n\n" + repeat("> \n", 500'000),
      "From: a@b.jp\nContent-Type: text/plain; charset=iso-2022-jp\n\n" + repeat("\x1B", 2'000'000),
      "From: a@b.jp\nContent-Type: text/plain\n\n" + repeat("\x1B ", 1'000'000),
      "From: a@b.jp\nContent-Type: text/plain\n\n" + repeat("\x82\xA4\xE3", 700'000),
      repeat("junk\n", 400'000),
      "From: a@b.jp\n" + repeat("junk\n", 400'000),
      repeat("\n", 2'000'000),
      repeat("\r", 2'000'000),
      std::string(2'000'000, '\0'),
  };
  for (const std::string& mail : bodies) {
    (void)read_in_any_time(mail);
  }
}

}  // namespace
}  // namespace madoguchi::mail
