// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <initializer_list>
#include <stdexcept>
#include <string>
#include <string_view>

#include "core/db/value.h"

namespace madoguchi::db {

enum class Engine { sqlite, postgresql };

/// One SQL statement with $1… placeholders, the same on both engines. Prepared once per connection
/// and kept; `name` is what logs and metrics call it. `postgresql` replaces `sql` there: only for
/// the few places where the dialects cannot agree (locking a claimed row, the search index).
struct Statement {
  std::string_view name;
  std::string_view sql;
  std::string_view postgresql = {};
};

/// Why a statement or a connection failed, from SQLSTATE and SQLite's extended result codes.
enum class FailureKind {
  unavailable,  ///< no connection, or it broke; the database is shutting down
  disk_full,
  serialization,  ///< lost a race (40001, 40P01, SQLITE_BUSY_SNAPSHOT): running again may work
  unique_violation,
  foreign_key_violation,
  corrupt,
  io,           ///< reading, writing or fsync failed: nothing may be trusted after that
  interrupted,  ///< took longer than the statement's time limit
  invalid,      ///< the statement itself is wrong: a bug
};

/// Thrown inside a unit of work, caught by Database, which turns it into an Error or runs it again.
class Failure : public std::runtime_error {
 public:
  Failure(FailureKind kind, const std::string& what) : std::runtime_error(what), kind_(kind) {}
  [[nodiscard]] FailureKind kind() const noexcept { return kind_; }

 private:
  FailureKind kind_;
};

/// The answer of a queued statement; readable after the Session's flush() and until its unit of
/// work ends.
class Pending {
 public:
  explicit Pending(const Rows* rows) : rows_(rows) {}
  [[nodiscard]] const Rows& rows() const { return *rows_; }

 private:
  const Rows* rows_;
};

/// One unit of work's connection. Not for use by several threads; ends with the closure it was
/// given to. All calls throw Failure.
class Session {
 public:
  virtual ~Session() = default;

  /// Executes now and answers (queued statements first).
  Rows run(const Statement& statement, std::initializer_list<Param> params = {}) {
    return run(statement, params.begin(), params.size());
  }
  virtual Rows run(const Statement& statement, const Param* params, std::size_t count) = 0;

  /// Sends the statement without waiting on PostgreSQL; executes at once on SQLite.
  Pending queue(const Statement& statement, std::initializer_list<Param> params = {}) {
    return queue(statement, params.begin(), params.size());
  }
  virtual Pending queue(const Statement& statement, const Param* params, std::size_t count) = 0;
  /// Waits for all that was queued, in one round trip.
  virtual void flush() = 0;

  /// Runs `step` later in this unit of work's transaction, before its COMMIT; what it throws rolls
  /// the unit back. On SQLite it comes after all units that are committed together, outside of
  /// any savepoint, which would make FTS5 write out the words it holds in memory.
  /// `step` must own what it binds. Dropped on roll-back and in reads.
  virtual void before_commit(std::function<void(Session&)> step) = 0;

  /// Runs `step` soon after this unit of work was committed, together with others of its kind and
  /// in the order of the commits, before any later before_commit: for what many units of work leave
  /// to be done that is far cheaper done together. Database::settle() waits for it. On SQLite a
  /// crash may lose it, so whoever uses it finds out at the start what is missing; on PostgreSQL it
  /// runs at once. `step` must own what it binds. Dropped on roll-back and in reads.
  virtual void soon(std::function<void(Session&)> step) = 0;

  /// Runs `action` right after this unit of work has been committed, on whichever thread did it; it
  /// must be quick and must not throw (waking somebody). Dropped on roll-back.
  virtual void after_commit(std::function<void()> action) = 0;

  /// Lifts the statements' time limit until this unit of work ends: for changes of the schema.
  virtual void without_time_limit() = 0;

  [[nodiscard]] virtual Engine engine() const noexcept = 0;
};

}  // namespace madoguchi::db
