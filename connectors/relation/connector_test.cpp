// SPDX-License-Identifier: Apache-2.0
#include "connectors/relation/connector.h"

#include <gtest/gtest.h>

#include <fstream>

#include "connectors/relation/mapping.h"
#include "connectors/testkit/certificates.h"
#include "connectors/testkit/mail_history_contract.h"
#include "connectors/testkit/replay.h"
#include "core/connector/rate.h"
#include "core/connector/ticket_writer.h"
#include "core/json/value.h"
#include "core/net/recorder.h"
#include "sandboxes/relation/sandbox.h"

namespace madoguchi::connectors::relation {
namespace {

connector::Settings settings_for(const testkit::SandboxHost& sandbox) {
  connector::Settings settings;
  settings.options = {{"subdomain", "myshop"}, {"base_url", sandbox.url()}};
  settings.secrets["token"] = Secret(sandboxes::relation::kToken);
  return connector::checked(type(), settings).value();
}

class RelationRig final : public testkit::MailHistoryRig {
 public:
  RelationRig() {
    sandbox_.control("POST", "/clock", R"({"now": "2026-11-23T03:00:00Z"})");
    sandbox_.control("POST", "/reset");
    sandbox_.control("POST", "/clock", R"({"now": "2026-11-23T03:00:00Z"})");
    sandbox_.control("POST", "/settings", R"({"requests_a_minute": 1000000})");
    restart();
  }

  testkit::SandboxHost& sandbox() override { return sandbox_; }
  connector::MailHistorySource& source() override {
    return *connector_->capabilities().mail_history;
  }
  connector::TicketWriter& writer() { return *connector_->capabilities().tickets; }
  connector::Connector& connector() { return *connector_; }
  void restart() override { connector_ = type().create(settings_for(sandbox_), sandbox_.host()); }
  std::set<std::string> messages_there() override {
    std::set<std::string> ids;
    for (const json::Value& ticket : tickets()) {
      if (ticket["status_cd"] == "trash") continue;
      for (const json::Value& message : ticket["messages"])
        ids.insert(message["message_id"].dump());
    }
    return ids;
  }
  std::string write(const std::string& thread = {}) override {
    json::Value message = {{"from", "a@example.jp"}};
    if (!thread.empty()) message["ticket_id"] = place_of(thread).value().ticket;
    const json::Value made =
        json::parse(sandbox_.control("POST", "/messages", json::dump(message))).value();
    return made["message_id"].dump();
  }
  std::string throw_away() override {
    const json::Value ticket = tickets()[3];
    const std::string thread = thread_id(ticket["message_box_id"], ticket["ticket_id"]);
    EXPECT_EQ(
        writer().change({thread, "trash"}, testkit::call_within(std::chrono::seconds(9))).outcome,
        connector::WriteOutcome::done);
    return thread;
  }
  json::Value tickets() { return json::parse(sandbox_.control("GET", "/tickets")).value(); }
  json::Value ticket(const std::string& thread) {
    for (const json::Value& one : tickets()) {
      if (thread_id(one["message_box_id"], one["ticket_id"]) == thread) return one;
    }
    return {};
  }

 private:
  testkit::SandboxHost sandbox_{sandboxes::relation::type()};
  std::unique_ptr<connector::Connector> connector_;
};

}  // namespace
}  // namespace madoguchi::connectors::relation

namespace madoguchi::testkit {
INSTANTIATE_TEST_SUITE_P(Relation, MailHistoryContract,
                         testing::Values([]() -> std::unique_ptr<MailHistoryRig> {
                           return std::make_unique<connectors::relation::RelationRig>();
                         }));
}  // namespace madoguchi::testkit

namespace madoguchi::connectors::relation {
namespace {

using connector::WriteOutcome;

class RelationTest : public testing::Test {
 protected:
  static connector::CallOptions call() { return testkit::call_within(std::chrono::seconds(9)); }

  std::string thread() {
    const json::Value ticket = rig_.tickets()[0];
    return thread_id(ticket["message_box_id"], ticket["ticket_id"]);
  }
  connector::ThreadReply reply() {
    return {thread(),
            rig_.ticket(thread())["messages"][0]["message_id"].dump(),
            "hanako.sato@example.jp",
            "",
            "Re: 破損",
            "交換品を発送しました。",
            "closed"};
  }
  std::size_t messages_of(const std::string& id) { return rig_.ticket(id)["messages"].size(); }

