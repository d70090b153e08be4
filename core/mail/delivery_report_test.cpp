// SPDX-License-Identifier: Apache-2.0
// Reports in the manner of each system, all written here.
#include "core/mail/delivery_report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/mail/read.h"

namespace madoguchi::mail {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using Reason = FailureReason;
using State = ReportedState;

const std::string kId = "c.abc.0123456789abcdef@shop.example";

std::string returned() {
  return "Return-Path: <support+c.abc.x@shop.example>\r\nFrom: support@shop.example\r\nReply-To: "
         "support+c.abc.x@shop.example\r\nTo: a@customer.example\r\nSubject: Re: "
         "order\r\nMessage-ID: <" +
         kId + ">\r\n";
}

/// By RFC 3464, with these per-recipient fields.
std::string dsn(const std::string& fields, const std::string& notice = "See below.",
                const std::string& from = "MAILER-DAEMON@mx.example") {
  return "Return-Path: <>\r\nFrom: " + from +
         "\r\nTo: support+c.abc.x@shop.example\r\nSubject: Report\r\nMIME-Version: 1.0\r\n"
         "Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n--b\r\n"
         "Content-Type: text/plain; charset=utf-8\r\n\r\n" +
         notice +
         "\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; "
         "mx.example\r\n"
         "Arrival-Date: Sat, 21 Nov 2026 10:00:00 +0900\r\n\r\n" +
         fields + "\r\n--b\r\nContent-Type: text/rfc822-headers\r\n\r\n" + returned() +
         "\r\n--b--\r\n";
}

std::string failed(const std::string& status, const std::string& diagnostic,
                   const std::string& address = "a@customer.example",
                   const std::string& action = "failed") {
  return dsn("Final-Recipient: rfc822; " + address + "\r\nAction: " + action +
             "\r\nStatus: " + status +
             (diagnostic.empty() ? "" : "\r\nDiagnostic-Code: smtp; " + diagnostic) + "\r\n");
}

/// In words only.
std::string words(const std::string& from, const std::string& subject, const std::string& text,
                  const std::string& headers = "Return-Path: <>\r\n") {
  return headers + "From: " + from + "\r\nTo: support@shop.example\r\nSubject: " + subject +
         "\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n"
         "Content-Transfer-Encoding: 8bit\r\n\r\n" +
         text;
}

struct Sample {
  const char* name;
  std::string raw;
  const char* reporter;
  State state;
  Reason reason;
  bool hard;
  const char* status;
  const char* address = "a@customer.example";
};

const char* const kRfc = "rfc3464";

std::vector<Sample> structured() {
  return {
      {"postfix unknown", failed("5.1.1", "550 5.1.1 <a@customer.example>: Recipient rejected"),
       kRfc, State::bounced, Reason::unknown_user, true, "5.1.1"},
      {"host unknown", failed("5.4.4", "X-Postfix; Host or domain name not found"), kRfc,
       State::bounced, Reason::host_unknown, true, "5.4.4"},
      {"no such domain", failed("5.1.2", "550 bad domain"), kRfc, State::bounced,
       Reason::host_unknown, true, "5.1.2"},
      {"full", failed("5.2.2", "552 5.2.2 no room"), kRfc, State::bounced, Reason::mailbox_full,
       false, "5.2.2"},
      {"full by words", failed("5.0.0", "552 The mailbox is full"), kRfc, State::bounced,
       Reason::mailbox_full, false, "5.0.0"},
      {"code within words", failed("5.0.0", "550 5.1.1 nobody of that name"), kRfc, State::bounced,
       Reason::unknown_user, true, "5.0.0"},
      {"too large", failed("5.3.4", "552 5.3.4 too much"), kRfc, State::bounced, Reason::too_large,
       false, "5.3.4"},
      {"blocked", failed("5.7.1", "554 5.7.1 Service unavailable; blocked using a list"), kRfc,
       State::bounced, Reason::blocked, false, "5.7.1"},
      {"blocked by dmarc", failed("5.7.26", "550 5.7.26 unauthenticated"), kRfc, State::bounced,
       Reason::blocked, false, "5.7.26"},
      {"relay", failed("5.7.1", "554 5.7.1 <a@customer.example>: Relay access denied"), kRfc,
       State::bounced, Reason::relay_denied, false, "5.7.1"},
      {"content", failed("5.6.0", "550 cannot take that"), kRfc, State::bounced, Reason::content,
       false, "5.6.0"},
      {"virus", failed("5.7.0", "552 5.7.0 a virus was found"), kRfc, State::bounced,
       Reason::content, false, "5.7.0"},
      {"expired", failed("4.4.7", "delivery time expired"), kRfc, State::bounced, Reason::expired,
       false, "4.4.7"},
      {"suspended", failed("5.2.1", "550 5.2.1 not in use"), kRfc, State::bounced,
       Reason::suspended, true, "5.2.1"},
      {"gmail disabled", failed("5.0.0", "550 the account is disabled"), kRfc, State::bounced,
       Reason::suspended, true, "5.0.0"},
      {"exchange", failed("5.1.10", "550 5.1.10 RESOLVER.ADR.RecipientNotFound; not found"), kRfc,
       State::bounced, Reason::unknown_user, true, "5.1.10"},
      {"delayed", failed("4.4.1", "connect: timed out", "a@customer.example", "delayed"), kRfc,
       State::deferred, Reason::expired, false, "4.4.1"},
      {"greylisted", failed("4.7.1", "451 try later", "a@customer.example", "delayed"), kRfc,
       State::deferred, Reason::blocked, false, "4.7.1"},
      {"delivered", failed("2.0.0", "250 2.0.0 ok", "a@customer.example", "delivered"), kRfc,
       State::delivered, Reason::other, false, "2.0.0"},
      {"relayed", failed("2.0.0", "", "a@customer.example", "relayed (to a mailer that is silent)"),
       kRfc, State::delivered, Reason::other, false, "2.0.0"},
      {"no action", failed("5.1.1", "", "a@customer.example", ""), kRfc, State::bounced,
       Reason::unknown_user, true, "5.1.1"},
      {"unsaid", failed("5.5.0", "550 no"), kRfc, State::bounced, Reason::other, false, "5.5.0"},
      {"brackets", failed("5.1.1", "", "<a@customer.example>"), kRfc, State::bounced,
       Reason::unknown_user, true, "5.1.1"},
      {"carrier dots", failed("5.1.1", "550 Unknown user", "a..b.@docomo.example"), kRfc,
       State::bounced, Reason::unknown_user, true, "5.1.1", "a..b.@docomo.example"},
      {"quoted dots", failed("5.1.1", "550 Unknown user", "\"a..b\"@docomo.example"), kRfc,
       State::bounced, Reason::unknown_user, true, "5.1.1", "a..b@docomo.example"},
      {"japanese diagnostic", failed("5.0.0", "550 メールボックスがいっぱいです"), kRfc,
       State::bounced, Reason::mailbox_full, false, "5.0.0"},
      {"told in the notice",
       dsn("Final-Recipient: rfc822; a@customer.example\r\nAction: failed\r\nStatus: 5.0.0\r\n",
           "a@customer.example\r\n宛先が見つかりません。"),
       kRfc, State::bounced, Reason::unknown_user, true, "5.0.0"},
  };
}

std::vector<Sample> in_words() {
  const std::string daemon = "MAILER-DAEMON@mx.example";
  const std::string copy = "\r\n" + returned();
  return {
      {"qmail",
       words(daemon, "failure notice",
             "Hi. This is the qmail-send program at mx.example.\r\nNo luck this "
             "time.\r\n\r\n<a@customer.example>:\r\n192.0.2.7 does not like recipient.\r\nRemote "
             "host said: 550 No such user here\r\nGiving up on 192.0.2.7.\r\n\r\n--- Below this "
             "line is a copy of the message.\r\n" +
                 copy),
       "qmail", State::bounced, Reason::unknown_user, true, ""},
      {"exim",
       words("Mail Delivery System <Mailer-Daemon@mx.example>", "Mail delivery failed",
             "This message was created automatically by mail delivery software.\r\n\r\n  "
             "a@customer.example\r\n    SMTP error after RCPT: 552 5.2.2 over "
             "quota\r\n\r\n------ This is a copy of your message, headers only\r\n" +
                 copy,
             "Return-Path: <>\r\nX-Failed-Recipients: a@customer.example\r\n"),
       "exim", State::bounced, Reason::mailbox_full, false, "5.2.2"},
      {"exim waits",
       words("Mailer-Daemon@mx.example", "Warning: message delayed 24 hours",
             "This message was created automatically by mail delivery software.\r\nIt has not "
             "arrived yet:\r\n  a@customer.example\r\n    host does not answer\r\nWe will keep "
             "trying; no action is required.\r\n"),
       "exim", State::deferred, Reason::other, false, ""},
      {"postfix of old",
       words(daemon, "Undelivered Mail Returned to Sender",
             "This is the Postfix program at host mx.example.\r\n\r\n<a@customer.example>: host "
             "mx2.example said: 554 5.7.1 Relay access denied (in reply to RCPT)\r\n"),
       "postfix", State::bounced, Reason::relay_denied, false, "5.7.1"},
      {"sendmail",
       words(daemon, "Returned mail: see transcript for details",
             "The original message was received at Sat\r\n\r\n   ----- The following addresses had "
             "permanent fatal errors -----\r\n<a@customer.example>\r\n    (reason: 550 5.1.1 "
             "nobody)\r\n\r\n   ----- Original message follows -----\r\n" +
                 copy),
       "sendmail", State::bounced, Reason::unknown_user, true, "5.1.1"},
      {"sendmail waits",
       words(daemon, "Warning: could not send message for past 4 hours",
             "THIS IS A WARNING MESSAGE ONLY. YOU DO NOT NEED TO RESEND.\r\n   ----- The following "
             "addresses had transient non-fatal errors -----\r\n<a@customer.example>\r\n"),
       "sendmail", State::deferred, Reason::other, false, ""},
      {"exchange",
       words("postmaster@corp.example", "Undeliverable: Re: order",
             "Delivery has failed to these recipients or groups:\r\n\r\nAnn "
             "(a@customer.example)\r\nThe address you entered couldn't be found.\r\n"),
       "exchange", State::bounced, Reason::unknown_user, true, ""},
      {"exchange ja",
       words("postmaster@corp.example", "配信不能: Re: 注文",
             "次の受信者またはグループに配信できませんでした:\r\n\r\n"
             "a@customer.example\r\n受信者のメールボックスがいっぱいです。\r\n"),
       "exchange", State::bounced, Reason::mailbox_full, false, ""},
      {"microsoft 365",
       words("MicrosoftExchange329e@corp.example", "Undeliverable: order",
             "Your message to a@customer.example was not taken.\r\nRemote Server returned '550 "
             "5.7.1 blocked by policy'\r\n"),
       "exchange", State::bounced, Reason::blocked, false, "5.7.1"},
      {"gmail",
       words("Mail Delivery Subsystem <mailer-daemon@googlemail.com>",
             "Delivery Status Notification (Failure)",
             "Address not found\r\n\r\nYour message wasn't delivered to a@customer.example.\r\n"),
       "gmail", State::bounced, Reason::unknown_user, true, ""},
      {"gmail ja",
       words(
           "mailer-daemon@googlemail.com", "配信ステータスのお知らせ",
           "受信トレイがいっぱいです\r\n\r\na@customer.example へのメールは届きませんでした。\r\n"),
       "gmail", State::bounced, Reason::mailbox_full, false, ""},
      {"gmail waits",
       words("mailer-daemon@googlemail.com", "Delivery Status Notification (Delay)",
             "Delivery incomplete\r\nThere was a temporary problem with a@customer.example. Gmail "
             "will retry for 45 more hours.\r\n"),
       "gmail", State::deferred, Reason::other, false, ""},
      {"docomo",
       words("mailer-daemon@docomo.ne.jp", "Undelivered",
             "次のあて先へのメールは届きませんでした。\r\na..b@docomo.ne.jp\r\n"
             "550 Unknown user\r\n"),
       "docomo", State::bounced, Reason::unknown_user, true, "", "a..b@docomo.ne.jp"},
      {"docomo blocks",
       words("mailer-daemon@docomo.ne.jp", "Undelivered",
             "<taro.@docomo.ne.jp>\r\n受信者側の設定で受信拒否されています。\r\n"),
       "docomo", State::bounced, Reason::blocked, false, "", "taro.@docomo.ne.jp"},
      {"au",
       words(
           "Postmaster@ezweb.ne.jp", "Mail System Error - Returned Mail",
           "Each of these recipients was rejected.\r\n\r\n<hana@ezweb.ne.jp>: The user(s) account "
           "is temporarily over quota.\r\n"),
       "au", State::bounced, Reason::mailbox_full, false, "", "hana@ezweb.ne.jp"},
      {"au limited",
       words("Postmaster@au.com", "Mail System Error - Returned Mail",
             "<-hana@au.com>: The user(s) account is temporarily limited.\r\n"),
       "au", State::bounced, Reason::suspended, true, "", "-hana@au.com"},
      {"softbank",
       words("MAILER-DAEMON@softbank.ne.jp", "送信エラー",
             "メールを送信できませんでした。\r\nken@softbank.ne."
             "jp\r\nアドレスが見つかりません。\r\n"),
       "softbank", State::bounced, Reason::unknown_user, true, "", "ken@softbank.ne.jp"},
      {"softbank size",
       words("MAILER-DAEMON@i.softbank.jp", "送信エラー",
             "ken@i.softbank.jp：メールのサイズが大きすぎます。\r\n"),
       "softbank", State::bounced, Reason::too_large, false, "", "ken@i.softbank.jp"},
      {"yahoo",
       words("MAILER-DAEMON@yahoo.co.jp", "Failure Notice",
             "Sorry, we could not deliver it to the following address.\r\n\r\n<y@yahoo.co.jp>:\r\n"
             "554 delivery error: This user doesn't have a yahoo account\r\n"),
       "yahoo", State::bounced, Reason::unknown_user, true, "", "y@yahoo.co.jp"},
      {"yahoo ja",
       words("MAILER-DAEMON@yahoo.co.jp", "配信エラー",
             "y@yahoo.co.jp 宛のメールは、利用停止中のため届きませんでした。\r\n"),
       "yahoo", State::bounced, Reason::suspended, true, "", "y@yahoo.co.jp"},
      {"any",
       words("postmaster@mail.example", "Returned mail",
             "Host unknown: customer.example\r\nTo: a@customer.example\r\n"),
       "other", State::bounced, Reason::host_unknown, true, ""},
      {"any ja",
       words("postmaster@mail.example", "配信不能のお知らせ",
             "a@customer.example：再送期間を過ぎました。\r\n"),
       "other", State::bounced, Reason::expired, false, ""},
      {"any waits ja",
       words("postmaster@mail.example", "配信遅延のお知らせ",
             "a@customer.example 宛の配信が遅れています。再試行します。\r\n"),
       "other", State::deferred, Reason::other, false, ""},
      {"any virus",
       words("postmaster@mail.example", "Delivery failure",
             "a@customer.example: message rejected, virus found\r\n"),
       "other", State::bounced, Reason::content, false, ""},
  };
}

void check(const std::vector<Sample>& samples, bool is_structured) {
  for (const Sample& sample : samples) {
    SCOPED_TRACE(sample.name);
    const auto report = read_delivery_report(read(sample.raw));
    ASSERT_TRUE(report);
    EXPECT_EQ(report->structured, is_structured);
    EXPECT_STREQ(report->reporter, sample.reporter);
    ASSERT_EQ(report->recipients.size(), 1U);
    const ReportedRecipient& one = report->recipients.front();
    EXPECT_EQ(one.address, sample.address);
    EXPECT_EQ(one.state, sample.state);
    EXPECT_STREQ(name_of(one.reason), name_of(sample.reason)) << one.words;
    EXPECT_EQ(one.hard, sample.hard);
    EXPECT_EQ(one.status_code, sample.status) << one.words;
    EXPECT_FALSE(one.words.empty());
    EXPECT_EQ(one.words.find('\n'), std::string::npos);
  }
}

TEST(DeliveryReports, of_rfc_3464) {
  EXPECT_GE(structured().size() + in_words().size(), 50U);
  check(structured(), true);
}

TEST(DeliveryReports, in_words) { check(in_words(), false); }

TEST(DeliveryReports, say_how_the_returned_mail_calls_itself) {
  const auto by_headers = read_delivery_report(read(failed("5.1.1", "550 no")));
  EXPECT_THAT(by_headers->marks,
              ElementsAre(kId, "support+c.abc.x@shop.example", "support@shop.example"));
  const auto in_text = read_delivery_report(read(in_words().front().raw));
  EXPECT_THAT(in_text->marks, ElementsAre(kId, "support+c.abc.x@shop.example"));
}

TEST(DeliveryReports, keep_each_recipient_apart_with_its_words) {
  const auto report = read_delivery_report(
      read(dsn("Original-Recipient: rfc822;ann+2Bshop@customer.example\r\nFinal-Recipient: rfc822; "
               "ann@store.example\r\nAction: failed\r\nStatus: 5.1.1\r\nDiagnostic-Code: smtp; 550 "
               "5.1.1\r\n nobody\r\n\r\nFinal-Recipient: rfc822; b@customer.example\r\nAction: "
               "delayed\r\nStatus: 4.2.2\r\n\r\nFinal-Recipient: rfc822; not an address\r\nAction: "
               "failed\r\nStatus: 5.1.1\r\n")));
  ASSERT_TRUE(report);
  ASSERT_EQ(report->recipients.size(), 2U);
  EXPECT_EQ(report->recipients[0].address, "ann@store.example");
  EXPECT_THAT(report->recipients[0].aliases, Contains("ann+shop@customer.example"));
  EXPECT_EQ(report->recipients[0].words, "550 5.1.1 nobody");
  EXPECT_EQ(report->recipients[1].state, State::deferred);
  EXPECT_EQ(report->recipients[1].reason, Reason::mailbox_full);
  EXPECT_FALSE(report->recipients[1].hard);
}

TEST(DeliveryReports, a_person_sends_none) {
  EXPECT_FALSE(read_delivery_report(
      read(words("Hana <hana@customer.example>", "Undelivered mail",
                 "I wrote to b@shop.example and got: 550 User unknown\r\n", ""))));
  EXPECT_FALSE(read_delivery_report(read(words("hana@customer.example", "不在のお知らせ",
                                               "休暇中です。b@customer.example までどうぞ。"))));
  EXPECT_FALSE(read_delivery_report(read(words("postmaster@x.example", "Undelivered", "nobody"))));
  EXPECT_FALSE(read_delivery_report(read("")));
  EXPECT_FALSE(read_delivery_report(Message{}));
}

TEST(DeliveryReports, are_bounded) {
  std::string fields;
  for (int i = 0; i < 2000; ++i) {
    fields += "Final-Recipient: rfc822; a" + std::to_string(i) +
              "@x.example\r\nAction: failed\r\nStatus: 5.1.1\r\nDiagnostic-Code: smtp; " +
              std::string(3000, 'x') + "\r\n\r\n";
  }
  const auto report = read_delivery_report(read(dsn(fields)));
  ASSERT_TRUE(report);
  EXPECT_LE(report->recipients.size(), kReportedRecipients);
  EXPECT_LE(report->recipients.front().words.size(), 500U);
}

TEST(FailureReasons, know_codes_and_words) {
  EXPECT_EQ(status_code_in("550-5.1.1 no"), "5.1.1");
  EXPECT_EQ(status_code_in("from 5.1.1.2 with 4.7.0"), "4.7.0");
  EXPECT_EQ(status_code_in("192.5.1.1"), "");
  EXPECT_EQ(failure_reason("", "550 5.2.2 x"), Reason::mailbox_full);
  EXPECT_EQ(failure_reason("", "552 x"), Reason::mailbox_full);
  EXPECT_EQ(failure_reason("", ""), Reason::other);
  EXPECT_EQ(failure_reason("5", "x"), Reason::other);
  EXPECT_STREQ(name_of(Reason::suspended), "suspended");
}

}  // namespace
}  // namespace madoguchi::mail
