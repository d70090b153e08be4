// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <fstream>
#include <future>
#include <set>
#include <stdexcept>
#include <thread>

#include "core/db/migrator.h"
#include "core/jobs/job_table.h"
#include "core/jobs/runner.h"
#include "tests/support/databases.h"
#include "tests/support/fakes.h"

namespace madoguchi::jobs {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr milliseconds kLong{20000};

std::string schema_text() {
  std::ifstream in(MADOGUCHI_SOURCE_DIR "/core/store/migrations/0001_jobs.sql");
  return std::string(std::istreambuf_iterator<char>(in), {}) +
         "CREATE TABLE effects (number {{serial_key}}, name TEXT NOT NULL);\n";
}

class Jobs : public testing::DatabaseTest {
 protected:
  [[nodiscard]] const std::vector<db::Migration>& schema() const override {
    static const std::string sql = schema_text();
    static const std::vector<db::Migration> migrations{{1, "jobs", sql}};
    return migrations;
  }

  std::unique_ptr<Runner> runner(RunnerOptions options = {}) { return runner(database(), options); }
  std::unique_ptr<Runner> runner(db::Database& on, RunnerOptions options = {}) {
    return std::make_unique<Runner>(on, clock_, ids_, log_, metrics_, options);
  }
  void put(Queue& queue, const std::vector<NewJob>& jobs) {
    const auto done = database().in_transaction([&](db::Session& session) -> Result<void> {
      for (const NewJob& job : jobs) queue.put(session, job);
      return {};
    });
    ASSERT_TRUE(done) << done.error().describe();
  }
  void sql(const std::string& text) {
    const auto done = database().in_transaction([&](db::Session& session) -> Result<void> {
      session.run({"test", text});
      return {};
    });
    ASSERT_TRUE(done) << done.error().describe();
  }
  std::int64_t number(const std::string& text) {
    return database()
        .read([&](db::Session& session) -> Result<std::int64_t> {
          return session.run({"test", text}).front().integer(0);
        })
        .value();
  }
  std::string text(const std::string& query) {
    return database()
        .read([&](db::Session& session) -> Result<std::string> {
          return session.run({"test", query}).front().string(0);
        })
        .value();
  }
  std::int64_t in_state(const std::string& state) {
    return number("SELECT count(*) FROM jobs WHERE state = '" + state + "'");
  }
  std::vector<std::string> effects() {
    return database()
        .read([&](db::Session& session) -> Result<std::vector<std::string>> {
          const db::Rows rows =
              session.run({"effects", "SELECT name FROM effects ORDER BY number"});
          std::vector<std::string> names;
          for (const db::Row row : db::each(rows)) names.push_back(row.string(0));
          return names;
        })
        .value();
  }
  /// The job's effect and its end in one transaction.
  static Result<void> take_effect(db::Database& on, const Job& job, Claim& claim) {
    return on.in_transaction([&](db::Session& session) -> Result<void> {
      session.run({"effect", "INSERT INTO effects (name) VALUES ($1)"}, {job.payload});
      return claim.done(session);
    });
  }
  JobKind effect_kind(db::Database& on) {
    JobKind kind;
    kind.name = "effect";
    kind.run = [&on](const Job& job, Claim& claim) {
      const auto done = take_effect(on, job, claim);
      return done ? Outcome::done() : Outcome::retry(done.error().describe());
    };
    return kind;
  }
  static NewJob effect(const std::string& key) { return {"effect", key, key}; }

