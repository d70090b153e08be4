// SPDX-License-Identifier: Apache-2.0
#include "core/db/database.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <barrier>
#include <chrono>
#include <future>
#include <stdexcept>
#include <thread>
#include <vector>

#include "tests/support/databases.h"

namespace madoguchi::db {
namespace {

constexpr Statement kCreate{"create",
                            "CREATE TABLE things (id BIGINT PRIMARY KEY, name TEXT UNIQUE, "
                            "data {{bytes}}, parent BIGINT REFERENCES things (id))"};
constexpr Statement kInsert{"insert", "INSERT INTO things (id, name) VALUES ($1, $2)"};
constexpr Statement kInsertAll{
    "insert_all", "INSERT INTO things (id, name, data, parent) VALUES ($1, $2, $3, $4)"};
constexpr Statement kCount{"count", "SELECT count(*) FROM things"};
constexpr Statement kName{"name", "SELECT name FROM things WHERE id = $1"};
constexpr Statement kAll{"all", "SELECT id, name, data, parent FROM things WHERE id = $1"};

class Databases : public testing::DatabaseTest {
 protected:
  void SetUp() override {
    DatabaseTest::SetUp();
    if (IsSkipped()) return;
    std::string sql(kCreate.sql);
    const std::string token = "{{bytes}}";
    sql.replace(sql.find(token), token.size(), GetParam() == Engine::sqlite ? "BLOB" : "BYTEA");
    const auto made = database().in_transaction([&](Session& session) -> Result<void> {
      session.run({"create", sql});
      return {};
    });
    ASSERT_TRUE(made) << made.error().describe();
  }

