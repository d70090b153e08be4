// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "core/db/session.h"

struct sqlite3;

namespace madoguchi::db {

enum class SqliteRole { writer, reader };

/// One connection to a SQLite file: opened by Poco::Data, statements run on its native handle and
/// kept prepared. WAL, synchronous=NORMAL, no automatic checkpoint. Not for use by several threads.
/// All calls throw Failure.
class SqliteConnection {
 public:
  SqliteConnection(const std::filesystem::path& file, SqliteRole role,
                   std::chrono::milliseconds statement_timeout);
  ~SqliteConnection();
  SqliteConnection(const SqliteConnection&) = delete;
  SqliteConnection& operator=(const SqliteConnection&) = delete;

  Rows run(std::string_view sql, const Param* params, std::size_t count);
  /// For BEGIN, COMMIT and the like.
  void execute(std::string_view sql) { run(sql, nullptr, 0); }

  void limit_time(bool limited) noexcept;
  /// False when SQLite has rolled the whole transaction back by itself (disk full, I/O error).
  [[nodiscard]] bool in_transaction() const noexcept;
  /// How many statements have been run that may have changed something.
  [[nodiscard]] std::uint64_t writes() const noexcept;
  /// Frames in the write-ahead log after this connection's last commit.
  [[nodiscard]] int wal_frames() const noexcept;
  /// Copies what can be copied from the log into the database; with `truncate` also empties the log
  /// when nobody reads it.
  void checkpoint(bool truncate);
  /// The native handle, for what has no SQL (the backup API).
  [[nodiscard]] sqlite3* handle() const noexcept;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// A Session on a SqliteConnection; queued statements are executed at once.
class SqliteSession final : public Session {
 public:
  explicit SqliteSession(SqliteConnection& connection) : connection_(connection) {}
  ~SqliteSession() override { connection_.limit_time(true); }
  SqliteSession(const SqliteSession&) = delete;
  SqliteSession& operator=(const SqliteSession&) = delete;

  using Session::queue;
  using Session::run;
  Rows run(const Statement& statement, const Param* params, std::size_t count) override;
  Pending queue(const Statement& statement, const Param* params, std::size_t count) override;
  void flush() override {}
  void before_commit(std::function<void(Session&)> step) override;
  void soon(std::function<void(Session&)> step) override;
  void after_commit(std::function<void()> action) override;
  void without_time_limit() override { connection_.limit_time(false); }
  [[nodiscard]] Engine engine() const noexcept override { return Engine::sqlite; }

  [[nodiscard]] std::vector<std::function<void()>> take_actions() { return std::move(actions_); }
  /// What before_commit and soon were given, in order.
  struct Step {
    std::function<void(Session&)> run;
    bool may_wait = false;
  };
  [[nodiscard]] std::vector<Step> take_steps() { return std::move(steps_); }

 private:
  SqliteConnection& connection_;
  std::deque<Rows> answers_;
  std::vector<Step> steps_;
  std::vector<std::function<void()>> actions_;
};

}  // namespace madoguchi::db
