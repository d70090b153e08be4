// SPDX-License-Identifier: Apache-2.0
#include "core/service/privacy.h"

#include <fstream>
#include <iterator>

#include "core/service/audit_trail.h"
#include "core/service/customer_merges.h"
#include "core/service/customer_parts.h"
#include "core/service/customers.h"
#include "core/service/retention.h"
#include "core/service/search.h"
#include "core/service/service_test.h"
#include "core/store/external_messages.h"

namespace madoguchi::service {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

// A person who stands in no other test, so that whatever is found of him was left.
constexpr char kAddress[] = "kanarienvogel@example.jp";
constexpr char kName[] = "金糸雀";

class UseOfPrivacy : public ServiceTest {
 protected:
  void SetUp() override {
    ServiceTest::SetUp();
    if (IsSkipped()) return;
    list_ = test_database().folder() / "erased-customers";
    customers_ = std::make_unique<CustomerService>(*env_);
    parts_ = std::make_unique<CustomerPartService>(*env_);
    merges_ = std::make_unique<CustomerMergeService>(*env_);
    operations_ = std::make_unique<OperationService>(*env_);
    privacy_ = std::make_unique<PrivacyService>(*env_, *operations_, list_);
    runner_->add(operations_->job_kind());
    for (jobs::JobKind& kind : privacy_->job_kinds()) runner_->add(std::move(kind));
  }

  CustomerDto customer(const std::string& family, const std::string& email) {
    CustomerCreateDto wish;
    wish.family_name = family;
    wish.emails.emplace().push_back({EmailAddress::parse(email).value(), true, false});
    const Result<CustomerDto> made = customers_->create(as_ann(), wish);
    EXPECT_TRUE(made) << made.error().describe();
    return made.value_or(CustomerDto());
  }
  std::string mail_of(const std::string& subject, const std::string& text) {
    TestMail mail;
    mail.from = std::string(kName) + " <" + kAddress + ">";
    mail.subject = subject;
    mail.text = text;
    mail.message_id = "<" + subject + "@kanarienvogel.example.jp>";
    mail.files = {{"kanarienvogel.txt", "Kanarienvogel in a file"}};
    return deliver(mail).case_number.value_or("");
  }
  Result<OperationDto> erase(const std::string& number, bool preview = false) {
    const Result<OperationStartedDto> begun =
        privacy_->erase(as_ann(), number, {"the person asked for it", preview});
    if (!begun) return fail(begun.error());
    run_jobs();
    return operations_->get(ann_, begun->operation_id);
  }
  /// Rows of any table that still hold that text, as "table.column".
  std::vector<std::string> left_of(const std::string& text);

