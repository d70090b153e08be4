// SPDX-License-Identifier: Apache-2.0
#include "core/mail/transfer.h"

#include <gtest/gtest.h>

namespace madoguchi::mail {
namespace {

TEST(Base64, DecodesWhatItCan) {
  struct Case {
    std::string_view text;
    std::string_view bytes;
    bool broken;
  };
  const Case cases[] = {
      {"", "", false},
      {"YWJj", "abc", false},
      {"YWI=", "ab", false},
      {"YQ==", "a", false},
      {"YWI", "ab", false},  // padding missing
      {"YQ", "a", false},
      {"YWI=Y2Q=", "abcd", false},  // pieces glued together
      {"YW\r\nJj\r\nZA==\r\n", "abcd", false},
      {"Y W J j", "abc", false},
      {"YW!Jj", "abc", true},  // junk between
      {"YWJjZ", "abc", true},  // a digit too many
      {"====", "", false},
      {"\xE3\x81\x82YWJj", "abc", true},
  };
  for (const Case& c : cases) {
    bool broken = false;
    EXPECT_EQ(decode_base64(c.text, &broken), c.bytes) << c.text;
    EXPECT_EQ(broken, c.broken) << c.text;
  }
}

TEST(Base64, DecodesEveryByteInLines) {
  static constexpr char kDigits[] =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string bytes;
  for (int i = 0; i < 3 * 256; ++i) bytes += static_cast<char>(i * 7);
  std::string text;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const auto at = [&](std::size_t k) { return static_cast<unsigned char>(bytes[i + k]); };
    const unsigned bits = static_cast<unsigned>(at(0) << 16 | at(1) << 8 | at(2));
    for (int shift = 18; shift >= 0; shift -= 6) text += kDigits[bits >> shift & 63];
    if (i % 57 == 54) text += "\r\n";
  }
  EXPECT_EQ(decode_base64(text), bytes);
}

TEST(QuotedPrintable, DecodesWhatItCan) {
  const std::pair<std::string_view, std::string_view> cases[] = {
      {"", ""},
      {"abc", "abc"},
      {"=E3=81=82", "\xE3\x81\x82"},
      {"=e3=81=82", "\xE3\x81\x82"},
      {"a=\r\nb", "ab"},
      {"a=\nb", "ab"},
      {"a= \t\r\nb", "ab"},
      {"a=", "a"},
      {"a=4", "a=4"},
      {"1=2", "1=2"},
      {"a=ZZb", "a=ZZb"},
      {"\x82\xA0=82=A0", "\x82\xA0\x82\xA0"},  // 8-bit beside the encoding
      {"==41", "=A"},
  };
  for (const auto& [text, bytes] : cases) EXPECT_EQ(decode_quoted_printable(text), bytes) << text;
  EXPECT_EQ(decode_q("a_b=5F"), "a b_");
}

TEST(TransferEncodingName, UnknownIsIdentity) {
  EXPECT_EQ(transfer_encoding(" Base64 "), TransferEncoding::base64);
  EXPECT_EQ(transfer_encoding("QUOTED-PRINTABLE; x"), TransferEncoding::quoted_printable);
  EXPECT_EQ(transfer_encoding("x-uuencode"), TransferEncoding::uuencode);
  for (const std::string_view name : {"7bit", "8bit", "binary", "", "rot13", "base 64"}) {
    EXPECT_EQ(transfer_encoding(name), TransferEncoding::identity) << name;
  }
}

TEST(Uuencode, FindsTheFile) {
  const std::string_view text = "before\nbegin 644 a.txt\n#86)C\n`\nend\nafter\n";
  const auto file = find_uuencoded(text);
  ASSERT_TRUE(file);
  EXPECT_EQ(file->name, "a.txt");
  EXPECT_EQ(file->bytes, "abc");
  EXPECT_EQ(text.substr(0, file->begin), "before\n");
  EXPECT_EQ(text.substr(file->end), "after\n");
}

TEST(Uuencode, LeavesProseAlone) {
  EXPECT_FALSE(find_uuencoded("begin with this\nend\n"));
  EXPECT_FALSE(find_uuencoded("we begin 644 things\nend\n"));
  EXPECT_FALSE(find_uuencoded("begin 644 things\nthis is no data at all, is it?\nend\n"));
  EXPECT_FALSE(find_uuencoded("begin 644 a"));
}

}  // namespace
}  // namespace madoguchi::mail
