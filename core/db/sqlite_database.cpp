// SPDX-License-Identifier: Apache-2.0
#include "core/db/sqlite_database.h"

#include <sqlite3.h>

#include <algorithm>

#include "core/db/failure.h"
#include "core/db/pool.h"
#include "core/db/process_lock.h"
#include "core/db/sqlite_writer.h"

namespace madoguchi::db {

namespace {

/// Longer than this nobody waits for a free connection: better an honest "busy".
constexpr std::chrono::milliseconds kPatience{2000};
constexpr int kBackupPages = 1024;
constexpr Statement kPing{"ping", "SELECT 1"};
constexpr Statement kQuickCheck{"quick_check", "PRAGMA quick_check(1)"};

class SqliteDatabase final : public Database {
 public:
  SqliteDatabase(std::filesystem::path file, ProcessLock lock, const Options& options)
      : file_(std::move(file)),
        lock_(std::move(lock)),
        fatal_(options.on_fatal),
        writer_(file_, options.statement_timeout, fatal_),
        readers_(std::max(options.readers, 1), [file = file_, limit = options.statement_timeout] {
          return std::make_unique<SqliteConnection>(file, SqliteRole::reader, limit);
        }) {}

  Result<void> settle() override {
    if (!writer_.is_behind()) return {};
    if (InTransaction::here()) return fail(nested_unit_of_work());
    return writer_.transact([](Session& session) -> Result<void> {
      session.before_commit([](Session&) {});
      return {};
    });
  }
  void shorten_log() override { writer_.shorten_log(); }
  [[nodiscard]] Engine engine() const noexcept override { return Engine::sqlite; }
  [[nodiscard]] const std::string& installation() const noexcept override { return installation_; }
  [[nodiscard]] Result<void> ping(std::chrono::milliseconds limit) override;
  Result<void> backup(const std::filesystem::path& file) override;
  [[nodiscard]] Result<void> check() override;

 protected:
  Result<void> transact(const Work& work) override {
    if (InTransaction::here()) return fail(nested_unit_of_work());
    return writer_.transact(work);
  }
  Result<void> snapshot(const Work& work) override { return read_within(kPatience, work); }

 private:
  Result<void> read_within(std::chrono::milliseconds patience, const Work& work);
  Result<void> run_read(SqliteConnection& connection, const Work& work);
  Error failed(const Failure& failure) {
    if (failure.kind() == FailureKind::io) fatal_.raise(failure.what());
    return to_error(failure);
  }

  const std::filesystem::path file_;
  const ProcessLock lock_;
  const std::string installation_;
  Fatal fatal_;
  SqliteWriter writer_;
  Pool<SqliteConnection> readers_;
};

Result<void> SqliteDatabase::read_within(std::chrono::milliseconds patience, const Work& work) {
  if (InTransaction::here()) return fail(nested_unit_of_work());
  try {
    auto connection = readers_.acquire(patience);
    if (connection.empty()) return fail(Error::unavailable("all read connections are busy"));
    return run_read(*connection, work);
  } catch (const Failure& failure) {
    return fail(failed(failure));
  }
}

Result<void> SqliteDatabase::run_read(SqliteConnection& connection, const Work& work) {
  SqliteSession session(connection);
  struct EndOfSnapshot {
    SqliteConnection& held;
    ~EndOfSnapshot() {
      try {
        if (held.in_transaction()) held.execute("ROLLBACK");
      } catch (const Failure&) {
        // Nothing was written; a connection that stays inside is refused by its next BEGIN.
      }
    }
  } const end{connection};
  connection.execute("BEGIN");
  Result<void> done = work(session);
  if (!done) return done;
  connection.execute("COMMIT");
  for (const auto& action : session.take_actions()) action();
  return done;
}

Result<void> SqliteDatabase::ping(std::chrono::milliseconds limit) {
  if (fatal_.raised()) return fail(Error::unavailable("the storage failed"));
  return read_within(limit, [](Session& session) -> Result<void> {
    session.run(kPing);
    return {};
  });
}

Result<void> SqliteDatabase::check() {
  try {
    // Its own connection, without the statements' time limit: this reads the whole file.
    SqliteConnection connection(file_, SqliteRole::reader, std::chrono::milliseconds{0});
    const Rows rows = connection.run(kQuickCheck.sql, nullptr, 0);
    if (rows.size() == 1 && rows.front().text(0) == "ok") return {};
    const std::string found = rows.empty() ? "no answer" : rows.front().string(0);
    return fail(Error::internal("quick_check found damage: " + found));
  } catch (const Failure& failure) {
    return fail(failed(failure));
  }
}

/// Copies everything the source's snapshot sees; an error leaves a partial `target`.
Result<void> copy_pages(sqlite3* source, const std::filesystem::path& target) {
  sqlite3* opened = nullptr;
  int code =
      sqlite3_open_v2(target.c_str(), &opened, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, nullptr);
  const std::unique_ptr<sqlite3, int (*)(sqlite3*)> copy(opened, &sqlite3_close);
  if (code == SQLITE_OK) {
    sqlite3_backup* backup = sqlite3_backup_init(opened, "main", source, "main");
    while (backup != nullptr && sqlite3_backup_step(backup, kBackupPages) == SQLITE_OK) {
    }
    code = backup ? sqlite3_backup_finish(backup) : sqlite3_errcode(opened);
  }
  if (code == SQLITE_OK) return {};
  return fail(Error::unavailable(std::string("backup: ") + sqlite3_errmsg(opened)));
}

Result<void> SqliteDatabase::backup(const std::filesystem::path& file) {
  const std::filesystem::path part = file.string() + ".part";
  std::error_code ignored;
  std::filesystem::remove(part, ignored);
  if (auto created = create_private(part); !created) return created;
  Result<void> copied;
  try {
    SqliteConnection source(file_, SqliteRole::reader, std::chrono::milliseconds{0});
    // One snapshot for the whole copy: otherwise every commit would make it begin anew.
    source.execute("BEGIN");
    source.execute("SELECT count(*) FROM sqlite_schema");
    copied = copy_pages(source.handle(), part);
    source.execute("ROLLBACK");
  } catch (const Failure& failure) {
    copied = fail(failed(failure));
  }
  if (copied) copied = sync_path(part);
  if (!copied) {
    std::filesystem::remove(part, ignored);
    return copied;
  }
  std::error_code error;
  std::filesystem::rename(part, file, error);
  if (error) return fail(Error::unavailable("backup: " + error.message()));
  return sync_path(file.parent_path());
}

}  // namespace

Result<std::unique_ptr<Database>> open_sqlite(std::filesystem::path file, Options options) {
  Result<ProcessLock> lock = ProcessLock::take(file);
  if (!lock) return fail(std::move(lock.error()));
  if (auto created = create_private(file); !created) return fail(std::move(created.error()));
  try {
    return std::make_unique<SqliteDatabase>(std::move(file), std::move(*lock), options);
  } catch (const Failure& failure) {
    return fail(to_error(failure));
  }
}

}  // namespace madoguchi::db