  std::filesystem::path list_;
  std::unique_ptr<CustomerService> customers_;
  std::unique_ptr<CustomerPartService> parts_;
  std::unique_ptr<CustomerMergeService> merges_;
  std::unique_ptr<OperationService> operations_;
  std::unique_ptr<PrivacyService> privacy_;
};

INSTANTIATE_TEST_SUITE_P(Engines, UseOfPrivacy, testing::engines(), testing::engine_name);

std::vector<std::string> UseOfPrivacy::left_of(const std::string& text) {
  constexpr db::Statement kColumns{
      "test.columns",
      "SELECT t.name, c.name FROM sqlite_schema t, pragma_table_info(t.name) c WHERE t.type = "
      "'table' AND t.sql NOT LIKE 'CREATE VIRTUAL%' AND t.name NOT LIKE '%_search_%' AND t.name "
      "NOT LIKE 'search_words_%' AND c.type IN ('TEXT', 'BLOB')",
      "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = "
      "current_schema() AND data_type IN ('text', 'bytea', 'tsvector')"};
  const bool sqlite = database().engine() == db::Engine::sqlite;
  return write([&](db::Session& session) {
    std::vector<std::string> found;
    const db::Rows columns = session.run(kColumns);
    for (const db::Row column : db::each(columns)) {
      const std::string as_text =
          sqlite ? "CAST(" + column.string(1) + " AS TEXT)" : "\"" + column.string(1) + "\"::text";
      const std::string sql = "SELECT count(*) FROM " + column.string(0) + " WHERE lower(" +
                              as_text + ") LIKE '%" + text + "%'";
      if (session.run({"test.left", sql}).front().integer(0) > 0) {
        found.push_back(column.string(0) + "." + column.string(1));
      }
    }
    return found;
  });
}

TEST_P(UseOfPrivacy, erasing_takes_every_trace_and_keeps_the_counts) {
  const CustomerDto person = customer(kName, kAddress);
  const std::string first = mail_of("Kanarienvogel 1", "The Kanarienvogel is ill");
  const std::string second = mail_of("Kanarienvogel 2", "住所: 金糸雀町");
  reply(first, "Dear Kanarienvogel");
  ASSERT_TRUE(parts_->add_memo(as_ann(), person.number, {"Kanarienvogel calls in the morning"}));
  const std::string other = deliver(TestMail()).case_number.value_or("");
  run_jobs();
  ASSERT_TRUE(database().settle());
  ASSERT_FALSE(left_of("kanarienvogel").empty());
  const std::int64_t cases = number("SELECT count(*) FROM cases");
  const std::int64_t messages = number("SELECT count(*) FROM messages");
  AuditTrail audit(*env_, {});
  ASSERT_TRUE(audit.seal());

  const Result<OperationDto> done = erase(person.number);
  ASSERT_TRUE(done) << done.error().describe();
  EXPECT_EQ(done->counts.done, 3) << "two cases and the customer";
  EXPECT_EQ(done->counts.failed, 0);

  EXPECT_THAT(left_of("kanarienvogel"), IsEmpty());
  EXPECT_THAT(left_of(kName), IsEmpty());
  EXPECT_EQ(number("SELECT count(*) FROM cases"), cases);
  EXPECT_EQ(number("SELECT count(*) FROM messages"), messages);
  EXPECT_EQ(case_of(first).status, domain::CaseStatus::closed);
  EXPECT_EQ(case_of(second).subject, "");
  EXPECT_EQ(case_of(other).subject, "Question");
  const Result<CustomerDto> left = customers_->get(ann_, person.number);
  ASSERT_TRUE(left);
  EXPECT_TRUE(left->erased_at);
  EXPECT_EQ(left->name, "");
  CustomerFilter everybody;
  EXPECT_THAT(customers_->list(ann_, everybody, kFromTheBeginning)->items, IsEmpty());

  // The history is whole, and says nothing of before.
  ASSERT_TRUE(audit.seal());
  const Result<AuditReport> report = audit.verify("");
  ASSERT_TRUE(report);
  EXPECT_THAT(report->findings, IsEmpty());
  const Result<HistoryListing> history =
      customers_->history(ann_, person.number, kFromTheBeginning, 100);
  ASSERT_TRUE(history);
  ASSERT_GE(history->items.size(), 5u);
  EXPECT_EQ(history->items.front().event, "customer.erased");
  EXPECT_FALSE(history->items.front().erased);
  EXPECT_EQ(history->items.back().event, "customer.created");
  EXPECT_TRUE(history->items.back().erased);
  EXPECT_THAT(history->items.back().fields, IsEmpty());
}

TEST_P(UseOfPrivacy, erasing_takes_what_another_system_has_exchanged_with_the_person) {
  const CustomerDto person = customer(kName, kAddress);
  write([&](db::Session& session) {
    domain::ExternalMessage message;
    message.id = "1";
    message.thread = "t";
    message.text = kName;
    store::ExternalMessages external(session);
    external.put("relation", domain::ExternalThread{.id = "t", .subject = kName});
    external.put("relation", env_->ids.next(), message, {kAddress});
    message.id = "2";
    external.put("relation", env_->ids.next(), message, {"somebody.else@example.jp"});
  });
  ASSERT_TRUE(erase(person.number));
  run_jobs();
  EXPECT_EQ(number("SELECT count(*) FROM external_messages"), 1);
  EXPECT_EQ(number("SELECT count(*) FROM external_addresses"), 1);
}

TEST_P(UseOfPrivacy, the_same_mail_once_more_makes_no_new_case) {
  const CustomerDto person = customer(kName, kAddress);
  mail_of("Kanarienvogel", "once");
  ASSERT_TRUE(erase(person.number));
  const std::int64_t cases = number("SELECT count(*) FROM cases");
  mail_of("Kanarienvogel", "once");
  EXPECT_EQ(number("SELECT count(*) FROM cases"), cases);
}

TEST_P(UseOfPrivacy, an_answer_to_what_was_erased_opens_a_new_case) {
  const CustomerDto person = customer(kName, kAddress);
  const std::string first = mail_of("Kanarienvogel", "hello");
  reply(first, "an answer");
  const domain::Message sent = stored(messages_of(first).back().id);
  ASSERT_TRUE(erase(person.number));
  TestMail late;
  late.from = kAddress;
  late.in_reply_to = "<" + sent.mime_message_id + ">";
  const IntakeDto taken = deliver(late);
  EXPECT_EQ(taken.outcome, "case_opened");
  EXPECT_NE(taken.case_number, first);
  EXPECT_FALSE(case_of(taken.case_number.value_or("")).customer);
}

TEST_P(UseOfPrivacy, a_preview_erases_nothing) {
  const CustomerDto person = customer(kName, kAddress);
  const std::string first = mail_of("Kanarienvogel", "hello");
  const Result<OperationDto> tried = erase(person.number, true);
  ASSERT_TRUE(tried);
  EXPECT_EQ(tried->counts.done, 2);
  EXPECT_EQ(case_of(first).subject, "Kanarienvogel");
  EXPECT_EQ(customers_->get(ann_, person.number)->name, kName);
  EXPECT_THAT(messages_of(first), SizeIs(1));
}

TEST_P(UseOfPrivacy, an_erased_customer_cannot_be_changed_or_erased_again) {
  const CustomerDto person = customer(kName, kAddress);
  ASSERT_TRUE(erase(person.number));
  EXPECT_EQ(error_of(erase(person.number)).type, "customer-erased");
  EXPECT_EQ(error_of(customers_->patch(as_ann(), person.number, {})).type, "customer-erased");
  EXPECT_EQ(error_of(erase("CU-999999")).code, ErrorCode::not_found);
}

TEST_P(UseOfPrivacy, a_legal_hold_keeps_a_customer_until_it_is_removed) {
  const CustomerDto person = customer(kName, kAddress);
  EXPECT_FALSE(privacy_->hold(ann_, person.number)->held);
  ASSERT_TRUE(privacy_->put_hold(as_ann(), person.number, {"a dispute"}));
  const Result<LegalHoldDto> hold = privacy_->hold(ann_, person.number);
  ASSERT_TRUE(hold);
  EXPECT_TRUE(hold->held);
  EXPECT_EQ(hold->reason, "a dispute");
  EXPECT_EQ(hold->agent_name, "ann");
  const Error refused = error_of(erase(person.number));
  EXPECT_EQ(refused.type, "customer-held");
  EXPECT_THAT(refused.message.en, HasSubstr("a dispute"));
  ASSERT_TRUE(privacy_->remove_hold(as_ann(), person.number));
  EXPECT_TRUE(erase(person.number));
}

TEST_P(UseOfPrivacy, a_hold_that_came_after_the_wish_counts_still) {
  const CustomerDto person = customer(kName, kAddress);
  const std::string first = mail_of("Kanarienvogel", "hello");
  const Result<OperationStartedDto> begun =
      privacy_->erase(as_ann(), person.number, {"asked", false});
  ASSERT_TRUE(begun);
  ASSERT_TRUE(privacy_->put_hold(as_ann(), person.number, {"a dispute"}));
  run_jobs();
  const Result<OperationDto> ended = operations_->get(ann_, begun->operation_id);
  ASSERT_TRUE(ended);
  EXPECT_EQ(ended->counts.failed, 2);
  EXPECT_EQ(case_of(first).subject, "Kanarienvogel");
}

TEST_P(UseOfPrivacy, whoever_was_merged_goes_too) {
  const CustomerDto person = customer(kName, kAddress);
  const CustomerDto twin = customer("双子", "kanarienvogel.2@example.jp");
  MergeCustomerDto into;
  into.into = person.number;
  ASSERT_TRUE(merges_->merge(as_ann(), twin.number, into));
  ASSERT_TRUE(erase(person.number));
  EXPECT_THAT(left_of("kanarienvogel"), IsEmpty());
  EXPECT_THAT(left_of("双子"), IsEmpty());
}

TEST_P(UseOfPrivacy, who_was_erased_is_erased_again_after_a_backup_was_restored) {
  const CustomerDto person = customer(kName, kAddress);
  ASSERT_TRUE(erase(person.number));
  const std::string id = write([&](db::Session& session) {
    return session.run({"test", "SELECT id FROM customers WHERE erased_at IS NOT NULL"})
        .front()
        .string(0);
  });
  std::ifstream stream(list_);
  const std::string list{std::istreambuf_iterator<char>(stream), {}};
  EXPECT_THAT(list, HasSubstr(id));
  // As the backup has it.
  write([&](db::Session& session) {
    session.run({"test", "UPDATE customers SET erased_at = NULL, family_name = '" +
                             std::string(kName) + "', name = '" + kName + "'"});
  });
  ASSERT_TRUE(privacy_->erase_again());
  run_jobs();
  EXPECT_TRUE(customers_->get(ann_, person.number)->erased_at);
  EXPECT_THAT(left_of(kName), IsEmpty());
}

TEST_P(UseOfPrivacy, what_is_older_than_the_rules_goes_once_a_day) {
  RetentionService retention(*env_, *privacy_);
  runner_->add(retention.job_kind());
  const CustomerDto idle = customer(kName, kAddress);
  const std::string ended = mail_of("Kanarienvogel 1", "long ago");
  TestMail other;
  other.from = "held@example.jp";
  const CustomerDto kept = customer("保全", "held@example.jp");
  const std::string held = deliver(other).case_number.value_or("");
  for (const std::string& one : {ended, held}) ASSERT_TRUE(cases_->resolve(as_ann(), one));
  ASSERT_TRUE(privacy_->put_hold(as_ann(), kept.number, {"a dispute"}));
  ASSERT_TRUE(retention.see_to_today());
  run_jobs_after(std::chrono::hours(24 * 50));
  EXPECT_EQ(case_of(ended).subject, "Kanarienvogel 1") << "nothing was ruled";

  store::RetentionRules rules;
  rules.closed_cases_days = 60;
  rules.idle_customers_days = 90;
  const Result<RetentionDto> before = retention.get();
  ASSERT_TRUE(before);
  Context context = as_ann();
  context.if_match = before->version;
  ASSERT_TRUE(retention.put(context, rules));
  EXPECT_EQ(error_of(retention.put(context, {})).code, ErrorCode::stale);
  EXPECT_EQ(retention.preview(rules)->closed_cases, 0);
  clock_.advance(std::chrono::hours(24 * 20));
  EXPECT_EQ(retention.preview(rules)->closed_cases, 1);
  EXPECT_EQ(retention.preview(rules)->idle_customers, 0);
  for (int again = 0; again < 2; ++again) ASSERT_TRUE(retention.see_to_today());
  run_jobs();
  EXPECT_EQ(case_of(ended).subject, "");
  EXPECT_EQ(case_of(held).subject, "Question");
  EXPECT_EQ(customers_->get(ann_, idle.number)->name, kName);

  clock_.advance(std::chrono::hours(24 * 100));
  ASSERT_TRUE(retention.see_to_today());
  run_jobs();
  EXPECT_TRUE(customers_->get(ann_, idle.number)->erased_at);
  EXPECT_FALSE(customers_->get(ann_, kept.number)->erased_at);
  EXPECT_THAT(left_of("kanarienvogel"), IsEmpty());
}

TEST_P(UseOfPrivacy, who_saw_a_customer_is_known_once_for_each_hour_and_way) {
  const CustomerDto person = customer(kName, kAddress);
  const domain::Caller bob = new_agent("bob");
  for (int i = 0; i < 3; ++i) privacy_->saw(ann_, person.number, store::Way::screen);
  privacy_->saw(ann_, person.number, store::Way::customer);
  privacy_->saw(bob, person.number, store::Way::screen);
  clock_.advance(std::chrono::hours(1));
  privacy_->saw(ann_, person.number, store::Way::screen);
  ASSERT_TRUE(privacy_->write_sightings());
  std::vector<std::string> seen;
  std::optional<std::vector<std::string>> after;
  do {
    const Result<SightingListing> page = privacy_->sightings(person.number, after, 2);
    ASSERT_TRUE(page) << page.error().describe();
    for (const SightingDto& one : page->items) {
      seen.push_back(one.agent_name + " " + std::string(enum_name(one.way)));
    }
    after = page->next;
  } while (after);
  ASSERT_EQ(seen.size(), 4u);
  EXPECT_EQ(seen.front(), "ann screen") << "the newest hour first";
  std::sort(seen.begin(), seen.end());
  EXPECT_THAT(seen, ElementsAre("ann customer", "ann screen", "ann screen", "bob screen"));
}

}  // namespace
}  // namespace madoguchi::service
