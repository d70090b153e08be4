// SPDX-License-Identifier: Apache-2.0
#include "core/service/outbox.h"

#include "core/mail/read.h"
#include "core/service/service_test.h"

namespace madoguchi::service {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using Outcome = FakeSender::Outcome;
using domain::DeliveryState;

class Sending : public ServiceTest {
 protected:
  void SetUp() override {
    ServiceTest::SetUp();
    if (IsSkipped() || HasFatalFailure()) return;
    TestMail mail;
    mail.message_id = "<first@example.jp>";
    number_ = deliver(mail).case_number.value_or("");
  }
  MessageDto reply_to(const std::vector<std::string>& addresses,
                      const std::string& text = "It is on its way.") {
    MessageCreateDto wish = entry(EntryKind::reply, text);
    wish.to.emplace();
    for (const std::string& address : addresses) wish.to->push_back({"", address});
    const Result<MessageDto> made = messages_->add(as_ann(), number_, wish);
    EXPECT_TRUE(made) << made.error().describe();
    return made.value_or(MessageDto());
  }
  domain::Delivery delivery(const std::string& id, const std::string& address) {
    const Result<MessageDto> message = messages_->get(ann_, id);
    for (const domain::Delivery& one : message->delivery) {
      if (one.address == address) return one;
    }
    ADD_FAILURE() << "no delivery to " << address;
    return {};
  }
  DeliveryState state(const std::string& id, const std::string& address) {
    return delivery(id, address).state;
  }
  std::string job_state() {
    return write([&](db::Session& session) {
      return session
          .run({"test", "SELECT state FROM jobs WHERE kind = 'mail.send' ORDER BY id DESC LIMIT 1"})
          .front()
          .string(0);
    });
  }
  /// Every retry there is.
  void run_all_tries() {
    for (int i = 0; i < 35; ++i) run_jobs_after(std::chrono::hours(4));
  }

