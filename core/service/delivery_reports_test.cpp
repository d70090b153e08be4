// SPDX-License-Identifier: Apache-2.0
#include "core/service/delivery_reports.h"

#include "core/mail/read.h"
#include "core/service/service_test.h"
#include "core/store/deliveries.h"

namespace madoguchi::service {
namespace {

using domain::DeliveryState;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using Outcome = FakeSender::Outcome;

const std::string kTo = "yamada@example.jp";

class Reports : public ServiceTest {
 protected:
  void SetUp() override {
    ServiceTest::SetUp();
    if (IsSkipped() || HasFatalFailure()) return;
    service_.emplace(*env_);
    number_ = deliver(TestMail()).case_number.value_or("");
    answer_ = reply(number_);
    run_jobs();
    back_to_ = tokens_.sub_address(stored(answer_.id).sequence, "support@shop.example");
  }
  [[nodiscard]] static std::string report(const std::string& address, const std::string& action,
                                          const std::string& status, const std::string& id = "") {
    return "Return-Path: <>\r\nFrom: MAILER-DAEMON@mx.example\r\nTo: "
           "support@shop.example\r\nMessage-ID: <" +
           address + action +
           "@mx.example>\r\nSubject: Report\r\nContent-Type: multipart/report; "
           "report-type=delivery-status; boundary=b\r\n\r\n--b\r\nContent-Type: "
           "text/plain\r\n\r\nSee below.\r\n--b\r\nContent-Type: "
           "message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example\r\n\r\nFinal-Recipient: "
           "rfc822; " +
           address + "\r\nAction: " + action + "\r\nStatus: " + status +
           "\r\nDiagnostic-Code: smtp; the words\r\n--b\r\nContent-Type: "
           "text/rfc822-headers\r\n\r\nMessage-ID: <" +
           (id.empty() ? "unknown@elsewhere.example" : id) + ">\r\n--b--\r\n";
  }
  IntakeDto hand_in(const std::string& raw, const std::string& recipient = "") {
    return deliver(raw, {{"support", recipient}});
  }
  domain::Delivery delivery() { return stored(answer_.id).delivery.at(0); }
  std::vector<SuppressionDto> suppressions(const domain::Caller& caller) {
    return service_->suppressions(caller, std::nullopt, std::nullopt, 50)->items;
  }
  void expect_unchanged() {
    EXPECT_EQ(delivery().state, DeliveryState::sent);
    EXPECT_THAT(suppressions(ann_), IsEmpty());
    EXPECT_THAT(messages_of(number_), SizeIs(2));
    EXPECT_EQ(number("SELECT count(*) FROM cases"), 1);
  }

