// SPDX-License-Identifier: Apache-2.0
#include "core/db/sqlite_connection.h"

#include <Poco/Data/SQLite/Connector.h>
#include <Poco/Data/SQLite/Utility.h>
#include <Poco/Data/Session.h>
#include <Poco/Exception.h>
#include <sqlite3.h>

#include <algorithm>
#include <cerrno>
#include <optional>
#include <string>

#include "core/db/statement_cache.h"

namespace madoguchi::db {

namespace {

/// A prepared statement and where each $n of the SQL is bound: SQLite numbers the placeholders in
/// the order of their first appearance, whatever their names.
struct Prepared {
  sqlite3_stmt* statement = nullptr;
  std::vector<int> positions;
  std::size_t columns = 0;
  // How large the last answer was; the next one is likely to be as large.
  std::size_t last_cells = 0;
  std::size_t last_bytes = 0;
};
// As much room is made before it is known to be needed.
constexpr std::size_t kMostCells = 16 * 1024;
constexpr std::size_t kMostBytes = 256 * 1024;

/// Looked at every so many virtual machine steps: some tens of microseconds of work.
constexpr int kStepsBetweenTimeChecks = 10000;
constexpr int kBusyMillis = 2000;

/// Once, before the library is used: each connection has one thread at a time, so it needs no lock
/// per call, and counting memory for all of them would be one more, at each allocation.
void configure_library() {
  static const bool configured = [] {
    return sqlite3_config(SQLITE_CONFIG_MULTITHREAD) == SQLITE_OK &&
           sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0) == SQLITE_OK;
  }();
  (void)configured;  // refused when somebody else in the process was first: slower, not wrong
}

bool is_out_of_space(int system_error) {
  return system_error == ENOSPC || system_error == EDQUOT || system_error == EFBIG;
}

FailureKind classify(int code, int system_error) {
  switch (code & 0xff) {
    case SQLITE_FULL:
      return FailureKind::disk_full;
    case SQLITE_BUSY:
      return code == SQLITE_BUSY_SNAPSHOT ? FailureKind::serialization : FailureKind::unavailable;
    case SQLITE_LOCKED:
    case SQLITE_NOMEM:
      return FailureKind::unavailable;
    case SQLITE_CONSTRAINT:
      if (code == SQLITE_CONSTRAINT_UNIQUE || code == SQLITE_CONSTRAINT_PRIMARYKEY ||
          code == SQLITE_CONSTRAINT_ROWID) {
        return FailureKind::unique_violation;
      }
      if (code == SQLITE_CONSTRAINT_FOREIGNKEY) return FailureKind::foreign_key_violation;
      return FailureKind::invalid;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return FailureKind::corrupt;
    case SQLITE_IOERR:
      return is_out_of_space(system_error) ? FailureKind::disk_full : FailureKind::io;
    case SQLITE_CANTOPEN:
      return is_out_of_space(system_error) ? FailureKind::disk_full : FailureKind::unavailable;
    case SQLITE_INTERRUPT:
      return FailureKind::interrupted;
    default:
      return FailureKind::invalid;
  }
}

}  // namespace

struct SqliteConnection::State {
  std::optional<Poco::Data::Session> session;
  sqlite3* handle = nullptr;
  StatementCache<Prepared> cache{kCachedStatements};
  std::chrono::milliseconds statement_timeout{0};
  std::chrono::steady_clock::time_point deadline;
  bool limited = true;
  std::uint64_t writes = 0;
  int wal_frames = 0;

  [[noreturn]] void fail_with(int code, std::string_view sql) const {
    const std::string what = std::string(sqlite3_errmsg(handle)) + " (SQLite " +
                             std::to_string(code) + ") in: " + std::string(sql.substr(0, 200));
    throw Failure(classify(code, sqlite3_system_errno(handle)), what);
  }
  void configure(SqliteRole role);
  Prepared prepare(std::string_view sql) const;
  Prepared& prepared(std::string_view sql);
  void bind(const Prepared& prepared, std::string_view sql, const Param* params,
            std::size_t count) const;
  Rows collect(Prepared& prepared, std::string_view sql) const;

  static int stop_when_late(void* self) {
    const auto& state = *static_cast<const State*>(self);
    return std::chrono::steady_clock::now() >= state.deadline ? 1 : 0;
  }
  static int remember_frames(void* self, sqlite3*, const char*, int frames) {
    static_cast<State*>(self)->wal_frames = frames;
    return SQLITE_OK;
  }
};

