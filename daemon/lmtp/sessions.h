// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <Poco/Net/StreamSocket.h>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <map>

#include "core/base/guarded.h"

namespace madoguchi::lmtp {

/// The sessions that are open, and whether they may begin something new. Safe for use by many
/// threads. Only .cpp files of this folder include this header: it lets Poco in.
class Sessions {
 public:
  /// Stops reading on every session that is between commands, now and from now on.
  void begin_stop();
  [[nodiscard]] bool stopping() const noexcept { return stopping_.load(); }
  /// Waits until no session is left, at most `limit`; returns how many are left.
  std::size_t wait_until_empty(std::chrono::milliseconds limit);
  void wait_until_empty();
  /// Breaks the connections of all sessions.
  void cut();

 private:
  friend class Seat;

  struct Entry {
    Poco::Net::StreamSocket socket;
    bool in_message = false;
  };
  struct State {
    std::map<int, Entry> open;
    int next_key = 0;
  };

  std::atomic<bool> stopping_{false};
  Monitor<State> state_;
};

/// One session's place among them, for as long as it lives.
class Seat {
 public:
  Seat(Sessions& sessions, const Poco::Net::StreamSocket& socket);
  ~Seat();
  Seat(const Seat&) = delete;
  Seat& operator=(const Seat&) = delete;

  [[nodiscard]] bool stopping() const noexcept { return sessions_.stopping(); }
  /// From here to end_message() a stop lets the session read on. False: too late to begin.
  bool begin_message();
  void end_message();

 private:
  Sessions& sessions_;
  const int key_;
};

}  // namespace madoguchi::lmtp