  std::string number_;
  MessageDto answer_;
  std::string back_to_;
  std::optional<DeliveryService> service_;
};
INSTANTIATE_TEST_SUITE_P(Engines, Reports, testing::engines(), testing::engine_name);

TEST_P(Reports, one_that_comes_back_by_its_token_is_applied) {
  const domain::CaseStatus before = case_of(number_).status;
  const IntakeDto decided = hand_in(report(kTo, "failed", "5.1.1"), back_to_);
  EXPECT_EQ(decided.outcome, "bounce") << decided.reason;
  EXPECT_EQ(decided.message_id, answer_.id);
  EXPECT_EQ(decided.case_number, number_);
  EXPECT_EQ(delivery().state, DeliveryState::bounced);
  EXPECT_EQ(delivery().reason, "unknown_user");
  EXPECT_EQ(delivery().status_code, "5.1.1");
  EXPECT_EQ(delivery().detail, "the words");
  EXPECT_EQ(case_of(number_).status, before);
  EXPECT_THAT(messages_of(number_), SizeIs(2));
  EXPECT_THAT(events(answer_.id),
              ElementsAre("message.delivery", "address.suppressed", "message.delivery"));
  // The same again says nothing new; a warning that comes late neither.
  EXPECT_EQ(hand_in(report(kTo, "failed", "5.1.1"), back_to_).outcome, "bounce");
  EXPECT_EQ(hand_in(report(kTo, "delayed", "4.4.1"), back_to_).outcome, "bounce");
  EXPECT_EQ(delivery().state, DeliveryState::bounced);
  EXPECT_THAT(events(answer_.id), SizeIs(3));
}

TEST_P(Reports, one_that_returns_our_message_id_is_applied) {
  const IntakeDto decided = hand_in(report(kTo, "delayed", "4.2.2", answer_.mime_message_id));
  EXPECT_EQ(decided.outcome, "bounce") << decided.reason;
  EXPECT_EQ(delivery().state, DeliveryState::deferred);
  EXPECT_EQ(delivery().reason, "mailbox_full");
  EXPECT_THAT(suppressions(ann_), IsEmpty());
  // Delivered after all; and nothing was sent a second time.
  EXPECT_EQ(hand_in(report(kTo, "delivered", "2.0.0", answer_.mime_message_id)).outcome, "bounce");
  EXPECT_EQ(delivery().state, DeliveryState::sent);
  EXPECT_EQ(delivery().reason, "");
  run_jobs_after(std::chrono::hours(48));
  EXPECT_THAT(sender_.sent(), SizeIs(1));
}

TEST_P(Reports, a_forged_one_changes_nothing) {
  std::string altered = back_to_;
  altered[altered.find('@') - 1] = altered[altered.find('@') - 1] == 'a' ? 'b' : 'a';
  std::string id = answer_.mime_message_id;
  id[id.find('@') - 1] = id[id.find('@') - 1] == 'a' ? 'b' : 'a';
  EXPECT_EQ(hand_in(report(kTo, "failed", "5.1.1", id), altered).outcome, "ignored");
  const IntakeDto stranger = hand_in(report("other@example.jp", "failed", "5.1.1"), back_to_);
  EXPECT_EQ(stranger.outcome, "ignored");
  EXPECT_THAT(stranger.reason, HasSubstr("nobody"));
  EXPECT_EQ(hand_in(report("x@example.jp", "failed", "5.1.1")).outcome, "ignored");
  expect_unchanged();
}

TEST_P(Reports, what_only_looks_like_one_is_a_mail_when_it_matches_nothing) {
  TestMail mail;
  mail.from = "postmaster@mx.example";
  mail.subject = "Undelivered mail";
  mail.text = "someone@example.jp: user unknown";
  EXPECT_EQ(deliver(mail).outcome, "case_opened");
  // The same words about ours are a report.
  mail.text = kTo + ": user unknown";
  EXPECT_EQ(hand_in(mail.raw(), back_to_).outcome, "bounce");
  EXPECT_EQ(delivery().state, DeliveryState::bounced);
}

TEST_P(Reports, a_report_that_overtakes_the_servers_answer_stays) {
  const MessageDto second = reply(number_, "again");
  sender_.on_send([&] {
    write([&](db::Session& session) {
      store::Deliveries(session).report(
          domain::MessageId(second.id),
          {kTo, DeliveryState::bounced, "early", clock_.now(), "unknown_user", "5.1.1"},
          domain::IntakeId("0190-report"));
    });
  });
  run_jobs();
  EXPECT_EQ(stored(second.id).delivery.at(0).state, DeliveryState::bounced);
  EXPECT_EQ(stored(second.id).delivery.at(0).detail, "early");
}

TEST_P(Reports, hard_bounces_suppress_until_released) {
  ASSERT_EQ(hand_in(report(kTo, "failed", "5.1.1"), back_to_).outcome, "bounce");
  const domain::Caller stranger = new_agent("bob", domain::Role::agent, {{"sales"}});
  ASSERT_THAT(suppressions(ann_), SizeIs(1));
  EXPECT_EQ(suppressions(ann_)[0].address, kTo);
  EXPECT_EQ(suppressions(ann_)[0].reason, "unknown_user");
  EXPECT_THAT(suppressions(stranger), IsEmpty());
  EXPECT_FALSE(service_->release({stranger}, kTo));
  // An agent's answer goes out all the same, and says so.
  const MessageDto again = reply(number_, "again");
  EXPECT_THAT(again.notices, Contains("address_suppressed:" + kTo));
  run_jobs();
  EXPECT_THAT(sender_.sent(), SizeIs(2));
  EXPECT_TRUE(service_->release(as_ann(), "Yamada@Example.JP"));
  EXPECT_THAT(suppressions(ann_), IsEmpty());
  EXPECT_FALSE(service_->release(as_ann(), kTo));
  EXPECT_FALSE(service_->release(as_ann(), "no address"));
  EXPECT_THAT(reply(number_, "third").notices, IsEmpty());
}

TEST_P(Reports, a_refusal_by_the_server_has_its_class_too) {
  sender_.answer(kTo, {Outcome::failed});
  const MessageDto second = reply(number_, "again");
  run_jobs();
  EXPECT_EQ(stored(second.id).delivery.at(0).state, DeliveryState::failed);
  EXPECT_EQ(stored(second.id).delivery.at(0).reason, "other");
}

TEST_P(Reports, deliveries_are_listed_for_who_may_see_them) {
  for (int i = 0; i < 3; ++i) {
    clock_.advance(std::chrono::seconds(1));
    (void)reply(number_, "again");
    run_jobs();
  }
  ASSERT_EQ(hand_in(report(kTo, "failed", "5.1.1"), back_to_).outcome, "bounce");
  const auto bounced =
      service_->list(ann_, {DeliveryState::bounced}, std::nullopt, std::nullopt, 9);
  ASSERT_THAT(bounced->items, SizeIs(1));
  EXPECT_EQ(bounced->items[0].message_id, answer_.id);
  EXPECT_EQ(bounced->items[0].case_number, number_);
  EXPECT_TRUE(bounced->items[0].suppressed);
  std::vector<std::string> seen;
  std::optional<std::vector<std::string>> after;
  do {
    const auto page = service_->list(ann_, {}, "YAMADA@example.jp", after, 2);
    ASSERT_TRUE(page);
    for (const DeliveryDto& one : page->items) seen.push_back(one.message_id);
    after = page->next;
  } while (after);
  EXPECT_THAT(seen, SizeIs(4));
  EXPECT_THAT(service_->list(ann_, {}, "other@example.jp", std::nullopt, 9)->items, IsEmpty());
  const domain::Caller stranger = new_agent("bob", domain::Role::agent, {{"sales"}});
  EXPECT_THAT(service_->list(stranger, {}, std::nullopt, std::nullopt, 9)->items, IsEmpty());
}

TEST_P(Reports, carriers_odd_addresses_can_be_written_to_and_bounce) {
  MessageCreateDto wish = entry(EntryKind::reply, "to a phone");
  wish.to = std::vector<domain::NamedAddress>{{"", "a..b.@docomo.ne.jp"}};
  const MessageDto made = *messages_->add(as_ann(), number_, wish);
  run_jobs();
  EXPECT_THAT(sender_.sent().back().envelope.recipients, ElementsAre("\"a..b.\"@docomo.ne.jp"));
  EXPECT_EQ(mail::read(sender_.sent().back().raw).to.at(0).address, "a..b.@docomo.ne.jp");
  const std::string back = tokens_.sub_address(stored(made.id).sequence, "support@shop.example");
  EXPECT_EQ(hand_in(report("a..b.@docomo.ne.jp", "failed", "5.1.1"), back).outcome, "bounce");
  EXPECT_EQ(stored(made.id).delivery.at(0).state, DeliveryState::bounced);
}

}  // namespace
}  // namespace madoguchi::service