  std::string number_;
};
INSTANTIATE_TEST_SUITE_P(Engines, Sending, testing::engines(), testing::engine_name);

TEST_P(Sending, a_reply_goes_out_as_it_was_written) {
  const auto upload = messages_->upload(as_ann(), "送り状.txt", "text/plain", "file content");
  MessageCreateDto wish = entry(EntryKind::reply, "お待たせしました。\n本日発送です。");
  wish.attachments = {upload->id};
  wish.cc = std::vector<domain::NamedAddress>{{"控え", "cc@example.jp"}};
  const MessageDto made = *messages_->add(as_ann(), number_, wish);
  run_jobs();
  const auto sent = sender_.sent();
  ASSERT_THAT(sent, SizeIs(1));
  EXPECT_THAT(sent[0].envelope.recipients, ElementsAre("cc@example.jp", "yamada@example.jp"));
  const domain::Message message = stored(made.id);
  EXPECT_EQ(sent[0].envelope.from, tokens_.sub_address(message.sequence, "support@shop.example"));
  const mail::Message mail = mail::read(sent[0].raw);
  EXPECT_EQ(mail.from.at(0).address, "support@shop.example");
  EXPECT_EQ(mail.reply_to.at(0).address, sent[0].envelope.from);
  EXPECT_EQ(mail.to.at(0).address, "yamada@example.jp");
  EXPECT_EQ(mail.to.at(0).name, "Yamada");
  EXPECT_EQ(mail.cc.at(0).name, "控え");
  EXPECT_EQ(mail.subject, "Re: Question");
  EXPECT_THAT(mail.text, HasSubstr("本日発送です。"));
  EXPECT_EQ(mail.message_id, made.mime_message_id);
  EXPECT_THAT(mail.in_reply_to, ElementsAre("first@example.jp"));
  EXPECT_THAT(mail.references, ElementsAre("first@example.jp"));
  ASSERT_NE(mail.header("X-Madoguchi-Loop"), nullptr);
  EXPECT_EQ(*mail.header("X-Madoguchi-Loop"), "hub-of-the-tests");
  EXPECT_EQ(mail.header("Auto-Submitted"), nullptr);  // a person wrote it
  ASSERT_THAT(mail.attachments, SizeIs(1));
  EXPECT_EQ(mail.attachments[0].file_name, "送り状.txt");
  EXPECT_EQ(mail.attachments[0].bytes, "file content");
  EXPECT_EQ(state(made.id, "yamada@example.jp"), DeliveryState::sent);
  EXPECT_EQ(state(made.id, "cc@example.jp"), DeliveryState::sent);
  EXPECT_EQ(job_state(), "done");
  EXPECT_THAT(events(made.id), ElementsAre("message.delivery"));
  // Coming back, it is known.
  EXPECT_EQ(deliver(sent[0].raw, {{"support", ""}}).outcome, "ignored");
}

TEST_P(Sending, only_who_has_not_got_it_gets_it_again) {
  sender_.answer("b@example.jp", {Outcome::deferred, Outcome::deferred});
  sender_.answer("c@example.jp", {Outcome::failed});
  sender_.answer("d@example.jp", {Outcome::unknown});
  const MessageDto made =
      reply_to({"a@example.jp", "b@example.jp", "c@example.jp", "d@example.jp"});
  run_jobs();
  EXPECT_EQ(state(made.id, "a@example.jp"), DeliveryState::sent);
  EXPECT_EQ(state(made.id, "b@example.jp"), DeliveryState::deferred);
  EXPECT_EQ(delivery(made.id, "b@example.jp").detail, "said the server");
  EXPECT_EQ(state(made.id, "c@example.jp"), DeliveryState::failed);
  EXPECT_EQ(state(made.id, "d@example.jp"), DeliveryState::unknown);
  EXPECT_EQ(job_state(), "ready");
  ASSERT_THAT(sender_.sent(), SizeIs(1));
  run_jobs();  // nothing is due yet
  ASSERT_THAT(sender_.sent(), SizeIs(1));

  run_jobs_after(std::chrono::hours(4));
  run_jobs_after(std::chrono::hours(4));
  const auto sent = sender_.sent();
  ASSERT_THAT(sent, SizeIs(3));
  EXPECT_THAT(sent[1].envelope.recipients, ElementsAre("b@example.jp", "d@example.jp"));
  EXPECT_THAT(sent[2].envelope.recipients, ElementsAre("b@example.jp"));
  EXPECT_EQ(mail::read(sent[1].raw).message_id, made.mime_message_id);
  EXPECT_EQ(sent[0].raw, sent[2].raw);  // the same mail, to the letter
  EXPECT_EQ(state(made.id, "b@example.jp"), DeliveryState::sent);
  EXPECT_EQ(state(made.id, "c@example.jp"), DeliveryState::failed);
  EXPECT_EQ(state(made.id, "d@example.jp"), DeliveryState::sent);
  EXPECT_EQ(job_state(), "done");
  EXPECT_EQ(events(made.id).size(), 3u);
}

TEST_P(Sending, giving_up_marks_what_did_not_arrive) {
  const std::vector<Outcome> never(40, Outcome::deferred);
  const std::vector<Outcome> unsure(40, Outcome::unknown);
  sender_.answer("b@example.jp", never);
  sender_.answer("c@example.jp", unsure);
  const MessageDto made = reply_to({"a@example.jp", "b@example.jp", "c@example.jp"});
  run_jobs();
  run_all_tries();
  EXPECT_THAT(sender_.sent(), SizeIs(30));
  EXPECT_EQ(job_state(), "dead");
  EXPECT_EQ(state(made.id, "a@example.jp"), DeliveryState::sent);
  EXPECT_EQ(state(made.id, "b@example.jp"), DeliveryState::failed);
  EXPECT_EQ(delivery(made.id, "b@example.jp").detail, "said the server");
  EXPECT_EQ(state(made.id, "c@example.jp"), DeliveryState::unknown);  // it may have arrived
  EXPECT_THAT(json::to_string(feed_of(ann_).back().fields), HasSubstr("b@example.jp"));
}

TEST_P(Sending, replies_of_one_case_go_out_in_their_order) {
  sender_.answer("a@example.jp", {Outcome::deferred});
  TestMail other;
  other.text = "another case";
  const std::string elsewhere = *deliver(other).case_number;
  const MessageDto first = reply_to({"a@example.jp"}, "first");
  const MessageDto second = reply_to({"a@example.jp"}, "second");
  const MessageDto beside = reply(elsewhere, "beside");
  // The second one is due all the time and waits for the first: there is no idle moment.
  runner_->wake();
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (number("SELECT count(*) FROM jobs WHERE kind = 'mail.send' AND state <> 'running' AND "
                "attempt > 0") < 2) {
    EXPECT_FALSE(runner_->idle_within(std::chrono::milliseconds(5)));
    ASSERT_LT(std::chrono::steady_clock::now(), until);
  }
  EXPECT_EQ(state(first.id, "a@example.jp"), DeliveryState::deferred);
  EXPECT_EQ(state(second.id, "a@example.jp"), DeliveryState::queued);
  EXPECT_EQ(state(beside.id, "yamada@example.jp"), DeliveryState::sent);  // not held up
  run_jobs_after(std::chrono::minutes(1));
  EXPECT_EQ(state(second.id, "a@example.jp"), DeliveryState::sent);
  std::vector<std::string> order;
  for (const FakeSender::Sent& sent : sender_.sent()) {
    if (sent.envelope.recipients.at(0) == "a@example.jp") {
      order.push_back(mail::read(sent.raw).message_id);
    }
  }
  EXPECT_THAT(order,
              ElementsAre(first.mime_message_id, first.mime_message_id, second.mime_message_id));
}

TEST_P(Sending, a_refused_reply_lets_the_next_one_go) {
  sender_.answer("a@example.jp", {Outcome::failed});
  const MessageDto first = reply_to({"a@example.jp"});
  const MessageDto second = reply_to({"b@example.jp"});
  run_jobs();
  EXPECT_EQ(state(first.id, "a@example.jp"), DeliveryState::failed);
  EXPECT_EQ(state(second.id, "b@example.jp"), DeliveryState::sent);
}

TEST_P(Sending, a_crash_after_sending_repeats_it_under_the_same_message_id) {
  // The job is taken from under it while it speaks with the server: its end is not recorded.
  sender_.on_send([&] {
    sender_.on_send(nullptr);  // first: the next run may begin at the commit
    write([&](db::Session& session) {
      session.run({"test",
                   "UPDATE jobs SET attempt = attempt + 1, state = 'ready', owner = NULL WHERE "
                   "kind = 'mail.send' AND state = 'running'"});
    });
  });
  const MessageDto made = reply_to({"a@example.jp"});
  run_jobs();
  run_jobs();
  const auto sent = sender_.sent();
  ASSERT_THAT(sent, SizeIs(2));
  EXPECT_EQ(sent[0].raw, sent[1].raw);
  EXPECT_EQ(state(made.id, "a@example.jp"), DeliveryState::sent);
  EXPECT_EQ(events(made.id).size(), 1u);  // the lost try left nothing behind
}

TEST_P(Sending, a_server_that_throws_costs_one_try) {
  sender_.on_send([&] {
    sender_.on_send(nullptr);
    throw std::runtime_error("the library broke");
  });
  const MessageDto made = reply_to({"a@example.jp"});
  run_jobs();
  EXPECT_EQ(state(made.id, "a@example.jp"), DeliveryState::queued);
  run_jobs_after(std::chrono::minutes(1));
  EXPECT_EQ(state(made.id, "a@example.jp"), DeliveryState::sent);
}

TEST_P(Sending, an_attachment_that_is_lost_holds_the_reply_and_fails_it_in_the_end) {
  const auto upload = messages_->upload(as_ann(), "f.txt", "text/plain", "file content");
  MessageCreateDto wish = entry(EntryKind::reply, "text");
  wish.attachments = {upload->id};
  write([&](db::Session& session) {
    session.run({"test", "DELETE FROM blobs WHERE id = $1"}, {upload->sha256});
  });
  const MessageDto made = *messages_->add(as_ann(), number_, wish);
  run_jobs();
  run_all_tries();
  EXPECT_THAT(sender_.sent(), IsEmpty());  // never without its file
  EXPECT_EQ(state(made.id, "yamada@example.jp"), DeliveryState::failed);
}

TEST_P(Sending, delivery_news_are_for_who_sees_the_case) {
  const domain::Caller seller = new_agent("seller", domain::Role::agent, {{"sales"}});
  const MessageDto made = reply(number_);
  run_jobs();
  EXPECT_EQ(events(made.id).size(), 1u);
  for (const EventDto& event : feed_of(seller)) {
    EXPECT_NE(event.object_id, made.id);
    EXPECT_NE(event.object_id, number_);
  }
}

}  // namespace
}  // namespace madoguchi::service
