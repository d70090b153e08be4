// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <filesystem>
#include <functional>
#include <thread>

#include "core/base/guarded.h"
#include "core/base/result.h"

namespace madoguchi::db {

/// Makes commits durable on a thread of its own: the write-ahead log is synced after COMMIT, so
/// that the writer goes on with the next group while the disk works for the last one. What is in
/// the log before a sync began is durable after it, in order: SQLite replays whole commits only.
class SqliteLogSync {
 public:
  /// Runs on that thread after a sync that began after put(); an error: nothing is known about what
  /// reached the disk.
  using Then = std::function<void(const Result<void>& synced)>;

  explicit SqliteLogSync(const std::filesystem::path& database);
  /// Syncs what was put before.
  ~SqliteLogSync();
  SqliteLogSync(const SqliteLogSync&) = delete;
  SqliteLogSync& operator=(const SqliteLogSync&) = delete;

  /// After a COMMIT; in order.
  void put(Then then);

 private:
  struct Queue {
    std::deque<Then> waiting;
    bool stopping = false;
  };
  void serve();
  Result<void> sync();

  const std::filesystem::path log_;
  int descriptor_ = -1;
  Monitor<Queue> queue_;
  std::jthread thread_;
};

}  // namespace madoguchi::db
