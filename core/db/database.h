// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>

#include "core/base/result.h"
#include "core/db/session.h"

namespace madoguchi::db {

struct Options {
  std::string url;  ///< sqlite:///absolute/path, or postgresql://user@host/name?options
  int readers = 4;  ///< SQLite: read connections; PostgreSQL: connections in all
  /// PostgreSQL: a folder of this machine; see Database::installation().
  std::filesystem::path home = {};
  std::chrono::milliseconds connect_timeout{2000};  ///< half of it for a connection to become free
  std::chrono::milliseconds statement_timeout{30000};
  /// Called once, from any thread, when nothing written from now on could be trusted (fsync
  /// failed): the process must stop accepting work and exit.
  std::function<void(const std::string& reason)> on_fatal = {};
};

/// The database: units of work that commit or leave nothing. Safe for use by many threads.
///
/// SQLite: one writer thread commits waiting units of work together and answers when the log is
/// synced; it alone checkpoints. Reads run beside it on their own connections, each on one
/// snapshot, maybe a moment ahead of the disk. The file is locked against a second process.
/// PostgreSQL: each unit of work has a pooled connection; statements queued together travel in one
/// pipeline. A lost race is run again up to 5 times.
class Database {
 public:
  virtual ~Database() = default;

  /// Runs `work(Session&) -> Result<T>` and commits when it returns a value, so that on return the
  /// value is durable; an error, or a Failure thrown by the session, rolls back. `work` may run
  /// more than once and must be short: on SQLite every other writer waits for it.
  template <class F>
  auto in_transaction(F&& work) -> std::invoke_result_t<F&, Session&> {
    return keep<F>([this](const Work& erased) { return transact(erased); }, work);
  }

  /// As in_transaction, on one consistent snapshot, for reading only.
  template <class F>
  auto read(F&& work) -> std::invoke_result_t<F&, Session&> {
    return keep<F>([this](const Work& erased) { return snapshot(erased); }, work);
  }

  /// Waits until what was committed before this call has been done that Session::soon put off.
  virtual Result<void> settle() = 0;
  /// Soon the write-ahead log of SQLite holds nothing any more of what was overwritten before this
  /// call; a long reader may put it off. PostgreSQL's log is the server's own.
  virtual void shorten_log() = 0;

  [[nodiscard]] virtual Engine engine() const noexcept = 0;
  /// Begins the names that processes give themselves in claims and leases. Of two processes with
  /// equal beginnings the earlier one is dead: one at a time can have the SQLite file, where it is
  /// empty, or Options::home on this machine. Of any other process it is not known.
  [[nodiscard]] virtual const std::string& installation() const noexcept = 0;
  /// A trivial statement within `limit`; what /readyz asks.
  [[nodiscard]] virtual Result<void> ping(std::chrono::milliseconds limit) = 0;
  /// Copies the running database into one file (SQLite's backup API; pg_dump's custom format).
  virtual Result<void> backup(const std::filesystem::path& file) = 0;
  /// PRAGMA quick_check on SQLite, a cheap catalogue check on PostgreSQL.
  [[nodiscard]] virtual Result<void> check() = 0;

 protected:
  using Work = std::function<Result<void>(Session&)>;
  virtual Result<void> transact(const Work& work) = 0;
  virtual Result<void> snapshot(const Work& work) = 0;

 private:
  template <class F, class Run>
  static auto keep(Run&& run, F& work) -> std::invoke_result_t<F&, Session&> {
    using Answer = std::invoke_result_t<F&, Session&>;
    std::optional<Answer> answer;
    Result<void> ran = run([&](Session& session) -> Result<void> {
      answer.emplace(work(session));
      if (!*answer) return fail(answer->error());
      return {};
    });
    if (!ran) return fail(std::move(ran.error()));
    return std::move(*answer);
  }
};

/// Opens or creates; does not migrate. Refuses a SQLite file that another process holds (conflict,
/// type "database-in-use") and a URL it cannot read (invalid).
[[nodiscard]] Result<std::unique_ptr<Database>> open(Options options);

}  // namespace madoguchi::db
