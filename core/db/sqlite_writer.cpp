// SPDX-License-Identifier: Apache-2.0
#include "core/db/sqlite_writer.h"

#include <algorithm>
#include <chrono>
#include <iterator>

#include "core/db/background.h"
#include "core/db/failure.h"

namespace madoguchi::db {

namespace {

constexpr std::size_t kGroupUnits = 64;
constexpr std::chrono::milliseconds kGroupTime{15};
constexpr int kRaces = 5;
// In pages of 4 KiB: begin copying the log back at 32 MiB, again each 8 MiB, empty it at 64 MiB.
constexpr int kCheckpointFrames = 8192;
constexpr int kCheckpointStep = 2048;
constexpr int kTruncateFrames = 16384;
constexpr std::chrono::seconds kTruncatePause{1};
// Steps that may wait are done when so many are there, or so long after the first of them.
constexpr std::size_t kPutOffSteps = 256;
constexpr std::chrono::milliseconds kPutOff{250};
constexpr std::chrono::seconds kPutOffAgain{1};
// So long a unit for which nobody waits stays behind the others.
constexpr std::chrono::milliseconds kBehind{50};

using Clock = std::chrono::steady_clock;

template <class Unit>
bool may_wait(const Unit* unit) {
  return std::all_of(unit->steps.begin(), unit->steps.end(),
                     [](const SqliteSession::Step& step) { return step.may_wait; });
}

}  // namespace

void Fatal::raise(const std::string& reason) {
  if (raised_.exchange(true)) return;
  if (tell_) tell_(reason);
}

SqliteWriter::Unit* SqliteWriter::Queue::pop() {
  const bool overdue = !behind.empty() && Clock::now() - behind.front()->since >= kBehind;
  Units& from = waiting.empty() || overdue ? behind : waiting;
  if (from.empty()) return nullptr;
  Unit* const first = from.front();
  from.pop_front();
  return first;
}

SqliteWriter::SqliteWriter(const std::filesystem::path& file,
                           std::chrono::milliseconds statement_timeout, Fatal& fatal)
    : fatal_(fatal),
      connection_(file, SqliteRole::writer, statement_timeout),
      reserve_(file),
      log_sync_(file),
      thread_([this] { serve(); }) {}

SqliteWriter::~SqliteWriter() {
  queue_.update([](Queue& queue) { queue.stopping = true; });
}

Result<void> SqliteWriter::transact(const Work& work) {
  Unit unit;
  unit.work = &work;
  std::future<void> answered = unit.answered.get_future();
  const bool accepted = queue_.update([&](Queue& queue) {
    if (queue.stopping) return false;
    if (Background::here()) {
      unit.since = Clock::now();
      queue.behind.push_back(&unit);
    } else {
      queue.waiting.push_back(&unit);
    }
    return true;
  });
  if (!accepted) return fail(Error::unavailable("the database is being closed"));
  answered.wait();
  if (unit.thrown) std::rethrow_exception(unit.thrown);
  return std::move(unit.outcome);
}

void SqliteWriter::serve() {
  while (Unit* first = next()) {
    run_group(first);
    const bool due = put_off_.size() >= kPutOffSteps || Clock::now() >= put_off_until_;
    if (due) catch_up();
    tidy();
  }
  catch_up();
}

/// The next unit, once there is one; null: no more will come. Catches up while nobody comes.
SqliteWriter::Unit* SqliteWriter::next() {
  const auto ready = [](const Queue& queue) { return !queue.empty() || queue.stopping; };
  Unit* unit = nullptr;
  const auto take = [&unit](Queue& queue) { unit = queue.pop(); };
  while (!put_off_.empty()) {
    if (queue_.wait_until(put_off_until_, ready, take)) return unit;
    catch_up();
  }
  queue_.wait(ready, take);
  return unit;
}

/// Null when there is none. Those that come while the disk is busy need not wait for the next
/// group: this one cannot be made durable any sooner.
SqliteWriter::Unit* SqliteWriter::next_of_group(Clock::time_point until) {
  Unit* unit = nullptr;
  queue_.wait_until(
      until,
      [](const Queue& queue) { return !queue.empty() || queue.unsynced == 0 || queue.stopping; },
      [&unit](Queue& queue) { unit = queue.pop(); });
  return unit;
}

void SqliteWriter::run_group(Unit* first) {
  Units todo{first};
  while (!todo.empty()) {
    if (fatal_.raised()) {
      abandon(todo, Error::unavailable("the storage failed; the process has to be restarted"));
      return;
    }
    Units ran;
    try {
      connection_.execute("BEGIN IMMEDIATE");
    } catch (const Failure& failure) {
      abandon(todo, failed(failure));
      return;
    }
    if (collect(todo, ran)) commit(todo, ran);
  }
  care_ = Care::none;
}

/// Runs units until the group is full. False when the transaction was given up, and what has to be
/// run anew is in `todo` again: all of them when one has to be undone alone; the others when SQLite
/// gave it up, and the one that was running has been answered.
bool SqliteWriter::collect(Units& todo, Units& ran) {
  const auto until = Clock::now() + kGroupTime;
  while (true) {
    if (todo.empty() && care_ != Care::one_by_one && ran.size() < kGroupUnits &&
        Clock::now() < until) {
      if (Unit* more = next_of_group(until)) todo.push_back(more);
    }
    if (todo.empty()) return true;
    Unit* unit = todo.front();
    todo.pop_front();
    if (!run_unit(*unit)) {
      roll_back();
      care_ = Care::savepoints;
      todo.push_front(unit);
      todo.insert(todo.begin(), ran.begin(), ran.end());
      return false;
    }
    if (!connection_.in_transaction()) {
      answer({unit});
      todo.insert(todo.begin(), ran.begin(), ran.end());
      return false;
    }
    ran.push_back(unit);
    if (care_ == Care::one_by_one) return true;
  }
}

/// Commits what ran, to be answered when it is durable; or, when that failed because of one of
/// several (a deferred constraint, a last step), puts them back to be committed one by one.
bool SqliteWriter::commit(Units& todo, Units& ran) {
  try {
    run_steps(ran);
    connection_.execute("COMMIT");
  } catch (const Failure& failure) {
    roll_back();
    const bool anothers_fault = failure.kind() == FailureKind::foreign_key_violation ||
                                failure.kind() == FailureKind::unique_violation ||
                                failure.kind() == FailureKind::interrupted ||
                                failure.kind() == FailureKind::invalid;
    if (anothers_fault && ran.size() > 1) {
      care_ = Care::one_by_one;
      todo.insert(todo.begin(), ran.begin(), ran.end());
      return false;
    }
    abandon(ran, failed(failure));
    return false;
  }
  put_off_steps(ran);
  queue_.update([](Queue& queue) { ++queue.unsynced; });
  log_sync_.put([this, ran](const Result<void>& synced) { finish(ran, synced); });
  return true;
}

/// On the thread of the log's sync.
void SqliteWriter::finish(const Units& units, const Result<void>& synced) {
  if (synced) {
    for (Unit* unit : units) {
      for (const auto& action : unit->actions) action();
    }
    answer(units);
  } else {
    fatal_.raise(synced.error().detail);
    abandon(units, synced.error());
  }
  queue_.update([](Queue& queue) { --queue.unsynced; });
}

/// Nothing, as long as all of it may wait.
void SqliteWriter::run_steps(const Units& ran) {
  if (std::all_of(ran.begin(), ran.end(), may_wait<Unit>)) return;
  const InTransaction mark;
  SqliteSession session(connection_);
  for (const SqliteSession::Step& step : put_off_) step.run(session);
  for (Unit* unit : ran) {
    for (const SqliteSession::Step& step : unit->steps) step.run(session);
  }
}

/// After the COMMIT of what run_steps ran, or did not.
void SqliteWriter::put_off_steps(const Units& ran) {
  if (!std::all_of(ran.begin(), ran.end(), may_wait<Unit>)) {
    put_off_.clear();
  } else {
    if (put_off_.empty()) put_off_until_ = Clock::now() + kPutOff;
    for (Unit* unit : ran) {
      std::move(unit->steps.begin(), unit->steps.end(), std::back_inserter(put_off_));
    }
  }
  behind_ = !put_off_.empty();
}

/// Does what was put off; when that fails, later.
void SqliteWriter::catch_up() {
  if (put_off_.empty()) return;
  put_off_until_ = Clock::now() + kPutOffAgain;
  if (fatal_.raised()) return;
  try {
    const InTransaction mark;
    connection_.execute("BEGIN IMMEDIATE");
    SqliteSession session(connection_);
    for (const SqliteSession::Step& step : put_off_) step.run(session);
    connection_.execute("COMMIT");
    put_off_.clear();
    behind_ = false;
  } catch (const Failure& failure) {
    roll_back();
    failed(failure);
  }
}

/// False when it failed and what it wrote cannot be undone without undoing the others.
bool SqliteWriter::run_unit(Unit& unit) {
  unit.outcome = {};
  unit.thrown = nullptr;
  unit.steps.clear();
  unit.actions.clear();
  if (care_ != Care::none) {
    run_in_savepoint(unit);
    return true;
  }
  const std::uint64_t before = connection_.writes();
  unit.outcome = run_work(unit);
  return unit.outcome || connection_.writes() == before || !connection_.in_transaction();
}

void SqliteWriter::run_in_savepoint(Unit& unit) {
  try {
    connection_.execute("SAVEPOINT unit");
    unit.outcome = run_work(unit);
    if (!unit.outcome && connection_.in_transaction()) connection_.execute("ROLLBACK TO unit");
    if (connection_.in_transaction()) connection_.execute("RELEASE unit");
  } catch (const Failure& failure) {
    unit.outcome = fail(failed(failure));
    unit.thrown = nullptr;
    roll_back();
  }
}

Result<void> SqliteWriter::run_work(Unit& unit) {
  const InTransaction mark;
  const std::uint64_t before = connection_.writes();
  for (int race = 1;; ++race) {
    SqliteSession session(connection_);
    try {
      Result<void> done = (*unit.work)(session);
      if (done) {
        unit.steps = session.take_steps();
        unit.actions = session.take_actions();
      }
      return done;
    } catch (const Failure& failure) {
      if (failure.kind() != FailureKind::serialization || race == kRaces ||
          !connection_.in_transaction()) {
        return fail(failed(failure));
      }
      if (care_ != Care::none) {
        connection_.execute("ROLLBACK TO unit");
      } else if (connection_.writes() != before) {
        return fail(to_error(failure));  // and run_unit has it run anew
      }
    } catch (...) {
      unit.thrown = std::current_exception();
      return fail(Error::internal("a unit of work threw"));
    }
  }
}

Error SqliteWriter::failed(const Failure& failure) {
  if (failure.kind() == FailureKind::io) fatal_.raise(failure.what());
  if (failure.kind() == FailureKind::disk_full) reserve_.release();
  return to_error(failure);
}

void SqliteWriter::abandon(const Units& units, const Error& error) {
  for (Unit* unit : units) {
    unit->thrown = nullptr;
    unit->outcome = fail(error);
  }
  answer(units);
}

void SqliteWriter::answer(const Units& units) {
  // A promise's shared state outlives its caller's stack frame, which may end at set_value.
  for (Unit* unit : units) {
    std::promise<void> answered = std::move(unit->answered);
    answered.set_value();
  }
}

void SqliteWriter::roll_back() noexcept {
  if (!connection_.in_transaction()) return;
  try {
    connection_.execute("ROLLBACK");
  } catch (const Failure& failure) {
    fatal_.raise(std::string("cannot roll back: ") + failure.what());
  }
}

void SqliteWriter::tidy() {
  if (fatal_.raised()) return;
  reserve_.restore();
  const int frames = connection_.wal_frames();
  if (frames < checkpointed_frames_) checkpointed_frames_ = 0;
  const bool due = frames >= kCheckpointFrames && frames - checkpointed_frames_ >= kCheckpointStep;
  const bool wanted = shorten_.load();
  if (!due && !wanted) return;
  const auto now = Clock::now();
  const bool truncate = wanted || (frames >= kTruncateFrames && now - truncated_ >= kTruncatePause);
  if (truncate) truncated_ = now;
  checkpointed_frames_ = frames;
  try {
    connection_.checkpoint(truncate);
    if (wanted && connection_.wal_frames() == 0) shorten_.store(false);
  } catch (const Failure& failure) {
    failed(failure);
  }
}

}  // namespace madoguchi::db
