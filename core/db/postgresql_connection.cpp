// SPDX-License-Identifier: Apache-2.0
#include "core/db/postgresql_connection.h"

#include <Poco/Data/PostgreSQL/Connector.h>
#include <Poco/Data/PostgreSQL/Utility.h>
#include <Poco/Data/Session.h>
#include <Poco/Exception.h>
#include <libpq-fe.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <utility>

#include "core/db/postgresql_values.h"
#include "core/db/statement_cache.h"

namespace madoguchi::db {

namespace {

using SteadyClock = std::chrono::steady_clock;
using Owned = std::unique_ptr<PGresult, void (*)(PGresult*)>;

/// A server from which nothing was heard for so long is asked for a sign of life, which it has to
/// give in the time of the pool's probe limit: both together are what a dead one costs a caller.
constexpr std::chrono::milliseconds kSilence{600};
/// For a caller who has waited for the connection already.
constexpr std::chrono::milliseconds kLeastSilence{100};
/// The server ends a statement at its time limit; it gets a little longer to say so.
constexpr std::chrono::milliseconds kGrace{2000};

int poll_millis(SteadyClock::time_point until) {
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - SteadyClock::now());
  return static_cast<int>(std::clamp<std::int64_t>(left.count(), 0, 60000));
}

}  // namespace

struct PostgresqlConnection::Prepared {
  std::string name;
  std::vector<Oid> types;
};

struct PostgresqlConnection::Operation {
  enum class Kind { command, prepare, execute, sync } kind;
  std::string sql;  ///< of what is prepared or executed
  Rows* answer = nullptr;
};

struct PostgresqlConnection::State {
  explicit State(const std::string& conninfo)
      : session(std::in_place, Poco::Data::PostgreSQL::Connector::KEY, conninfo),
        native(*Poco::Data::PostgreSQL::Utility::handle(*session)) {}
  ~State() {
    auto* handle = Poco::Data::PostgreSQL::Utility::handle(*session);
    handle->disconnect();
    // Poco::Data 1.11 lets go of a connection only while it works; a broken one stays here.
    PGconn* left_over = *handle;
    session.reset();
    PQfinish(left_over);
  }
  State(const State&) = delete;
  State& operator=(const State&) = delete;

  std::optional<Poco::Data::Session> session;
  PGconn* native;
  StatementCache<Prepared> cache{kCachedStatements};
  std::deque<Operation> operations;  ///< sent or about to be, and not answered yet
};

PostgresqlConnection::PostgresqlConnection(const Settings& settings) : settings_(settings) {
  try {
    Poco::Data::PostgreSQL::Connector::registerConnector();
    state_ = std::make_unique<State>(settings.conninfo);
  } catch (const Poco::Exception& error) {
    throw Failure(FailureKind::unavailable, "connecting: " + error.displayText());
  }
  configure();
}

PostgresqlConnection::~PostgresqlConnection() = default;

void PostgresqlConnection::reconnect() {
  usable_ = false;
  state_->operations.clear();
  first_failure_.reset();
  state_->cache.clear([](Prepared&) {});
  // Poco::Data would leak the native connection when connecting anew fails; this one is kept.
  PQreset(state_->native);
  if (PQstatus(state_->native) != CONNECTION_OK) {
    throw Failure(FailureKind::unavailable,
                  std::string("connecting: ") + PQerrorMessage(state_->native));
  }
  configure();
}

void PostgresqlConnection::configure() {
  if (PQsetnonblocking(state_->native, 1) != 0 || PQenterPipelineMode(state_->native) != 1) {
    throw Failure(FailureKind::unavailable, PQerrorMessage(state_->native));
  }
  // Notices would go to stderr; what matters comes as an error.
  PQsetNoticeProcessor(
      state_->native, [](void*, const char*) {}, nullptr);
  // The longer forms repeat values of the row, which may be personal.
  PQsetErrorVerbosity(state_->native, PQERRORS_TERSE);
  usable_ = true;
  reset_patience();
  // A process that was stopped in a transaction must not keep others from its rows for long.
  const std::string limits =
      "SELECT set_config('statement_timeout', '" +
      std::to_string(settings_.statement_timeout.count()) +
      "', false), set_config('idle_in_transaction_session_timeout', '60000', false), "
      "set_config('TimeZone', 'UTC', false)";
  queue_command(limits.c_str());
  sync();
}

void PostgresqlConnection::reset_patience() {
  waiting_since_.reset();
  patience_.reset();
  if (settings_.statement_timeout.count() > 0) patience_ = settings_.statement_timeout + kGrace;
}

void PostgresqlConnection::broken(const std::string& why) {
  usable_ = false;
  state_->operations.clear();
  first_failure_.reset();
  throw Failure(FailureKind::unavailable, "connection lost: " + why);
}