  RelationRig rig_;
};

TEST_F(RelationTest, probe_says_what_is_wrong) {
  EXPECT_EQ(rig_.connector().probe(call()).state, connector::HealthState::ok);
  rig_.sandbox().fault(
      R"({"kind": "status", "status": 401, "body": "{\"message\":\"invalid token\"}"})");
  const connector::Health health = rig_.connector().probe(call());
  EXPECT_EQ(health.state, connector::HealthState::failing);
  EXPECT_NE(health.detail.find("invalid token"), std::string::npos) << health.detail;
  EXPECT_EQ(health.detail.find(sandboxes::relation::kToken), std::string::npos);
}

TEST_F(RelationTest, understands_both_codes_for_too_many_requests) {
  for (const char* status : {"403", "429"}) {
    rig_.sandbox().control(
        "POST", "/settings",
        std::string(R"({"requests_a_minute": 0, "over_limit_status": )") + status + "}");
    const auto page = rig_.source().pull({}, call());
    ASSERT_FALSE(page) << status;
    EXPECT_EQ(page.error().code, ErrorCode::rate_limited) << status;
    EXPECT_GT(page.error().retry_after.value(), std::chrono::seconds(0));
    EXPECT_LE(page.error().retry_after.value(), std::chrono::seconds(60));
    EXPECT_EQ(rig_.sandbox().gate().last_news().remaining, 0);
  }
  rig_.sandbox().control("POST", "/settings", R"({"requests_a_minute": 100})");
  ASSERT_TRUE(rig_.source().pull({}, call()));
  EXPECT_LT(rig_.sandbox().gate().last_news().remaining.value(), 100);
}

TEST_F(RelationTest, a_403_with_requests_left_is_no_limit) {
  class Answering final : public net::HttpClient {
   public:
    net::HttpResult send(const net::HttpRequest&) const override {
      net::HttpAnswer answer;
      answer.status = 403;
      answer.headers = {{"X-RateLimit-Remaining", "12"}};
      return answer;
    }
  } http;
  connector::Host host = rig_.sandbox().host();
  host.http = &http;
  const auto connector = type().create(settings_for(rig_.sandbox()), host);
  const auto page = connector->capabilities().mail_history->pull({}, call());
  ASSERT_FALSE(page);
  EXPECT_EQ(page.error().code, ErrorCode::forbidden);
}

TEST_F(RelationTest, tells_a_thread_as_people_know_it) {
  connector::Pull pull;
  std::vector<domain::ExternalThread> threads;
  std::vector<domain::ExternalMessage> messages;
  for (bool more = true; more;) {
    const auto page = rig_.source().pull(pull, call());
    ASSERT_TRUE(page) << page.error().describe();
    threads.insert(threads.end(), page->threads.begin(), page->threads.end());
    messages.insert(messages.end(), page->messages.begin(), page->messages.end());
    pull.cursor = page->cursor;
    more = page->more;
  }
  const auto found = std::find_if(threads.begin(), threads.end(), [](const auto& one) {
    return one.status == "対応完了" && !one.labels.empty();
  });
  ASSERT_NE(found, threads.end());
  EXPECT_NE(found->url.find("/tickets/#/"), std::string::npos) << found->url;
  EXPECT_NE(found->url.find("/tickets/closed/p1/"), std::string::npos) << found->url;
  const auto asked = std::find_if(messages.begin(), messages.end(), [](const auto& one) {
    return one.from.address == "hanako.sato@example.jp";
  });
  ASSERT_NE(asked, messages.end());
  EXPECT_EQ(asked->from.name, "佐藤 花子");
  EXPECT_EQ(asked->direction, connector::MessageDirection::received);
  for (const auto& one : messages) {
    EXPECT_EQ(one.text.find("alert"), std::string::npos) << "a script is no text";
  }
}

TEST_F(RelationTest, asks_only_for_the_boxes_it_was_given) {
  connector::Settings settings = settings_for(rig_.sandbox());
  settings.options["message_boxes"] = "2";
  const auto connector = type().create(settings, rig_.sandbox().host());
  ASSERT_TRUE(connector->capabilities().mail_history->pull({}, call()));
  const std::string calls = rig_.sandbox().control("GET", "/calls");
  EXPECT_EQ(calls.find("/api/v2/1/"), std::string::npos);
  EXPECT_NE(calls.find("/api/v2/2/"), std::string::npos);
  settings.options["message_boxes"] = "7";
  const auto page =
      type().create(settings, rig_.sandbox().host())->capabilities().mail_history->pull({}, call());
  ASSERT_FALSE(page);
  EXPECT_EQ(page.error().code, ErrorCode::forbidden);
}

TEST_F(RelationTest, more_tickets_in_a_second_than_fit_on_a_page_come_all_the_same) {
  for (int i = 0; i < 130; ++i) rig_.write();
  connector::Pull pull;
  std::set<std::string> ids;
  for (bool more = true; more;) {
    const auto page = rig_.source().pull(pull, call());
    ASSERT_TRUE(page) << page.error().describe();
    for (const auto& one : page->messages) ids.insert(one.id);
    pull.cursor = page->cursor;
    more = page->more;
  }
  EXPECT_EQ(ids, rig_.messages_there());
}

TEST_F(RelationTest, a_list_that_moves_while_it_is_walked_through_loses_nothing) {
  rig_.sandbox().control("POST", "/grow", R"({"tickets": 300, "days": 3})");
  rig_.sandbox().fault(R"({"kind": "quirk", "name": "moving_list", "count": 40})");
  connector::Pull pull{"", std::chrono::seconds(300)};
  std::set<std::string> ids;
  // The second turn brings what changed during the first.
  for (int turn = 0; turn < 2; ++turn) {
    for (bool more = true; more;) {
      const auto page = rig_.source().pull(pull, call());
      ASSERT_TRUE(page) << page.error().describe();
      for (const auto& one : page->messages) ids.insert(one.id);
      pull.cursor = page->cursor;
      more = page->more;
    }
    rig_.sandbox().pass_time(std::chrono::minutes(2));
  }
  EXPECT_EQ(ids, rig_.messages_there());
}

/// The hub's own bucket, in the sandbox's time: where it would wait, time passes.
class BucketGate final : public connector::RequestGate {
 public:
  BucketGate(testkit::SandboxHost& sandbox, connector::RateLimit limit)
      : sandbox_(sandbox), limit_(limit), full_at_(sandbox.host().clock.now()) {}