  testing::FakeClock clock_;
  testing::CountingIds ids_;
  const int null_ = ::open("/dev/null", O_WRONLY | O_CLOEXEC);
  observe::Log log_{null_, clock_};
  observe::Registry metrics_;
};

TEST_P(Jobs, run_once_and_with_their_effect) {
  auto one = runner();
  one->add(effect_kind(database()));
  one->start();
  put(*one, {effect("a")});
  EXPECT_TRUE(one->idle_within(kLong));
  EXPECT_EQ(effects(), std::vector<std::string>{"a"});
  EXPECT_EQ(in_state("done"), 1);
  EXPECT_EQ(metrics_
                .counters("madoguchi_jobs_run_total", "Runs of jobs by how they ended.",
                          {"kind", "outcome"})
                .with({"effect", "done"})
                .value(),
            1u);
}

TEST_P(Jobs, exactly_once_under_two_runners) {
  std::unique_ptr<db::Database> other;
  if (GetParam() == db::Engine::postgresql) other = test_database().open_another();
  db::Database& second_database = other ? *other : database();
  auto first = runner();
  auto second = runner(second_database);
  first->add(effect_kind(database()));
  second->add(effect_kind(second_database));
  std::vector<NewJob> jobs;
  std::multiset<std::string> expected;
  for (int i = 0; i < 300; ++i) {
    jobs.push_back(effect("job " + std::to_string(i)));
    expected.insert(jobs.back().payload);
  }
  put(*first, jobs);
  first->start();
  second->start();
  put(*second, jobs);  // the same keys again: nothing
  EXPECT_TRUE(first->idle_within(kLong));
  EXPECT_TRUE(second->idle_within(kLong));
  const auto names = effects();
  EXPECT_EQ(std::multiset<std::string>(names.begin(), names.end()), expected);
  EXPECT_EQ(number("SELECT max(attempt) FROM jobs"), 1);
}

TEST_P(Jobs, a_job_that_was_not_committed_is_not_run) {
  auto one = runner();
  one->add(effect_kind(database()));
  one->start();
  const auto refused = database().in_transaction([&](db::Session& session) -> Result<void> {
    one->put(session, effect("a"));
    return fail(Error::stale());
  });
  EXPECT_FALSE(refused);
  EXPECT_TRUE(one->idle_within(kLong));
  EXPECT_TRUE(effects().empty());
}

TEST_P(Jobs, a_run_that_lost_its_lease_has_no_effect) {
  auto first = runner();
  auto second = runner();
  std::promise<void> begun;
  std::promise<void> go_on;
  std::promise<Result<void>> ended;
  JobKind slow;
  slow.name = "effect";
  slow.concurrency = 1;
  slow.run = [&](const Job& job, Claim& claim) {
    begun.set_value();
    go_on.get_future().wait();
    const auto extended = claim.extend();
    EXPECT_FALSE(extended);
    auto done = take_effect(database(), job, claim);
    ended.set_value(done);
    return done ? Outcome::done() : Outcome::retry(done.error().describe());
  };
  first->add(slow);
  first->start();
  put(*first, {effect("a")});
  begun.get_future().wait();
  sql("UPDATE jobs SET lease_until = 0");
  second->add(effect_kind(database()));
  second->start();
  while (in_state("done") == 0) second->wake();
  EXPECT_EQ(effects(), std::vector<std::string>{"a"});
  go_on.set_value();
  const Result<void> lost = ended.get_future().get();
  ASSERT_FALSE(lost);
  EXPECT_EQ(lost.error().type, "lease-lost");
  first->stop(kLong);
  EXPECT_EQ(effects(), std::vector<std::string>{"a"});
  EXPECT_EQ(in_state("done"), 1) << "the loser's retry must not make it ready again";
}

TEST_P(Jobs, what_a_dead_process_held_is_run_again) {
  auto one = runner();
  one->add(effect_kind(database()));
  put(*one, {effect("a"), effect("b")});
  // As a kill leaves them: the leases of this installation's earlier process have not run out.
  sql("UPDATE jobs SET state = 'running', attempt = 1, lease_until = 9000000000000000, owner = '" +
      database().installation() + "dead/1'");
  one->start();
  one->wake();
  EXPECT_TRUE(one->idle_within(kLong));
  EXPECT_EQ(effects().size(), 2u);
  EXPECT_EQ(number("SELECT min(attempt) FROM jobs"), 2);
}

TEST_P(Jobs, a_lease_that_holds_is_left_alone) {
  // There an owner that is not of this process is dead.
  if (GetParam() == db::Engine::sqlite) return;
  auto one = runner();
  one->add(effect_kind(database()));
  put(*one, {effect("a"), effect("b")});
  sql("UPDATE jobs SET state = 'running', attempt = 1, owner = 'alive/1', lease_until = "
      "9000000000000000 WHERE key = 'a'");
  one->start();
  while (in_state("done") == 0) one->wake();
  EXPECT_EQ(effects(), std::vector<std::string>{"b"});
  EXPECT_EQ(in_state("running"), 1);
}

TEST_P(Jobs, a_job_whose_every_attempt_crashed_is_given_up_once) {
  std::atomic<int> given_up{0};
  auto one = runner();
  JobKind kind = effect_kind(database());
  kind.retry.max_attempts = 3;
  kind.given_up = [&](const Job& job, const std::string&, db::Session& session) {
    ++given_up;
    session.run({"effect", "INSERT INTO effects (name) VALUES ($1)"}, {"given up " + job.key});
  };
  one->add(kind);
  put(*one, {effect("a")});
  sql("UPDATE jobs SET state = 'running', attempt = 3, owner = 'dead/1', lease_until = 1000");
  one->start();
  while (in_state("dead") == 0) {
    clock_.advance(std::chrono::seconds(1));
    one->wake();
  }
  one->stop(kLong);
  EXPECT_EQ(effects(), std::vector<std::string>{"given up a"});
  EXPECT_EQ(given_up, 1);
}

// A mail of death crashed the process again and again, and healthy mails that had only been claimed
// beside it were given up with it.
TEST_P(Jobs, that_a_process_ended_with_run_alone_and_count_only_when_begun) {
  auto one = runner();
  std::atomic<int> at_once{0};
  std::atomic<int> most{0};
  JobKind kind = effect_kind(database());
  kind.retry.max_attempts = 3;
  kind.run = [&](const Job& job, Claim& claim) {
    most = std::max(most.load(), ++at_once);
    std::this_thread::yield();
    const Result<void> done = take_effect(database(), job, claim);
    --at_once;
    return done ? Outcome::done() : Outcome::retry("not done");
  };
  one->add(kind);
  put(*one, {effect("a"), effect("b"), effect("c"), effect("d")});
  sql("UPDATE jobs SET state = 'running', attempt = 1, owner = 'dead/1', lease_until = 1000");
  one->start();
  EXPECT_TRUE(one->idle_within(kLong));
  EXPECT_EQ(effects().size(), 4u);
  EXPECT_EQ(most, 1);
  EXPECT_EQ(number("SELECT max(attempt) FROM jobs"), 2);
}

TEST_P(Jobs, that_are_postponed_use_up_no_attempts) {
  auto one = runner();
  std::atomic<int> runs{0};
  JobKind kind = effect_kind(database());
  kind.retry.max_attempts = 2;
  kind.run = [&](const Job& job, Claim& claim) {
    EXPECT_EQ(job.attempt, 1);
    if (++runs < 5) return Outcome::postpone("the disk is full");
    return take_effect(database(), job, claim) ? Outcome::done() : Outcome::retry("not done");
  };
  one->add(kind);
  put(*one, {effect("a")});
  one->start();
  for (int postponed = 1; postponed < 5; ++postponed) {
    while (runs != postponed || in_state("ready") != 1) std::this_thread::yield();
    clock_.advance(std::chrono::minutes(1));
    one->wake();
  }
  EXPECT_TRUE(one->idle_within(kLong));
  EXPECT_EQ(effects(), std::vector<std::string>{"a"});
}

TEST_P(Jobs, of_a_lane_run_in_order_and_one_at_a_time) {
  auto one = runner();
  std::atomic<int> at_once{0};
  std::atomic<int> most{0};
  JobKind kind = effect_kind(database());
  kind.run = [&](const Job& job, Claim& claim) {
    most = std::max(most.load(), ++at_once);
    std::this_thread::yield();
    --at_once;  // once its end is committed, the next may begin
    const auto done = take_effect(database(), job, claim);
    return done ? Outcome::done() : Outcome::retry("not done");
  };
  one->add(kind);
  std::vector<NewJob> jobs;
  std::vector<std::string> expected;
  for (int i = 0; i < 25; ++i) {
    NewJob job = effect(std::to_string(i));
    job.lane = "case 1";
    jobs.push_back(job);
    expected.push_back(job.payload);
  }
  put(*one, jobs);
  one->start();
  EXPECT_TRUE(one->idle_within(kLong));
  EXPECT_EQ(effects(), expected);
  EXPECT_EQ(most, 1);
}

TEST_P(Jobs, of_a_lane_wait_for_one_that_is_to_be_retried) {
  auto one = runner();
  std::atomic<int> failures{1};
  JobKind kind = effect_kind(database());
  kind.run = [&](const Job& job, Claim& claim) {
    if (job.payload == "first" && failures-- > 0) return Outcome::retry("not yet", seconds{60});
    return take_effect(database(), job, claim) ? Outcome::done() : Outcome::retry("not done");
  };
  one->add(kind);
  NewJob first = effect("first");
  NewJob second = effect("second");
  first.lane = second.lane = "case 1";
  put(*one, {first, second, effect("of no lane")});
  one->start();
  while (in_state("done") < 1 || text("SELECT error FROM jobs WHERE key = 'first'") != "not yet") {
    one->wake();
  }
  EXPECT_EQ(effects(), std::vector<std::string>{"of no lane"});
  clock_.advance(seconds{61});
  one->wake();
  EXPECT_TRUE(one->idle_within(kLong));
  EXPECT_EQ(effects(), (std::vector<std::string>{"of no lane", "first", "second"}));
}

TEST_P(Jobs, are_retried_with_jitter_and_given_up_once) {
  auto one = runner();
  std::atomic<int> runs{0};
  std::atomic<int> given_up{0};
  JobKind kind;
  kind.name = "effect";
  kind.retry.max_attempts = 3;
  kind.retry.base = seconds{10};
  kind.run = [&](const Job& job, Claim&) {
    EXPECT_EQ(job.attempt, ++runs);
    if (runs == 2) throw std::runtime_error("broke");
    return Outcome::retry("no");
  };
  kind.given_up = [&](const Job&, const std::string& error, db::Session&) {
    EXPECT_EQ(error, "no");
    ++given_up;
  };
  one->add(kind);
  one->start();
  put(*one, {effect("a")});
  for (int attempt = 1; attempt <= 2; ++attempt) {
    while (number("SELECT attempt FROM jobs") != attempt || in_state("ready") != 1) {
      ASSERT_LE(runs, attempt);
    }
    const std::int64_t wait = number("SELECT run_at FROM jobs") - to_micros(clock_.now());
    EXPECT_GE(wait, 0);
    EXPECT_LE(wait, attempt * 10'000'000);
    clock_.advance(seconds{20});
    one->wake();
  }
  EXPECT_TRUE(one->idle_within(kLong));
  EXPECT_EQ(runs, 3);
  EXPECT_EQ(given_up, 1);
  EXPECT_EQ(in_state("dead"), 1);
  EXPECT_EQ(text("SELECT error FROM jobs"), "no");
}

TEST_P(Jobs, of_unknown_effect_are_not_repeated) {
  auto one = runner();
  std::atomic<int> runs{0};
  JobKind kind;
  kind.name = "effect";
  kind.run = [&](const Job&, Claim&) {
    ++runs;
    return Outcome::unknown("connection lost after DATA");
  };
  one->add(kind);
  one->start();
  put(*one, {effect("a")});
  EXPECT_TRUE(one->idle_within(kLong));
  clock_.advance(std::chrono::hours{24});
  one->wake();
  EXPECT_TRUE(one->idle_within(kLong));
  EXPECT_EQ(runs, 1);
  EXPECT_EQ(in_state("unknown"), 1);
}

TEST_P(Jobs, of_a_limited_kind_run_one_at_a_time_beside_others) {
  auto one = runner();
  std::atomic<int> at_once{0};
  std::atomic<int> most{0};
  JobKind kind;
  kind.name = "narrow";
  kind.concurrency = 1;
  kind.run = [&](const Job&, Claim&) {
    most = std::max(most.load(), ++at_once);
    --at_once;
    return Outcome::done();
  };
  one->add(kind);
  one->add(effect_kind(database()));
  std::vector<NewJob> jobs;
  for (int i = 0; i < 20; ++i) {
    jobs.push_back({"narrow", "narrow " + std::to_string(i), ""});
    jobs.push_back(effect(std::to_string(i)));
  }
  one->start();
  put(*one, jobs);
  EXPECT_TRUE(one->idle_within(kLong));
  EXPECT_EQ(most, 1);
  EXPECT_EQ(in_state("done"), 40);
}

TEST_P(Jobs, stop_waits_for_what_runs_and_gives_back_the_rest) {
  RunnerOptions options;
  options.workers = 1;
  auto one = runner(options);
  std::promise<void> begun;
  std::promise<void> go_on;
  JobKind kind = effect_kind(database());
  kind.run = [&](const Job& job, Claim& claim) {
    begun.set_value();
    go_on.get_future().wait();
    return take_effect(database(), job, claim) ? Outcome::done() : Outcome::retry("not done");
  };
  one->add(kind);
  put(*one, {effect("a"), effect("b"), effect("c")});
  one->start();
  begun.get_future().wait();
  one->stop(milliseconds{0});
  EXPECT_EQ(in_state("running"), 1);
  go_on.set_value();
  one.reset();
  EXPECT_EQ(in_state("done"), 1);
  EXPECT_EQ(in_state("ready"), 2);
  EXPECT_EQ(in_state("running"), 0);
  EXPECT_EQ(number("SELECT sum(attempt) FROM jobs"), 1) << "what was not begun was no attempt";
}

TEST_P(Jobs, that_never_end_are_given_up_and_hold_up_no_other) {
  Monitor<int> hung(0);
  RunnerOptions options{4, 32, milliseconds{10}};
  options.on_hung = [&] { hung.update([](int& count) { ++count; }); };
  auto one = runner(options);
  std::atomic<bool> released{false};
  JobKind kind = effect_kind(database());
  kind.name = "loop";
  kind.most_work = milliseconds{50};
  kind.retry = {3, seconds{10}, seconds{10}};
  kind.run = [&](const Job& job, Claim& claim) {
    while (!released) continue;
    return take_effect(database(), job, claim) ? Outcome::done() : Outcome::retry("too late");
  };
  kind.given_up = [](const Job&, const std::string& error, db::Session& session) {
    session.run({"effect", "INSERT INTO effects (name) VALUES ($1)"}, {error});
  };
  one->add(kind);
  one->add(effect_kind(database()));
  one->start();
  put(*one, {{"loop", "loop", "loop"}});
  for (int round = 1; round <= 3; ++round) {
    EXPECT_TRUE(hung.wait_until(
        std::chrono::steady_clock::now() + kLong, [round](int count) { return count == round; },
        [](int) {}));
    EXPECT_EQ(number("SELECT attempt FROM jobs WHERE kind = 'loop'"), round);
    put(*one, {effect(std::to_string(round))});
    while (in_state("done") < round) one->wake();
    clock_.advance(seconds{10});
    one->wake();
  }
  EXPECT_EQ(in_state("dead"), 1);
  released = true;
  one.reset();
  const std::vector<std::string> all = effects();
  EXPECT_EQ(all.size(), 4u);
  EXPECT_EQ(std::count(all.begin(), all.end(), "it did not end"), 1);
  EXPECT_EQ(std::count(all.begin(), all.end(), "loop"), 0) << "what ends too late has no effect";
}

TEST_P(Jobs, that_wait_for_ever_are_given_up_too) {
  Monitor<int> hung(0);
  Monitor<int> asleep(0);
  Monitor<bool> woken(false);
  const auto reach = [](Monitor<int>& count, int wanted) {
    return count.wait_until(
        std::chrono::steady_clock::now() + kLong, [=](int now) { return now == wanted; },
        [](int) {});
  };
  RunnerOptions options{4, 32, milliseconds{10}};
  options.on_hung = [&] { hung.update([](int& count) { ++count; }); };
  auto one = runner(options);
  JobKind kind = effect_kind(database());
  kind.most_work = milliseconds{1500};  // so half a minute by the clock
  kind.retry = {3, milliseconds{1}, milliseconds{1}};
  kind.run = [&](const Job& job, Claim& claim) {
    asleep.update([](int& count) { ++count; });
    woken.wait([](bool now) { return now; }, [](bool) {});
    return take_effect(database(), job, claim) ? Outcome::done() : Outcome::retry("too late");
  };
  kind.given_up = [](const Job&, const std::string& error, db::Session& session) {
    session.run({"effect", "INSERT INTO effects (name) VALUES ($1)"}, {error});
  };
  one->add(kind);
  one->start();
  put(*one, {effect("a")});
  for (int round = 1; round <= 3; ++round) {
    ASSERT_TRUE(reach(asleep, round));
    clock_.advance(seconds{29});
    one->wake();
    EXPECT_TRUE(reach(hung, round - 1)) << "as long as it may";
    clock_.advance(seconds{2});
    one->wake();
    EXPECT_TRUE(reach(hung, round));
    clock_.advance(seconds{1});
    one->wake();
  }
  while (in_state("dead") < 1) one->wake();
  woken.update([](bool& now) { now = true; });
  one.reset();
  EXPECT_EQ(effects(), std::vector<std::string>{"it did not end"});
}

TEST_P(Jobs, without_anything_to_do_are_idle_and_busy_otherwise) {
  auto one = runner();
  EXPECT_TRUE(one->idle_within(milliseconds{0}));
  put(*one, {effect("a")});
  EXPECT_FALSE(one->idle_within(milliseconds{20}));
  NewJob later = effect("later");
  sql("DELETE FROM jobs");
  later.run_at = clock_.now() + seconds{100};
  put(*one, {later});
  EXPECT_TRUE(one->idle_within(milliseconds{0})) << "not due";
}

TEST_P(Jobs, a_key_is_remembered_for_a_day_after_its_job) {
  auto one = runner();
  one->add(effect_kind(database()));
  one->start();
  put(*one, {effect("a")});
  EXPECT_TRUE(one->idle_within(kLong));
  JobTable table(GetParam(), clock_);
  const auto trim = [&](std::chrono::hours age) {
    return database()
        .in_transaction([&](db::Session& session) -> Result<std::int64_t> {
          return table.trim(session, clock_.now() - age);
        })
        .value();
  };
  clock_.advance(std::chrono::hours{23});
  put(*one, {effect("a")});
  EXPECT_EQ(trim(std::chrono::hours{24}), 0);
  EXPECT_EQ(number("SELECT count(*) FROM jobs"), 1);
  clock_.advance(std::chrono::hours{2});
  EXPECT_EQ(trim(std::chrono::hours{24}), 1);
  put(*one, {effect("a")});
  EXPECT_TRUE(one->idle_within(kLong));
  EXPECT_EQ(effects().size(), 2u);
}

TEST_P(Jobs, leases_are_renewed_while_a_job_runs) {
  auto one = runner({4, 32, milliseconds{10}});
  std::promise<void> begun;
  std::promise<void> go_on;
  JobKind kind = effect_kind(database());
  kind.lease = seconds{30};
  kind.run = [&](const Job& job, Claim& claim) {
    begun.set_value();
    go_on.get_future().wait();
    return take_effect(database(), job, claim) ? Outcome::done() : Outcome::retry("not done");
  };
  one->add(kind);
  one->start();
  put(*one, {effect("a")});
  begun.get_future().wait();
  for (int i = 0; i < 5; ++i) {
    const std::int64_t before = number("SELECT lease_until FROM jobs");
    clock_.advance(seconds{11});
    one->wake();
    while (number("SELECT lease_until FROM jobs") == before) one->wake();
  }
  go_on.set_value();
  EXPECT_TRUE(one->idle_within(kLong));
  EXPECT_EQ(number("SELECT attempt FROM jobs"), 1);
  EXPECT_EQ(effects().size(), 1u);
}

TEST_P(Jobs, an_end_that_cannot_be_written_down_at_once_is_tried_again) {
  auto one = runner();
  std::atomic<int> tries{0};
  JobKind kind;
  kind.name = "effect";
  kind.run = [](const Job&, Claim&) { return Outcome::dead("hopeless"); };
  kind.given_up = [&](const Job&, const std::string&, db::Session&) {
    if (++tries == 1) throw db::Failure(db::FailureKind::unavailable, "gone for a moment");
  };
  one->add(kind);
  one->start();
  put(*one, {effect("a")});
  EXPECT_TRUE(one->idle_within(kLong));
  EXPECT_GE(tries, 2);
  EXPECT_EQ(in_state("dead"), 1);
}

TEST(Retry, delays_are_jittered_doubled_capped_and_end) {
  const RetryPolicy policy{4, milliseconds{1000}, milliseconds{3000}};
  EXPECT_EQ(next_delay(policy, 1, 0.0), milliseconds{0});
  EXPECT_EQ(next_delay(policy, 1, 0.5), milliseconds{500});
  EXPECT_EQ(next_delay(policy, 2, 0.5), milliseconds{1000});
  EXPECT_EQ(next_delay(policy, 3, 0.999), milliseconds{2997});
  EXPECT_EQ(next_delay(policy, 4, 0.5), std::nullopt);
  EXPECT_EQ(next_delay(policy, 5, 0.5), std::nullopt);
  EXPECT_EQ(next_delay(policy, 1, 0.5, seconds{90}), milliseconds{90000}) << "a lower bound";
  EXPECT_EQ(next_delay(policy, 1, 0.5, seconds{0}), milliseconds{500});
  const RetryPolicy endless{1000000, milliseconds{1000}, std::chrono::hours{1}};
  EXPECT_LE(*next_delay(endless, 999999, 0.999), std::chrono::hours{1});
}

INSTANTIATE_TEST_SUITE_P(Engines, Jobs, testing::engines(), testing::engine_name);

}  // namespace
}  // namespace madoguchi::jobs
