// SPDX-License-Identifier: Apache-2.0
#include "core/service/idempotency.h"

#include <atomic>
#include <thread>

#include "core/service/service_test.h"

namespace madoguchi::service {
namespace {

using State = IdempotencyService::Claim::State;

/// The hub's database, which can be away.
class SometimesAway final : public db::Database {
 public:
  enum class State { here, away, away_after_commit };
  explicit SometimesAway(db::Database& inner, std::string installation = {})
      : inner_(inner), installation_(std::move(installation)) {}
  void become(State state) { state_ = state; }

  Result<void> settle() override { return inner_.settle(); }
  void shorten_log() override { inner_.shorten_log(); }
  [[nodiscard]] db::Engine engine() const noexcept override { return inner_.engine(); }
  [[nodiscard]] const std::string& installation() const noexcept override { return installation_; }
  [[nodiscard]] Result<void> ping(std::chrono::milliseconds limit) override {
    return inner_.ping(limit);
  }
  Result<void> backup(const std::filesystem::path& file) override { return inner_.backup(file); }
  [[nodiscard]] Result<void> check() override { return inner_.check(); }

 protected:
  Result<void> transact(const Work& work) override {
    if (state_ == State::away) return fail(Error::unavailable("away"));
    Result<void> done = inner_.in_transaction(work);
    if (state_ == State::away_after_commit) return fail(Error::unavailable("away"));
    return done;
  }
  Result<void> snapshot(const Work& work) override { return inner_.read(work); }

 private:
  db::Database& inner_;
  const std::string installation_;
  State state_ = State::here;
};

class Idempotent : public ServiceTest {
 protected:
  void SetUp() override {
    ServiceTest::SetUp();
    if (IsSkipped() || HasFatalFailure()) return;
    service_ = std::make_unique<IdempotencyService>(*env_);
  }
  IdempotencyService::Claim begin(IdempotencyService& service, const std::string& body = "body") {
    const auto claim = service.begin(kKey, body);
    EXPECT_TRUE(claim) << claim.error().describe();
    return claim.value_or(IdempotencyService::Claim());
  }
  State state(IdempotencyService& service, const std::string& body = "body") {
    return begin(service, body).state;
  }
  Result<CaseDto> create(IdempotencyService& service) {
    CaseCreateDto wish;
    wish.text = "made once";
    return cases_->create({ann_, std::nullopt, service.claim(kKey, 201)}, wish);
  }
  std::int64_t cases() { return number("SELECT count(*) FROM cases"); }
  Environment on(db::Database& database) {
    return {database,   env_->clock,  env_->ids,     env_->queue,  env_->blobs,
            env_->keys, env_->tokens, env_->seal,    env_->hub_id, env_->directory,
            env_->feed, env_->log,    env_->metrics, env_->memory, env_->scratch};
  }

