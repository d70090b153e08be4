// SPDX-License-Identifier: Apache-2.0
#include "daemon/http/loop.h"

#include <ctime>
#include <exception>

#include "daemon/http/connection.h"
#include "daemon/http/response.h"
#include "daemon/http/thread_signals.h"

namespace madoguchi::http {
namespace {

// How late a deadline may be noticed. One timer for all connections: setting a deadline costs
// nothing.
constexpr std::chrono::milliseconds kTick{200};

}  // namespace

Loop::Loop(Engine& engine)
    : engine_(engine), scratch_(std::make_unique<std::array<char, 64 * 1024>>()) {
  work_.emplace(context_.get_executor());
}

Loop::~Loop() = default;

void Loop::start() {
  thread_ = std::jthread([this] {
    block_signals();
    run();
  });
}

void Loop::run() {
  for (;;) {
    try {
      context_.run();
      return;
    } catch (const std::exception& thrown) {
      engine_.instruments.log.write(messages::kLoopThrew, {{"exception", thrown.what()}});
    }
  }
}

void Loop::finish() {
  post([this] {
    close_all();
    finished_ = true;
    ticker_.cancel();
    work_.reset();
  });
  if (thread_.joinable()) {
    thread_.join();
  } else {
    context_.run();  // never started: what was posted still has to be undone
  }
}

void Loop::adopt(FileDescriptor fd, std::optional<IpAddress> peer, Census::Seat seat) {
  auto connection =
      std::make_shared<Connection>(engine_, *this, std::move(fd), peer, std::move(seat));
  connection->slot = connections_.size();
  connections_.push_back(connection);
  arm_tick();
  connection->start();
}

void Loop::remove(Connection& connection) {
  const std::size_t slot = connection.slot;
  if (slot >= connections_.size() || connections_[slot].get() != &connection) return;
  if (slot + 1 != connections_.size()) {
    connections_[slot].swap(connections_.back());
    connections_[slot]->slot = slot;
  }
  connections_.pop_back();
}

// Each of these may remove the connection that it touches, which moves the last one, already
// visited, into its place: hence backwards.
void Loop::begin_drain() {
  for (std::size_t i = connections_.size(); i-- > 0;) {
    const auto connection = connections_[i];
    connection->begin_drain();
  }
}

void Loop::end_streams() {
  for (std::size_t i = connections_.size(); i-- > 0;) {
    const auto connection = connections_[i];
    connection->end_stream();
  }
}

void Loop::close_all() {
  for (std::size_t i = connections_.size(); i-- > 0;) {
    const auto connection = connections_[i];
    connection->close();
  }
}

void Loop::arm_tick() {
  if (ticking_ || finished_) return;
  ticking_ = true;
  ticker_.expires_after(kTick);
  ticker_.async_wait([this](const boost::system::error_code& error) {
    ticking_ = false;
    if (!error) tick();
  });
}

void Loop::tick() {
  const SteadyPoint now = std::chrono::steady_clock::now();
  for (std::size_t i = connections_.size(); i-- > 0;) {
    if (now < connections_[i]->deadline()) continue;
    const auto connection = connections_[i];
    connection->on_deadline();
  }
  if (!connections_.empty()) arm_tick();
}

std::string_view Loop::date() {
  const auto now = static_cast<std::int64_t>(std::time(nullptr));
  if (now != date_second_) {
    date_second_ = now;
    date_ = http_date(now);
  }
  return date_;
}

}  // namespace madoguchi::http
