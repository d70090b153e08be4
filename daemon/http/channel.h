// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "core/base/guarded.h"

namespace madoguchi::http {

/// What lies between those who write to a stream (any thread) and the connection that sends it (its
/// loop's thread): framed bytes, and how far behind the peer is.
class Channel {
 public:
  /// `chunked`: frame by RFC 9112, 7.1; else raw (HTTP/1.0). `backlog`: bytes the peer may be
  /// behind.
  Channel(bool chunked, std::size_t backlog) : chunked_(chunked), backlog_(backlog) {}

  struct Pushed {
    bool open = true;   ///< false: the stream is closed
    bool wake = false;  ///< the connection must be told to look
  };
  Pushed push(std::string_view bytes);
  /// Ends the stream after what is queued.
  Pushed end();
  [[nodiscard]] bool closed() const;
  /// The peer fell too far behind.
  [[nodiscard]] bool overrun() const;

  enum class State { open, ending, overrun, gone };
  struct Taken {
    std::string bytes;
    State state = State::open;
  };
  /// Everything that is queued, with its last chunk when the stream ends.
  [[nodiscard]] Taken take();
  /// How much of what was taken is not sent yet.
  void note_unsent(std::size_t bytes);
  /// The peer is gone: writers learn it.
  void shut();

 private:
  struct Queue {
    std::string bytes;
    std::size_t unsent = 0;
    State state = State::open;
    bool woken = false;
    bool ended = false;
  };

  bool chunked_;
  std::size_t backlog_;
  Guarded<Queue> queue_;
};

}  // namespace madoguchi::http
