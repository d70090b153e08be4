// SPDX-License-Identifier: Apache-2.0
#include "core/db/postgresql_database.h"

#include <poll.h>

#include <random>
#include <utility>

#include "core/db/failure.h"
#include "core/db/installation.h"
#include "core/db/postgresql_dump.h"
#include "core/db/postgresql_pool.h"
#include "core/db/postgresql_url.h"

namespace madoguchi::db {

namespace {

using SteadyClock = std::chrono::steady_clock;

/// For a free connection, those for further tries included.
constexpr int kRaces = 5;
constexpr const char* kBeginWrite = "BEGIN";
constexpr const char* kBeginRead = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
constexpr Statement kPing{"ping", "SELECT 1"};
constexpr Statement kDamage{
    "catalogue_check",
    "SELECT (SELECT count(*) FROM pg_class AS c LEFT JOIN pg_namespace AS n ON n.oid = "
    "c.relnamespace WHERE n.oid IS NULL) + (SELECT count(*) FROM pg_index WHERE NOT indisvalid) + "
    "(SELECT coalesce(max(checksum_failures), 0) FROM pg_stat_database WHERE datname = "
    "current_database())"};

/// A unit of work on a connection. BEGIN goes out with the first statements; nothing at all goes
/// out when there are none.
class PostgresqlSession final : public Session {
 public:
  PostgresqlSession(PostgresqlConnection& connection, const char* begin)
      : connection_(connection), begin_(begin) {}
  ~PostgresqlSession() override { connection_.reset_patience(); }
  PostgresqlSession(const PostgresqlSession&) = delete;
  PostgresqlSession& operator=(const PostgresqlSession&) = delete;

  using Session::queue;
  using Session::run;
  Rows run(const Statement& statement, const Param* params, std::size_t count) override {
    Rows answer;
    send(statement, params, count, &answer);
    flush();
    return answer;
  }
  Pending queue(const Statement& statement, const Param* params, std::size_t count) override {
    answers_.emplace_back();
    send(statement, params, count, &answers_.back());
    return Pending(&answers_.back());
  }
  void flush() override {
    if (begun_) connection_.sync();
  }
  void before_commit(std::function<void(Session&)> step) override { step(*this); }
  void soon(std::function<void(Session&)> step) override { step(*this); }
  void after_commit(std::function<void()> action) override {
    actions_.push_back(std::move(action));
  }
  void without_time_limit() override {
    begin();
    connection_.queue_command("SET LOCAL statement_timeout = 0");
    connection_.set_patience(std::nullopt);
  }
  [[nodiscard]] Engine engine() const noexcept override { return Engine::postgresql; }

  void commit();
  void end_read();
  void roll_back() noexcept;
  /// Once COMMIT is on its way, a lost connection leaves it unknown whether it was done.
  [[nodiscard]] bool commit_sent() const noexcept { return commit_sent_; }
  void run_actions() const {
    for (const auto& action : actions_) action();
  }

 private:
  void begin() {
    if (begun_) return;
    connection_.queue_command(begin_);
    begun_ = true;
  }
  void send(const Statement& statement, const Param* params, std::size_t count, Rows* answer) {
    begin();
    const std::string_view sql =
        statement.postgresql.empty() ? statement.sql : statement.postgresql;
    connection_.queue(sql, params, count, answer);
  }

  PostgresqlConnection& connection_;
  const char* begin_;
  bool begun_ = false;
  bool commit_sent_ = false;
  std::deque<Rows> answers_;
  std::vector<std::function<void()>> actions_;
};

void PostgresqlSession::commit() {
  if (!begun_) return;
  connection_.queue_command("COMMIT");
  commit_sent_ = true;
  try {
    connection_.sync();
  } catch (const Failure&) {
    // It may be answered, and the connection ended right behind the answer.
    if (connection_.last_command() != "COMMIT") throw;
  }
  // PostgreSQL answers a COMMIT of what has failed already with ROLLBACK and no error.
  if (connection_.last_command() != "COMMIT") {
    throw Failure(FailureKind::invalid, "the unit of work went on after a failed statement");
  }
}

void PostgresqlSession::end_read() {
  if (!begun_) return;
  connection_.queue_command("COMMIT");
  connection_.sync_later();
}

void PostgresqlSession::roll_back() noexcept {
  if (!begun_ || !connection_.usable()) return;
  try {
    // What was queued is ended first: after a failure in it, a ROLLBACK in the same pipeline would
    // be skipped.
    try {
      connection_.sync();
    } catch (const Failure&) {
      if (!connection_.usable()) return;
    }
    connection_.queue_command("ROLLBACK");
    connection_.sync();
  } catch (const Failure&) {
    // The connection is gone, and the transaction with it.
  }
}

/// Before a lost race is run again: the winner needs a moment, and two losers different ones.
void pause_after_race(int race) {
  thread_local std::minstd_rand random(std::random_device{}());
  ::poll(nullptr, 0, std::uniform_int_distribution<int>(0, 4 << race)(random));
}

class PostgresqlDatabase final : public Database {
 public:
  PostgresqlDatabase(PostgresqlUrl url, Installation installation, const Options& options)
      : url_(std::move(url)),
        installation_(std::move(installation)),
        patience_(options.connect_timeout / 2),
        pool_(url_.conninfo, options.readers, options.statement_timeout,
              options.connect_timeout * 2 / 5) {}

