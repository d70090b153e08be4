// SPDX-License-Identifier: Apache-2.0
// Nothing is lost: mails that crash their reader, their ways out, traces and the ledger.
#include "core/service/quarantine.h"

#include "core/service/intake_ledger.h"
#include "core/service/mail_traces.h"
#include "core/service/service_test.h"

namespace madoguchi::service {
namespace {

using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class Quarantine : public ServiceTest {
 protected:
  void SetUp() override {
    ServiceTest::SetUp();
    if (IsSkipped()) return;
    quarantine_ = std::make_unique<QuarantineService>(*env_, *intake_);
    traces_ = std::make_unique<MailTraceService>(*env_);
    ledger_ = std::make_unique<IntakeLedgerService>(*env_);
  }

  /// Its bytes no longer open when its job comes to read them; `mend` puts them back.
  domain::IntakeId receive_broken(const TestMail& mail, const std::string& mailbox = "support") {
    const domain::IntakeId id =
        intake_->receive({"pipe", "sender@example.jp", {{mailbox, ""}}, ids_.next()}, mail.raw())
            .value();
    whole_ = write([&](db::Session& session) {
      return session.run({"test", "SELECT sealed FROM blobs WHERE id = $1"}, {id})
          .front()
          .string(0);
    });
    set_raw(id, "no sealed mail at all");
    return id;
  }
  void set_raw(const domain::IntakeId& id, const std::string& bytes) {
    write([&](db::Session& session) {
      session.run({"test", "UPDATE blobs SET sealed = $2 WHERE id = $1"}, {id, db::Bytes{bytes}});
    });
  }
  domain::IntakeId put_aside(const TestMail& mail, const std::string& mailbox = "support") {
    const domain::IntakeId id = receive_broken(mail, mailbox);
    try_three_times();
    return id;
  }
  void try_three_times() {
    run_jobs();
    for (int i = 0; i < 2; ++i) run_jobs_after(seconds(11));
  }
  std::vector<QuarantinedDto> listed(bool discarded = false) {
    return quarantine_->list(ann_, std::nullopt, discarded, std::nullopt, 50).value().items;
  }
  std::vector<MailTraceDto> traced(const TraceFilter& filter) {
    return traces_->list(ann_, filter).value().items;
  }
  LedgerDto ledger() {
    return ledger_->ledger(ann_, "support", std::nullopt, std::nullopt).value();
  }

  std::unique_ptr<QuarantineService> quarantine_;
  std::unique_ptr<MailTraceService> traces_;
  std::unique_ptr<IntakeLedgerService> ledger_;
  std::string whole_;
};
INSTANTIATE_TEST_SUITE_P(Engines, Quarantine, testing::engines(), testing::engine_name);

TEST_P(Quarantine, says_what_is_in_it_and_why) {
  const TestMail mail;
  const domain::IntakeId id = put_aside(mail);
  ASSERT_EQ(listed().size(), 1u);
  const QuarantinedDto one = listed()[0];
  EXPECT_EQ(one.id, id.str());
  EXPECT_EQ(one.source, "pipe");
  EXPECT_EQ(one.sender, "sender@example.jp");
  EXPECT_THAT(one.mailboxes, ElementsAre("support"));
  EXPECT_EQ(one.size, static_cast<std::int64_t>(mail.raw().size()));
  EXPECT_EQ(one.attempts, 3);
  EXPECT_THAT(one.reason, HasSubstr("three tries"));
  EXPECT_NE(one.error, "");
  EXPECT_FALSE(one.discarded_at);
  const domain::Caller seller = new_agent("seller", domain::Role::supervisor, {{"sales"}});
  EXPECT_THAT(quarantine_->list(seller, std::nullopt, false, std::nullopt, 50).value().items,
              IsEmpty());
  EXPECT_EQ(quarantine_->reprocess({seller}, id.str()).error().code, ErrorCode::not_found);
  EXPECT_THAT(quarantine_->list(ann_, "sales", false, std::nullopt, 50).value().items, IsEmpty());
  EXPECT_EQ(quarantine_->list(ann_, "nowhere", false, std::nullopt, 50).error().code,
            ErrorCode::invalid);
}

TEST_P(Quarantine, a_mail_that_ended_the_process_three_times_is_put_aside) {
  const domain::IntakeId id = receive(TestMail().raw());
  // What three processes leave behind that died while they read it.
  write([&](db::Session& session) {
    session.run({"test",
                 "UPDATE jobs SET state = 'running', attempt = 3, owner = 'dead/1', "
                 "lease_until = 1000 WHERE payload = $1"},
                {id});
  });
  TestMail other;
  other.text = "another";
  const domain::IntakeId behind = receive(other.raw());
  run_jobs();
  EXPECT_EQ(status(behind).outcome, "case_opened");
  run_jobs_after(std::chrono::seconds(10));  // on SQLite, all that is left there is this hub's own
  ASSERT_EQ(listed().size(), 1u);
  EXPECT_EQ(listed()[0].id, id.str());
  EXPECT_THAT(listed()[0].error, HasSubstr("the process ended during each of 3 attempts"));
}

TEST_P(Quarantine, a_mail_that_can_be_read_again_becomes_a_case) {
  const domain::IntakeId id = put_aside(TestMail());
  set_raw(id, whole_);
  ASSERT_TRUE(quarantine_->reprocess(as_ann(), id.str()));
  EXPECT_EQ(ledger().total.quarantined, 0);
  EXPECT_EQ(quarantine_->reprocess(as_ann(), id.str()).error().code, ErrorCode::not_found);
  run_jobs();
  EXPECT_EQ(status(id).outcome, "case_opened");
  EXPECT_THAT(listed(), IsEmpty());
  EXPECT_THAT(events(id.str()), ElementsAre("intake.quarantined", "intake.reprocessed"));
  EXPECT_EQ(ledger().total.case_opened, 1);
  EXPECT_EQ(ledger().total.stored, 1);
  EXPECT_TRUE(ledger().healthy);
}

TEST_P(Quarantine, a_mail_that_still_cannot_be_read_comes_back_each_time) {
  const domain::IntakeId id = put_aside(TestMail());
  for (int round = 2; round <= 3; ++round) {
    ASSERT_TRUE(quarantine_->reprocess(as_ann(), id.str()));
    try_three_times();
    ASSERT_EQ(listed().size(), 1u);
    EXPECT_EQ(listed()[0].attempts, 3 * round);
  }
  EXPECT_EQ(ledger().total.quarantined, 1);
}

TEST_P(Quarantine, all_of_it_or_some_is_read_anew_in_one_call) {
  TestMail mail;
  std::vector<domain::IntakeId> ids;
  for (const char* text : {"one", "two", "three"}) {
    mail.text = text;
    ids.push_back(receive_broken(mail, text == std::string("three") ? "sales" : "support"));
  }
  try_three_times();
  ASSERT_EQ(listed().size(), 3u);
  EXPECT_EQ(listed()[0].id, ids[2].str());  // newest first
  ASSERT_TRUE(quarantine_->discard(as_ann(), ids[0].str(), "spam"));
  ReprocessDto some;
  some.ids = {{ids[1].str(), "none"}};
  ReprocessedDto done = quarantine_->reprocess(as_ann(), some).value();
  EXPECT_EQ(done.queued, 1);
  EXPECT_EQ(done.skipped, 1);
  EXPECT_FALSE(done.more);
  some = {};
  some.mailbox = "support";
  EXPECT_EQ(quarantine_->reprocess(as_ann(), some).value().queued, 0);
  done = quarantine_->reprocess(as_ann(), ReprocessDto{}).value();
  EXPECT_EQ(done.queued, 1);  // not the discarded one
  EXPECT_EQ(done.skipped, 0);
}

TEST_P(Quarantine, a_discarded_mail_is_kept_whole_and_counted_and_can_come_back) {
  const domain::IntakeId id = put_aside(TestMail());
  EXPECT_EQ(quarantine_->discard(as_ann(), id.str(), "4111111111111111").error().type,
            "pan-detected");
  const QuarantinedDto gone = quarantine_->discard(as_ann(), id.str(), "an advertisement").value();
  EXPECT_EQ(gone.discarded_at, clock_.now());
  EXPECT_EQ(gone.discarded_by, "ann");
  EXPECT_EQ(gone.discard_reason, "an advertisement");
  EXPECT_THAT(listed(), IsEmpty());
  EXPECT_EQ(listed(true).size(), 1u);
  EXPECT_EQ(ledger().total.quarantined, 1);
  EXPECT_EQ(ledger().total.discarded, 1);
  EXPECT_EQ(ledger().difference, 0);
  EXPECT_EQ(status(id).outcome, "quarantined");
  set_raw(id, whole_);
  ASSERT_TRUE(quarantine_->reprocess(as_ann(), id.str()));
  run_jobs();
  EXPECT_EQ(status(id).outcome, "case_opened");
  EXPECT_THAT(events(id.str()),
              ElementsAre("intake.quarantined", "intake.discarded", "intake.reprocessed"));
}

TEST_P(Quarantine, its_bytes_are_for_administrators_and_leave_a_trace) {
  const TestMail mail;
  const domain::IntakeId id = put_aside(mail);
  set_raw(id, whole_);
  const domain::Caller bob = new_agent("bob", domain::Role::supervisor);
  EXPECT_EQ(quarantine_->raw(bob, id.str()).error().code, ErrorCode::forbidden);
  EXPECT_EQ(quarantine_->raw(ann_, "none").error().code, ErrorCode::not_found);
  EXPECT_THAT(events(id.str()), ElementsAre("intake.quarantined"));
  EXPECT_EQ(quarantine_->raw(ann_, id.str()).value().bytes, mail.raw());
  EXPECT_THAT(events(id.str()), ElementsAre("intake.quarantined", "intake.raw_read"));
}

TEST_P(Quarantine, every_mail_has_a_trace) {
  TestMail mail;
  mail.message_id = "<trace@example.jp>";
  const IntakeDto first = deliver(mail);
  const IntakeDto second = deliver(mail, {"sales"});
  EXPECT_EQ(second.outcome, "duplicate");
  TraceFilter filter;
  filter.message_id = "<trace@example.jp>";
  ASSERT_EQ(traced(filter).size(), 2u);
  const MailTraceDto trace = traced(filter)[1];
  EXPECT_EQ(trace.id, first.intake_id);
  EXPECT_EQ(trace.message_id, "trace@example.jp");
  EXPECT_EQ(trace.from, "yamada@example.jp");
  ASSERT_EQ(trace.recipients.size(), 1u);
  EXPECT_EQ(trace.recipients[0].mailbox, "support");
  EXPECT_EQ(trace.outcome, domain::IntakeOutcome::case_opened);
  EXPECT_EQ(trace.case_number, first.case_number);
  EXPECT_EQ(trace.message, first.message_id);
  EXPECT_FALSE(trace.steps.empty());
  EXPECT_TRUE(trace.decided_at);
  filter.outcome = domain::IntakeOutcome::duplicate;
  ASSERT_EQ(traced(filter).size(), 1u);
  EXPECT_EQ(traced(filter)[0].case_number, first.case_number);
  filter = {};
  filter.address = "YAMADA@example.jp";
  EXPECT_EQ(traced(filter).size(), 2u);
  filter.mailbox = "sales";
  EXPECT_EQ(traced(filter).size(), 1u);
  filter.limit = 1;
  filter.mailbox.reset();
  const TraceListing page = traces_->list(ann_, filter).value();
  ASSERT_TRUE(page.next);
  filter.after = page.next;
  EXPECT_EQ(traces_->list(ann_, filter).value().items[0].id, first.intake_id);
  filter = {};
  filter.address = "no address";
  EXPECT_EQ(traces_->list(ann_, filter).error().code, ErrorCode::invalid);
  filter = {};
  filter.mailbox = "nowhere";
  EXPECT_EQ(traces_->list(ann_, filter).error().code, ErrorCode::invalid);
  const domain::Caller seller = new_agent("seller", domain::Role::supervisor, {{"sales"}});
  EXPECT_EQ(traces_->list(seller, {}).value().items.size(), 1u);
}

TEST_P(Quarantine, the_ledger_adds_up_and_says_when_it_does_not) {
  const IntakeDto opened = deliver(TestMail());
  EXPECT_EQ(deliver(TestMail()).outcome, "duplicate");
  ASSERT_TRUE(ledger_->check());
  ASSERT_TRUE(ledger_->measure());
  const LedgerDto good = ledger();
  EXPECT_TRUE(good.healthy);
  EXPECT_EQ(good.time_zone, "UTC");
  EXPECT_EQ(good.total.stored, 2);
  EXPECT_EQ(good.total.case_opened, 1);
  EXPECT_EQ(good.total.duplicate, 1);
  ASSERT_EQ(good.days.size(), 1u);
  EXPECT_EQ(good.days[0].day, good.to);
  EXPECT_THAT(metrics_.render(), HasSubstr("madoguchi_intake_ledger_difference 0\n"));
  EXPECT_THAT(metrics_.render(),
              HasSubstr("madoguchi_intake_ledger_mails{mailbox=\"support\",outcome=\"stored\"} 2"));

  write([&](db::Session& session) {
    session.run({"test", "DELETE FROM intake WHERE id = $1"}, {opened.intake_id});
  });
  ASSERT_TRUE(ledger_->check());
  ASSERT_TRUE(ledger_->measure());
  const LedgerDto bad = ledger();
  EXPECT_FALSE(bad.healthy);
  EXPECT_EQ(bad.difference, 1);
  EXPECT_EQ(bad.days.at(0).difference, 1);
  EXPECT_THAT(metrics_.render(), HasSubstr("madoguchi_intake_ledger_difference 1\n"));
}

TEST_P(Quarantine, a_mail_whose_message_is_gone_is_an_alarm) {
  const IntakeDto opened = deliver(TestMail());
  write([&](db::Session& session) {
    session.run({"test", "UPDATE intake SET message_id = 'gone' WHERE id = $1"},
                {opened.intake_id});
  });
  EXPECT_TRUE(ledger().healthy);
  ASSERT_TRUE(ledger_->check());
  EXPECT_FALSE(ledger().healthy);
  EXPECT_THAT(ledger().findings, ElementsAre("without_message"));
}

TEST_P(Quarantine, the_ledger_takes_days_and_nothing_else) {
  const auto code = [&](const char* from, const char* to) {
    return ledger_->ledger(ann_, "support", from, to).error().code;
  };
  EXPECT_EQ(code("yesterday", "2026-11-22"), ErrorCode::invalid);
  EXPECT_EQ(code("2026-11-22", "2026-11-31"), ErrorCode::invalid);
  EXPECT_EQ(code("2026-11-22", "2026-11-21"), ErrorCode::invalid);
  EXPECT_EQ(code("2024-11-22", "2026-11-21"), ErrorCode::invalid);
  EXPECT_TRUE(ledger_->ledger(ann_, "support", "2026-11-21", "2026-11-22"));
  EXPECT_EQ(ledger_->ledger(ann_, "nowhere", std::nullopt, std::nullopt).error().code,
            ErrorCode::not_found);
}

}  // namespace
}  // namespace madoguchi::service
