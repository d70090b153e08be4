// SPDX-License-Identifier: Apache-2.0
#include "core/service/acknowledgements.h"

#include "core/mail/read.h"
#include "core/service/service_test.h"
#include "core/store/deliveries.h"

namespace madoguchi::service {
namespace {

using ::testing::HasSubstr;
using ::testing::SizeIs;

class Acknowledgements : public ServiceTest {
 protected:
  void SetUp() override {
    ServiceTest::SetUp();
    if (IsSkipped() || HasFatalFailure()) return;
    const EmailAddress support = EmailAddress::parse("support@shop.example").value();
    const EmailAddress sales = EmailAddress::parse("sales@shop.example").value();
    DeclaredMailbox answering{"support", support, "", ""};
    answering.auto_reply = {"承りました。", "We have it."};
    ASSERT_TRUE(settings_->apply({answering, {"sales", sales, "", ""}}));
  }
  std::size_t sent() { return sender_.sent().size(); }
};
INSTANTIATE_TEST_SUITE_P(Engines, Acknowledgements, testing::engines(), testing::engine_name);

TEST_P(Acknowledgements, a_new_case_is_acknowledged_and_nothing_is_repeated) {
  TestMail mail;
  mail.message_id = "<first@example.jp>";
  mail.subject = "SECRET subject";
  mail.text = "SECRET text";
  const IntakeDto decided = deliver(mail);
  run_jobs();
  ASSERT_EQ(sent(), 1u);
  const FakeSender::Sent letter = sender_.sent().front();
  EXPECT_EQ(letter.envelope.from, "");
  EXPECT_EQ(letter.raw.find("SECRET"), std::string::npos);
  const mail::Message read = mail::read(letter.raw);
  EXPECT_EQ(*read.header("Auto-Submitted"), "auto-replied");
  EXPECT_EQ(*read.header("X-Auto-Response-Suppress"), "All");
  EXPECT_NE(read.header("X-Madoguchi-Loop"), nullptr);
  EXPECT_EQ(read.in_reply_to.at(0), "first@example.jp");
  EXPECT_THAT(read.text, HasSubstr("We have it."));
  EXPECT_THAT(read.subject, HasSubstr(*decided.case_number));
  EXPECT_EQ(case_of(*decided.case_number).status, domain::CaseStatus::new_);
  const std::vector<MessageDto> shown = messages_of(*decided.case_number);
  ASSERT_THAT(shown, SizeIs(2));
  EXPECT_EQ(shown[1].delivery.at(0).state, domain::DeliveryState::sent);
  // It came between: an agent who saw the mail alone may answer.
  MessageCreateDto wish = entry(EntryKind::reply, "here");
  wish.after = shown[0].id;
  EXPECT_TRUE(messages_->add(as_ann(), *decided.case_number, wish));
}

TEST_P(Acknowledgements, once_a_day_in_the_senders_language) {
  TestMail mail;
  mail.text = "荷物が届きません";
  (void)deliver(mail);
  run_jobs();
  ASSERT_EQ(sent(), 1u);
  EXPECT_THAT(mail::read(sender_.sent()[0].raw).text, HasSubstr("承りました"));
  mail.text = "another";
  (void)deliver(mail);
  run_jobs_after(std::chrono::hours(23));
  EXPECT_EQ(sent(), 1u);
  mail.text = "a third";
  clock_.advance(std::chrono::hours(2));
  (void)deliver(mail);
  run_jobs();
  EXPECT_EQ(sent(), 2u);
}

TEST_P(Acknowledgements, never_to_machines_and_suspicious_senders) {
  const std::vector<std::vector<std::string>> headers = {
      {"Auto-Submitted: auto-generated"},
      {"Auto-Submitted: auto-replied"},
      {"Precedence: bulk"},
      {"Precedence: list"},
      {"Precedence: junk"},
      {"Precedence: auto_reply"},
      {"List-Id: <l.example>"},
      {"List-Unsubscribe: <mailto:x@example.jp>"},
      {"X-Auto-Response-Suppress: All"},
      {"X-Autoreply: yes"},
      {"X-Autorespond: x"},
      {"X-Loop: somebody"},
      {"Return-Path: <>"},
      {"Authentication-Results: mx.shop.example; dmarc=fail"},
      {"X-Spam-Flag: YES"},
      {"Reply-To: victim@elsewhere.example"},
      {"Return-Path: <list@elsewhere.example>"},
  };
  for (const std::vector<std::string>& one : headers) {
    TestMail mail;
    mail.headers = one;
    mail.text = one.front();
    const IntakeDto decided = deliver(mail);
    run_jobs();
    EXPECT_EQ(decided.outcome, "case_opened") << one.front();
    EXPECT_EQ(sent(), 0u) << one.front();
  }
  for (const char* from : {"mailer-daemon@example.jp", "postmaster@example.jp",
                           "no-reply@example.jp", "sales@shop.example"}) {
    TestMail mail;
    mail.from = from;
    mail.text = from;
    (void)deliver(mail);
    run_jobs();
    EXPECT_EQ(sent(), 0u) << from;
  }
  // The null sender of the envelope, which no header tells.
  ASSERT_TRUE(intake_->receive({"lmtp", "", {{"support", ""}}}, TestMail().raw()));
  run_jobs();
  EXPECT_EQ(sent(), 0u);
}

TEST_P(Acknowledgements, not_from_mailboxes_that_have_none_nor_for_answers_nor_to_dead_addresses) {
  (void)deliver(TestMail(), {"sales"});
  run_jobs();
  EXPECT_EQ(sent(), 0u);
  TestMail mail;
  mail.text = "to support";
  const IntakeDto first = deliver(mail);
  run_jobs();
  ASSERT_EQ(sent(), 1u);
  clock_.advance(std::chrono::hours(30));
  TestMail answer;
  answer.in_reply_to = "<" + messages_of(*first.case_number)[1].mime_message_id + ">";
  answer.text = "thanks";
  EXPECT_EQ(deliver(answer).outcome, "message_added");
  run_jobs();
  EXPECT_EQ(sent(), 1u);
  write([&](db::Session& session) {
    store::Deliveries(session).suppress({"yamada@example.jp", "yamada@example.jp", "unknown_user",
                                         "", domain::MessageId(*first.message_id), 0,
                                         clock_.now()});
  });
  mail.text = "once more";
  (void)deliver(mail);
  run_jobs();
  EXPECT_EQ(sent(), 1u);
}

TEST_P(Acknowledgements, stop_when_too_many_went_out) {
  write([&](db::Session& session) {
    for (int i = 0; i < 500; ++i) {
      EXPECT_TRUE(store::Deliveries(session).claim_acknowledgement(
          "x" + std::to_string(i) + "@example.jp", domain::MessageId("m"), clock_.now(),
          clock_.now()));
    }
  });
  (void)deliver(TestMail());
  run_jobs();
  EXPECT_EQ(sent(), 0u);
}

}  // namespace
}  // namespace madoguchi::service
