// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstddef>
#include <memory>
#include <vector>

#include "daemon/http/engine.h"
#include "daemon/http/listener.h"
#include "daemon/http/loop.h"

namespace madoguchi::http {

/// Accepts from one listener, on the first loop's thread, and deals the connections out in turn.
class Acceptor {
 public:
  /// `loops` must be complete and outlive the acceptor.
  Acceptor(Engine& engine, const std::vector<std::shared_ptr<Loop>>& loops, Listener listener);

  [[nodiscard]] const Listener& listener() const { return listener_; }

  // On the first loop's thread.
  void start();
  /// Takes those who have connected already, unless another process can, and closes the socket.
  void stop();

 private:
  enum class Taken { one, none, try_later };

  void wait();
  void accept_all();
  Taken accept_one();
  void seat(FileDescriptor socket, const std::optional<IpAddress>& peer);
  void pause();

  Engine& engine_;
  const std::vector<std::shared_ptr<Loop>>& loops_;
  Listener listener_;
  boost::asio::posix::stream_descriptor
      readiness_;  // watches the listener's socket, does not own it
  boost::asio::steady_timer pause_;
  std::size_t next_ = 0;
  bool open_ = true;
};

}  // namespace madoguchi::http