  std::int64_t count() {
    return database()
        .read([](Session& session) -> Result<std::int64_t> {
          return session.run(kCount).front().integer(0);
        })
        .value();
  }
  Result<void> insert(std::int64_t id, std::string_view name) {
    return database().in_transaction([&](Session& session) -> Result<void> {
      session.run(kInsert, {id, name});
      return {};
    });
  }
};

TEST_P(Databases, what_is_committed_is_there_after_a_restart) {
  ASSERT_TRUE(insert(1, "one"));
  test_database().reopen();
  EXPECT_EQ(count(), 1);
}

TEST_P(Databases, the_value_of_the_closure_is_returned) {
  const auto answer = database().in_transaction([](Session& session) -> Result<std::string> {
    session.run(kInsert, {7, "seven"});
    return session.run(kName, {7}).front().string(0);
  });
  ASSERT_TRUE(answer) << answer.error().describe();
  EXPECT_EQ(*answer, "seven");
}

TEST_P(Databases, an_error_rolls_back) {
  const auto answer = database().in_transaction([](Session& session) -> Result<void> {
    session.run(kInsert, {1, "one"});
    return fail(Error::not_found({"no", "no"}));
  });
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, ErrorCode::not_found);
  EXPECT_EQ(count(), 0);
}

TEST_P(Databases, an_exception_rolls_back_and_reaches_the_caller) {
  const auto work = [](Session& session) -> Result<void> {
    session.run(kInsert, {1, "one"});
    throw std::logic_error("cannot go on");
  };
  EXPECT_THROW((void)database().in_transaction(work), std::logic_error);
  EXPECT_EQ(count(), 0);
  EXPECT_TRUE(insert(1, "one"));
}

TEST_P(Databases, after_commit_runs_only_after_a_commit) {
  std::atomic<int> ran{0};
  const auto with = [&](bool good) {
    return database().in_transaction([&](Session& session) -> Result<void> {
      session.run(kInsert, {1, "one"});
      session.after_commit([&] { ++ran; });
      if (!good) return fail(Error::stale());
      return {};
    });
  };
  EXPECT_FALSE(with(false));
  EXPECT_EQ(ran, 0);
  EXPECT_TRUE(with(true));
  EXPECT_EQ(ran, 1);
}

TEST_P(Databases, a_step_before_the_commit_belongs_to_its_unit) {
  const auto with = [&](int id, const char* step_name, bool good) {
    return database().in_transaction([&, step_name](Session& session) -> Result<void> {
      session.run(kInsert, {id, "unit " + std::to_string(id)});
      session.before_commit([id, step_name](Session& later) {
        later.run(kInsert, {id + 100, step_name});
      });
      if (!good) return fail(Error::stale());
      return {};
    });
  };
  EXPECT_FALSE(with(1, "step 1", false));
  EXPECT_EQ(count(), 0);
  EXPECT_TRUE(with(2, "step 2", true));
  EXPECT_EQ(count(), 2);
  const auto clash = with(3, "step 2", true);
  ASSERT_FALSE(clash);
  EXPECT_EQ(clash.error().type, "already-exists");
  EXPECT_EQ(count(), 2);
}

TEST_P(Databases, a_step_that_fails_takes_no_other_unit_along) {
  constexpr int kUnits = 40;
  std::atomic<int> good{0};
  {
    std::vector<std::jthread> callers;
    for (int n = 0; n < kUnits; ++n) {
      callers.emplace_back([&, n] {
        const auto done = database().in_transaction([n](Session& session) -> Result<void> {
          session.run(kInsert, {n, "unit " + std::to_string(n)});
          session.before_commit([n](Session& later) {
            later.run(kInsert, {n + 100, n % 10 == 3 ? "the same" : "step " + std::to_string(n)});
          });
          return {};
        });
        if (done) ++good;
      });
    }
  }
  EXPECT_EQ(good, kUnits - 3);  // of the four that want the same name one gets it
  EXPECT_EQ(count(), 2 * good);
}

TEST_P(Databases, a_unit_that_fails_after_it_wrote_leaves_nothing_and_harms_no_other) {
  constexpr int kThreads = 8;
  constexpr int kEach = 25;
  std::atomic<int> good{0};
  std::vector<std::jthread> threads;
  for (int thread = 0; thread < kThreads; ++thread) {
    threads.emplace_back([&, thread] {
      for (int i = 0; i < kEach; ++i) {
        const int id = thread * kEach + i + 1;
        const auto done = database().in_transaction([&, id](Session& session) -> Result<void> {
          session.run(kInsert, {id, "unit " + std::to_string(id)});
          if (id % 5 == 0) return fail(Error::stale());
          if (id % 7 == 0) session.run(kInsert, {id, "the same id again"});
          return {};
        });
        EXPECT_EQ(done.has_value(), id % 5 != 0 && id % 7 != 0) << id;
        if (done) ++good;
      }
    });
  }
  threads.clear();
  EXPECT_EQ(count(), good);
}

TEST_P(Databases, what_may_wait_is_done_in_order_and_before_what_may_not) {
  std::vector<int> done;  // by one thread at a time
  const auto unit = [&](int id, bool good, bool waits) {
    return database().in_transaction([&, id, good, waits](Session& session) -> Result<void> {
      session.run(kInsert, {id, "unit " + std::to_string(id)});
      const auto step = [&done, id](Session& later) {
        done.push_back(id);
        later.run(kInsert, {id + 100, "step " + std::to_string(id)});
      };
      if (waits) {
        session.soon(step);
      } else {
        session.before_commit(step);
      }
      if (!good) return fail(Error::stale());
      return {};
    });
  };
  EXPECT_TRUE(unit(1, true, true));
  EXPECT_FALSE(unit(2, false, true));
  EXPECT_TRUE(unit(3, true, true));
  EXPECT_TRUE(unit(4, true, false));
  done.erase(std::remove(done.begin(), done.end(), 2), done.end());  // PostgreSQL took it back
  EXPECT_EQ(done, (std::vector<int>{1, 3, 4}));
  EXPECT_EQ(count(), 6);
  EXPECT_TRUE(unit(5, true, true));
  EXPECT_TRUE(database().settle());
  EXPECT_TRUE(database().settle());
  EXPECT_EQ(done, (std::vector<int>{1, 3, 4, 5}));
  EXPECT_EQ(count(), 8);
}

TEST_P(Databases, what_may_wait_is_done_though_nobody_asks) {
  std::promise<void> done;
  ASSERT_TRUE(database().in_transaction([&](Session& session) -> Result<void> {
    session.soon([&done](Session&) { done.set_value(); });
    return {};
  }));
  EXPECT_EQ(done.get_future().wait_for(std::chrono::seconds(30)), std::future_status::ready);
}

TEST_P(Databases, a_unique_violation_is_a_conflict) {
  ASSERT_TRUE(insert(1, "one"));
  const auto again = insert(2, "one");
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, ErrorCode::conflict);
  EXPECT_EQ(again.error().type, "already-exists");
  EXPECT_EQ(insert(1, "primary key").error().type, "already-exists");
}

TEST_P(Databases, failures_are_classified) {
  const auto kind_of = [&](const Statement& statement, std::initializer_list<Param> params) {
    FailureKind kind = FailureKind::io;
    (void)database().in_transaction([&](Session& session) -> Result<void> {
      try {
        session.run(statement, params);
      } catch (const Failure& failure) {
        kind = failure.kind();
        throw;
      }
      return {};
    });
    return kind;
  };
  EXPECT_EQ(kind_of(kInsertAll, {1, "a", nullptr, 99}), FailureKind::foreign_key_violation);
  EXPECT_EQ(kind_of({"nonsense", "SELEKT 1"}, {}), FailureKind::invalid);
  EXPECT_EQ(kind_of(kInsert, {1, std::string_view("a\0b", 3)}), FailureKind::invalid);
  EXPECT_EQ(kind_of(kInsert, {1}), FailureKind::invalid);
}