void SqliteConnection::State::configure(SqliteRole role) {
  const auto pragma = [this](const char* sql) {
    const int code = sqlite3_exec(handle, sql, nullptr, nullptr, nullptr);
    if (code != SQLITE_OK) fail_with(code, sql);
  };
  sqlite3_extended_result_codes(handle, 1);
  sqlite3_busy_timeout(handle, kBusyMillis);
  // "x" is a column or an error, never silently a string: PostgreSQL reads it that way too.
  sqlite3_db_config(handle, SQLITE_DBCONFIG_DQS_DML, 0, nullptr);
  sqlite3_db_config(handle, SQLITE_DBCONFIG_DQS_DDL, 0, nullptr);
  pragma("PRAGMA mmap_size=0");
  pragma("PRAGMA temp_store=MEMORY");
  pragma("PRAGMA foreign_keys=ON");
  pragma("PRAGMA journal_mode=WAL");
  // A COMMIT does not wait for the disk: SqliteLogSync does, before anybody is answered.
  pragma("PRAGMA synchronous=NORMAL");
  pragma("PRAGMA wal_autocheckpoint=0");
  if (role == SqliteRole::writer) {
    pragma("PRAGMA cache_size=-8192");
    pragma("PRAGMA journal_size_limit=67108864");
    sqlite3_wal_hook(handle, &State::remember_frames, this);
  } else {
    pragma("PRAGMA cache_size=-1024");
    pragma("PRAGMA query_only=ON");
  }
  if (statement_timeout.count() > 0) {
    sqlite3_progress_handler(handle, kStepsBetweenTimeChecks, &State::stop_when_late, this);
  }
}

Prepared SqliteConnection::State::prepare(std::string_view sql) const {
  Prepared prepared;
  const char* tail = nullptr;
  const int code = sqlite3_prepare_v3(handle, sql.data(), static_cast<int>(sql.size()),
                                      SQLITE_PREPARE_PERSISTENT, &prepared.statement, &tail);
  if (code != SQLITE_OK) fail_with(code, sql);
  if (!prepared.statement) throw Failure(FailureKind::invalid, "an empty statement");
  const std::string_view rest(tail, static_cast<std::size_t>(sql.data() + sql.size() - tail));
  if (rest.find_first_not_of(" \t\r\n;") != std::string_view::npos) {
    sqlite3_finalize(prepared.statement);
    throw Failure(FailureKind::invalid, "more than one statement: " + std::string(sql));
  }
  const int placeholders = sqlite3_bind_parameter_count(prepared.statement);
  for (int n = 1; n <= placeholders; ++n) {
    const std::string name = "$" + std::to_string(n);
    const int position = sqlite3_bind_parameter_index(prepared.statement, name.c_str());
    if (position == 0) {
      sqlite3_finalize(prepared.statement);
      throw Failure(FailureKind::invalid, "placeholders are not $1, $2…: " + std::string(sql));
    }
    prepared.positions.push_back(position);
  }
  prepared.columns = static_cast<std::size_t>(sqlite3_column_count(prepared.statement));
  return prepared;
}

Prepared& SqliteConnection::State::prepared(std::string_view sql) {
  if (Prepared* known = cache.find(sql)) return *known;
  return cache.insert(sql, prepare(sql), [](Prepared& old) { sqlite3_finalize(old.statement); });
}

void SqliteConnection::State::bind(const Prepared& prepared, std::string_view sql,
                                   const Param* params, std::size_t count) const {
  if (count != prepared.positions.size()) {
    throw Failure(FailureKind::invalid, std::to_string(count) + " values for " +
                                            std::to_string(prepared.positions.size()) +
                                            " placeholders in: " + std::string(sql));
  }
  for (std::size_t i = 0; i < count; ++i) {
    const Param::Variant& value = params[i].get();
    const int position = prepared.positions[i];
    int code = SQLITE_OK;
    if (const auto* integer = std::get_if<std::int64_t>(&value)) {
      code = sqlite3_bind_int64(prepared.statement, position, *integer);
    } else if (const auto* text = std::get_if<std::string_view>(&value)) {
      // The two engines must agree: PostgreSQL has no NUL in text.
      if (text->find('\0') != std::string_view::npos) {
        throw Failure(FailureKind::invalid, "a NUL byte in text for: " + std::string(sql));
      }
      code = sqlite3_bind_text64(prepared.statement, position, text->empty() ? "" : text->data(),
                                 text->size(), SQLITE_STATIC, SQLITE_UTF8);
    } else if (const auto* bytes = std::get_if<Bytes>(&value)) {
      code = sqlite3_bind_blob64(prepared.statement, position,
                                 bytes->value.empty() ? "" : bytes->value.data(),
                                 bytes->value.size(), SQLITE_STATIC);
    } else {
      code = sqlite3_bind_null(prepared.statement, position);
    }
    if (code != SQLITE_OK) fail_with(code, sql);
  }
}

