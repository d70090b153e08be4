// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <atomic>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "core/base/clock.h"
#include "daemon/http/engine.h"
#include "daemon/http/file_descriptor.h"

namespace madoguchi::http {

class Connection;

/// One I/O thread with the connections pinned to it: a connection is touched by this thread alone,
/// so that it needs no lock. Only `post` and `finished` may be called from other threads. Streams
/// and responders share ownership of the loop, so that they may outlive the server.
class Loop : public std::enable_shared_from_this<Loop> {
 public:
  explicit Loop(Engine& engine);
  ~Loop();

  void start();
  /// Closes every connection, lets the thread end, and joins it. Later posts are never run.
  void finish();
  [[nodiscard]] bool finished() const { return finished_.load(); }

  /// Runs `work` on the loop's thread, later. `work` must not own this loop.
  template <class F>
  void post(F&& work) {
    boost::asio::post(context_, std::forward<F>(work));
  }
  [[nodiscard]] boost::asio::io_context& context() { return context_; }

  // From here on: the loop's own thread only.

  /// Takes over a connected, non-blocking socket. No address: a unix socket.
  void adopt(FileDescriptor fd, std::optional<IpAddress> peer, Census::Seat seat);
  void remove(Connection& connection);
  /// Asks idle connections to go, and the others to go once they have answered.
  void begin_drain();
  void end_streams();

  /// One buffer for all reads: connections keep only what they could not use at once.
  [[nodiscard]] std::array<char, 64 * 1024>& scratch() { return *scratch_; }
  [[nodiscard]] std::string_view date();

 private:
  void run();
  void arm_tick();
  void tick();
  void close_all();

  Engine& engine_;
  boost::asio::io_context context_{1};
  std::optional<boost::asio::executor_work_guard<boost::asio::io_context::executor_type>> work_;
  boost::asio::steady_timer ticker_{context_};
  bool ticking_ = false;
  std::vector<std::shared_ptr<Connection>> connections_;
  std::unique_ptr<std::array<char, 64 * 1024>> scratch_;
  std::int64_t date_second_ = 0;
  std::string date_;
  std::atomic<bool> finished_{false};
  std::jthread thread_;
};

}  // namespace madoguchi::http
