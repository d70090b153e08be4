// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <deque>
#include <exception>
#include <filesystem>
#include <functional>
#include <future>
#include <string>
#include <thread>
#include <vector>

#include "core/base/guarded.h"
#include "core/base/result.h"
#include "core/db/sqlite_connection.h"
#include "core/db/sqlite_files.h"
#include "core/db/sqlite_log_sync.h"

namespace madoguchi::db {

/// Tells the process once that its storage cannot be trusted any more, and remembers it.
class Fatal {
 public:
  using Tell = std::function<void(const std::string&)>;
  explicit Fatal(Tell tell) : tell_(std::move(tell)) {}

  void raise(const std::string& reason);
  [[nodiscard]] bool raised() const noexcept { return raised_.load(); }

 private:
  Tell tell_;
  std::atomic<bool> raised_{false};
};

/// The one thread that writes a SQLite database. It runs the units of work that wait together and
/// commits them once; when the log has reached the disk, and not before, their callers are answered
/// (SqliteLogSync). With many callers one fsync pays for many of them, and while the disk works the
/// next group is run. What units left to be done soon it does in between.
class SqliteWriter {
 public:
  using Work = std::function<Result<void>(Session&)>;

  SqliteWriter(const std::filesystem::path& file, std::chrono::milliseconds statement_timeout,
               Fatal& fatal);
  ~SqliteWriter();

  /// Blocks until the unit is durable or has failed; rethrows what `work` threw (but for Failure).
  Result<void> transact(const Work& work);
  /// Whether a step of a committed unit is still to be done (Session::soon).
  [[nodiscard]] bool is_behind() const noexcept { return behind_.load(); }
  /// Empties the log after one of the next groups.
  void shorten_log() noexcept { shorten_.store(true); }

 private:
  /// One caller's unit of work; lives on the caller's stack until `answered`.
  struct Unit {
    const Work* work = nullptr;
    Result<void> outcome;
    std::exception_ptr thrown;
    std::vector<SqliteSession::Step> steps;
    std::vector<std::function<void()>> actions;
    std::promise<void> answered;
    std::chrono::steady_clock::time_point since{};  ///< when it was put behind the others
  };
  struct Queue {
    std::deque<Unit*> waiting;
    std::deque<Unit*> behind;  ///< for which nobody waits (Background)
    int unsynced = 0;          ///< groups that are committed and not yet durable
    bool stopping = false;

    [[nodiscard]] bool empty() const { return waiting.empty() && behind.empty(); }
    /// The one whose turn it is, taken out; null when there is none.
    Unit* pop();
  };
  using Units = std::deque<Unit*>;
  /// How a group is run: hardly ever does a unit fail that has written something, and a savepoint
  /// makes SQLite keep a copy of every page it touches. So they are first run without, and only
  /// when one has to be undone alone all of them anew.
  enum class Care { none, savepoints, one_by_one };

  void serve();
  Unit* next();
  Unit* next_of_group(std::chrono::steady_clock::time_point until);
  void run_group(Unit* first);
  bool collect(Units& todo, Units& ran);
  bool commit(Units& todo, Units& ran);
  void finish(const Units& units, const Result<void>& synced);
  void run_steps(const Units& ran);
  void put_off_steps(const Units& ran);
  void catch_up();
  [[nodiscard]] bool run_unit(Unit& unit);
  void run_in_savepoint(Unit& unit);
  Result<void> run_work(Unit& unit);
  Error failed(const Failure& failure);
  void abandon(const Units& units, const Error& error);
  static void answer(const Units& units);
  void roll_back() noexcept;
  void tidy();

  Fatal& fatal_;
  SqliteConnection connection_;
  ReserveFile reserve_;
  Care care_ = Care::none;       ///< of the group that is being run
  int checkpointed_frames_ = 0;  ///< where the log stood when it was last copied
  std::chrono::steady_clock::time_point truncated_{};
  std::deque<SqliteSession::Step> put_off_;  ///< of committed units, in order
  std::chrono::steady_clock::time_point put_off_until_{};
  std::atomic<bool> behind_{false};
  std::atomic<bool> shorten_{false};
  Monitor<Queue> queue_;
  SqliteLogSync log_sync_;
  std::jthread thread_;
};

}  // namespace madoguchi::db