void PostgresqlConnection::check_sent(int sent) {
  if (sent != 1) broken(PQerrorMessage(state_->native));
}

void PostgresqlConnection::queue_command(const char* sql) {
  if (!usable_) broken("not connected");
  check_sent(PQsendQueryParams(state_->native, sql, 0, nullptr, nullptr, nullptr, nullptr, 1));
  state_->operations.push_back({Operation::Kind::command, sql, nullptr});
  last_command_.clear();
}

PostgresqlConnection::Prepared& PostgresqlConnection::prepared(std::string_view sql,
                                                               const Param* params,
                                                               std::size_t count) {
  StatementCache<Prepared>& cache = state_->cache;
  const auto forget = [this](const Prepared& old) {
    queue_command(("DEALLOCATE " + old.name).c_str());
  };
  std::vector<Oid> types = types_of(params, count);
  Prepared* known = cache.find(sql);
  if (known) {
    if (types_fit(known->types, params, count)) return *known;
    // Null says nothing about its type: what was known of it is kept.
    for (std::size_t i = 0; i < std::min(count, known->types.size()); ++i) {
      if (std::holds_alternative<std::monostate>(params[i].get())) types[i] = known->types[i];
    }
    forget(*known);
    cache.erase(sql);
  }
  const std::string name = "s" + std::to_string(++next_name_);
  check_sent(PQsendPrepare(state_->native, name.c_str(), std::string(sql).c_str(),
                           static_cast<int>(types.size()), types.data()));
  state_->operations.push_back({Operation::Kind::prepare, std::string(sql), nullptr});
  return cache.insert(sql, {name, std::move(types)}, forget);
}

void PostgresqlConnection::queue(std::string_view sql, const Param* params, std::size_t count,
                                 Rows* answer) {
  if (!usable_) broken("not connected");
  const PostgresqlValues values(params, count);
  const Prepared& statement = prepared(sql, params, count);
  check_sent(PQsendQueryPrepared(state_->native, statement.name.c_str(), values.count(),
                                 values.values(), values.lengths(), values.formats(), 1));
  state_->operations.push_back({Operation::Kind::execute, std::string(sql), answer});
}

void PostgresqlConnection::send_sync() {
  if (!usable_) broken("not connected");
  check_sent(PQpipelineSync(state_->native));
  state_->operations.push_back({Operation::Kind::sync, {}, nullptr});
}

void PostgresqlConnection::sync() {
  send_sync();
  settle();
}

void PostgresqlConnection::sync_later() {
  send_sync();
  if (PQflush(state_->native) < 0) broken(PQerrorMessage(state_->native));
}

void PostgresqlConnection::look_for_loss() {
  if (!usable_) broken("not connected");
  pollfd socket{PQsocket(state_->native), POLLIN, 0};
  // A farewell is read first, then the end of the stream.
  for (int i = 0; i < 3 && ::poll(&socket, 1, 0) > 0; ++i) {
    if (!PQconsumeInput(state_->native)) broken(PQerrorMessage(state_->native));
  }
}

void PostgresqlConnection::settle() {
  while (!state_->operations.empty()) {
    Operation& operation = state_->operations.front();
    const Owned result(next_result(), &PQclear);
    if (!result) broken("an answer is missing");
    switch (PQresultStatus(result.get())) {
      case PGRES_COMMAND_OK:
      case PGRES_TUPLES_OK:
        finish(operation, result.get());
        break;
      case PGRES_PIPELINE_SYNC:
        if (operation.kind != Operation::Kind::sync) broken("answers out of step");
        break;
      case PGRES_PIPELINE_ABORTED:
        drop_failed(operation, {});
        break;
      default:
        fail_operation(operation, result.get());
    }
    const bool more = operation.kind != Operation::Kind::sync;
    state_->operations.pop_front();
    if (more) {
      const Owned end(next_result(), &PQclear);
      if (end) broken("an answer too many");
    }
  }
  if (!first_failure_) return;
  throw Failure(*std::exchange(first_failure_, std::nullopt));
}

void PostgresqlConnection::finish(Operation& operation, const PGresult* result) {
  if (operation.kind == Operation::Kind::command) {
    last_command_ = PQcmdStatus(const_cast<PGresult*>(result));
  }
  if (!operation.answer) return;
  try {
    *operation.answer = rows_of(result);
  } catch (const Failure& failure) {
    if (!first_failure_) first_failure_ = failure;
  }
}

void PostgresqlConnection::drop_failed(const Operation& operation, std::string_view sqlstate) {
  const bool stale = sqlstate == "0A000" || sqlstate == "26000";
  if (operation.kind == Operation::Kind::prepare || stale) state_->cache.erase(operation.sql);
}

