// SPDX-License-Identifier: Apache-2.0
#include "core/service/scanning.h"

#include <deque>
#include <thread>

#include "core/service/service_test.h"

namespace madoguchi::service {
namespace {

using connector::ScanVerdict;
using domain::DeliveryState;
using domain::ScanState;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

/// Finds the word EVIL; otherwise says what it was told to.
class FakeScanner final : public connector::ContentScanner {
 public:
  connector::ScanReport scan(std::string_view content,
                             const connector::CallOptions& /*call*/) override {
    return state_.update([&](State& state) -> connector::ScanReport {
      state.seen.emplace_back(content);
      if (state.away) return {ScanVerdict::away, "Connection refused"};
      if (!state.next.empty()) {
        connector::ScanReport report = state.next.front();
        state.next.pop_front();
        return report;
      }
      if (content.find("EVIL") != std::string_view::npos)
        return {ScanVerdict::infected, "Own.Evil"};
      return {ScanVerdict::clean, ""};
    });
  }
  void be_away(bool away) {
    state_.with([&](State& state) { state.away = away; });
  }
  void answer(std::deque<connector::ScanReport> next) {
    state_.with([&](State& state) { state.next = std::move(next); });
  }
  void wait_until_asked() {
    state_.wait([](const State& state) { return !state.seen.empty(); }, [](State&) {});
  }
  std::vector<std::string> seen() {
    return state_.with([](State& state) { return state.seen; });
  }

 private:
  struct State {
    std::vector<std::string> seen;
    std::deque<connector::ScanReport> next;
    bool away = false;
  };
  Monitor<State> state_;
};

class ContentScanning : public ServiceTest {
 protected:
  void SetUp() override {
    ServiceTest::SetUp();
    if (IsSkipped() || HasFatalFailure()) return;
    env_->scans_contents = true;
    scanning_ = std::make_unique<Scanning>(*env_, scanner_, std::chrono::seconds(30));
    runner_->add(scanning_->job_kind());
    admin_ = new_agent("root", domain::Role::admin);
    agent_ = new_agent("bob");
  }
  void TearDown() override {
    runner_->stop(std::chrono::seconds(5));
    ServiceTest::TearDown();
  }
  /// A case with one mail that has these files.
  std::string with_files(std::vector<std::pair<std::string, std::string>> files) {
    TestMail mail;
    mail.message_id = "<" + std::to_string(++mails_) + "@example.jp>";
    mail.files = std::move(files);
    return deliver(mail).case_number.value_or("");
  }
  AttachmentDto file_of(const std::string& number, std::size_t index = 0) {
    return messages_of(number).front().attachments.at(index);
  }
  std::string problem(const Result<Content>& content) {
    return content ? "" : content.error().type;
  }

