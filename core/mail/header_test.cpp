// SPDX-License-Identifier: Apache-2.0
#include "core/mail/header.h"

#include <gtest/gtest.h>

#include "core/mail/date.h"
#include "core/mail/parameters.h"

namespace madoguchi::mail {
namespace {

TEST(DecodeHeader, DecodesWords) {
  const std::pair<std::string_view, std::string_view> cases[] = {
      {" plain ", "plain"},
      {"a\r\n b\r\n\t c", "a b c"},
      {"=?utf-8?B?44GC?=", "あ"},
      {"=?UTF-8?b?44GC?= =?utf-8?B?44GE?=", "あい"},
      {"=?utf-8?B?44GC?=\r\n =?utf-8?Q?=E3=81=84?=", "あい"},
      {"=?utf-8?B?YWI=?= =?utf-8?B?Y2Q=?=", "abcd"},
      {"=?utf-8?B?44E=?= =?utf-8?B?gg==?=", "あ"},  // split inside a character
      {"=?utf-8?Q?=E3=81?= =?utf-8?Q?=82?=", "あ"},
      {"=?utf-8?B?44?= =?utf-8?B?GC?=", "あ"},  // the base64 itself is split
      {"=?iso-2022-jp?B?GyRCJDM=?= =?iso-2022-jp?B?JHMbKEI=?=", "こん"},  // inside the kanji state
      {"=?iso-2022-jp?B?GyRCJDMkcw==?=", "こん"},                         // final escape missing
      {"=?shift_jis?B?grGC8Q==?=", "こん"},
      {"=?x-sjis?Q?=82=B1=82=F1?=", "こん"},
      {"=?EUC-JP?B?pLOk8w==?=", "こん"},
      {"Re: =?utf-8?B?44GC?= tail", "Re: あ tail"},
      {"a=?utf-8?B?44GC?=b", "aあb"},  // glued to text
      {"=?utf-8?Q?a_b?= c", "a b c"},
      {"=?utf-8?Q?a b?=", "a b"},   // a space that should not be
      {"=?utf-8?B?44 GC?=", "あ"},  // folded inside the word
      {"=?utf-8?Q?What?"
       "?=",
       "What?"},
      {"=?utf-8*ja?B?44GC?=", "あ"},
      {"=?us-ascii?Q?a?= =?utf-8?B?44GC?=", "aあ"},
      {"=?utf-8?X?abc?=", "=?utf-8?X?abc?="},
      {"=?utf-8?B?44GC", "あ"},  // end missing
      {"=?utf-8?B?44GC =?utf-8?B?44GE?=", "あい"},
      {"=?", "=?"},
      {"=??B?44GC?=", "あ"},
      {"=?iso-8859-1?Q?=E3=81=82?=", "あ"},              // the label lies
      {"\x1B$B$3$s\x1B(B", "こん"},                      // raw JIS
      {"\x82\xB1\x82\xF1\x82\xC9\x82\xBF", "こんにち"},  // raw Shift_JIS
      {"あ =?utf-8?B?44GE?=", "あ い"},
      {"=?utf-8?B?YQpiDQpj?=", "a b  c"},  // no line ends smuggled in
  };
  for (const auto& [raw, text] : cases) EXPECT_EQ(decode_header(raw), text) << raw;
}

TEST(DecodeHeader, SaysHow) {
  Decoding how;
  (void)decode_header("=?iso-2022-jp?B?GyRCJDMkcxsoQg==?=", {}, &how);
  EXPECT_EQ(how.charset, "iso-2022-jp");
  EXPECT_TRUE(how.sure);
  (void)decode_header("plain", {}, &how);
  EXPECT_EQ(how.charset, "us-ascii");
}

TEST(DecodeHeader, RawBytesByTheHintFirst) {
  EXPECT_EQ(decode_header("\xB0\xA1\xB3\xAA", {"cp949", Carrier::unknown}), "가나");
}

struct SplitCase {
  std::string_view mail;
  std::vector<std::string> names;
  std::string_view body;
};

TEST(SplitFields, FindsHeadersAndBody) {
  const SplitCase cases[] = {
      {"From: a\r\nTo: b\r\n\r\nhi", {"From", "To"}, "hi"},
      {"From: a\nTo: b\n\nhi", {"From", "To"}, "hi"},
      {"From: a\n folded\nTo: b\n\nhi", {"From", "To"}, "hi"},
      {"From : a\n\nhi", {"From"}, "hi"},
      {"From x@y Sat Nov 21\nSubject: s\n\nhi", {"Subject"}, "hi"},         // mbox
      {"\r\n\r\nSubject: s\r\n\r\nhi", {"Subject"}, "hi"},                  // blank lines first
      {"junk here\nmore junk\nSubject: s\n\nhi", {"Subject"}, "hi"},        // junk first
      {"From: a\nthis is junk\nTo: b\n\nhi", {"From", "To"}, "hi"},         // junk between
      {"From: a\nbody at once\n\nmore", {"From"}, "body at once\n\nmore"},  // blank line missing
      {"From: a\n--b\nContent-Type: text/plain\n\nhi",
       {"From"},
       "--b\nContent-Type: text/plain\n\nhi"},  // boundary instead
      {"just a text\nof two lines\n", {}, "just a text\nof two lines\n"},
      {"Note: call me\nas soon as you can\n", {}, "Note: call me\nas soon as you can\n"},
      {"From: a\n \nTo: b\n\nhi", {"From", "To"}, "hi"},  // blank folding
      {"From: a\n \nHello you\n", {"From"}, "Hello you\n"},
      {"\xEF\xBB\xBFSubject: s\n\nhi", {"Subject"}, "hi"},
      {"From: a", {"From"}, ""},
      {"", {}, ""},
      {"\n", {}, "\n"},
      {"Odd: b\n\nhi", {"Odd"}, "hi"},
  };
  for (const SplitCase& c : cases) {
    const FieldBlock block = split_fields(c.mail, {}, true);
    std::vector<std::string> names;
    for (const RawField& field : block.fields) names.emplace_back(field.name);
    EXPECT_EQ(names, c.names) << c.mail;
    EXPECT_EQ(block.body, c.body) << c.mail;
  }
}

TEST(SplitFields, PartsMayHaveNoHeaders) {
  EXPECT_EQ(split_fields("\nbody", {}, false).body, "body");
  EXPECT_EQ(split_fields("body only", {}, false).body, "body only");
  EXPECT_EQ(split_fields("Content-Type: text/plain\n\nbody", {}, false).body, "body");
}

TEST(SplitFields, KeepsWithinLimits) {
  std::string many;
  for (int i = 0; i < 100; ++i) many += "X-A: b\n";
  many += "\nhi";
  const FieldBlock block = split_fields(many, {10, 100'000, 1000}, true);
  EXPECT_EQ(block.fields.size(), 10U);
  EXPECT_TRUE(block.limited);
  EXPECT_EQ(block.body, "hi");
  const std::string lengthy = "Subject: " + std::string(5000, 'a') + "\n\nhi";
  const FieldBlock cut = split_fields(lengthy, {10, 100'000, 1000}, true);
  EXPECT_EQ(cut.fields[0].value.size(), 1000U);
  EXPECT_TRUE(cut.limited);
  EXPECT_EQ(cut.body, "hi");
}

struct ParameterCase {
  std::string_view field;
  std::string_view value;
  std::string_view name;
  std::string_view expected;
};

TEST(Parameters, ReadsWhatPeopleSend) {
  const ParameterCase cases[] = {
      {"text/plain; charset=utf-8", "text/plain", "charset", "utf-8"},
      {"TEXT/Plain ; Charset = \"UTF-8\" ", "text/plain", "charset", "UTF-8"},
      {"text/plain (comment); charset=utf-8 (other)", "text/plain", "charset", "utf-8"},
      {"text/plain; charset=utf-8 name=x", "text/plain", "charset", "utf-8"},
      {"a/b; name=my file.pdf; x=y", "a/b", "name", "my file.pdf"},
      {"a/b; name=\"a;b=c\"", "a/b", "name", "a;b=c"},
      {"a/b; name=\"a\\\"b\"", "a/b", "name", "a\"b"},
      {"a/b; name=\"C:\\dir\\f.txt\"", "a/b", "name", "C:\\dir\\f.txt"},
      {"a/b; name=\"unclosed", "a/b", "name", "unclosed"},
      {"a/b;;; name=x", "a/b", "name", "x"},
      {"a/b; junk; name=x", "a/b", "name", "x"},
      {"attachment; filename*=utf-8''%E3%81%82.txt", "attachment", "filename", "あ.txt"},
      {"attachment; filename=a.txt; filename*=utf-8''%E3%81%82", "attachment", "filename", "あ"},
      {"attachment; filename*=iso-2022-jp'ja'%1B%24B%243%1B%28B", "attachment", "filename", "こ"},
      {"attachment; filename*1*=%82; filename*0*=utf-8''%E3%81", "attachment", "filename", "あ"},
      {"attachment; filename*1=\"b.txt\"; filename*0=\"a\"", "attachment", "filename", "ab.txt"},
      {"attachment; filename*0*=utf-8''%E3%81%82; filename*1=\"%41\"", "attachment", "filename",
       "あ%41"},
      {"attachment; filename*10=k; filename*2=c; filename*1=b; filename*0=a", "attachment",
       "filename", "abck"},
      {"attachment; filename=\"=?utf-8?B?44GC?=.txt\"", "attachment", "filename", "あ.txt"},
      {"attachment; filename==?utf-8?B?44GC?=", "attachment", "filename", "あ"},
      {"attachment; filename=\"=?iso-2022-jp?B?GyRCJDM=?=\r\n =?iso-2022-jp?B?JHMbKEI=?=\"",
       "attachment", "filename", "こん"},
      {"attachment; filename=\"\x95\x5C\x8E\xA6.pdf\"", "attachment", "filename", "表示.pdf"},
      {"attachment; filename=\"\x83\x5C\x83\x74\x83\x67\x95\x5C.pdf\"", "attachment", "filename",
       "ソフト表.pdf"},
      {"attachment; filename=\"\x95\x5C\"; size=1", "attachment", "size", "1"},
      {"attachment; filename=\"\x1B$B$\"$$\x1B(B.txt\"", "attachment", "filename", "あい.txt"},
  };
  for (const ParameterCase& c : cases) {
    const ParameterField field = parse_parameters(c.field);
    EXPECT_EQ(field.value, c.value) << c.field;
    const std::string* found = field.find(c.name);
    ASSERT_NE(found, nullptr) << c.field;
    EXPECT_EQ(*found, c.expected) << c.field;
  }
  EXPECT_EQ(parse_parameters("a/b; x=1").find("y"), nullptr);
}

TEST(Parameters, StopsAtTheLimit) {
  std::string field = "a/b";
  for (int i = 0; i < 200; ++i) field += "; p" + std::to_string(i) + "=v";
  const ParameterField parsed = parse_parameters(field);
  EXPECT_EQ(parsed.parameters.size(), 100U);
  EXPECT_TRUE(parsed.limited);
}

TEST(ParseDate, ReadsWhatPeopleSend) {
  const std::pair<std::string_view, std::string_view> cases[] = {
      {"Sat, 21 Nov 2026 10:00:00 +0900", "2026-11-21T01:00:00Z"},
      {"21 Nov 2026 10:00 +0900", "2026-11-21T01:00:00Z"},
      {"Sat, 21 Nov 2026 10:00:00 +0900 (JST)", "2026-11-21T01:00:00Z"},
      {"Sat, 21 Nov 26 10:00:00 JST", "2026-11-21T01:00:00Z"},
      {"Sat, 21 Nov 1998 10:00:00 GMT", "1998-11-21T10:00:00Z"},
      {"21 Nov 98 10:00:00 EST", "1998-11-21T15:00:00Z"},
      {"Sat, 21 Nov 2026 10:00:00", "2026-11-21T10:00:00Z"},
      {"Sat,21 Nov 2026 10:00:00+0900", "2026-11-21T01:00:00Z"},
      {"Sat, 21-Nov-2026 10:00:00 -0530", "2026-11-21T15:30:00Z"},
      {"Sat Nov 21 10:00:00 2026", "2026-11-21T10:00:00Z"},
      {"2026-11-21 10:00:00 +09:00", "2026-11-21T01:00:00Z"},
      {"2026-11-21T10:00:00Z", "2026-11-21T10:00:00Z"},
      {"2026/11/21 10:00:00 +0900", "2026-11-21T01:00:00Z"},
      {"Sat, 21 November 2026 9:05:07 +0000", "2026-11-21T09:05:07Z"},
  };
  for (const auto& [text, expected] : cases) {
    const std::optional<TimePoint> date = parse_date(text);
    ASSERT_TRUE(date) << text;
    EXPECT_EQ(to_rfc3339(*date), expected) << text;
  }
  for (const std::string_view bad :
       {"", "yesterday", "32 Nov 2026 10:00:00", "Sat, 30 Feb 2026 10:00:00 +0900", "Nov 2026",
        "21 Nov 2026 99:00:00", "::::", "+0900", "99999999999999999999"}) {
    EXPECT_FALSE(parse_date(bad)) << bad;
  }
}

}  // namespace
}  // namespace madoguchi::mail