TEST_P(Databases, values_come_back_as_they_went_in) {
  const std::string bytes("\0\xff\x01 \0", 5);
  const std::string text = "髙島屋 𩸽 ½ \n'\"\\";
  const auto done = database().in_transaction([&](Session& session) -> Result<void> {
    session.run(kInsertAll, {std::int64_t{-9000000000}, text, Bytes{bytes}, nullptr});
    session.run(kInsertAll, {2, nullptr, Bytes{""}, std::int64_t{-9000000000}});
    session.run(kInsertAll, {3, "", nullptr, std::optional<std::int64_t>()});
    return {};
  });
  ASSERT_TRUE(done) << done.error().describe();
  const auto read = database().read([&](Session& session) -> Result<void> {
    const Rows first = session.run(kAll, {std::int64_t{-9000000000}});
    EXPECT_EQ(first.front().integer(0), -9000000000);
    EXPECT_EQ(first.front().text(1), text);
    EXPECT_EQ(first.front().text(2), bytes);
    EXPECT_TRUE(first.front().is_null(3));
    const Rows second = session.run(kAll, {2});
    EXPECT_TRUE(second.front().is_null(1));
    EXPECT_FALSE(second.front().is_null(2));
    EXPECT_EQ(second.front().integer(3), -9000000000);
    const Rows third = session.run(kAll, {3});
    EXPECT_EQ(third.front().optional_string(1), "");
    EXPECT_FALSE(third.front().optional_string(2).has_value());
    return {};
  });
  EXPECT_TRUE(read) << read.error().describe();
}

TEST_P(Databases, placeholders_are_bound_by_number) {
  constexpr Statement kSwapped{"swapped", "SELECT $2 || '-' || $1 || '-' || $2"};
  const auto answer = database().read([&](Session& session) -> Result<std::string> {
    return session.run(kSwapped, {"one", "two"}).front().string(0);
  });
  EXPECT_EQ(answer.value(), "two-one-two");
}

TEST_P(Databases, one_statement_takes_null_text_and_numbers_in_turn) {
  constexpr Statement kOptional{
      "optional", "SELECT count(*) FROM things WHERE (CAST($1 AS BIGINT) IS NULL OR id = $1)"};
  ASSERT_TRUE(insert(1, "one"));
  ASSERT_TRUE(insert(2, "two"));
  const auto answers = database().read([&](Session& session) -> Result<std::vector<int>> {
    std::vector<int> counts;
    for (const Param& param : {Param(nullptr), Param(2), Param(nullptr), Param(5)}) {
      counts.push_back(static_cast<int>(session.run(kOptional, {param}).front().integer(0)));
    }
    return counts;
  });
  ASSERT_TRUE(answers) << answers.error().describe();
  EXPECT_EQ(*answers, (std::vector<int>{2, 1, 2, 0}));
}

TEST_P(Databases, queued_statements_answer_after_a_flush) {
  const auto done = database().in_transaction([](Session& session) -> Result<std::int64_t> {
    session.queue(kInsert, {1, "one"});
    session.queue(kInsert, {2, "two"});
    const Pending changed = session.queue({"rename", "UPDATE things SET name = name || '!'"});
    const Pending total = session.queue(kCount);
    session.flush();
    EXPECT_EQ(changed.rows().affected(), 2);
    return total.rows().front().integer(0);
  });
  ASSERT_TRUE(done) << done.error().describe();
  EXPECT_EQ(*done, 2);
}

TEST_P(Databases, what_was_queued_and_not_flushed_is_committed_too) {
  const auto done = database().in_transaction([](Session& session) -> Result<void> {
    session.queue(kInsert, {1, "one"});
    return {};
  });
  EXPECT_TRUE(done);
  EXPECT_EQ(count(), 1);
  const auto bad = database().in_transaction([](Session& session) -> Result<void> {
    session.queue(kInsert, {2, "two"});
    session.queue(kInsert, {2, "again"});
    return {};
  });
  EXPECT_FALSE(bad);
  EXPECT_EQ(count(), 1);
}

TEST_P(Databases, the_connection_survives_an_error_within_a_pipeline) {
  for (int round = 0; round < 3; ++round) {
    const auto bad = database().in_transaction([&](Session& session) -> Result<void> {
      session.queue(kInsert, {1, "one"});
      session.queue({"wrong", "SELECT nothing FROM nowhere"});
      session.queue(kCount);
      session.flush();
      return {};
    });
    EXPECT_FALSE(bad);
    EXPECT_EQ(count(), 0);
  }
  EXPECT_TRUE(insert(1, "one"));
  EXPECT_EQ(count(), 1);
}

