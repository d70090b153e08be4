// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/db/session.h"

struct pg_conn;
struct pg_result;

namespace madoguchi::db {

/// One connection to PostgreSQL: opened by Poco::Data, used through libpq's pipeline mode on its
/// native handle, with statements kept prepared. What is queued goes out with the next sync().
/// Not for use by several threads. All calls throw Failure; after Failure(unavailable) from a
/// broken connection `usable()` is false and only reconnect() helps.
class PostgresqlConnection {
 public:
  struct Settings {
    std::string conninfo;
    std::chrono::milliseconds statement_timeout;
    /// Asked when nothing was heard from the server since `heard`: when was it asked for a sign of
    /// life, later than that, that it gave? nullopt: it gave none. `where`: see below.
    std::function<std::optional<std::chrono::steady_clock::time_point>(
        const std::string& where, std::chrono::steady_clock::time_point heard)>
        sign_of_life;
  };

  /// Connects; blocks for up to the connect timeout of each host.
  explicit PostgresqlConnection(const Settings& settings);
  ~PostgresqlConnection();
  PostgresqlConnection(const PostgresqlConnection&) = delete;
  PostgresqlConnection& operator=(const PostgresqlConnection&) = delete;

  void reconnect();
  [[nodiscard]] bool usable() const noexcept { return usable_; }
  /// The one host that it leads to, as conninfo.
  [[nodiscard]] std::string where() const;

  void queue(std::string_view sql, const Param* params, std::size_t count, Rows* answer);
  void queue_command(const char* sql);
  /// Sends what was queued and waits for all answers; throws the first failure among them.
  void sync();
  /// Sends what was queued without waiting; settle() takes the answers later.
  void sync_later();
  void settle();
  /// Throws when the server has ended this connection while nothing was under way.
  void look_for_loss();
  /// The tag of the last command queued ("COMMIT", "ROLLBACK"), once it is answered.
  [[nodiscard]] const std::string& last_command() const noexcept { return last_command_; }

  /// How long one silence of the server may last; nullopt: for ever, as long as it lives.
  void set_patience(std::optional<std::chrono::milliseconds> patience) { patience_ = patience; }
  void reset_patience();
  /// Whoever uses it next has waited since then: that much less silence will be borne.
  void hurry(std::chrono::steady_clock::time_point waiting_since) {
    waiting_since_ = waiting_since;
  }

 private:
  struct State;
  struct Operation;
  struct Prepared;

  void configure();
  Prepared& prepared(std::string_view sql, const Param* params, std::size_t count);
  void send_sync();
  void check_sent(int sent);
  pg_result* next_result();
  void wait_for_server(std::chrono::steady_clock::time_point& silent_since,
                       std::chrono::steady_clock::time_point& probe_at);
  void probe(std::chrono::steady_clock::time_point silent_since,
             std::chrono::steady_clock::time_point& probe_at);
  void finish(Operation& operation, const pg_result* result);
  void fail_operation(const Operation& operation, const pg_result* result);
  void drop_failed(const Operation& operation, std::string_view sqlstate);
  [[noreturn]] void broken(const std::string& why);

  const Settings& settings_;
  std::unique_ptr<State> state_;
  bool usable_ = false;
  int next_name_ = 0;
  std::optional<std::chrono::milliseconds> patience_;
  std::optional<std::chrono::steady_clock::time_point> waiting_since_;
  std::string last_command_;
  std::optional<Failure> first_failure_;
};

/// Whether a server answers a new connection within `limit`, if only with a refusal.
[[nodiscard]] bool server_answers(const std::string& conninfo, std::chrono::milliseconds limit);
/// Why no connection can be had; empty when one was, and is closed again. Blocks for up to the
/// connect timeout of each host.
[[nodiscard]] std::string refusal(const std::string& conninfo);

}  // namespace madoguchi::db
