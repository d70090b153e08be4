// SPDX-License-Identifier: Apache-2.0
#include "core/mail/charset.h"

#include <gtest/gtest.h>

#include "core/mail/charset_icu.h"
#include "core/mail/japanese.h"
#include "core/mail/utf8.h"

namespace madoguchi::mail {
namespace {

TEST(CanonicalCharset, KnowsTheFamilies) {
  const std::pair<std::string_view, std::string_view> cases[] = {
      {"Shift_JIS", "cp932"},
      {"x-sjis", "cp932"},
      {"MS_Kanji", "cp932"},
      {"Windows-31J", "cp932"},
      {"sjis", "cp932"},
      {"CP932", "cp932"},
      {"ISO-2022-JP", "iso-2022-jp"},
      {"iso-2022-jp-ms", "iso-2022-jp"},
      {"cp50220", "iso-2022-jp"},
      {"csISO2022JP", "iso-2022-jp"},
      {"iso-2022-jp-2004", "iso-2022-jp"},
      {"EUC-JP", "euc-jp"},
      {"x-euc-jp", "euc-jp"},
      {"iso-8859-1", "windows-1252"},
      {"latin1", "windows-1252"},
      {"gb2312", "gb18030"},
      {"GBK", "gb18030"},
      {"ks_c_5601-1987", "cp949"},
      {"euc-kr", "cp949"},
      {"Big5", "big5-hkscs"},
      {"utf8", "utf-8"},
      {"\"UTF-8\"", "utf-8"},
      {"utf-8*ja", "utf-8"},
      {" US-ASCII ", "us-ascii"},
      {"", ""},
      {"unknown-8bit", ""},
      {"koi8-r", "koi8-r"},
  };
  for (const auto& [label, charset] : cases) EXPECT_EQ(canonical_charset(label), charset) << label;
}

struct DecodeCase {
  std::string_view label;
  std::string_view bytes;
  std::string_view text;
  std::string_view charset;
  bool sure;
};

void expect_decoded(const DecodeCase& c) {
  const DecodedText decoded = decode_text(c.bytes, c.label);
  EXPECT_EQ(decoded.text, c.text) << c.label;
  EXPECT_EQ(decoded.decoding.charset, c.charset) << c.text;
  EXPECT_EQ(decoded.decoding.sure, c.sure) << c.text;
}

TEST(DecodeText, FollowsTrueLabels) {
  const DecodeCase cases[] = {
      {"utf-8", "\xE3\x81\x82", "あ", "utf-8", true},
      {"Shift_JIS", "\x82\xB1\x82\xF1", "こん", "cp932", true},
      {"Shift_JIS", "\x87\x40\x87\x8A\xFB\xFC\xEE\xE0", "①㈱髙髙", "cp932", true},
      {"Shift_JIS", "\xB6\xC5\\1,000", "ｶﾅ\\1,000", "cp932", true},
      {"Shift_JIS", "\x95\x5C\x8E\xA6", "表示", "cp932", true},
      {"shift_jis", "\x81\x60\x81\x7C", "～－", "cp932", true},
      {"EUC-JP", "\xA4\xB3\xA4\xF3\xAD\xA1\x8E\xB6", "こん①ｶ", "euc-jp", true},
      {"EUC-JP", "\x8F\xB0\xA1", "丂", "euc-jp", true},
      {"ISO-8859-1", "caf\xE9", "café", "windows-1252", true},
      {"iso-8859-1", "\x93hi\x94", "“hi”", "windows-1252", true},
      {"koi8-r", "\xF0\xD2\xC9", "При", "koi8-r", true},
      {"gb2312", "\xC4\xE3\xBA\xC3", "你好", "gb18030", true},
      {"ks_c_5601-1987", "\xB0\xA1\x81\x41", "가갂", "cp949", true},
      {"big5", "\xA7\x41\xA6\x6E", "你好", "big5-hkscs", true},
      {"utf-7", "+MEI-", "あ", "utf-7", true},
      {"us-ascii", "plain", "plain", "us-ascii", true},
      {"", "plain", "plain", "us-ascii", true},
      {"Shift_JIS", "", "", "cp932", true},
  };
  for (const DecodeCase& c : cases) expect_decoded(c);
}

TEST(DecodeText, SeesThroughLyingLabels) {
  const DecodeCase cases[] = {
      {"iso-8859-1", "\xE3\x81\x82", "あ", "utf-8", true},
      {"us-ascii", "\xE3\x81\x82\xE3\x81\x84", "あい", "utf-8", true},
      {"Shift_JIS", "\xE3\x81\x82\xE3\x81\x84", "あい", "utf-8", true},
      {"us-ascii", "\x1B$B$3$s\x1B(B", "こん", "iso-2022-jp", true},
      {"utf-8", "\x1B$B$3$s\x1B(B", "こん", "iso-2022-jp", true},
      {"iso-8859-1", "\x1B$B$3$s\x1B(B", "こん", "iso-2022-jp", true},
      {"utf-8", "\x82\xB1\x82\xF1\x82\xC9\x82\xBF\x82\xCD", "こんにちは", "cp932", true},
      {"iso-2022-jp", "\x82\xB1\x82\xF1\x82\xC9\x82\xBF\x82\xCD", "こんにちは", "cp932", true},
      {"no-such-charset", "\xA4\xB3\xA4\xF3\xA4\xCB\xA4\xC1\xA4\xCF", "こんにちは", "euc-jp", true},
      {"", "\x82\xB1\x82\xF1\x82\xC9\x82\xBF\x82\xCD", "こんにちは", "cp932", true},
      {"", "\xA4\xB3\xA4\xF3\xA4\xCB\xA4\xC1\xA4\xCF", "こんにちは", "euc-jp", true},
      {"iso-8859-1", "\x82\xB1\x82\xF1\x82\xC9\x82\xBF\x82\xCD", "こんにちは", "cp932", true},
      {"", "\x8C\xA9\x90\xCF\x8F\x91.pdf", "見積書.pdf", "cp932", false},
      {"", "\xB8\xAB\xC0\xD1\xBD\xF1.pdf", "見積書.pdf", "euc-jp", false},
      {"", "\xC3\xBD\xC4\xB6\xC5", "ﾃｽﾄｶﾅ", "cp932", false},
  };
  for (const DecodeCase& c : cases) expect_decoded(c);
}

TEST(DecodeText, WesternTextIsNotJapanese) {
  const DecodedText text =
      decode_text("Voil\xE0 l'\xE9t\xE9, o\xF9 le gar\xE7on a mang\xE9 des cr\xEApes", "");
  EXPECT_EQ(text.text, "Voilà l'été, où le garçon a mangé des crêpes");
  EXPECT_FALSE(text.decoding.sure);
}

TEST(DecodeText, DamagedTextKeepsItsCharset) {
  const DecodedText cut = decode_text("あいうえおかきくけこ\xE3\x81", "utf-8");
  EXPECT_EQ(cut.text, "あいうえおかきくけこ\xEF\xBF\xBD");
  EXPECT_EQ(cut.decoding.charset, "utf-8");
  EXPECT_FALSE(cut.decoding.sure);
}

TEST(DecodeText, HintDecidesWhereThereIsNoLabel) {
  const std::string_view bytes = "\xB0\xA1\xB3\xAA";  // two syllables, or two kanji
  EXPECT_EQ(decode_text(bytes, "", {"cp949", Carrier::unknown}).text, "가나");
  EXPECT_EQ(decode_text(bytes, "", {"euc-jp", Carrier::unknown}).text, "亜蟹");
}

TEST(DecodeTextAs, ObeysThePerson) {
  EXPECT_EQ(decode_text_as("\xE3\x81\x82", "windows-1252").decoding.charset, "windows-1252");
  EXPECT_EQ(decode_text_as("\x82\xB1", "sjis").text, "こ");
  EXPECT_EQ(decode_text_as("a", "no-such-charset").decoding.charset, "");
}

TEST(Iso2022Jp, ReadsTheFamily) {
  const std::pair<std::string_view, std::string_view> cases[] = {
      {"\x1B$B$3$s$K$A$O\x1B(B", "こんにちは"},
      {"\x1B$@$3\x1B(J", "こ"},
      {"a\x1B$B$3\x1B(Bb", "aこb"},
      {"\x1B$B-!-j|b\x1B(B", "①㈱髙"},     // NEC row 13, NEC's IBM kanji
      {"\x1B(I6E\x1B(B", "ｶﾅ"},            // by escape
      {"\x0E\x36\x45\x0F", "ｶﾅ"},          // by SO and SI
      {"\x1B$B$3\x1B(B\xB6\xC5", "こｶﾅ"},  // by 8-bit bytes
      {"\x1B$(D0!\x1B(B", "丂"},           // JIS X 0212
      {"\x1B&@\x1B$B$3\x1B(B", "こ"},
      {"\x1B$B$3$s", "こん"},            // final escape missing
      {"\x1B$B$3$s\nabc", "こん\nabc"},  // and missing at a line end
      {"\x1B$B$3$s\r\n\x1B$B$K\x1B(B", "こん\r\nに"},
      {"\x1B \r\n $B$3\x1B(B", "こ"},  // cut by folding
      {"\x1B$\r\n B$3\x1B(B", "こ"},
      {"\x1B$B$3 $s\x1B(B", "こ ん"},
      {"\x1B$B))\x1B(B", "〓"},
  };
  for (const auto& [bytes, text] : cases) EXPECT_EQ(decode_iso_2022_jp(bytes).text, text) << text;
  EXPECT_NE(decode_iso_2022_jp("\x1B$B$\x1B(B").errors, 0U);  // half a character
  EXPECT_NE(decode_iso_2022_jp("\x1Bxy").errors, 0U);
}

TEST(CarrierEmoji, BecomesUnicode) {
  EXPECT_EQ(decode_cp932("\xF8\x9F", Carrier::docomo).text, "\xE2\x98\x80");  // sun
  EXPECT_EQ(decode_cp932("\xF8\x9F").text, "\xE2\x98\x80");
  EXPECT_EQ(decode_cp932("\xF6\x60", Carrier::kddi).text, "\xE2\x98\x80");
  EXPECT_EQ(decode_cp932("\xF9\x8B", Carrier::softbank).text, "\xE2\x98\x80");
  EXPECT_EQ(decode_iso_2022_jp("\x1B$BuA\x1B(B").text, "\xE2\x98\x80");        // au row 75
  EXPECT_EQ(decode_iso_2022_jp("\x1B$Gj\x0F").text, "\xE2\x98\x80");           // webcode G
  EXPECT_EQ(decode_cp932("\xF9\x87", Carrier::docomo).text, "1\xE2\x83\xA3");  // keycap 1
  EXPECT_EQ(decode_cp932("\xF0\x40").text, "〓");                              // nobody's
}

TEST(CarrierEmoji, NecKanjiWinUnlessTheSenderIsAu) {
  // JIS 7A40 is one of NEC's copies of the IBM kanji and an emoji of au.
  const std::string_view bytes = "\x1B$By!\x1B(B";
  EXPECT_EQ(decode_iso_2022_jp(bytes).text, "纊");
  EXPECT_NE(decode_iso_2022_jp(bytes, Carrier::kddi).text, "纊");
}

TEST(CarrierOf, KnowsTheDomains) {
  EXPECT_EQ(carrier_of("a..b@docomo.ne.jp"), Carrier::docomo);
  EXPECT_EQ(carrier_of("a@ezweb.ne.jp"), Carrier::kddi);
  EXPECT_EQ(carrier_of("a@i.softbank.jp"), Carrier::softbank);
  EXPECT_EQ(carrier_of("a@example.jp"), Carrier::unknown);
}

TEST(Utf8, CountsAndMends) {
  EXPECT_TRUE(count_utf8("aé\xE3\x81\x82\xF0\x9F\x98\x80").valid());
  for (const std::string_view bad : {"\x80", "\xC0\x80", "\xE0\x80\x80", "\xED\xA0\x80",
                                     "\xF4\x90\x80\x80", "\xF5", "\xE3\x81", "\xF0\x9F\x98"}) {
    EXPECT_FALSE(count_utf8(bad).valid());
    EXPECT_TRUE(count_utf8(mend_utf8(bad)).valid());
  }
  EXPECT_EQ(utf8_prefix("あい", 4), "あ");
}

TEST(DecodeText, AnyTwoBytesUnderAnyLabelAreUtf8Afterwards) {
  for (const std::string_view label :
       {"", "utf-8", "shift_jis", "euc-jp", "iso-2022-jp", "gb18030", "cp949", "big5", "utf-7",
        "utf-16", "windows-1252", "hz", "iso-2022-kr", "koi8-r"}) {
    for (int i = 0; i < 0x10000; i += 7) {
      const char bytes[] = {static_cast<char>(i >> 8), static_cast<char>(i), 'a'};
      ASSERT_TRUE(count_utf8(decode_text({bytes, 3}, label).text).valid()) << label << ' ' << i;
    }
  }
}

TEST(DecodeWithIcu, KeepsCharactersAcrossItsBuffer) {
  std::string utf16;
  std::string expected;
  for (int i = 0; i < 5000; ++i) {
    utf16 += "\xD8\x3D\xDE\x00";
    utf16.back() = 0;
    expected += "\xF0\x9F\x98\x80";
  }
  utf16.clear();
  for (int i = 0; i < 5000; ++i) utf16 += std::string("\xD8\x3D\xDE\x00", 4);
  utf16.insert(0, std::string("\x00"
                              "a",
                              2));
  EXPECT_EQ(decode_with_icu(utf16, "utf-16be")->text, "a" + expected);
  EXPECT_FALSE(decode_with_icu("a", "no-such-charset"));
}

}  // namespace
}  // namespace madoguchi::mail