  FakeScanner scanner_;
  std::unique_ptr<Scanning> scanning_;
  domain::Caller admin_;
  domain::Caller agent_;
  int mails_ = 0;
};
INSTANTIATE_TEST_SUITE_P(Engines, ContentScanning, testing::engines(), testing::engine_name);

TEST_P(ContentScanning, a_clean_attachment_is_there_for_everybody) {
  const std::string number = with_files({{"a.txt", "harmless"}});
  run_jobs();
  const AttachmentDto file = file_of(number);
  ASSERT_TRUE(file.scan);
  EXPECT_EQ(file.scan->state, ScanState::clean);
  EXPECT_EQ(file.scan->at, clock_.now());
  EXPECT_EQ(messages_->attachment(agent_, file.id)->bytes, "harmless");
  EXPECT_THAT(scanner_.seen(), ElementsAre("harmless"));
}

TEST_P(ContentScanning, an_infected_one_is_for_an_administrator_who_says_so_and_leaves_a_trace) {
  const std::string number = with_files({{"a.txt", "harmless"}, {"b.txt", "EVIL"}});
  run_jobs();
  const MessageDto message = messages_of(number).front();
  const AttachmentDto& evil = message.attachments.at(1);
  EXPECT_EQ(evil.scan->state, ScanState::infected);
  EXPECT_EQ(evil.scan->detail, "Own.Evil");
  EXPECT_EQ(message.attachments.at(0).scan->state, ScanState::clean);
  EXPECT_THAT(events(message.id), ElementsAre("attachment.infected"));

  const Result<Content> refused = messages_->attachment(agent_, evil.id, {true, true});
  EXPECT_EQ(problem(refused), "attachment-infected");
  EXPECT_EQ(refused.error().code, ErrorCode::forbidden);
  EXPECT_EQ(problem(messages_->attachment(admin_, evil.id, {true, false})), "attachment-infected");
  // The whole mail holds it too.
  EXPECT_EQ(problem(messages_->raw(agent_, message.id, {true, true})), "attachment-infected");
  EXPECT_EQ(problem(messages_->raw(admin_, message.id)), "attachment-infected");
  EXPECT_THAT(events(message.id), Not(Contains("attachment.infected_read")));

  EXPECT_EQ(messages_->attachment(admin_, evil.id, {false, true})->bytes, "EVIL");
  EXPECT_TRUE(messages_->raw(admin_, message.id, {false, true}));
  EXPECT_THAT(events(message.id), ElementsAre("attachment.infected", "attachment.infected_read",
                                              "attachment.infected_read"));
  EXPECT_EQ(messages_->attachment(agent_, message.attachments.at(0).id)->bytes, "harmless");
}

TEST_P(ContentScanning, while_the_scanner_is_away_a_download_has_to_ask) {
  scanner_.be_away(true);
  const std::string number = with_files({{"a.txt", "harmless"}});
  run_jobs();
  const AttachmentDto file = file_of(number);
  EXPECT_EQ(file.scan->state, ScanState::not_scanned);
  EXPECT_FALSE(file.scan->at);
  EXPECT_EQ(problem(messages_->attachment(agent_, file.id)), "attachment-not-scanned");
  EXPECT_EQ(messages_->attachment(agent_, file.id, {true, false})->bytes, "harmless");

  for (int i = 0; i < 20; ++i) run_jobs_after(std::chrono::seconds(10));
  EXPECT_FALSE(file_of(number).scan->at);  // however long it takes
  scanner_.be_away(false);
  run_jobs_after(std::chrono::seconds(10));
  EXPECT_EQ(file_of(number).scan->state, ScanState::clean);
  EXPECT_EQ(messages_->attachment(agent_, file.id)->bytes, "harmless");
}

TEST_P(ContentScanning, an_absent_scanner_is_asked_for_few_of_many_that_wait) {
  env_->scans_contents = false;
  for (int i = 0; i < 12; ++i) with_files({{"a.txt", "content " + std::to_string(i)}});
  env_->scans_contents = true;
  scanner_.be_away(true);
  ASSERT_TRUE(scanning_->take_up_left_out());
  runner_->wake();
  scanner_.wait_until_asked();  // for the first of the lane
  while (!runner_->resting()) std::this_thread::yield();
  scanner_.be_away(false);
  for (int i = 0; i < 3; ++i) run_jobs_after(std::chrono::seconds(10));
  EXPECT_EQ(number("SELECT count(*) FROM content_scans WHERE state = 'clean'"), 12);
  EXPECT_THAT(scanner_.seen(), SizeIs(13));
}

TEST_P(ContentScanning, what_ends_the_scanner_again_and_again_is_given_up) {
  const connector::ScanReport broken{ScanVerdict::broken, "clamd ended without an answer"};
  scanner_.answer({broken, broken, broken, broken, broken, broken});
  const std::string number = with_files({{"a.txt", "bomb"}});
  for (int i = 0; i < 8; ++i) run_jobs_after(std::chrono::minutes(1));
  const AttachmentDto file = file_of(number);
  EXPECT_EQ(file.scan->state, ScanState::not_scanned);
  EXPECT_TRUE(file.scan->at);
  EXPECT_EQ(file.scan->detail, "clamd ended without an answer");
  EXPECT_THAT(scanner_.seen(), SizeIs(5));
}

TEST_P(ContentScanning, what_is_over_the_limits_was_not_scanned) {
  scanner_.answer({{ScanVerdict::refused, "Heuristics.Limits.Exceeded.MaxFiles"}});
  const std::string number = with_files({{"a.zip", "bomb"}});
  run_jobs();
  const AttachmentDto file = file_of(number);
  EXPECT_EQ(file.scan->state, ScanState::not_scanned);
  EXPECT_EQ(file.scan->detail, "Heuristics.Limits.Exceeded.MaxFiles");
  EXPECT_EQ(problem(messages_->attachment(agent_, file.id)), "attachment-not-scanned");
  EXPECT_TRUE(messages_->attachment(agent_, file.id, {true, false}));
}

TEST_P(ContentScanning, an_upload_is_scanned_before_it_is_sent) {
  const std::string number = with_files({});
  scanner_.be_away(true);
  const auto upload = messages_->upload(as_ann(), "a.txt", "text/plain", "harmless");
  ASSERT_TRUE(upload->scan);
  EXPECT_FALSE(upload->scan->at);
  MessageCreateDto wish = entry(EntryKind::reply, "See the file.");
  wish.attachments = {upload->id};
  const MessageDto made = *messages_->add(as_ann(), number, wish);
  for (int i = 0; i < 5; ++i) run_jobs_after(std::chrono::seconds(10));
  EXPECT_THAT(sender_.sent(), IsEmpty());
  EXPECT_EQ(messages_->get(ann_, made.id)->delivery.at(0).state, DeliveryState::queued);
  scanner_.be_away(false);
  for (int i = 0; i < 3; ++i) run_jobs_after(std::chrono::seconds(10));
  EXPECT_THAT(sender_.sent(), SizeIs(1));
  EXPECT_EQ(messages_->get(ann_, made.id)->delivery.at(0).state, DeliveryState::sent);
}

TEST_P(ContentScanning, an_infected_upload_never_leaves_the_house) {
  const std::string number = with_files({});
  scanner_.be_away(true);
  const auto upload = messages_->upload(as_ann(), "a.txt", "text/plain", "EVIL");
  MessageCreateDto wish = entry(EntryKind::reply, "See the file.");
  wish.attachments = {upload->id};
  const MessageDto made = *messages_->add(as_ann(), number, wish);  // nobody knows yet
  scanner_.be_away(false);
  for (int i = 0; i < 5; ++i) run_jobs_after(std::chrono::seconds(10));
  EXPECT_THAT(sender_.sent(), IsEmpty());
  const domain::Delivery delivery = messages_->get(ann_, made.id)->delivery.at(0);
  EXPECT_EQ(delivery.state, DeliveryState::failed);
  EXPECT_THAT(delivery.detail, HasSubstr("Own.Evil"));

  // The next one with it is refused at once.
  const auto again = messages_->upload(as_ann(), "b.txt", "text/plain", "EVIL");
  EXPECT_EQ(again->scan->state, ScanState::infected);
  wish.attachments = {again->id};
  const Result<MessageDto> refused = messages_->add(as_ann(), number, wish);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().fields.at(0).pointer, "/attachments/0");
}

TEST_P(ContentScanning, what_was_stored_before_there_was_a_scanner_is_scanned_later) {
  env_->scans_contents = false;
  const std::string first = with_files({{"a.txt", "harmless"}});
  const std::string second = with_files({{"b.txt", "EVIL"}});
  EXPECT_FALSE(file_of(first).scan);
  EXPECT_TRUE(messages_->attachment(agent_, file_of(first).id));  // nobody asks
  env_->scans_contents = true;
  ASSERT_TRUE(scanning_->take_up_left_out());
  run_jobs();
  EXPECT_EQ(file_of(first).scan->state, ScanState::clean);
  EXPECT_EQ(file_of(second).scan->state, ScanState::infected);
  ASSERT_TRUE(scanning_->take_up_left_out());
  run_jobs();
  EXPECT_THAT(scanner_.seen(), SizeIs(2));
}

TEST_P(ContentScanning, an_upload_that_was_forgotten_keeps_no_lane_waiting) {
  const auto upload = messages_->upload(as_ann(), "a.txt", "text/plain", "harmless");
  clock_.advance(std::chrono::hours(25));
  ASSERT_EQ(messages_->forget_uploads().value_or(0), 1);
  const auto other = messages_->upload(as_ann(), "b.txt", "text/plain", "something else");
  run_jobs();
  EXPECT_EQ(messages_->attachment(ann_, other->id)->bytes, "something else");
}

}  // namespace
}  // namespace madoguchi::service
