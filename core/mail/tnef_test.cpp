// SPDX-License-Identifier: Apache-2.0
#include "core/mail/tnef.h"

#include <gmock/gmock.h>

#include <random>

#include "core/mail/read.h"
#include "core/mail/tnef_rtf.h"

namespace madoguchi::mail {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

std::string number(std::uint32_t value, std::size_t size) {
  std::string out;
  for (std::size_t i = 0; i < size; ++i) out += static_cast<char>(value >> (8 * i) & 0xFF);
  return out;
}

std::string attribute(int level, std::uint32_t id, const std::string& value) {
  unsigned sum = 0;
  for (const char c : value) sum += static_cast<unsigned char>(c);
  return number(static_cast<std::uint32_t>(level), 1) + number(id, 4) +
         number(static_cast<std::uint32_t>(value.size()), 4) + value + number(sum, 2);
}

std::string tnef(const std::string& attributes) {
  return number(0x223E9F78, 4) + number(1, 2) + attributes;
}

std::string sized(std::uint32_t type, std::uint32_t id, const std::string& value) {
  std::string out = number(type, 2) + number(id, 2) + number(1, 4) +
                    number(static_cast<std::uint32_t>(value.size()), 4) + value;
  while (out.size() % 4 != 0) out += '\0';
  return out;
}

std::string utf16(std::u16string_view text) {
  std::string out;
  for (const char16_t c : text) out += number(c, 2);
  return out + number(0, 2);
}

std::string properties(std::uint32_t level_id, int level, const std::vector<std::string>& list) {
  std::string value = number(static_cast<std::uint32_t>(list.size()), 4);
  for (const std::string& property : list) value += property;
  return attribute(level, level_id, value);
}

std::string code_page(std::uint32_t page) {
  return attribute(1, 0x00069007, number(page, 4) + number(0, 4));
}
std::string file(const std::string& name, const std::string& bytes,
                 const std::vector<std::string>& list = {}) {
  return attribute(2, 0x00069002, std::string(14, '\0')) + attribute(2, 0x00018010, name + '\0') +
         attribute(2, 0x0006800F, bytes) +
         (list.empty() ? std::string{} : properties(0x00069005, 2, list));
}

/// LZFu with literals only.
std::string stored_rtf(const std::string& rtf, std::uint32_t said_size) {
  std::string body;
  for (std::size_t i = 0; i < rtf.size(); i += 8) body += '\0' + rtf.substr(i, 8);
  return number(static_cast<std::uint32_t>(body.size()) + 12, 4) + number(said_size, 4) +
         number(0x75465A4C, 4) + number(0, 4) + body;
}

TEST(Tnef, files_names_and_text_come_out) {
  const std::string stream =
      tnef(code_page(932) + attribute(1, 0x00018004, std::string("\x8C\x8F\x96\xBC") + '\0') +
           attribute(1, 0x0002800C, std::string("\x96\x7B\x95\xB6\r\n") + '\0') +
           file("PHOTO~1.JPG", "jpeg",
                {sized(0x1F, 0x3707, utf16(u"写真 1.jpg")), sized(0x1E, 0x370E, "Image/JPEG"),
                 sized(0x1F, 0x3712, utf16(u"a@b"))}) +
           file("b.txt", "second"));
  const std::optional<TnefContent> content = read_tnef(stream);
  ASSERT_TRUE(content);
  EXPECT_TRUE(content->whole);
  EXPECT_EQ(content->subject, "件名");
  EXPECT_EQ(content->text, "本文\r\n");
  ASSERT_EQ(content->files.size(), 2U);
  EXPECT_EQ(content->files[0].name, "写真 1.jpg");
  EXPECT_EQ(content->files[0].media_type, "image/jpeg");
  EXPECT_EQ(content->files[0].content_id, "a@b");
  EXPECT_EQ(content->files[0].bytes, "jpeg");
  EXPECT_EQ(content->files[1].name, "b.txt");
  EXPECT_EQ(content->files[1].bytes, "second");
}

TEST(Tnef, bodies_by_property) {
  const std::string named = number(0x1E, 2) + number(0x8001, 2) + std::string(16, 'g') +
                            number(1, 4) + number(6, 4) + "abcdef" + std::string(2, '\0') +
                            number(1, 4) + number(2, 4) + "xy" + std::string(2, '\0');
  const std::optional<TnefContent> content = read_tnef(
      tnef(code_page(1252) +
           properties(0x00069003, 1,
                      {named, number(0x40, 2) + number(0x39, 2) + std::string(8, 't'),
                       number(0x1003, 2) + number(0x99, 2) + number(2, 4) + std::string(8, 'i'),
                       number(3, 2) + number(0x3FDE, 2) + number(65001, 4),
                       sized(0x1F, 0x0037, utf16(u"題")), sized(0x1F, 0x1000, utf16(u"文")),
                       sized(0x102, 0x1013, "<p>\xE6\x96\x87</p>")})));
  ASSERT_TRUE(content);
  EXPECT_TRUE(content->whole);
  EXPECT_EQ(content->subject, "題");
  EXPECT_EQ(content->text, "文");
  EXPECT_EQ(content->html, "<p>文</p>");
}

TEST(Tnef, text_of_compressed_rtf) {
  const std::string rtf =
      "{\\rtf1\\ansi\\ansicpg932{\\fonttbl{\\f0 Arial;}}{\\*\\generator x;}\\f0 "
      "\\'93\\'fa\\'96\\'7b\\par a\\tab \\u26085?\\{b\\}{\\pict 0102}\\par}";
  const std::string body =
      properties(0x00069003, 1,
                 {sized(0x102, 0x1009, stored_rtf(rtf, static_cast<std::uint32_t>(rtf.size())))});
  const std::optional<TnefContent> content = read_tnef(tnef(body));
  ASSERT_TRUE(content);
  EXPECT_EQ(content->text, "日本\na\t日{b}\n");
  EXPECT_EQ(content->html, "");
}

TEST(Tnef, html_wrapped_in_rtf) {
  const RtfText read = read_rtf(
      "{\\rtf1\\ansi\\fromhtml1 {\\*\\htmltag64 <p>}\\htmlrtf {\\b\\htmlrtf0 "
      "bold{\\*\\htmltag84 &nbsp;}{\\*\\mhtmltag84 x}\\htmlrtf }\\htmlrtf0 {\\*\\htmltag72 </p>}}");
  EXPECT_TRUE(read.is_html);
  EXPECT_EQ(read.text, "<p>bold&nbsp;</p>");
}

TEST(Tnef, references_of_compressed_rtf) {
  // "{\rtf1" stands at 0 of the dictionary; then a run that reads what it writes, then the end.
  std::string body;
  body += static_cast<char>(0x01);
  body += std::string("\x00\x04", 2);  // at 0, six octets
  body += "abcdefg";
  body += static_cast<char>(0x03);
  body += std::string("\x0D\xBF", 2);  // at 219, seventeen octets of the last one
  body += std::string("\x0E\xD0", 2);  // where it writes: the end
  body += "never";
  const std::string rtf =
      number(0, 4) + number(1000, 4) + number(0x75465A4C, 4) + number(0, 4) + body;
  EXPECT_EQ(decompress_rtf(rtf, 1000), "{\\rtf1abcdefg" + std::string(17, 'g'));
  EXPECT_EQ(decompress_rtf(rtf, 9), "{\\rtf1abc");
  EXPECT_EQ(decompress_rtf(
                number(0, 4) + number(3, 4) + number(0x414C454D, 4) + number(0, 4) + "abcd", 100),
            "abc");
  EXPECT_EQ(decompress_rtf("short", 100), std::nullopt);
  EXPECT_EQ(decompress_rtf(std::string(16, 'x'), 100), std::nullopt);
}

TEST(Tnef, messages_within_messages_end_somewhere) {
  std::string inner = tnef(attribute(1, 0x00018004, std::string("Inner/1") + '\0') +
                           attribute(1, 0x0002800C, std::string("deep") + '\0') + file("x", "y"));
  const auto wrap = [](const std::string& stream) {
    return tnef(attribute(2, 0x00069002, std::string(14, '\0')) +
                properties(0x00069005, 2, {sized(0x0D, 0x3701, std::string(16, 'i') + stream)}));
  };
  std::optional<TnefContent> content = read_tnef(wrap(inner));
  ASSERT_TRUE(content);
  ASSERT_EQ(content->files.size(), 2U);
  EXPECT_EQ(content->files[0].name, "Inner_1.txt");
  EXPECT_EQ(content->files[0].bytes, "deep");
  EXPECT_EQ(content->files[1].bytes, "y");
  for (int i = 0; i < 50; ++i) inner = wrap(inner);
  content = read_tnef(inner);
  ASSERT_TRUE(content);
  EXPECT_FALSE(content->whole);
}

TEST(Tnef, sizes_that_lie_are_not_believed) {
  const std::string good = tnef(code_page(1252) + file("a", "b"));
  EXPECT_FALSE(read_tnef(""));
  EXPECT_FALSE(read_tnef("PK\x03\x04"));
  const std::string lies[] = {
      good + number(2, 1) + number(0x0006800F, 4) + number(0xFFFFFFFF, 4) + "x",
      good + number(2, 1) + number(0x0006800F, 4) + number(0x7FFFFFFF, 4),
      tnef(attribute(1, 0x00069003, number(0xFFFFFFFF, 4))),
      tnef(attribute(1, 0x00069003,
                     number(1, 4) + number(0x1F, 2) + number(0x37, 2) + number(0xFFFFFFFF, 4))),
      tnef(attribute(1, 0x00069003,
                     number(1, 4) + number(0x1F, 2) + number(0x37, 2) + number(1, 4) +
                         number(0xFFFFFFF0, 4) + "x")),
      tnef(attribute(1, 0x00069003,
                     number(1, 4) + number(0x1F, 2) + number(0x8037, 2) + std::string(16, 'g') +
                         number(1, 4) + number(0xFFFFFFFE, 4))),
      tnef(attribute(1, 0x00069003, number(1, 4) + number(0x77, 2) + number(0x37, 2) + "?")),
      tnef(properties(0x00069003, 1, {sized(0x102, 0x1009, "not compressed rtf")})),
  };
  for (const std::string& lie : lies) {
    const std::optional<TnefContent> content = read_tnef(lie);
    ASSERT_TRUE(content);
    EXPECT_FALSE(content->whole);
  }
  const std::optional<TnefContent> first = read_tnef(lies[0]);
  ASSERT_EQ(first->files.size(), 1U);
  EXPECT_EQ(first->files[0].bytes, "b");
  // A size that says 4 GB gives what is there and no more.
  EXPECT_EQ(decompress_rtf(stored_rtf("abc", 0xFFFFFFFF), 1 << 20), "abc");
}

TEST(Tnef, files_without_end_are_limited) {
  std::string many;
  for (int i = 0; i < 300; ++i) many += file("a", "b");
  const std::optional<TnefContent> content = read_tnef(tnef(many));
  ASSERT_TRUE(content);
  EXPECT_EQ(content->files.size(), 200U);
  EXPECT_FALSE(content->whole);
}

TEST(Tnef, any_bytes_are_survived) {
  const std::string seeds[] = {
      tnef(code_page(932) + file("a.txt", "bytes", {sized(0x1F, 0x3707, utf16(u"名前"))})),
      tnef(properties(0x00069003, 1,
                      {sized(0x102, 0x1009, stored_rtf("{\\rtf1\\u8364?\\'e9}", 20))})),
  };
  std::mt19937 random(20261122);
  for (int round = 0; round < 4000; ++round) {
    std::string bytes = seeds[static_cast<std::size_t>(round) % 2];
    for (int i = 0; i < 4; ++i)
      bytes[6 + random() % (bytes.size() - 6)] = static_cast<char>(random());
    if (round % 3 == 0) bytes.resize(6 + random() % (bytes.size() - 6));
    EXPECT_TRUE(read_tnef(bytes));
  }
  for (std::string rtf : {std::string(100'000, '{'), std::string(100'000, '}'),
                          std::string("{\\rtf1\\u"), std::string("\\'"), std::string("\\"),
                          std::string("{\\rtf1\\uc9999999999999999999\\u-99999999999999999999x")}) {
    (void)read_rtf(rtf);
  }
}

std::string base64(const std::string& bytes) {
  constexpr std::string_view kDigits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    unsigned value = 0;
    for (std::size_t k = 0; k < 3; ++k)
      value = value << 8 | (i + k < bytes.size() ? static_cast<unsigned char>(bytes[i + k]) : 0U);
    for (std::size_t k = 0; k < 4; ++k)
      out += i + k > bytes.size() ? '=' : kDigits[value >> (18 - 6 * k) & 63];
  }
  return out;
}

TEST(Tnef, a_mail_with_winmail_dat_shows_what_is_in_it) {
  const std::string stream =
      tnef(code_page(932) + attribute(1, 0x0002800C, std::string("\x96\x7B\x95\xB6") + '\0') +
           file("..\\a/b.pdf", "%PDF", {sized(0x1E, 0x370E, "application/pdf")}));
  const std::string head = "From: a@b.example\nContent-Type: multipart/mixed; boundary=b\n\n";
  const std::string part =
      "--b\nContent-Type: application/ms-tnef; name=winmail.dat\n"
      "Content-Transfer-Encoding: base64\n\n" +
      base64(stream) + "\n--b--\n";
  Message message = read(head + part);
  EXPECT_EQ(message.text, "本文");
  ASSERT_EQ(message.attachments.size(), 1U);
  EXPECT_EQ(message.attachments[0].file_name, "b.pdf");
  EXPECT_EQ(message.attachments[0].media_type, "application/pdf");
  EXPECT_EQ(message.attachments[0].bytes, "%PDF");
  EXPECT_TRUE(message.notices.empty());

  message = read(head + "--b\n\nown text\n" + part);
  EXPECT_EQ(message.text, "own text");
  EXPECT_EQ(message.attachments.size(), 1U);

  const std::string broken =
      "--b\nContent-Type: application/ms-tnef; name=winmail.dat\n"
      "Content-Transfer-Encoding: base64\n\n" +
      base64(stream.substr(0, stream.size() - 8)) + "\n--b--\n";
  message = read(head + "--b\n\nown text\n" + broken);
  ASSERT_FALSE(message.attachments.empty());
  EXPECT_EQ(message.attachments[0].file_name, "winmail.dat");
  EXPECT_THAT(message.notices, ElementsAre(Notice::partly_read));
}

}  // namespace
}  // namespace madoguchi::mail
