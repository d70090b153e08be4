// SPDX-License-Identifier: Apache-2.0
#include "core/db/sqlite_log_sync.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <system_error>
#include <utility>

#include "core/db/sqlite_files.h"

namespace madoguchi::db {

SqliteLogSync::SqliteLogSync(const std::filesystem::path& database)
    : log_(database.string() + "-wal"), thread_([this] { serve(); }) {}

SqliteLogSync::~SqliteLogSync() {
  queue_.update([](Queue& queue) { queue.stopping = true; });
  thread_.join();
  if (descriptor_ >= 0) ::close(descriptor_);
}

void SqliteLogSync::put(Then then) {
  queue_.update([&](Queue& queue) { queue.waiting.push_back(std::move(then)); });
}

void SqliteLogSync::serve() {
  while (true) {
    const std::deque<Then> committed =
        queue_.wait([](const Queue& queue) { return !queue.waiting.empty() || queue.stopping; },
                    [](Queue& queue) { return std::exchange(queue.waiting, {}); });
    if (committed.empty()) return;
    const Result<void> synced = sync();
    for (const Then& then : committed) then(synced);
  }
}

/// Through a descriptor of our own. POSIX locks are lost when any descriptor of a file is closed,
/// but SQLite has none on the log.
Result<void> SqliteLogSync::sync() {
  const auto failed = [this] {
    return fail(Error::unavailable("cannot sync " + log_.string() + ": " +
                                   std::error_code(errno, std::generic_category()).message()));
  };
  if (descriptor_ < 0) {
    descriptor_ = ::open(log_.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor_ < 0) return failed();
    // The first time its name has to last, too.
    if (Result<void> named = sync_path(log_.parent_path()); !named) return named;
  }
  if (::fdatasync(descriptor_) != 0) return failed();
  return {};
}

}  // namespace madoguchi::db
