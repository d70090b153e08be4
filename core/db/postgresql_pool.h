// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <deque>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "core/base/guarded.h"
#include "core/db/postgresql_connection.h"

namespace madoguchi::db {

/// The connections to one PostgreSQL. Callers wait for a free one for a short while and never
/// connect themselves: one thread does, so that a dead server holds up nobody for longer than that.
/// Who meets a server that answers nobody finds out in 1.4 s, for all: from then on nobody waits
/// until a connection succeeds.
class PostgresqlPool {
 public:
  /// Gives its connection back at its end.
  class Lease {
   public:
    Lease(PostgresqlPool& pool, std::unique_ptr<PostgresqlConnection> connection)
        : pool_(&pool), connection_(std::move(connection)) {}
    ~Lease() {
      if (connection_) pool_->give_back(std::move(connection_));
    }
    Lease(Lease&& other) noexcept : pool_(other.pool_), connection_(std::move(other.connection_)) {}
    Lease& operator=(Lease&&) = delete;
    PostgresqlConnection& operator*() const { return *connection_; }

   private:
    PostgresqlPool* pool_;
    std::unique_ptr<PostgresqlConnection> connection_;
  };

  /// `probe_limit`: what a server that keeps silent is given for a sign of life.
  PostgresqlPool(std::string conninfo, int size, std::chrono::milliseconds statement_timeout,
                 std::chrono::milliseconds probe_limit);
  ~PostgresqlPool();

  /// A connection that was alive a moment ago; throws Failure(unavailable) when there is none by
  /// `deadline`. What was waited counts against the silence that the connection bears next.
  [[nodiscard]] Lease acquire(std::chrono::steady_clock::time_point deadline);

 private:
  struct Shelf {
    std::vector<std::unique_ptr<PostgresqlConnection>> idle;
    int unmade = 0;       ///< connections that were never asked for
    int connected = 0;    ///< idle or lent out
    bool down = false;    ///< the last attempt to connect failed
    bool silent = false;  ///< it answers nobody: those lent out will not come back in time
    std::string why;
  };
  struct Orders {
    /// Null: a new one is wanted; else one that broke.
    std::deque<std::unique_ptr<PostgresqlConnection>> wanted;
    bool stopping = false;
  };
  struct Probe {
    std::string where;
    /// When a server that answered was asked, when one that did not was given up.
    std::chrono::steady_clock::time_point at{};
    bool alive = true;
  };

  std::unique_ptr<PostgresqlConnection> take(std::chrono::steady_clock::time_point deadline);
  void give_back(std::unique_ptr<PostgresqlConnection> connection);
  void order(std::unique_ptr<PostgresqlConnection> connection);
  void connect_what_is_wanted();
  bool connect(std::unique_ptr<PostgresqlConnection>& connection);
  std::optional<std::chrono::steady_clock::time_point> sign_of_life(
      const std::string& where, std::chrono::steady_clock::time_point heard);
  void give_up(const std::string& where);

  const std::chrono::milliseconds probe_limit_;
  PostgresqlConnection::Settings settings_;
  Guarded<Probe> probe_;
  Monitor<Shelf> shelf_;
  Monitor<Orders> orders_;
  std::jthread connector_;
};

}  // namespace madoguchi::db
