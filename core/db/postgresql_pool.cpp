// SPDX-License-Identifier: Apache-2.0
#include "core/db/postgresql_pool.h"

#include <algorithm>
#include <iterator>

namespace madoguchi::db {

namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds kFirstPause{100};
constexpr std::chrono::milliseconds kLongestPause{1000};

}  // namespace

PostgresqlPool::PostgresqlPool(std::string conninfo, int size,
                               std::chrono::milliseconds statement_timeout,
                               std::chrono::milliseconds probe_limit)
    : probe_limit_(probe_limit),
      settings_{std::move(conninfo), statement_timeout,
                [this](const std::string& where, SteadyClock::time_point heard) {
                  return sign_of_life(where, heard);
                }},
      connector_([this] { connect_what_is_wanted(); }) {
  shelf_.update([&](Shelf& shelf) { shelf.unmade = std::max(size, 1); });
}

PostgresqlPool::~PostgresqlPool() {
  orders_.update([](Orders& orders) { orders.stopping = true; });
}

PostgresqlPool::Lease PostgresqlPool::acquire(SteadyClock::time_point deadline) {
  const auto began = SteadyClock::now();
  while (true) {
    std::unique_ptr<PostgresqlConnection> connection = take(deadline);
    connection->hurry(began);
    try {
      connection->settle();
      connection->look_for_loss();
      return {*this, std::move(connection)};
    } catch (const Failure&) {
      // It broke while it was idle, or its last read's COMMIT failed: nothing is lost by either.
      if (connection->usable()) return {*this, std::move(connection)};
      give_back(std::move(connection));
    }
  }
}

std::unique_ptr<PostgresqlConnection> PostgresqlPool::take(SteadyClock::time_point deadline) {
  std::unique_ptr<PostgresqlConnection> connection;
  bool wanted = false;
  const auto take_idle = [&](Shelf& shelf) {
    if (shelf.idle.empty()) return;
    connection = std::move(shelf.idle.back());
    shelf.idle.pop_back();
  };
  shelf_.with([&](Shelf& shelf) {
    take_idle(shelf);
    wanted = !connection && shelf.unmade > 0;
    if (wanted) --shelf.unmade;
  });
  if (connection) return connection;
  if (wanted) order(nullptr);
  std::string why;
  shelf_.wait_until(
      deadline,
      [](const Shelf& shelf) {
        return !shelf.idle.empty() || shelf.silent || (shelf.down && shelf.connected == 0);
      },
      [&](Shelf& shelf) {
        take_idle(shelf);
        why = shelf.down || shelf.silent ? shelf.why : "all connections are busy";
      });
  if (!connection) throw Failure(FailureKind::unavailable, why);
  return connection;
}

void PostgresqlPool::give_back(std::unique_ptr<PostgresqlConnection> connection) {
  const bool usable = connection->usable();
  shelf_.update([&](Shelf& shelf) {
    if (usable) {
      shelf.idle.push_back(std::move(connection));
    } else {
      --shelf.connected;
    }
  });
  if (!usable) order(std::move(connection));
}

void PostgresqlPool::order(std::unique_ptr<PostgresqlConnection> connection) {
  orders_.update([&](Orders& orders) { orders.wanted.push_back(std::move(connection)); });
}

void PostgresqlPool::connect_what_is_wanted() {
  auto pause = kFirstPause;
  while (true) {
    std::unique_ptr<PostgresqlConnection> connection;
    const bool stopping =
        orders_.wait([](const Orders& orders) { return orders.stopping || !orders.wanted.empty(); },
                     [&](Orders& orders) {
                       if (orders.stopping) return true;
                       connection = std::move(orders.wanted.front());
                       orders.wanted.pop_front();
                       return false;
                     });
    if (stopping) return;
    if (connect(connection)) {
      pause = kFirstPause;
      continue;
    }
    order(std::move(connection));
    const bool told = orders_.wait_until(
        SteadyClock::now() + pause, [](const Orders& orders) { return orders.stopping; },
        [](Orders&) {});
    if (told) return;
    pause = std::min(2 * pause, kLongestPause);
  }
}

bool PostgresqlPool::connect(std::unique_ptr<PostgresqlConnection>& connection) {
  try {
    if (connection) {
      connection->reconnect();
    } else {
      // Poco::Data leaks a native connection that could not be opened: look before.
      const std::string why = refusal(settings_.conninfo);
      if (!why.empty()) throw Failure(FailureKind::unavailable, "connecting: " + why);
      connection = std::make_unique<PostgresqlConnection>(settings_);
    }
    shelf_.update([&](Shelf& shelf) {
      shelf.down = false;
      shelf.silent = false;
      ++shelf.connected;
      shelf.idle.push_back(std::move(connection));
    });
    return true;
  } catch (const Failure& failure) {
    shelf_.update([&](Shelf& shelf) {
      shelf.down = true;
      shelf.why = failure.what();
    });
    return false;
  }
}

std::optional<SteadyClock::time_point> PostgresqlPool::sign_of_life(const std::string& where,
                                                                    SteadyClock::time_point heard) {
  bool asked = false;
  // Holding the lock while asking makes the others wait for the same answer.
  const Probe answer = probe_.with([&](Probe& probe) {
    if (probe.where == where && probe.at > heard) return probe;
    asked = true;
    const auto began = SteadyClock::now();
    probe.where = where;
    probe.alive = server_answers(settings_.conninfo + where, probe_limit_);
    probe.at = probe.alive ? began : SteadyClock::now();
    return probe;
  });
  if (answer.alive) return answer.at;
  if (asked) give_up(where);
  return std::nullopt;
}

void PostgresqlPool::give_up(const std::string& where) {
  std::vector<std::unique_ptr<PostgresqlConnection>> dead;
  shelf_.update([&](Shelf& shelf) {
    shelf.silent = true;
    shelf.why = "the server does not answer";
    const auto first = std::partition(
        shelf.idle.begin(), shelf.idle.end(),
        [&](const std::unique_ptr<PostgresqlConnection>& idle) { return idle->where() != where; });
    std::move(first, shelf.idle.end(), std::back_inserter(dead));
    shelf.idle.erase(first, shelf.idle.end());
    shelf.connected -= static_cast<int>(dead.size());
  });
  for (auto& connection : dead) order(std::move(connection));
}

}  // namespace madoguchi::db