void PostgresqlConnection::fail_operation(const Operation& operation, const PGresult* result) {
  const char* field = PQresultErrorField(result, PG_DIAG_SQLSTATE);
  const std::string sqlstate = field ? field : "";
  const std::string what = std::string(PQresultErrorMessage(result)) + "(SQLSTATE " + sqlstate +
                           ") in: " + operation.sql.substr(0, 200);
  if (PQstatus(state_->native) != CONNECTION_OK) broken(what);
  drop_failed(operation, sqlstate);
  if (!first_failure_) first_failure_.emplace(classify_sqlstate(sqlstate), what);
  // A server that has become a standby: the next connection may lead to the new primary.
  if (sqlstate == "25006") usable_ = false;
}

PGresult* PostgresqlConnection::next_result() {
  auto silent_since = SteadyClock::now();
  auto probe_at = silent_since + kSilence;
  if (waiting_since_) {
    probe_at = std::max(*waiting_since_ + kSilence, silent_since + kLeastSilence);
  }
  while (PQisBusy(state_->native)) wait_for_server(silent_since, probe_at);
  return PQgetResult(state_->native);
}

void PostgresqlConnection::wait_for_server(SteadyClock::time_point& silent_since,
                                           SteadyClock::time_point& probe_at) {
  const int unsent = PQflush(state_->native);
  if (unsent < 0) broken(PQerrorMessage(state_->native));
  pollfd socket{PQsocket(state_->native), POLLIN, 0};
  if (unsent > 0) socket.events |= POLLOUT;
  const auto limit = patience_ ? silent_since + *patience_ : SteadyClock::time_point::max();
  const int ready = ::poll(&socket, 1, poll_millis(std::min(limit, probe_at)));
  const auto now = SteadyClock::now();
  if (ready > 0) {
    if ((socket.revents & ~POLLOUT) != 0 && !PQconsumeInput(state_->native)) {
      broken(PQerrorMessage(state_->native));
    }
    silent_since = now;
    probe_at = now + kSilence;
    waiting_since_.reset();
    return;
  }
  if (now >= limit) broken("no answer in time");
  if (now >= probe_at) probe(silent_since, probe_at);
}

void PostgresqlConnection::probe(SteadyClock::time_point silent_since,
                                 SteadyClock::time_point& probe_at) {
  waiting_since_.reset();
  // The last sign of life counts from when it was asked for, and is not taken twice.
  const auto heard = std::max(silent_since, probe_at - kSilence);
  const auto alive_at = settings_.sign_of_life(where(), heard);
  if (!alive_at) broken("the server does not answer");
  probe_at = *alive_at + kSilence;
}

std::string PostgresqlConnection::where() const {
  const auto quoted = [](const char* value) {
    std::string text = "'";
    for (; value && *value; ++value) {
      if (*value == '\'' || *value == '\\') text.push_back('\\');
      text.push_back(*value);
    }
    return text + "'";
  };
  // With the address at hand nobody has to wait for a name server.
  return " host=" + quoted(PQhost(state_->native)) + " port=" + quoted(PQport(state_->native)) +
         " hostaddr=" + quoted(PQhostaddr(state_->native)) + " target_session_attrs=any";
}

bool server_answers(const std::string& conninfo, std::chrono::milliseconds limit) {
  const std::unique_ptr<PGconn, void (*)(PGconn*)> connection(PQconnectStart(conninfo.c_str()),
                                                              &PQfinish);
  if (!connection || PQstatus(connection.get()) == CONNECTION_BAD) return false;
  const auto give_up = SteadyClock::now() + limit;
  PostgresPollingStatusType wanted = PGRES_POLLING_WRITING;
  while (wanted == PGRES_POLLING_WRITING || wanted == PGRES_POLLING_READING) {
    pollfd socket{PQsocket(connection.get()), 0, 0};
    socket.events = wanted == PGRES_POLLING_READING ? POLLIN : POLLOUT;
    if (::poll(&socket, 1, poll_millis(give_up)) <= 0) return false;
    wanted = PQconnectPoll(connection.get());
  }
  // A refusal by the server ("too many clients") carries its severity; a network error does not.
  return wanted == PGRES_POLLING_OK ||
         std::strstr(PQerrorMessage(connection.get()), "FATAL") != nullptr;
}

std::string refusal(const std::string& conninfo) {
  const std::unique_ptr<PGconn, void (*)(PGconn*)> connection(PQconnectdb(conninfo.c_str()),
                                                              &PQfinish);
  if (PQstatus(connection.get()) != CONNECTION_OK) return PQerrorMessage(connection.get());
  // The server's end of it counts among its connections until that has closed too.
  ::shutdown(PQsocket(connection.get()), SHUT_WR);
  pollfd socket{PQsocket(connection.get()), POLLIN, 0};
  char farewell[256];
  while (::poll(&socket, 1, 1000) > 0 && ::read(socket.fd, farewell, sizeof farewell) > 0) {
  }
  return {};
}

}  // namespace madoguchi::db