  static constexpr const char* kKey = "the key";
  std::unique_ptr<IdempotencyService> service_;
};
INSTANTIATE_TEST_SUITE_P(Engines, Idempotent, testing::engines(), testing::engine_name);

TEST(IdempotencyKey, is_of_the_caller_the_method_and_the_path) {
  const domain::AgentId ann("ann");
  const auto key = IdempotencyService::key_of(ann, "POST", "/cases", "k");
  EXPECT_EQ(key, IdempotencyService::key_of(ann, "POST", "/cases", "k"));
  EXPECT_NE(key, IdempotencyService::key_of(domain::AgentId("bob"), "POST", "/cases", "k"));
  EXPECT_NE(key, IdempotencyService::key_of(ann, "PUT", "/cases", "k"));
  EXPECT_NE(key, IdempotencyService::key_of(ann, "POST", "/cases/1", "k"));
  EXPECT_NE(key, IdempotencyService::key_of(ann, "POST", "/cases", "K"));
  // Where one part ends and the next begins makes a difference.
  EXPECT_NE(IdempotencyService::key_of(ann, "POST", "/ab", "c"),
            IdempotencyService::key_of(ann, "POST", "/a", "bc"));
}

TEST_P(Idempotent, the_first_answer_is_given_again) {
  EXPECT_EQ(state(*service_), State::fresh);
  EXPECT_EQ(state(*service_), State::running);
  EXPECT_EQ(state(*service_, "other"), State::other_body);
  ASSERT_TRUE(service_->keep(kKey, {201, "ETag: \"1\"\n", "{\"a\":1}"}));
  for (int i = 0; i < 2; ++i) {
    const auto again = begin(*service_);
    EXPECT_EQ(again.state, State::replay);
    EXPECT_EQ(again.answer.status, 201);
    EXPECT_EQ(again.answer.headers, "ETag: \"1\"\n");
    EXPECT_EQ(again.answer.body, "{\"a\":1}");
  }
  EXPECT_EQ(state(*service_, "other"), State::other_body);
  IdempotencyService restarted(*env_);
  EXPECT_EQ(state(restarted), State::replay);
}

TEST_P(Idempotent, a_released_key_may_be_used_again) {
  EXPECT_EQ(state(*service_), State::fresh);
  ASSERT_TRUE(service_->release(kKey));
  EXPECT_EQ(state(*service_, "another body"), State::fresh);
}

TEST_P(Idempotent, many_at_once_have_one_effect) {
  std::atomic<int> fresh{0};
  std::atomic<int> running{0};
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 8; ++i) {
      threads.emplace_back([&] {
        const State mine = state(*service_);
        if (mine == State::fresh) ++fresh;
        if (mine == State::running) ++running;
      });
    }
  }
  EXPECT_EQ(fresh, 1);
  EXPECT_EQ(running, 7);
}

TEST_P(Idempotent, an_effect_without_an_answer_is_answered_after_a_crash) {
  EXPECT_EQ(state(*service_), State::fresh);
  const Result<CaseDto> made = create(*service_);
  ASSERT_TRUE(made);
  // The process ends here, between the commit and the answer.
  IdempotencyService restarted(*env_);
  const auto again = begin(restarted);
  EXPECT_EQ(again.state, State::replay);
  EXPECT_EQ(again.answer.status, 201);
  EXPECT_EQ(again.answer.body, json::to_string(*made));
  EXPECT_THAT(again.answer.headers, ::testing::HasSubstr("ETag: \"1\""));
  EXPECT_EQ(cases(), 1);
  // It cannot be let go any more, by whomever.
  ASSERT_TRUE(service_->release(kKey));
  ASSERT_TRUE(restarted.release(kKey));
  EXPECT_EQ(state(restarted), State::replay);
}

TEST_P(Idempotent, a_failed_use_case_records_nothing) {
  EXPECT_EQ(state(*service_), State::fresh);
  CaseCreateDto wish;
  wish.text = "x";
  wish.customer = "none";
  EXPECT_FALSE(cases_->create({ann_, std::nullopt, service_->claim(kKey, 201)}, wish));
  EXPECT_EQ(state(*service_), State::running);
  ASSERT_TRUE(service_->release(kKey));
  EXPECT_EQ(state(*service_), State::fresh);
}

TEST_P(Idempotent, what_could_not_be_kept_or_released_is_free_again) {
  using Away = SometimesAway::State;
  SometimesAway database(env_->database);
  const Environment env = on(database);
  IdempotencyService service(env);
  for (const bool kept : {false, true}) {
    EXPECT_EQ(state(service), State::fresh);
    EXPECT_EQ(state(service), State::running);
    database.become(Away::away);
    EXPECT_FALSE(kept ? service.keep(kKey, {422, "", "no"}) : service.release(kKey));
    EXPECT_FALSE(service.begin(kKey, "body"));
    database.become(Away::here);
    EXPECT_EQ(state(service, "other"), State::other_body);
    EXPECT_EQ(state(service), State::fresh);
    EXPECT_EQ(state(service), State::running);
    ASSERT_TRUE(service.release(kKey));
  }
  // The claim that seemed to fail and did not.
  database.become(Away::away_after_commit);
  EXPECT_FALSE(service.begin(kKey, "body"));
  database.become(Away::here);
  EXPECT_EQ(state(service), State::fresh);
  // What had its effect is answered, not done again.
  const Result<CaseDto> made = create(service);
  ASSERT_TRUE(made);
  database.become(Away::away);
  EXPECT_FALSE(service.keep(kKey, {201, "", json::to_string(*made)}));
  database.become(Away::here);
  const auto again = begin(service);
  EXPECT_EQ(again.state, State::replay);
  EXPECT_EQ(again.answer.body, json::to_string(*made));
  EXPECT_EQ(cases(), 1);
}