  Result<void> pass(const connector::CallOptions& call) override {
    while (true) {
      const connector::RateVerdict verdict =
          connector::take(limit_, full_at_, sandbox_.host().clock.now(), call.urgency);
      if (verdict.may) {
        full_at_ = verdict.full_at;
        return {};
      }
      sandbox_.pass_time(std::chrono::ceil<std::chrono::seconds>(verdict.wait));
    }
  }
  void told(const connector::RateNews& news) override {
    full_at_ = connector::corrected(limit_, full_at_, sandbox_.host().clock.now(), news);
  }

 private:
  testkit::SandboxHost& sandbox_;
  const connector::RateLimit limit_;
  TimePoint full_at_;
};

TEST_F(RelationTest, brings_the_past_within_the_limit_and_as_fast_as_it_allows) {
  rig_.sandbox().control("POST", "/settings", R"({"requests_a_minute": 60})");
  rig_.sandbox().control("POST", "/grow", R"({"tickets": 600, "days": 30})");
  BucketGate gate(rig_.sandbox(), {type().pace.requests, type().pace.per});
  const connector::Host lent = rig_.sandbox().host();
  const connector::Host host{lent.clock, gate, lent.http};
  const auto connector = type().create(settings_for(rig_.sandbox()), host);
  const TimePoint begin = host.clock.now();
  connector::Pull pull{"", std::chrono::seconds(300)};
  std::set<std::string> ids;
  for (bool more = true; more;) {
    const auto page = connector->capabilities().mail_history->pull(pull, call());
    ASSERT_TRUE(page) << page.error().describe();
    for (const auto& one : page->messages) ids.insert(one.id);
    pull.cursor = page->cursor;
    more = page->more;
  }
  EXPECT_EQ(ids, rig_.messages_there());
  EXPECT_EQ(rig_.sandbox().control("GET", "/calls").find("\"status\":403"), std::string::npos);
  const auto took = std::chrono::duration_cast<std::chrono::minutes>(host.clock.now() - begin);
  const int requests = rig_.sandbox().requests();
  EXPECT_LT(requests, 648 * 12 / 10) << "one a ticket, and little beside";
  EXPECT_LT(took.count(), 648 * 12 / 10 / 60 * 2);
}

TEST_F(RelationTest, its_exchanges_can_be_recorded_scrubbed_and_played_again) {
  const testkit::TemporaryFolder folder;
  connector::Host host = rig_.sandbox().host();
  const net::Recorder recorder(*host.http, host.clock, folder.path());
  host.http = &recorder;
  const connector::Settings settings = settings_for(rig_.sandbox());
  const auto page =
      type().create(settings, host)->capabilities().mail_history->pull({}, call()).value();
  std::string all;
  for (const auto& one : std::filesystem::directory_iterator(folder.path())) {
    std::ifstream file(one.path(), std::ios::binary);
    all += std::string{std::istreambuf_iterator<char>(file), {}};
  }
  for (const char* secret : {sandboxes::relation::kToken, "佐藤", "hanako", "@", "suzuki"}) {
    EXPECT_EQ(all.find(secret), std::string::npos) << secret;
  }
  const testkit::ReplayingClient replay(folder.path());
  host.http = &replay;
  const auto again =
      type().create(settings, host)->capabilities().mail_history->pull({}, call()).value();
  ASSERT_FALSE(page.messages.empty());
  ASSERT_EQ(again.messages.size(), page.messages.size());
  for (std::size_t i = 0; i < page.messages.size(); ++i) {
    EXPECT_EQ(again.messages[i].id, page.messages[i].id);
    EXPECT_EQ(again.messages[i].direction, page.messages[i].direction);
  }
  EXPECT_EQ(replay.left(), 0U);
}

TEST_F(RelationTest, writes_a_reply_a_draft_and_a_record) {
  const std::size_t before = messages_of(thread());
  const connector::WriteReport sent = rig_.writer().reply(reply(), call());
  ASSERT_EQ(sent.outcome, WriteOutcome::done) << sent.error->describe();
  EXPECT_EQ(sent.thread, thread());
  EXPECT_FALSE(sent.message.empty());
  const connector::WriteReport draft = rig_.writer().draft(reply(), call());
  ASSERT_EQ(draft.outcome, WriteOutcome::done);
  // An hour ahead of the clock over there: it is written down as now.
  const connector::WriteReport record = rig_.writer().record(
      {thread(), "電話", "在庫を確認", parse_rfc3339("2027-01-01T00:00:00Z").value(), "ongoing"},
      call());
  ASSERT_EQ(record.outcome, WriteOutcome::done) << record.error->describe();
  const json::Value ticket = rig_.ticket(thread());
  ASSERT_EQ(ticket["messages"].size(), before + 3);
  EXPECT_EQ(ticket["messages"][before]["action_cd"], "sent");
  EXPECT_EQ(ticket["messages"][before]["from"], "support@shop.example");
  EXPECT_EQ(ticket["messages"][before + 1]["action_cd"], "draft");
  EXPECT_EQ(ticket["messages"][before + 2]["method_cd"], "record");
  EXPECT_EQ(ticket["status_cd"], "ongoing");
}

TEST_F(RelationTest, merges_labels_into_those_that_are_there) {
  ASSERT_EQ(rig_.writer().change({thread(), {}, {}, {"配送"}}, call()).outcome, WriteOutcome::done);
  ASSERT_EQ(rig_.writer()
                .change({thread(), "closed", "suzuki", {"返品・交換"}, {"なし"}}, call())
                .outcome,
            WriteOutcome::done);
  const json::Value ticket = rig_.ticket(thread());
  EXPECT_EQ(ticket["label_ids"], json::Value({31, 32}));
  EXPECT_EQ(ticket["status_cd"], "closed");
  EXPECT_EQ(ticket["assignee"], "suzuki");
  ASSERT_EQ(rig_.writer().change({thread(), {}, {}, {}, {"配送"}}, call()).outcome,
            WriteOutcome::done);
  EXPECT_EQ(rig_.ticket(thread())["label_ids"], json::Value::array({31}));
  const connector::WriteReport unknown = rig_.writer().change({thread(), {}, {}, {"未知"}}, call());
  EXPECT_EQ(unknown.outcome, WriteOutcome::refused);
}

TEST_F(RelationTest, refuses_what_over_there_cannot_take) {
  connector::ThreadReply wrong = reply();
  wrong.thread = "x";
  EXPECT_EQ(rig_.writer().reply(wrong, call()).outcome, WriteOutcome::refused);
  wrong = reply();
  wrong.status = "done";
  EXPECT_EQ(rig_.writer().reply(wrong, call()).outcome, WriteOutcome::refused);
  wrong = reply();
  wrong.subject.clear();
  for (int i = 0; i < 201; ++i) wrong.subject += "あ";
  EXPECT_EQ(rig_.writer().reply(wrong, call()).outcome, WriteOutcome::refused);
  wrong = reply();
  wrong.answers = "1";
  const connector::WriteReport report = rig_.writer().reply(wrong, call());
  EXPECT_EQ(report.outcome, WriteOutcome::refused);
  EXPECT_EQ(report.error->code, ErrorCode::not_found);
}

TEST_F(RelationTest, knows_what_may_have_been_done) {
  const std::size_t before = messages_of(thread());
  const auto after = [&](const char* fault) {
    rig_.sandbox().fault(fault);
    const connector::WriteReport report =
        rig_.writer().reply(reply(), testkit::call_within(std::chrono::milliseconds(600)));
    rig_.sandbox().no_faults();
    return report.outcome;
  };
  const std::string mails = R"(, "path": "/api/v2/1/mails"})";
  EXPECT_EQ(after((R"({"kind": "drop")" + mails).c_str()), WriteOutcome::unknown);
  EXPECT_EQ(after((R"({"kind": "hang_body")" + mails).c_str()), WriteOutcome::unknown);
  EXPECT_EQ(after((R"({"kind": "truncated", "after": 3)" + mails).c_str()), WriteOutcome::unknown);
  EXPECT_EQ(messages_of(thread()), before + 3);
  EXPECT_EQ(after((R"({"kind": "status", "status": 500)" + mails).c_str()), WriteOutcome::unknown);
  EXPECT_EQ(after((R"({"kind": "hang")" + mails).c_str()), WriteOutcome::unknown);
  EXPECT_EQ(after((R"({"kind": "status", "status": 429)" + mails).c_str()), WriteOutcome::not_done);
  EXPECT_EQ(after(R"({"kind": "status", "status": 503, "path": "/api/v2/1/mail_accounts"})"),
            WriteOutcome::not_done);
  EXPECT_EQ(messages_of(thread()), before + 3);
}

TEST_F(RelationTest, finds_out_what_became_of_a_reply_without_an_answer) {
  const connector::WrittenMessage written{thread(), reply().subject, reply().text,
                                          rig_.sandbox().host().clock.now()};
  EXPECT_EQ(rig_.writer().find(written, call()).value(), std::nullopt);
  rig_.sandbox().fault(R"({"kind": "reset", "path": "/api/v2/1/mails/reply"})");
  ASSERT_EQ(rig_.writer().reply(reply(), call()).outcome, WriteOutcome::unknown);
  EXPECT_EQ(rig_.writer().find(written, call()).value(), std::nullopt) << "it was not done";
  rig_.sandbox().fault(R"({"kind": "drop", "path": "/api/v2/1/mails/reply"})");
  ASSERT_EQ(rig_.writer().reply(reply(), call()).outcome, WriteOutcome::unknown);
  const auto found = rig_.writer().find(written, call()).value();
  ASSERT_TRUE(found);
  EXPECT_EQ(rig_.ticket(thread())["messages"].back()["message_id"].dump(), *found);
  connector::WrittenMessage later = written;
  later.since += std::chrono::hours(1);
  EXPECT_EQ(rig_.writer().find(later, call()).value(), std::nullopt) << "an earlier one";
  rig_.sandbox().fault(R"({"kind": "status", "status": 503})");
  EXPECT_FALSE(rig_.writer().find(written, call()));
}

TEST(RelationOptions, are_checked) {
  connector::Settings settings;
  settings.options = {{"subdomain", "My Shop"}, {"message_boxes", "1,x"}, {"history_days", "0"}};
  const auto wrong = connector::checked(type(), settings);
  ASSERT_FALSE(wrong);
  std::set<std::string> pointers;
  for (const FieldError& one : wrong.error().fields) pointers.insert(one.pointer);
  EXPECT_TRUE(pointers.count("/options/history_days") > 0);
  EXPECT_TRUE(pointers.count("/secrets/token") > 0);
  settings.options["history_days"] = "30";
  settings.secrets["token"] = Secret("t");
  const auto still = connector::checked(type(), settings);
  ASSERT_FALSE(still);
  pointers.clear();
  for (const FieldError& one : still.error().fields) pointers.insert(one.pointer);
  EXPECT_EQ(pointers, (std::set<std::string>{"/options/message_boxes", "/options/subdomain"}));
  settings.options = {{"subdomain", "myshop"}, {"message_boxes", "1, 2"}};
  EXPECT_TRUE(connector::checked(type(), settings));
}

}  // namespace
}  // namespace madoguchi::connectors::relation
