// SPDX-License-Identifier: Apache-2.0
#include "core/service/fetching.h"

#include "core/service/service_test.h"

namespace madoguchi::service {
namespace {

using connector::CallOptions;
using connector::MailBatch;

/// A mail server with mails in a row; the cursor is how many were taken, and how many are done
/// with.
class FakeSource final : public connector::MailIntake {
 public:
  Result<MailBatch> fetch(const std::string& cursor, const CallOptions&) override {
    cursors.push_back(cursor);
    if (on_fetch) on_fetch();
    if (!failure.empty()) return fail(Error::unavailable(failure));
    std::size_t taken = cursor.empty() ? 0 : std::stoul(cursor);
    MailBatch batch;
    for (; taken < mails.size() && batch.mails.size() < 2; ++taken) {
      connector::FetchedMail mail;
      mail.raw = mails[taken];
      mail.is_old = taken < old;
      batch.mails.push_back(std::move(mail));
    }
    batch.more = taken < mails.size();
    batch.cursor = std::to_string(taken) + (batch.mails.empty() ? "" : " pending");
    if (batch.mails.empty()) batch.cursor = cursor.empty() ? "0" : cursor;
    return batch;
  }
  Result<std::string> acknowledge(const std::string& cursor, const CallOptions&) override {
    acknowledged.push_back(cursor);
    if (refuses) return fail(Error::unavailable("read-only"));
    return cursor.substr(0, cursor.find(' '));
  }

  std::vector<std::string> mails;
  std::size_t old = 0;
  std::string failure;
  bool refuses = false;
  std::function<void()> on_fetch;
  std::vector<std::string> cursors;
  std::vector<std::string> acknowledged;
};

class FetchingTest : public ServiceTest {
 protected:
  void SetUp() override {
    ServiceTest::SetUp();
    if (IsSkipped()) return;
    plan_.mailbox = "support";
    plan_.account = "imap://support@mail.example:993";
    ASSERT_TRUE(declare_fetching(*env_, {plan_}));
    for (int i = 0; i < 5; ++i) {
      TestMail mail;
      mail.subject = "Mail " + std::to_string(i);
      mail.message_id = "<" + std::to_string(i) + "@example.jp>";
      source_.mails.push_back(mail.raw());
    }
  }
  Result<void> visit() {
    Fetcher one(*env_, *intake_, plan_, source_, nullptr);
    std::stop_source stop;
    Result<void> done = one.visit(stop.get_token());
    // As a process that ends in order: the next one may have the account.
    stop.request_stop();
    one.poll(stop.get_token());
    return done;
  }
  FetchStateDto state() { return settings_->mailbox(ann_, "support").value().fetch.value(); }

  FetchPlan plan_;
  FakeSource source_;
};

INSTANTIATE_TEST_SUITE_P(Engines, FetchingTest, testing::engines(), testing::engine_name);

TEST_P(FetchingTest, takes_everything_once_and_says_so) {
  source_.old = 2;
  ASSERT_TRUE(visit());
  ASSERT_TRUE(visit());
  run_jobs();
  EXPECT_EQ(number("SELECT count(*) FROM cases"), 5);
  EXPECT_EQ(number("SELECT count(*) FROM cases WHERE status = 'closed'"), 2);
  EXPECT_EQ(state().mails, 5);
  EXPECT_EQ(state().state, store::FetchState::good);
  EXPECT_EQ(state().last_success_at, clock_.now());
  EXPECT_EQ(source_.cursors.back(), "5");
}

TEST_P(FetchingTest, goes_on_when_the_server_refuses_to_delete) {
  source_.refuses = true;
  EXPECT_FALSE(visit());
  EXPECT_EQ(number("SELECT count(*) FROM intake"), 5);
  EXPECT_EQ(state().state, store::FetchState::failing);
  EXPECT_EQ(state().last_error, "read-only");
  source_.refuses = false;
  source_.acknowledged.clear();
  EXPECT_TRUE(visit());
  EXPECT_EQ(source_.acknowledged.front(), "5 pending");
  EXPECT_EQ(number("SELECT count(*) FROM intake"), 5);
  EXPECT_EQ(state().state, store::FetchState::good);
}

TEST_P(FetchingTest, keeps_neither_mails_nor_cursor_when_another_has_the_account) {
  source_.on_fetch = [this] {
    write([](db::Session& session) {
      session.run({"test", "UPDATE fetch_cursors SET owner = 'other'"});
    });
  };
  const Result<void> visited = visit();
  ASSERT_FALSE(visited);
  EXPECT_EQ(visited.error().code, ErrorCode::conflict);
  EXPECT_EQ(number("SELECT count(*) FROM intake"), 0);
  EXPECT_EQ(number("SELECT count(*) FROM fetch_cursors WHERE cursor IS NULL AND mails = 0"), 1);
  EXPECT_THAT(source_.acknowledged, ::testing::IsEmpty());
}

TEST_P(FetchingTest, tells_what_is_wrong) {
  source_.failure = "the mail server refuses the login: no";
  EXPECT_FALSE(visit());
  EXPECT_EQ(state().state, store::FetchState::failing);
  EXPECT_EQ(state().last_error, source_.failure);
  EXPECT_FALSE(state().last_success_at.has_value());
  EXPECT_FALSE(settings_->mailbox(ann_, "sales").value().fetch.has_value());
}

}  // namespace
}  // namespace madoguchi::service
