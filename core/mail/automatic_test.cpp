// SPDX-License-Identifier: Apache-2.0
#include "core/mail/automatic.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace madoguchi::mail {
namespace {

using Signal = MachineSignal;
using testing::ElementsAre;
using testing::IsEmpty;

Message with(const std::string& name, const std::string& value) {
  Message message;
  message.from = {{"山田", "yamada@example.com"}};
  message.headers = {{name, value}};
  return message;
}

Message from(const std::string& address) {
  Message message;
  message.from = {{"", address}};
  return message;
}

Message about(const std::string& subject) {
  Message message = from("yamada@example.com");
  message.subject = subject;
  return message;
}

TEST(MachineSignals, headers) {
  struct Case {
    const char* name;
    const char* value;
    std::vector<Signal> expected;
  };
  const Case table[] = {
      {"Auto-Submitted", "auto-generated", {Signal::auto_generated}},
      {"auto-submitted", "Auto-Replied; type=x", {Signal::auto_replied}},
      {"Auto-Submitted", "auto-notified", {Signal::auto_generated}},
      {"Auto-Submitted", "no", {}},
      {"Auto-Submitted", " no (a person)", {}},
      {"Precedence", "Bulk", {Signal::precedence_bulk}},
      {"Precedence", "junk", {Signal::precedence_bulk}},
      {"Precedence", "list", {Signal::precedence_list}},
      {"Precedence", "auto_reply", {Signal::precedence_reply}},
      {"Precedence", "first-class", {}},
      {"List-Id", "<x.example>", {Signal::list_id}},
      {"List-Unsubscribe", "<mailto:x@example.com>", {Signal::list_unsubscribe}},
      {"X-Auto-Response-Suppress", "All", {Signal::response_suppress}},
      {"X-Auto-Response-Suppress", "None", {}},
      {"X-Autoreply", "yes", {Signal::auto_reply_header}},
      {"X-Autoreply-From", "x", {Signal::auto_reply_header}},
      {"X-Autorespond", "x", {Signal::auto_reply_header}},
      {"X-Auto-Reply", "no", {}},
      {"X-Loop", "somebody", {Signal::foreign_loop}},
      {"X-Madoguchi-Loop", "hub-1", {Signal::own_loop}},
      {"X-Madoguchi-Loop", "hub-2", {}},
      {"Content-Type",
       "multipart/report; report-type=delivery-status; boundary=x",
       {Signal::delivery_report}},
      {"Content-Type",
       "Multipart/Report; report-type=\"disposition-notification\"",
       {Signal::read_receipt}},
      {"Content-Type", "multipart/report; report-type=feedback-report", {Signal::other_report}},
      {"Content-Type", "multipart/mixed", {}},
      {"Subject", "x", {}},
  };
  for (const Case& one : table) {
    EXPECT_EQ(machine_signals(with(one.name, one.value), {"hub-1"}), one.expected)
        << one.name << ": " << one.value;
  }
}

TEST(MachineSignals, senders) {
  EXPECT_THAT(machine_signals(from("MAILER-DAEMON@docomo.ne.jp")),
              ElementsAre(Signal::daemon_sender));
  EXPECT_THAT(machine_signals(from("Postmaster@example.com")), ElementsAre(Signal::daemon_sender));
  EXPECT_THAT(machine_signals(from("no-reply@example.com")), ElementsAre(Signal::no_reply_sender));
  EXPECT_THAT(machine_signals(from("shop_do.not.reply@example.com")),
              ElementsAre(Signal::no_reply_sender));
  EXPECT_THAT(machine_signals(from("noriko@example.com")), IsEmpty());
  EXPECT_THAT(machine_signals(from("reply@noreply.example.com")), IsEmpty());
  Message bounce = from("yamada@example.com");
  bounce.return_path = "";
  EXPECT_THAT(machine_signals(bounce), ElementsAre(Signal::null_return_path));
  bounce.return_path = "yamada@example.com";
  EXPECT_THAT(machine_signals(bounce), IsEmpty());
}

TEST(MachineSignals, our_own_mail_coming_back) {
  Message message = from("yamada@example.com");
  message.message_id = "m1.x@hub.example.jp";
  const OwnMail own{"", [](std::string_view id) { return id == "m1.x@hub.example.jp"; }};
  EXPECT_THAT(machine_signals(message, own), ElementsAre(Signal::own_message_id));
  EXPECT_THAT(machine_signals(message), IsEmpty());
  message.message_id = "m2.x@hub.example.jp";
  EXPECT_THAT(machine_signals(message, own), IsEmpty());
  message.message_id.clear();
  EXPECT_THAT(machine_signals(message, own), IsEmpty());
}

TEST(MachineSignals, absence_by_subject) {
  for (const char* subject :
       {"Automatic reply: x", "自動応答: Re: ご注文", "【自動返信】お問い合わせ",
        "Out of Office: x", "不在通知", "ＡＵＴＯ：x", "自動返信メール"}) {
    EXPECT_THAT(machine_signals(about(subject)), ElementsAre(Signal::absence_subject)) << subject;
  }
  for (const char* subject : {"Re: 自動返信について", "自動返信が届きません",
                              "不在票が入っていました", "", "Automatic"}) {
    EXPECT_THAT(machine_signals(about(subject)), IsEmpty()) << subject;
  }
}

TEST(MachineSignals, what_they_mean) {
  Message absent = about("自動応答: x");
  absent.headers = {{"Auto-Submitted", "auto-replied"},
                    {"X-Auto-Response-Suppress", "All"},
                    {"Precedence", "bulk"}};
  const SignalMeaning all = combined(machine_signals(absent));
  EXPECT_TRUE(all.no_answer && all.no_reopen && all.is_out_of_office && all.is_bulk);
  EXPECT_FALSE(all.is_loop || all.is_delivery_report);

  const SignalMeaning list = combined(machine_signals(with("List-Id", "<x>")));
  EXPECT_TRUE(list.no_answer && list.is_bulk);
  EXPECT_FALSE(list.no_reopen);

  const SignalMeaning person = combined(machine_signals(from("yamada@example.com")));
  EXPECT_FALSE(person.no_answer || person.no_reopen || person.is_loop || person.is_bulk ||
               person.is_out_of_office || person.is_delivery_report);
  EXPECT_STREQ(meaning(Signal::own_loop).name, "own-loop");
  EXPECT_TRUE(meaning(Signal::own_loop).is_loop);
  EXPECT_TRUE(meaning(Signal::delivery_report).is_delivery_report);
}

}  // namespace
}  // namespace madoguchi::mail
