// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace madoguchi::db {

/// Marks the thread that makes it, as long as it lives: nobody waits for what that thread writes.
/// Where there is one writer (SQLite), its units of work go behind those that somebody waits for,
/// though not for long (SqliteWriter).
class Background {
 public:
  Background() noexcept : before_(here_) { here_ = true; }
  ~Background() { here_ = before_; }
  Background(const Background&) = delete;
  Background& operator=(const Background&) = delete;

  /// Whether the calling thread is marked.
  [[nodiscard]] static bool here() noexcept { return here_; }

 private:
  static inline thread_local bool here_ = false;
  bool before_;
};

}  // namespace madoguchi::db