TEST_P(Idempotent, the_process_before_this_one_is_dead) {
  EXPECT_EQ(state(*service_), State::fresh);
  EXPECT_EQ(state(*service_), State::running);
  IdempotencyService restarted(*env_);
  EXPECT_EQ(state(restarted), State::fresh);
}

TEST_P(Idempotent, one_that_keeps_silent_is_taken_over_and_rolls_back_when_it_was_only_slow) {
  EXPECT_EQ(state(*service_), State::fresh);
  SometimesAway database(env_->database, "elsewhere/");
  const Environment env = on(database);
  IdempotencyService other(env);
  EXPECT_EQ(state(other), State::running);  // it may well be alive
  clock_.advance(std::chrono::seconds(61));
  EXPECT_EQ(state(other, "other"), State::other_body);
  EXPECT_EQ(state(other), State::fresh);
  EXPECT_EQ(state(other), State::running);
  // The first one was only slow: its effect must not come beside the other's.
  const Result<CaseDto> late = create(*service_);
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().type, "idempotency-lost");
  EXPECT_EQ(cases(), 0);
  ASSERT_TRUE(service_->keep(kKey, {500, "", "late"}));
  ASSERT_TRUE(service_->release(kKey));
  EXPECT_EQ(state(other), State::running);
  EXPECT_TRUE(create(other));
  EXPECT_EQ(cases(), 1);
}

TEST_P(Idempotent, keys_are_kept_for_a_day) {
  EXPECT_EQ(state(*service_), State::fresh);
  ASSERT_TRUE(service_->keep(kKey, {200, "", "x"}));
  clock_.advance(std::chrono::hours(24));
  ASSERT_TRUE(service_->forget_old());
  EXPECT_EQ(state(*service_), State::replay);
  clock_.advance(std::chrono::seconds(1));
  ASSERT_TRUE(service_->forget_old());
  EXPECT_EQ(state(*service_), State::fresh);
}

TEST_P(Idempotent, every_command_records_its_effect) {
  const auto claimed = [&](const std::string& key) {
    EXPECT_EQ(service_->begin(key, "")->state, State::fresh);
    return Context{ann_, std::nullopt, service_->claim(key, 200)};
  };
  const auto replayed = [&](const std::string& key) {
    const auto claim = service_->begin(key, "");
    EXPECT_EQ(claim->state, State::replay) << key;
    return claim->answer.body;
  };
  const auto expect_replay = [&](const std::string& key, const auto& answer) {
    ASSERT_TRUE(answer) << key << answer.error().describe();
    EXPECT_EQ(replayed(key), json::to_string(*answer));
  };
  const std::string number = *deliver(TestMail{}).case_number;
  expect_replay("take", cases_->take(claimed("take"), number));
  expect_replay("resolve", cases_->resolve(claimed("resolve"), number));
  expect_replay("add", messages_->add(claimed("add"), number, entry(EntryKind::reply, "x")));
  expect_replay("upload", messages_->upload(claimed("upload"), "f", "x/y", "1"));
  expect_replay("agent",
                agents_->create(claimed("agent"), {"bob", std::nullopt, domain::Role::agent, {}}));
  expect_replay("category", settings_->create_category(claimed("category"), {"c", "", 0}));
}

}  // namespace
}  // namespace madoguchi::service
