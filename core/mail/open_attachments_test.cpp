// SPDX-License-Identifier: Apache-2.0
// Calendars, cards and mails within mails: what of them stands in the conversation.
#include <gmock/gmock.h>

#include "core/mail/calendar.h"
#include "core/mail/quoted.h"
#include "core/mail/read.h"
#include "core/mail/utf8.h"
#include "core/mail/vcard.h"

namespace madoguchi::mail {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr const char* kInvitation =
    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nMETHOD:REQUEST\r\nBEGIN:VTIMEZONE\r\nTZID:Asia/Tokyo\r\n"
    "BEGIN:STANDARD\r\nDTSTART:19700101T000000\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n"
    "BEGIN:VEVENT\r\nUID:1@e.example\r\nSUMMARY:打ち合わせ\\, 第\r\n  2 回\r\n"
    "DTSTART;TZID=Asia/Tokyo:20261121T100000\r\nDTEND;TZID=Asia/Tokyo:20261121T113000\r\n"
    "LOCATION:会議室A\\n3 階\r\nORGANIZER;CN=\"見本: 太郎\":mailto:taro@e.example\r\n"
    "BEGIN:VALARM\r\nSUMMARY:no\r\nEND:VALARM\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";

TEST(Calendar, says_what_when_and_where) {
  EXPECT_EQ(calendar_text(kInvitation),
            "[予定の招待 / Invitation] 打ち合わせ, 第 2 回\n"
            "日時 / When: 2026-11-21 10:00–11:30 (Asia/Tokyo)\n"
            "場所 / Where: 会議室A 3 階\n"
            "主催者 / Organizer: 見本: 太郎 <taro@e.example>\n");
  const auto event = [](const std::string& lines, const std::string& method = "") {
    return calendar_text("BEGIN:VCALENDAR\n" + method + "BEGIN:VEVENT\n" + lines +
                         "END:VEVENT\nEND:VCALENDAR\n");
  };
  EXPECT_EQ(event("SUMMARY:x\nDTSTART:20261121T010000Z\nDTEND:20261122T010000Z\nRRULE:FREQ=DAILY\n",
                  "METHOD:CANCEL\n"),
            "[予定の取り消し / Cancelled] x\n"
            "日時 / When: 2026-11-21 01:00 – 2026-11-22 01:00 (UTC) 繰り返し / repeats\n");
  EXPECT_EQ(event("SUMMARY:x\nDTSTART;VALUE=DATE:20261121\n"),
            "[予定 / Event] x\n日時 / When: 2026-11-21\n");
  EXPECT_EQ(event("SUMMARY:x\nATTENDEE;PARTSTAT=DECLINED:mailto:a@b.example\n", "METHOD:REPLY\n"),
            "[欠席の返事 / Declined] x\n");
  for (const char* nothing : {"", "BEGIN:VCALENDAR", "BEGIN:VEVENT\nEND:VEVENT", "SUMMARY:x\n",
                              "\0\xFF", "BEGIN:VCARD\nFN:x\nEND:VCARD"}) {
    EXPECT_EQ(calendar_text(nothing), "") << nothing;
  }
}

TEST(Calendar, odd_ones_are_survived) {
  std::string many;
  for (int i = 0; i < 50'000; ++i) many += "BEGIN:VEVENT\nSUMMARY:" + std::to_string(i) + "\n";
  EXPECT_THAT(calendar_text(many), HasSubstr("] 0"));
  EXPECT_LT(calendar_text("BEGIN:VEVENT\nSUMMARY:" + std::string(1'000'000, 'x')).size(), 400U);
  EXPECT_THAT(calendar_text("BEGIN:VEVENT\nDTSTART:\nSUMMARY:a\x01\x1B[31m\n"),
              Not(HasSubstr("\x1B")));
  EXPECT_THAT(calendar_text("BEGIN:VEVENT\nDTSTART:soon\nSUMMARY:a\n"), HasSubstr("When: soon"));
}

TEST(Calendar, broken_bytes_become_whole_characters) {
  EXPECT_THAT(calendar_text("BEGIN:VEVENT\nSUMMARY:x\nDTSTART;TZID=F\x99:20261121T100000\n"),
              HasSubstr("(F\uFFFD)"));
  const std::string cut = calendar_text("BEGIN:VEVENT\nSUMMARY:x\nDTSTART:a" + []() {
    std::string out;
    for (int i = 0; i < 30; ++i) out += "あ";
    return out;
  }());
  EXPECT_TRUE(count_utf8(cut).valid());
}

TEST(VCard, says_who_it_is) {
  EXPECT_EQ(
      vcard_text("BEGIN:VCARD\r\nVERSION:4.0\r\nFN:見本 花子\r\nORG:見本商店;営業部\r\n"
                 "item1.EMAIL;TYPE=work:hanako@e.example\r\nTEL;VALUE=uri:tel:+81-3-0000-0000\r\n"
                 "TEL;TYPE=cell:090-0000-0000\r\nPHOTO:data:x\r\nEND:VCARD\r\n"),
      "[連絡先 / Contact] 見本 花子\n会社 / Organisation: 見本商店 営業部\n"
      "メール / Mail: hanako@e.example\n電話 / Phone: +81-3-0000-0000\n"
      "電話 / Phone: 090-0000-0000\n");
  // vCard 2.1 of a telephone: quoted-printable Shift_JIS over two lines.
  EXPECT_EQ(
      vcard_text("BEGIN:VCARD\nVERSION:2.1\nN;CHARSET=SHIFT_JIS;ENCODING=QUOTED-PRINTABLE:=8C=A9=\n"
                 "=96=7B;=89=D4=8E=71;;;\nTEL;CELL:09000000000\nEND:VCARD\n"),
      "[連絡先 / Contact] 見本 花子\n電話 / Phone: 09000000000\n");
  EXPECT_EQ(vcard_text("BEGIN:VCARD\nORG:Shop\nEND:VCARD\nBEGIN:VCARD\nFN:B\n"),
            "[連絡先 / Contact] Shop\n\n[連絡先 / Contact] B\n");
  for (const char* nothing : {"", "BEGIN:VCARD\nEND:VCARD", "FN:x", "BEGIN:VCARD"})
    EXPECT_EQ(vcard_text(nothing), "") << nothing;
  std::string many;
  for (int i = 0; i < 1000; ++i) many += "BEGIN:VCARD\nFN:x\nEND:VCARD\n";
  EXPECT_LT(vcard_text(many).size(), 2000U);
}

std::string mixed(const std::string& parts) {
  return "From: a@b.example\nContent-Type: multipart/mixed; boundary=b\n\n--b\n"
         "Content-Type: text/plain; charset=utf-8\n\nお願いします。\n" +
         parts + "--b--\n";
}

TEST(OpenAttachments, an_invitation_stands_before_the_text) {
  const Message message =
      read(mixed("--b\nContent-Type: text/calendar; charset=utf-8; "
                 "method=REQUEST; name=invite.ics\n\n" +
                 std::string(kInvitation)));
  EXPECT_THAT(message.text, testing::StartsWith("[予定の招待 / Invitation] 打ち合わせ, 第 2 回\n"));
  EXPECT_THAT(message.text, testing::EndsWith("<taro@e.example>\n\nお願いします。"));
  ASSERT_EQ(message.attachments.size(), 1U);
  EXPECT_EQ(message.attachments[0].media_type, "text/calendar");
}

TEST(OpenAttachments, a_card_stands_behind_the_text) {
  const Message message = read(
      mixed("--b\nContent-Type: text/x-vcard; name=a.vcf\n\nBEGIN:VCARD\nFN:花子\nEND:VCARD\n"));
  EXPECT_EQ(message.text, "お願いします。\n\n[連絡先 / Contact] 花子");
  EXPECT_EQ(message.attachments.size(), 1U);
}

TEST(OpenAttachments, html_mails_show_them_too) {
  const Message message = read(
      "From: a@b.example\nContent-Type: multipart/mixed; boundary=b\n\n--b\n"
      "Content-Type: text/html\n\n<p>Hello</p>\n--b\nContent-Type: text/vcard\n\n"
      "BEGIN:VCARD\nFN:<b>x</b>\nEND:VCARD\n--b--\n");
  EXPECT_THAT(message.html, HasSubstr("<p>Hello</p>"));
  EXPECT_THAT(message.html, HasSubstr("&lt;b&gt;x&lt;/b&gt;"));
  EXPECT_EQ(message.text, "Hello\n\n[連絡先 / Contact] <b>x</b>");
}

const std::string kForwarded =
    "--b\nContent-Type: message/rfc822\n\nFrom: =?utf-8?B?6Iqx5a2Q?= <h@e.example>\n"
    "Date: Sat, 21 Nov 2026 10:00:00 +0900\nSubject: =?utf-8?B?5rOo5paH?=\n"
    "Content-Type: text/plain; charset=shift_jis\nContent-Transfer-Encoding: base64\n\nlnuVtg==\n";

TEST(OpenAttachments, a_forwarded_mail_can_be_read) {
  const Message message = read(mixed(kForwarded));
  EXPECT_EQ(message.text,
            "お願いします。\n\n---------- Forwarded message ----------\nFrom: 花子 <h@e.example>\n"
            "Date: Sat, 21 Nov 2026 10:00:00 +0900\nSubject: 注文\n\n本文");
  EXPECT_EQ(visible_text(message), message.text);
  ASSERT_EQ(message.attachments.size(), 1U);
  EXPECT_EQ(message.attachments[0].file_name, "注文.eml");
}

TEST(OpenAttachments, what_a_delivery_report_returns_is_not_its_text) {
  std::string report = mixed(kForwarded);
  report.replace(report.find("multipart/mixed"), 15, "multipart/report");
  EXPECT_EQ(read(report).text, "お願いします。");
}

TEST(OpenAttachments, mails_in_mails_are_read_three_deep) {
  std::string mail = "Subject: 0\n\nbottom\n";
  for (int i = 1; i < 40; ++i) {
    const std::string boundary = "b" + std::to_string(i);
    mail = "Subject: " + std::to_string(i) +
           "\nContent-Type: multipart/mixed; boundary=" + boundary + "\n\n--" + boundary +
           "\n\nlevel " + std::to_string(i) + "\n--" + boundary +
           "\nContent-Type: message/rfc822\n\n" + mail + "\n--" + boundary + "--\n";
  }
  const std::string text = read(mail).text;
  EXPECT_THAT(text, HasSubstr("level 36"));
  EXPECT_THAT(text, Not(HasSubstr("level 35")));
}

}  // namespace
}  // namespace madoguchi::mail
