// SPDX-License-Identifier: Apache-2.0
// From the bytes of a mail to a decided one: receive, the job, waiters, quarantine.
#include "core/service/intake.h"

#include "core/crypto/digest.h"
#include "core/service/service_test.h"

namespace madoguchi::service {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class Intake : public ServiceTest {
 protected:
  /// A mail whose bytes no longer open when its job comes to read them.
  domain::IntakeId receive_unreadable() {
    TestMail mail;
    mail.text = "unreadable";
    // Under an id of its own it is not kept in memory.
    const domain::IntakeId id =
        intake_->receive({"pipe", "", {{"support", ""}}, ids_.next()}, mail.raw()).value();
    write([&](db::Session& session) {
      session.run({"test", "UPDATE blobs SET sealed = $2 WHERE id = $1"},
                  {id, db::Bytes{"no sealed mail at all"}});
    });
    return id;
  }
  static std::string bytes_of(std::size_t size) {
    std::string bytes(size, '\0');
    for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<char>(i * 31 + i / 255);
    return bytes;
  }
};
INSTANTIATE_TEST_SUITE_P(Engines, Intake, testing::engines(), testing::engine_name);

TEST_P(Intake, a_mail_opens_a_case) {
  TestMail mail;
  mail.subject = "=?utf-8?B?6YWN6YCB44Gr44Gk44GE44Gm?=";  // 配送について
  mail.text = "届きません。\r\n\r\n> 前の文";
  mail.message_id = "<one@example.jp>";
  mail.html = "<p onclick=x()>届きません。</p><script>x()</script>";
  const IntakeDto decided = deliver(mail);
  EXPECT_EQ(decided.outcome, "case_opened");
  ASSERT_TRUE(decided.case_number);
  const CaseDto value = case_of(*decided.case_number);
  EXPECT_EQ(value.subject, "配送について");
  EXPECT_EQ(value.channel, domain::Channel::email);
  EXPECT_EQ(value.status, domain::CaseStatus::new_);
  EXPECT_EQ(value.requester.name, "Yamada");
  EXPECT_EQ(value.requester.address, "yamada@example.jp");
  EXPECT_EQ(value.mailbox, "support");
  EXPECT_EQ(value.category_name, "お問い合わせ");  // of the mailbox
  EXPECT_EQ(value.created_at, clock_.now());
  EXPECT_EQ(value.last_inbound_at, clock_.now());
  ASSERT_TRUE(value.mailboxes);
  ASSERT_EQ(value.mailboxes->size(), 1u);
  EXPECT_EQ(value.mailboxes->front().recipient, "support@shop.example");
  EXPECT_EQ(value.mailboxes->front().message, decided.message_id);

  const auto messages = messages_of(*decided.case_number);
  ASSERT_EQ(messages.size(), 1u);
  EXPECT_EQ(messages[0].id, decided.message_id);
  EXPECT_EQ(messages[0].kind, domain::MessageKind::inbound);
  EXPECT_THAT(messages[0].text, HasSubstr("届きません。"));
  EXPECT_THAT(messages[0].text, HasSubstr("前の文"));
  EXPECT_THAT(messages[0].text_visible, Not(HasSubstr("前の文")));
  EXPECT_THAT(messages[0].html, HasSubstr("届きません。"));
  EXPECT_THAT(messages[0].html, Not(HasSubstr("script")));
  EXPECT_EQ(messages[0].mime_message_id, "one@example.jp");
  EXPECT_EQ(messages[0].received_at, clock_.now());
  EXPECT_EQ(messages[0].sent_at, parse_rfc3339("2026-11-21T01:00:00Z").value());
  EXPECT_THAT(messages[0].notices, IsEmpty());
  EXPECT_THAT(events(*decided.case_number), ElementsAre("case.created"));

  const auto decision = messages_->decision(ann_, *decided.message_id);
  ASSERT_TRUE(decision);
  EXPECT_EQ(decision->outcome, domain::IntakeOutcome::case_opened);
  ASSERT_EQ(decision->steps.size(), 7u);
  EXPECT_EQ(decision->steps[0].stage, "same_mail");
  EXPECT_EQ(decision->steps[6].stage, "new_case");
  EXPECT_TRUE(decision->steps[6].decided);
  EXPECT_EQ(messages_->raw(ann_, *decided.message_id)->bytes, mail.raw());
  EXPECT_EQ(
      metrics_.counters("madoguchi_intake_decided_total", "Mails decided, by outcome.", {"outcome"})
          .with({"case_opened"})
          .value(),
      1u);
}

TEST_P(Intake, a_customer_is_known_by_the_address) {
  write([&](db::Session& session) {
    session.run({"t1",
                 "INSERT INTO customers (id, number, name, version, created_at) VALUES ('u', "
                 "'C-1', '', 1, 0)"});
    session.run({"t2",
                 "INSERT INTO customer_emails (customer_id, address, address_key) VALUES "
                 "('u', 'Yamada@Example.jp', 'yamada@example.jp')"});
  });
  TestMail mail;
  mail.from = "YAMADA@EXAMPLE.JP";
  EXPECT_EQ(case_of(*deliver(mail).case_number).customer, "C-1");
}

TEST_P(Intake, what_cannot_be_received_is_refused_and_leaves_nothing) {
  EXPECT_EQ(intake_->receive({"lmtp", "", {{"support", ""}}}, "").error().code, ErrorCode::invalid);
  EXPECT_EQ(intake_->receive({"lmtp", "", {{"nobody", ""}}}, "x").error().code,
            ErrorCode::not_found);
  EXPECT_EQ(intake_->receive({"lmtp", "", {{"support", ""}, {"nobody", ""}}}, "x").error().code,
            ErrorCode::not_found);
  EXPECT_EQ(intake_->receive({"lmtp", "", {}}, "x").error().code, ErrorCode::not_found);
  EXPECT_EQ(number("SELECT count(*) FROM intake"), 0);
  EXPECT_EQ(number("SELECT count(*) FROM jobs"), 0);
  EXPECT_EQ(intake_->status(ann_, "none").error().code, ErrorCode::not_found);

  EXPECT_EQ(intake_->resolve("Support@SHOP.example").value(), "support");
  EXPECT_EQ(intake_->resolve("sales+c.a.b@shop.example").value(), "sales");
  EXPECT_EQ(intake_->resolve("other@shop.example").error().code, ErrorCode::not_found);
  EXPECT_EQ(intake_->resolve("no address").error().code, ErrorCode::not_found);
  EXPECT_EQ(intake_->only_mailbox().error().code, ErrorCode::invalid);
}

TEST_P(Intake, the_same_mail_again_is_a_duplicate) {
  TestMail mail;
  mail.message_id = "<one@example.jp>";
  const IntakeDto first = deliver(mail);
  TestMail relayed = mail;  // another way, other trace headers, bare line ends
  relayed.headers = {"Received: from elsewhere", "X-Spam: no"};
  const IntakeDto second = deliver(relayed);
  EXPECT_EQ(second.outcome, "duplicate");
  EXPECT_EQ(second.case_number, first.case_number);
  EXPECT_EQ(second.message_id, first.message_id);
  EXPECT_NE(second.intake_id, first.intake_id);
  EXPECT_EQ(messages_of(*first.case_number).size(), 1u);
  EXPECT_EQ(case_of(*first.case_number).mailboxes->size(), 1u);
  EXPECT_EQ(case_of(*first.case_number).version, 1);
  EXPECT_THAT(events(*first.case_number), ElementsAre("case.created"));
  EXPECT_EQ(number("SELECT count(*) FROM cases"), 1);
}

TEST_P(Intake, the_same_mail_to_two_mailboxes_is_one_message) {
  TestMail mail;
  mail.message_id = "<one@example.jp>";
  const IntakeDto first = deliver(mail, {"support"});
  const IntakeDto second = deliver(mail, {"sales"});
  EXPECT_EQ(second.outcome, "duplicate");
  EXPECT_EQ(messages_of(*first.case_number).size(), 1u);
  const CaseDto value = case_of(*first.case_number);
  EXPECT_EQ(value.mailbox, "support");
  ASSERT_EQ(value.mailboxes->size(), 2u);
  EXPECT_EQ(value.mailboxes->at(0).message, value.mailboxes->at(1).message);
  EXPECT_THAT(events(*first.case_number), ElementsAre("case.created", "message.placed"));
  // Who may see only the second mailbox sees the case now.
  EXPECT_TRUE(
      cases_->get(new_agent("seller", domain::Role::agent, {{"sales"}}), *first.case_number));

  // Both in one delivery, in an order that is not the configuration's.
  TestMail other = mail;
  other.message_id = "<two@example.jp>";
  const IntakeDto both = deliver(other, {"sales", "support"});
  EXPECT_EQ(both.outcome, "case_opened");
  EXPECT_EQ(case_of(*both.case_number).mailbox, "support");
  EXPECT_EQ(case_of(*both.case_number).mailboxes->size(), 2u);
}

TEST_P(Intake, the_same_mail_twice_at_once_is_one_message) {
  TestMail mail;
  mail.message_id = "<one@example.jp>";
  std::vector<domain::IntakeId> ids;
  for (int i = 0; i < 6; ++i) ids.push_back(receive(mail.raw(), i % 2 == 0 ? "support" : "sales"));
  run_jobs();
  for (int i = 0; i < 3; ++i) run_jobs_after(std::chrono::seconds(11));
  int opened = 0;
  for (const domain::IntakeId& id : ids) {
    const std::string outcome = status(id).outcome;
    opened += outcome == "case_opened" ? 1 : 0;
    EXPECT_TRUE(outcome == "case_opened" || outcome == "duplicate") << outcome;
  }
  EXPECT_EQ(opened, 1);
  EXPECT_EQ(number("SELECT count(*) FROM cases"), 1);
  EXPECT_EQ(number("SELECT count(*) FROM messages"), 1);
  EXPECT_EQ(number("SELECT count(*) FROM placements"), 2);
}

TEST_P(Intake, mails_that_differ_are_two_messages) {
  TestMail mail;
  mail.message_id = "<one@example.jp>";
  const IntakeDto first = deliver(mail);
  TestMail other = mail;
  other.text = "Something else";
  const IntakeDto second = deliver(other);  // the Message-ID alone says nothing
  EXPECT_EQ(second.outcome, "case_opened");
  EXPECT_NE(second.message_id, first.message_id);

  TestMail bare;
  const IntakeDto third = deliver(bare);  // no Message-ID
  EXPECT_EQ(third.outcome, "case_opened");
  EXPECT_EQ(deliver(bare).outcome, "duplicate");
  bare.date = "Sat, 21 Nov 2026 10:00:01 +0900";
  EXPECT_EQ(deliver(bare).outcome, "case_opened");
  EXPECT_EQ(messages_of(*third.case_number)[0].mime_message_id, "");
}

TEST_P(Intake, any_bytes_at_all_become_a_message) {
  const std::string garbage = bytes_of(700);
  std::string with_nul =
      "From: nul~nul@example.jp\r\nSubject: a~b\r\nMessage-ID: <a~b@x>\r\nIn-Reply-To: <q~@x>\r\n"
      "Content-Type: text/html\r\n\r\n<p>a~b&#0;</p>";
  std::replace(with_nul.begin(), with_nul.end(), '~', '\0');
  const std::vector<std::string> mails = {
      garbage,
      "x",
      std::string(3, '\0'),
      "\n",
      "From: " + garbage + "\n\n" + garbage,
      "From: a\xff\x01@example.jp\r\nTo: \xff\xfe\r\nSubject: \xff\x01 a\tb\r\nMessage-ID: "
      "<\xff\xfe\x01@\xff>\r\nIn-Reply-To: <\xff\x02@x>\r\nReferences: <\xfe@x> <\x03>\r\nDate: "
      "\xff\r\nContent-Type: application/x; name=\"\xff\x01/../..\"\r\n\r\n\xff\xfe",
      with_nul};
  for (const std::string& raw : mails) {
    const IntakeDto decided = deliver(raw, {{"support", ""}});
    EXPECT_EQ(decided.outcome, "case_opened") << decided.reason << "\n" << raw;
    if (decided.message_id) {
      EXPECT_TRUE(messages_->raw(ann_, *decided.message_id)->bytes == raw);
      EXPECT_FALSE(json::to_string(messages_of(*decided.case_number)[0]).empty());
    }
  }
  EXPECT_EQ(number("SELECT count(*) FROM jobs WHERE state <> 'done'"), 0);
}

TEST_P(Intake, big_mails_and_files_are_kept_whole) {
  TestMail mail;
  mail.files = {{"small.bin", bytes_of(1000)},
                {"middle.bin", bytes_of(100'000)},
                {"big.bin", bytes_of(900'000)},
                {"again.bin", bytes_of(1000)},
                {"empty.bin", ""}};
  const IntakeDto decided = deliver(mail);
  EXPECT_EQ(decided.outcome, "case_opened");
  const MessageDto message = messages_of(*decided.case_number).at(0);
  ASSERT_EQ(message.attachments.size(), mail.files.size());
  for (std::size_t i = 0; i < mail.files.size(); ++i) {
    const AttachmentDto& attachment = message.attachments[i];
    EXPECT_EQ(attachment.file_name, mail.files[i].first);
    EXPECT_EQ(attachment.size, static_cast<std::int64_t>(mail.files[i].second.size()));
    EXPECT_EQ(attachment.sha256, crypto::to_hex(crypto::sha256(mail.files[i].second)));
    const auto content = messages_->attachment(ann_, attachment.id);
    ASSERT_TRUE(content) << content.error().describe();
    EXPECT_TRUE(content->bytes == mail.files[i].second) << i;
    EXPECT_EQ(content->file_name, mail.files[i].first);
  }
  const auto raw = messages_->raw(ann_, message.id);
  ASSERT_TRUE(raw && raw->file) << "a big one goes by way of a file";
  EXPECT_TRUE(raw->file->read(0, raw->file->size()) == mail.raw());
  EXPECT_EQ(number("SELECT count(*) FROM blobs"), 5);  // the raw mail and four contents

  // The same file by another mail is stored once.
  TestMail other;
  other.text = "another";
  other.files = {mail.files[2]};
  const IntakeDto second = deliver(other);
  EXPECT_EQ(second.outcome, "case_opened");
  EXPECT_EQ(number("SELECT count(*) FROM blobs"), 6);
}

TEST_P(Intake, an_attachment_that_a_power_cut_took_is_cut_from_its_mail_again) {
  TestMail mail;
  mail.files = {{"big.bin", bytes_of(100'000)}};
  const IntakeDto decided = deliver(mail);
  const AttachmentDto file = messages_of(*decided.case_number).at(0).attachments.at(0);
  const std::filesystem::path at =
      test_database().folder() / "blobs" / file.sha256.substr(0, 2) / file.sha256;
  ASSERT_EQ(std::filesystem::exists(at), GetParam() == db::Engine::sqlite);
  for (const bool torn : {false, true}) {
    if (torn) {
      if (std::filesystem::exists(at)) std::filesystem::resize_file(at, 4096);
    } else {
      std::filesystem::remove(at);
    }
    const auto content = messages_->attachment(ann_, file.id);
    ASSERT_TRUE(content) << content.error().describe();
    EXPECT_TRUE(content->bytes == mail.files[0].second);
    EXPECT_TRUE(blobs_->read(file.sha256)) << "it was not put back";
  }
}

TEST_P(Intake, a_mail_that_cannot_be_read_is_put_aside_and_blocks_nothing) {
  TestMail good;
  good.text = "fine";
  const domain::IntakeId bad = receive_unreadable();
  const domain::IntakeId behind = receive(good.raw());
  std::vector<std::string> told;
  intake_->when_decided(bad, clock_.steady_now() + std::chrono::hours(1),
                        [&](Result<IntakeDto> dto) { told.push_back(dto->outcome); });
  run_jobs();
  EXPECT_EQ(status(behind).outcome, "case_opened");
  EXPECT_EQ(status(bad).outcome, "accepted");
  for (int i = 0; i < 2; ++i) {
    EXPECT_THAT(told, IsEmpty());
    run_jobs_after(std::chrono::seconds(11));
  }
  EXPECT_EQ(status(bad).outcome, "quarantined");
  EXPECT_THAT(told, ElementsAre("quarantined"));
  EXPECT_EQ(number("SELECT attempt FROM jobs WHERE state = 'dead'"), 3);
  EXPECT_THAT(events(bad.str()), ElementsAre("intake.quarantined"));
  EXPECT_EQ(number("SELECT count(*) FROM intake i JOIN blobs b ON b.id = i.id "
                   "WHERE i.outcome = 'quarantined'"),
            1);
  run_jobs_after(std::chrono::hours(1));
  EXPECT_EQ(number("SELECT attempt FROM jobs WHERE state = 'dead'"), 3);
  // Only who sees its mailbox hears of it.
  const domain::Caller seller = new_agent("seller", domain::Role::agent, {{"sales"}});
  const Result<ChangesDto> page = feed_->page(seller, {}, 1000);
  ASSERT_TRUE(page);
  for (const EventDto& event : page->items) {
    EXPECT_NE(event.object_id, bad.str());
  }
}

TEST_P(Intake, a_decided_mail_is_not_decided_again) {
  const domain::IntakeId id = receive(TestMail().raw());
  run_jobs();
  const IntakeDto first = status(id);
  // As when the same spooled file is handed in after its job has been forgotten.
  write([&](db::Session& session) {
    session.run({"test", "DELETE FROM jobs"});
    runner_->put(session, {"intake.decide", "intake.decide:" + id.str(), id.str()});
  });
  run_jobs();
  EXPECT_EQ(status(id).outcome, "case_opened");
  EXPECT_EQ(status(id).reason, first.reason);
  EXPECT_EQ(number("SELECT count(*) FROM messages"), 1);
  EXPECT_EQ(number("SELECT count(*) FROM jobs WHERE state = 'done'"), 1);
}

TEST_P(Intake, card_numbers_are_masked_before_they_are_stored) {
  TestMail mail;
  mail.subject = "Card 4111 1111 1111 1111";
  mail.text = "My card: 5555-5555-5555-4444.\r\nOrder number: 12345";
  mail.html = "<p>3530111333300000</p><p>&#52;&#48;&#49;&#50;888888881881</p>";
  mail.from = "\"378282246310005\" <yamada@example.jp>";
  mail.to = "\"6011111111111117\" <support@shop.example>";
  mail.files = {{"card 4222222222222.txt", "x"}};
  const IntakeDto decided = deliver(mail);
  const MessageDto message = messages_of(*decided.case_number).at(0);
  EXPECT_EQ(message.subject, "Card **** **** **** 1111");
  EXPECT_THAT(message.text, HasSubstr("****-****-****-4444"));
  EXPECT_THAT(message.text, HasSubstr("12345"));
  EXPECT_THAT(message.text_visible, HasSubstr("****-****-****-4444"));
  EXPECT_THAT(message.html, HasSubstr("************0000"));
  EXPECT_THAT(message.html, HasSubstr("************1881"));
  EXPECT_EQ(message.from.name, "***********0005");
  EXPECT_EQ(message.to.at(0).name, "************1117");
  EXPECT_EQ(message.attachments.at(0).file_name, "card *********2222.txt");
  EXPECT_THAT(message.notices, ElementsAre("card_number_masked"));
  EXPECT_EQ(case_of(*decided.case_number).subject, message.subject);
  const std::string all = json::to_string(case_of(*decided.case_number)) +
                          json::to_string(message) +
                          json::to_string(feed_->page(ann_, {}, 1000).value());
  for (const char* digits : {"1111 1111", "5555-5555", "353011133330", "40128888", "378282246",
                             "601111111", "422222222"}) {
    EXPECT_EQ(all.find(digits), std::string::npos) << digits;
  }
  CaseFilter filter;
  filter.q = "3530111333300000";
  EXPECT_EQ(cases_->list(ann_, filter, std::nullopt).error().type, "pan-detected");
  // The identity of a mail is of what came, so the masked one is known again.
  EXPECT_EQ(deliver(mail).outcome, "duplicate");
}

TEST_P(Intake, a_card_number_that_tags_cut_is_masked_in_html) {
  TestMail mail;
  mail.html = "<p>Pay with 4111<b>1111</b>1111<i>1111</i></p>";
  const MessageDto cut = messages_of(*deliver(mail).case_number).at(0);
  EXPECT_THAT(cut.html, HasSubstr("Pay with ****<b>****</b>****<i>1111</i>"));
  EXPECT_THAT(cut.text, HasSubstr("parcel"));
  EXPECT_THAT(cut.notices, ElementsAre("card_number_masked"));
  mail.html =
      "<table><tr><td>411</td><td>11111</td></tr><tr><td>11111</td><td>111</td></tr></table>";
  EXPECT_THAT(messages_of(*deliver(mail).case_number).at(0).html, HasSubstr("11111"));
}

TEST_P(Intake, who_waits_is_told_once) {
  std::vector<std::string> told;
  const auto tell = [&](Result<IntakeDto> dto) {
    told.push_back(dto ? dto->outcome : std::string(to_string(dto.error().code)));
  };
  const SteadyPoint now = clock_.steady_now();
  const std::chrono::seconds limit{10};
  const domain::IntakeId undecided = receive_unreadable();
  const domain::IntakeId before = receive(TestMail().raw());
  intake_->when_decided(before, now + limit, tell);
  intake_->when_decided(before, now + limit, tell);
  EXPECT_THAT(told, IsEmpty());
  run_jobs();
  EXPECT_THAT(told, ElementsAre("case_opened", "case_opened"));
  told.clear();
  intake_->when_decided(before, now + limit, tell);  // decided long ago
  EXPECT_THAT(told, ElementsAre("case_opened"));
  intake_->expire_waiters(now + std::chrono::hours(1));
  EXPECT_EQ(told.size(), 1u);

  told.clear();
  intake_->when_decided(undecided, now + limit, tell);
  intake_->when_decided(undecided, now + 2 * limit, tell);
  intake_->when_decided(domain::IntakeId("none"), now + limit, tell);
  intake_->expire_waiters(now + limit - std::chrono::milliseconds(1));
  EXPECT_THAT(told, IsEmpty());
  intake_->expire_waiters(now + limit);
  std::sort(told.begin(), told.end());
  EXPECT_THAT(told, ElementsAre("accepted", "not_found"));
  for (int i = 0; i < 2; ++i) run_jobs_after(std::chrono::seconds(11));
  EXPECT_THAT(told, ElementsAre("accepted", "not_found", "quarantined"));
}

TEST_P(Intake, a_mail_received_twice_under_one_id_is_one_mail) {
  const ReceivedMail mail{"pipe", "", {{"support", ""}}, "spool-id"};
  TestMail big;
  big.files = {{"big.bin", bytes_of(300'000)}};
  EXPECT_EQ(intake_->receive(mail, big.raw())->str(), "spool-id");
  EXPECT_EQ(intake_->receive(mail, big.raw())->str(), "spool-id");
  run_jobs();
  EXPECT_EQ(intake_->receive(mail, big.raw())->str(), "spool-id");
  run_jobs();
  EXPECT_EQ(status(domain::IntakeId("spool-id")).outcome, "case_opened");
  EXPECT_EQ(number("SELECT count(*) FROM intake"), 1);
  EXPECT_EQ(number("SELECT count(*) FROM messages"), 1);
}

}  // namespace
}  // namespace madoguchi::service
