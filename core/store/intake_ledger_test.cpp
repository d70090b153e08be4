// SPDX-License-Identifier: Apache-2.0
#include "core/store/intake_ledger.h"

#include <gmock/gmock.h>

#include "core/store/store_test.h"

namespace madoguchi::store {
namespace {

using domain::IntakeOutcome;
using std::chrono::hours;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

class Ledger : public StoreTest {
 protected:
  void SetUp() override {
    StoreTest::SetUp();
    if (IsSkipped()) return;
    support_ = insert_mailbox("support");
    sales_ = insert_mailbox("sales", 1);
  }

  IntakeRecord store(const std::vector<domain::MailboxId>& mailboxes,
                     const std::string& sender = "yamada@example.jp") {
    IntakeRecord record;
    record.id = ids_.make<domain::IntakeId>();
    record.source = "lmtp";
    record.sender = sender;
    for (const domain::MailboxId& mailbox : mailboxes) {
      record.recipients.push_back({mailbox, mailbox.str() + "@shop.example"});
    }
    record.size = 3;
    record.received_at = clock_.now();
    write([&](db::Session& session) { Intake(session).insert(record); });
    return record;
  }
  void decide(IntakeRecord& record, IntakeOutcome outcome) {
    record.outcome = outcome;
    record.decided_at = clock_.now();
    write([&](db::Session& session) { Intake(session).decide(record); });
  }
  IntakeRecord decided(IntakeOutcome outcome) {
    IntakeRecord record = store({support_});
    decide(record, outcome);
    return record;
  }
  std::map<std::int64_t, IntakeCounts> days(const domain::MailboxId& mailbox) {
    return read(
        [&](db::Session& session) { return IntakeLedger(session).days(mailbox, 0, 40'000); });
  }
  IntakeCounts all(const domain::MailboxId& mailbox) {
    IntakeCounts sum;
    for (const auto& day : days(mailbox)) sum.add(day.second);
    return sum;
  }
  void close() {
    write([&](db::Session& session) {
      for (const domain::MailboxId& mailbox : {support_, sales_}) {
        IntakeLedger(session).recheck(mailbox, clock_.now() - hours(24 * 7));
        IntakeLedger(session).close_hours(mailbox, clock_.now());
      }
    });
  }
  /// Lets the hours that are there become closed.
  void close_all() {
    clock_.advance(hours(3));
    close();
    clock_.advance(std::chrono::minutes(11));
    close();
  }
  std::int64_t closed() { return number("SELECT count(*) FROM intake_hours WHERE closed = 1"); }
  IntakePage list(const IntakeQuery& query, const std::optional<IntakePlace>& after = {}) {
    return read([&](db::Session& session) { return Intake(session).list(query, after); });
  }
  static std::vector<std::string> ids_of(const IntakePage& page) {
    std::vector<std::string> ids;
    for (const IntakeRecord& record : page.items) ids.push_back(record.id.str());
    return ids;
  }

  domain::MailboxId support_;
  domain::MailboxId sales_;
};
INSTANTIATE_TEST_SUITE_P(Engines, Ledger, testing::engines(), testing::engine_name);

TEST_P(Ledger, each_mail_is_counted_once_in_each_mailbox_by_how_it_ended) {
  decided(IntakeOutcome::case_opened);
  decided(IntakeOutcome::message_added);
  decided(IntakeOutcome::message_added);
  decided(IntakeOutcome::duplicate);
  decided(IntakeOutcome::ignored);
  decided(IntakeOutcome::bounce);
  decided(IntakeOutcome::filed);
  decided(IntakeOutcome::quarantined);
  store({support_, sales_, support_});
  const IntakeCounts counts = all(support_);
  EXPECT_EQ(counts.stored, 9);
  EXPECT_EQ(counts.case_opened, 1);
  EXPECT_EQ(counts.message_added, 2);
  EXPECT_EQ(counts.duplicate, 1);
  EXPECT_EQ(counts.ignored, 1);
  EXPECT_EQ(counts.bounce, 1);
  EXPECT_EQ(counts.filed, 1);
  EXPECT_EQ(counts.quarantined, 1);
  EXPECT_EQ(counts.undecided, 1);
  EXPECT_EQ(counts.difference(), 0);
  EXPECT_EQ(all(sales_).stored, 1);
  EXPECT_EQ(all(sales_).undecided, 1);
}

TEST_P(Ledger, the_same_delivery_handed_in_again_is_one_mail) {
  IntakeRecord record = store({support_});
  clock_.advance(hours(1));
  record.received_at = clock_.now();
  write([&](db::Session& session) { Intake(session).insert(record); });
  EXPECT_EQ(all(support_).stored, 1);
  EXPECT_EQ(all(support_).difference(), 0);
  IntakeQuery query;
  query.address_key = "yamada@example.jp";
  EXPECT_EQ(list(query).items.size(), 1u);
}

TEST_P(Ledger, hours_that_are_over_are_counted_once_and_show_the_same) {
  decided(IntakeOutcome::case_opened);
  clock_.advance(hours(30));
  decided(IntakeOutcome::ignored);
  const auto before = days(support_);
  EXPECT_EQ(before.size(), 2u);
  close();
  EXPECT_EQ(closed(), 0);
  close_all();
  EXPECT_EQ(closed(), 2);
  EXPECT_EQ(days(support_), before);
  decided(IntakeOutcome::bounce);
  EXPECT_EQ(all(support_).stored, 3);
  EXPECT_EQ(all(support_).bounce, 1);
}

TEST_P(Ledger, an_hour_with_an_undecided_mail_stays_open_until_it_is_decided) {
  IntakeRecord record = store({support_});
  close_all();
  EXPECT_EQ(closed(), 0);
  EXPECT_EQ(all(support_).undecided, 1);
  decide(record, IntakeOutcome::case_opened);
  close();
  EXPECT_EQ(closed(), 1);
  EXPECT_EQ(all(support_).case_opened, 1);
}

TEST_P(Ledger, deciding_a_mail_of_a_closed_hour_moves_it_in_the_ledger) {
  IntakeRecord record = decided(IntakeOutcome::quarantined);
  close_all();
  EXPECT_EQ(closed(), 1);
  record.discarded_at = clock_.now();
  write([&](db::Session& session) { Intake(session).decide(record); });
  EXPECT_EQ(all(support_).quarantined, 1);
  EXPECT_EQ(all(support_).discarded, 1);
  EXPECT_EQ(all(support_).difference(), 0);
  close();
  EXPECT_EQ(closed(), 1);
  record.discarded_at.reset();
  decide(record, IntakeOutcome::case_opened);
  EXPECT_EQ(all(support_).case_opened, 1);
  EXPECT_EQ(all(support_).quarantined, 0);
  EXPECT_EQ(all(support_).stored, 1);
}

TEST_P(Ledger, a_mail_that_is_gone_is_missed_in_open_and_in_closed_hours) {
  const IntakeRecord early = decided(IntakeOutcome::case_opened);
  close_all();
  const IntakeRecord late = decided(IntakeOutcome::case_opened);
  sql("DELETE FROM intake WHERE id = '" + late.id.str() + "'");
  EXPECT_EQ(all(support_).difference(), 1);
  sql("DELETE FROM intake WHERE id = '" + early.id.str() + "'");
  close();  // which looks at closed hours again
  EXPECT_EQ(closed(), 0);
  EXPECT_EQ(all(support_).difference(), 2);
  // Even when every trace of it is gone.
  sql("DELETE FROM intake_entries WHERE intake_id = '" + early.id.str() + "'");
  EXPECT_EQ(all(support_).difference(), 2);
  close_all();
  EXPECT_EQ(closed(), 0);
  EXPECT_EQ(all(support_).difference(), 2);
  EXPECT_EQ(
      read([&](db::Session& session) { return IntakeLedger(session).open(support_).difference(); }),
      2);
}

TEST_P(Ledger, an_outcome_that_nobody_knows_makes_a_difference) {
  decided(IntakeOutcome::case_opened);
  sql("UPDATE intake SET outcome = 'elsewhere'");
  EXPECT_EQ(all(support_).stored, 1);
  EXPECT_EQ(all(support_).difference(), 1);
}

TEST_P(Ledger, mails_of_an_hour_before_the_last_that_was_taken_in_are_found) {
  clock_.advance(hours(5));
  decided(IntakeOutcome::case_opened);
  close_all();
  clock_.advance(-hours(6));  // somebody set the clock
  decided(IntakeOutcome::ignored);
  clock_.advance(hours(6));
  close();
  EXPECT_EQ(all(support_).ignored, 1);
  EXPECT_EQ(all(support_).stored, 2);
}

TEST_P(Ledger, finds_what_no_count_shows) {
  const auto findings = [&] {
    return read([&](db::Session& session) {
      return IntakeLedger(session).findings(clock_.now() - hours(24), clock_.now());
    });
  };
  EXPECT_EQ(findings(), IntakeFindings{});
  store({support_, sales_});
  EXPECT_EQ(findings(), IntakeFindings{});
  clock_.advance(hours(1));
  EXPECT_EQ(findings().stuck, 1);  // there is no job
  const IntakeRecord record = decided(IntakeOutcome::case_opened);
  EXPECT_EQ(findings().without_message, 1);
  sql("DELETE FROM intake_entries WHERE intake_id = '" + record.id.str() + "'");
  EXPECT_EQ(findings().unlisted, 1);
}

TEST_P(Ledger, mails_are_found_by_all_that_people_know) {
  IntakeRecord ignored = store({support_}, "bounce+1@list.example");
  ignored.mime_message_id = "one@example.jp";
  ignored.from_address = "Suzuki@Example.jp";
  decide(ignored, IntakeOutcome::ignored);
  clock_.advance(hours(1));
  const IntakeRecord waiting = store({sales_});
  clock_.advance(hours(1));
  IntakeRecord aside = store({support_, sales_});
  decide(aside, IntakeOutcome::quarantined);
  const std::string one = ignored.id.str();
  const std::string two = waiting.id.str();
  const std::string three = aside.id.str();

  EXPECT_THAT(ids_of(list({})), ElementsAre(three, two, one));
  IntakeQuery query;
  query.message_id = "one@example.jp";
  EXPECT_THAT(ids_of(list(query)), ElementsAre(one));
  EXPECT_EQ(list(query).items[0].from_address, "Suzuki@Example.jp");
  EXPECT_TRUE(list(query).items[0].sealed.empty());
  query.address_key = "yamada@example.jp";
  EXPECT_THAT(ids_of(list(query)), IsEmpty());
  query = {};
  query.address_key = "suzuki@example.jp";
  EXPECT_THAT(ids_of(list(query)), ElementsAre(one));
  query.address_key = "bounce+1@list.example";
  EXPECT_THAT(ids_of(list(query)), ElementsAre(one));
  query.address_key = "mailbox-sales@shop.example";
  EXPECT_THAT(ids_of(list(query)), ElementsAre(three, two));
  query.outcome = IntakeOutcome::undecided;
  EXPECT_THAT(ids_of(list(query)), ElementsAre(two));
  query = {};
  query.mailbox = support_;
  EXPECT_THAT(ids_of(list(query)), ElementsAre(three, one));
  query.outcome = IntakeOutcome::ignored;
  EXPECT_THAT(ids_of(list(query)), ElementsAre(one));
  query = {};
  query.from = ignored.received_at + hours(1);
  EXPECT_THAT(ids_of(list(query)), ElementsAre(three, two));
  query.to = aside.received_at;
  EXPECT_THAT(ids_of(list(query)), ElementsAre(two));
  query = {};
  query.scope.mailboxes = std::vector<domain::MailboxId>{support_};
  EXPECT_THAT(ids_of(list(query)), ElementsAre(three, one));
  query.scope.mailboxes = std::vector<domain::MailboxId>{};
  EXPECT_THAT(ids_of(list(query)), IsEmpty());
  query = {};
  query.outcome = IntakeOutcome::quarantined;
  query.discarded = true;
  EXPECT_THAT(ids_of(list(query)), IsEmpty());
  query.discarded = false;
  EXPECT_THAT(ids_of(list(query)), ElementsAre(three));
}

TEST_P(Ledger, pages_end_nowhere_between_mails_of_one_moment) {
  std::vector<std::string> expected;
  for (int i = 0; i < 5; ++i) expected.insert(expected.begin(), store({support_}).id.str());
  IntakeQuery query;
  query.limit = 2;
  for (const bool by_mailbox : {false, true}) {
    if (by_mailbox) query.mailbox = support_;
    std::vector<std::string> seen;
    std::optional<IntakePlace> after;
    do {
      const IntakePage page = list(query, after);
      for (const IntakeRecord& record : page.items) seen.push_back(record.id.str());
      after = page.next;
    } while (after);
    EXPECT_EQ(seen, expected);
  }
}

}  // namespace
}  // namespace madoguchi::store
