// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <optional>
#include <string>

#include "tests/support/folder.h"

namespace madoguchi::testing {

/// A private PostgreSQL server on a Unix socket in a temporary folder, without fsync: for unit
/// tests. It dies with the thread that started it, however that ends. As root it runs as another
/// user.
class PostgresServer {
 public:
  /// Throws std::runtime_error when it does not come up.
  PostgresServer();
  ~PostgresServer();
  PostgresServer(const PostgresServer&) = delete;
  PostgresServer& operator=(const PostgresServer&) = delete;

  /// Where the server's programs are; nullopt when PostgreSQL is not installed.
  [[nodiscard]] static std::optional<std::filesystem::path> programs();

  /// Starts it, when it is not running.
  void start();
  /// As a crash: no checkpoint, connections cut (pg_ctl stop -m immediate).
  void stop_immediately();
  /// SIGSTOP and SIGCONT for every process of the server.
  void pause();
  void resume();

  [[nodiscard]] std::string url(const std::string& database) const;

 private:
  void initialise();
  void signal_all(int signal) const;

  TemporaryFolder folder_;
  std::filesystem::path programs_;
  pid_t server_ = -1;
};

/// Runs SQL on a server through libpq, outside of core/db; throws std::runtime_error. The answer is
/// the first column of the first row.
std::string run_sql(const std::string& url, const std::string& sql);

}  // namespace madoguchi::testing