TEST_P(Databases, a_lost_race_is_run_again) {
  int runs = 0;
  const auto done = database().in_transaction([&](Session& session) -> Result<void> {
    session.run(kInsert, {1, "one"});
    if (++runs < 3) throw Failure(FailureKind::serialization, "lost");
    return {};
  });
  EXPECT_TRUE(done);
  EXPECT_EQ(runs, 3);
  EXPECT_EQ(count(), 1);

  runs = 0;
  const auto hopeless = database().in_transaction([&](Session&) -> Result<void> {
    ++runs;
    throw Failure(FailureKind::serialization, "lost");
  });
  ASSERT_FALSE(hopeless);
  EXPECT_EQ(hopeless.error().code, ErrorCode::unavailable);
  EXPECT_EQ(runs, 5);
}

TEST_P(Databases, a_reader_sees_one_snapshot) {
  ASSERT_TRUE(insert(1, "one"));
  const auto counts = database().read([&](Session& session) -> Result<std::vector<std::int64_t>> {
    const std::int64_t before = session.run(kCount).front().integer(0);
    std::thread([&] { EXPECT_TRUE(insert(2, "two")); }).join();
    return std::vector<std::int64_t>{before, session.run(kCount).front().integer(0)};
  });
  EXPECT_EQ(counts.value(), (std::vector<std::int64_t>{1, 1}));
  EXPECT_EQ(count(), 2);
}

TEST_P(Databases, a_reader_cannot_write) {
  const auto wrote = database().read([](Session& session) -> Result<void> {
    session.run(kInsert, {1, "one"});
    return {};
  });
  EXPECT_FALSE(wrote);
  EXPECT_EQ(count(), 0);
}

TEST_P(Databases, a_unit_of_work_within_another_is_refused) {
  const auto outer = database().in_transaction([&](Session&) -> Result<void> {
    const auto inner = insert(1, "one");
    EXPECT_FALSE(inner);
    EXPECT_EQ(inner.error().code, ErrorCode::internal);
    EXPECT_FALSE(database().read([](Session&) -> Result<void> { return {}; }));
    return {};
  });
  EXPECT_TRUE(outer);
  EXPECT_TRUE(insert(1, "one"));
}

TEST_P(Databases, one_failing_unit_among_many_spoils_no_other) {
  constexpr int kCallers = 64;
  std::atomic<int> good{0};
  std::atomic<int> bad{0};
  std::barrier start(kCallers);
  {
    std::vector<std::jthread> callers;
    for (int caller = 0; caller < kCallers; ++caller) {
      callers.emplace_back([&, caller] {
        start.arrive_and_wait();
        const auto done = database().in_transaction([&](Session& session) -> Result<void> {
          session.run(kInsert, {caller, std::to_string(caller)});
          // Caller 13 writes, then violates a key of its own making.
          if (caller == 13) session.run(kInsert, {caller, "again"});
          return {};
        });
        ++(done ? good : bad);
      });
    }
  }
  EXPECT_EQ(good, kCallers - 1);
  EXPECT_EQ(bad, 1);
  EXPECT_EQ(count(), kCallers - 1);
}

TEST_P(Databases, what_was_answered_is_visible_to_the_next_reader) {
  for (int i = 0; i < 100; ++i) {
    ASSERT_TRUE(insert(i, std::to_string(i)));
    ASSERT_EQ(count(), i + 1);
  }
}

TEST_P(Databases, ping_check_and_backup) {
  ASSERT_TRUE(insert(1, "one"));
  EXPECT_TRUE(database().ping(std::chrono::seconds{2}));
  EXPECT_TRUE(database().check());
  const auto file = test_database().folder() / "copy";
  const auto copied = database().backup(file);
  ASSERT_TRUE(copied) << copied.error().describe();
  EXPECT_GT(std::filesystem::file_size(file), 0u);
  if (GetParam() == Engine::sqlite) {
    const auto copy = open({"sqlite://" + file.string()});
    ASSERT_TRUE(copy);
    const auto read = (*copy)->read([](Session& session) -> Result<std::int64_t> {
      return session.run(kCount).front().integer(0);
    });
    EXPECT_EQ(read.value(), 1);
  }
}

TEST(DatabaseUrl, what_cannot_be_read_is_refused) {
  for (const char* url : {"", "sqlite://relative.db", "sqlite:///", "mysql://host/name",
                          "postgresql://host/name?nonsense=1"}) {
    const auto opened = open({url});
    ASSERT_FALSE(opened) << url;
    EXPECT_EQ(opened.error().code, ErrorCode::invalid) << url;
  }
}

INSTANTIATE_TEST_SUITE_P(Engines, Databases, testing::engines(), testing::engine_name);

}  // namespace
}  // namespace madoguchi::db