  Result<void> settle() override { return {}; }
  void shorten_log() override {}
  [[nodiscard]] Engine engine() const noexcept override { return Engine::postgresql; }
  [[nodiscard]] const std::string& installation() const noexcept override {
    return installation_.name();
  }
  [[nodiscard]] Result<void> ping(std::chrono::milliseconds limit) override;
  Result<void> backup(const std::filesystem::path& file) override {
    return dump_postgresql(url_, file);
  }
  [[nodiscard]] Result<void> check() override;

 protected:
  Result<void> transact(const Work& work) override {
    return repeat(&PostgresqlDatabase::write, work);
  }
  Result<void> snapshot(const Work& work) override {
    return repeat(&PostgresqlDatabase::read_once, work);
  }

 private:
  /// Throws Failure; says in `unknown` that the COMMIT may have been done.
  using Once = Result<void> (PostgresqlDatabase::*)(const Work& work,
                                                    SteadyClock::time_point deadline,
                                                    bool& unknown);
  Result<void> repeat(Once once, const Work& work);
  Result<void> write(const Work& work, SteadyClock::time_point deadline, bool& unknown);
  Result<void> read_once(const Work& work, SteadyClock::time_point deadline, bool& unknown);

  PostgresqlUrl url_;
  const Installation installation_;
  const std::chrono::milliseconds patience_;  ///< for a connection to become free
  PostgresqlPool pool_;
};

Result<void> PostgresqlDatabase::repeat(Once once, const Work& work) {
  if (InTransaction::here()) return fail(nested_unit_of_work());
  bool reconnected = false;
  auto deadline = SteadyClock::now() + patience_;
  for (int race = 1;; ++race) {
    bool unknown = false;
    try {
      return (this->*once)(work, deadline, unknown);
    } catch (const Failure& failure) {
      const bool lost_race = failure.kind() == FailureKind::serialization && race < kRaces;
      // A connection may have died long before it was used: that is worth one more try, which a
      // server that kept silent until now is not.
      const bool lost_connection = failure.kind() == FailureKind::unavailable && !unknown &&
                                   !reconnected && SteadyClock::now() < deadline;
      if (!lost_race && !lost_connection) return fail(to_error(failure));
      reconnected = reconnected || lost_connection;
      if (!lost_race) continue;
      pause_after_race(race);
      deadline = SteadyClock::now() + patience_;
    }
  }
}

Result<void> PostgresqlDatabase::write(const Work& work, SteadyClock::time_point deadline,
                                       bool& unknown) {
  const PostgresqlPool::Lease connection = pool_.acquire(deadline);
  PostgresqlSession session(*connection, kBeginWrite);
  try {
    Result<void> done;
    {
      const InTransaction mark;
      done = work(session);
    }
    if (done) {
      session.commit();
    } else {
      session.roll_back();
      return done;
    }
  } catch (...) {
    // Also while the connection looks usable: the server says that it ends one before it does.
    unknown = session.commit_sent();
    session.roll_back();
    throw;
  }
  session.run_actions();
  return {};
}

Result<void> PostgresqlDatabase::read_once(const Work& work, SteadyClock::time_point deadline,
                                           bool&) {
  const PostgresqlPool::Lease connection = pool_.acquire(deadline);
  PostgresqlSession session(*connection, kBeginRead);
  try {
    Result<void> done = work(session);
    if (!done) {
      session.roll_back();
      return done;
    }
    session.end_read();
  } catch (...) {
    session.roll_back();
    throw;
  }
  session.run_actions();
  return {};
}

Result<void> PostgresqlDatabase::ping(std::chrono::milliseconds limit) {
  const auto deadline = SteadyClock::now() + limit;
  try {
    const PostgresqlPool::Lease connection = pool_.acquire(deadline);
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - SteadyClock::now());
    (*connection).set_patience(std::max(left, std::chrono::milliseconds{1}));
    PostgresqlSession session(*connection, kBeginRead);
    session.run(kPing);
    session.end_read();
    return {};
  } catch (const Failure& failure) {
    return fail(to_error(failure));
  }
}

Result<void> PostgresqlDatabase::check() {
  return read([](Session& session) -> Result<void> {
    const std::int64_t damage = session.run(kDamage).front().integer(0);
    if (damage == 0) return {};
    return fail(Error::internal("the catalogue check found damage: " + std::to_string(damage)));
  });
}

}  // namespace

Result<std::unique_ptr<Database>> open_postgresql(const Options& options) {
  auto url = parse_postgresql_url(options.url, options.connect_timeout);
  if (!url) return fail(std::move(url.error()));
  Result<Installation> installation = Installation::of(options.home);
  if (!installation) return fail(std::move(installation.error()));
  return std::make_unique<PostgresqlDatabase>(std::move(*url), std::move(*installation), options);
}

}  // namespace madoguchi::db