Rows SqliteConnection::State::collect(Prepared& prepared, std::string_view sql) const {
  Rows rows;
  rows.set_columns(prepared.columns);
  rows.reserve(std::min(prepared.last_cells, kMostCells),
               std::min(prepared.last_bytes, kMostBytes));
  int code = SQLITE_ROW;
  while ((code = sqlite3_step(prepared.statement)) == SQLITE_ROW) {
    for (int column = 0; column < static_cast<int>(prepared.columns); ++column) {
      // One look at the column instead of one for each of type, text and length. Valid until the
      // next step, on the connection's own thread.
      sqlite3_value* const value = sqlite3_column_value(prepared.statement, column);
      switch (sqlite3_value_type(value)) {
        case SQLITE_NULL:
          rows.append_null();
          break;
        case SQLITE_INTEGER:
          rows.append_integer(sqlite3_value_int64(value));
          break;
        case SQLITE_BLOB: {
          const void* bytes = sqlite3_value_blob(value);
          const int size = sqlite3_value_bytes(value);
          rows.append_text({static_cast<const char*>(bytes), static_cast<std::size_t>(size)});
          break;
        }
        default: {
          const auto* text = sqlite3_value_text(value);
          const int size = sqlite3_value_bytes(value);
          if (text == nullptr) fail_with(SQLITE_NOMEM, sql);
          rows.append_text({reinterpret_cast<const char*>(text), static_cast<std::size_t>(size)});
        }
      }
    }
  }
  if (code != SQLITE_DONE) fail_with(code, sql);
  prepared.last_cells = rows.cells();
  prepared.last_bytes = rows.arena().size();
  return rows;
}

SqliteConnection::SqliteConnection(const std::filesystem::path& file, SqliteRole role,
                                   std::chrono::milliseconds statement_timeout)
    : state_(std::make_unique<State>()) {
  state_->statement_timeout = statement_timeout;
  state_->deadline = std::chrono::steady_clock::time_point::max();
  try {
    configure_library();
    Poco::Data::SQLite::Connector::registerConnector();
    state_->session.emplace(Poco::Data::SQLite::Connector::KEY, file.string());
    state_->handle = Poco::Data::SQLite::Utility::dbHandle(*state_->session);
  } catch (const Poco::Exception& error) {
    throw Failure(FailureKind::unavailable,
                  "opening " + file.string() + ": " + error.displayText());
  }
  state_->configure(role);
}

SqliteConnection::~SqliteConnection() {
  state_->cache.clear([](Prepared& prepared) { sqlite3_finalize(prepared.statement); });
  sqlite3_progress_handler(state_->handle, 0, nullptr, nullptr);
}

Rows SqliteConnection::run(std::string_view sql, const Param* params, std::size_t count) {
  State& state = *state_;
  Prepared& prepared = state.prepared(sql);
  // Bound views end with the call, and a statement left unreset would hold its locks.
  struct Reset {
    sqlite3_stmt* statement;
    std::size_t bound;
    ~Reset() {
      sqlite3_reset(statement);
      if (bound > 0) sqlite3_clear_bindings(statement);
    }
  } const reset{prepared.statement, count};
  state.bind(prepared, sql, params, count);
  if (sqlite3_stmt_readonly(prepared.statement) == 0) ++state.writes;
  state.deadline = state.limited && state.statement_timeout.count() > 0
                       ? std::chrono::steady_clock::now() + state.statement_timeout
                       : std::chrono::steady_clock::time_point::max();
  Rows rows = state.collect(prepared, sql);
  if (prepared.columns == 0) rows.set_affected(sqlite3_changes64(state.handle));
  return rows;
}

void SqliteConnection::limit_time(bool limited) noexcept { state_->limited = limited; }

bool SqliteConnection::in_transaction() const noexcept {
  return sqlite3_get_autocommit(state_->handle) == 0;
}

std::uint64_t SqliteConnection::writes() const noexcept { return state_->writes; }

int SqliteConnection::wal_frames() const noexcept { return state_->wal_frames; }

void SqliteConnection::checkpoint(bool truncate) {
  // Waiting for a reader here would make every writer wait.
  sqlite3_busy_timeout(state_->handle, 0);
  state_->deadline = std::chrono::steady_clock::time_point::max();
  int frames = 0;
  const int mode = truncate ? SQLITE_CHECKPOINT_TRUNCATE : SQLITE_CHECKPOINT_PASSIVE;
  const int code = sqlite3_wal_checkpoint_v2(state_->handle, nullptr, mode, &frames, nullptr);
  sqlite3_busy_timeout(state_->handle, kBusyMillis);
  if (code == SQLITE_OK) {
    state_->wal_frames = frames;
  } else if ((code & 0xff) != SQLITE_BUSY) {
    state_->fail_with(code, "checkpoint");
  }
}

sqlite3* SqliteConnection::handle() const noexcept { return state_->handle; }

Rows SqliteSession::run(const Statement& statement, const Param* params, std::size_t count) {
  return connection_.run(statement.sql, params, count);
}

Pending SqliteSession::queue(const Statement& statement, const Param* params, std::size_t count) {
  answers_.push_back(connection_.run(statement.sql, params, count));
  return Pending(&answers_.back());
}

void SqliteSession::before_commit(std::function<void(Session&)> step) {
  steps_.push_back({std::move(step), false});
}

void SqliteSession::soon(std::function<void(Session&)> step) {
  steps_.push_back({std::move(step), true});
}

void SqliteSession::after_commit(std::function<void()> action) {
  actions_.push_back(std::move(action));
}

}  // namespace madoguchi::db
