// SPDX-License-Identifier: Apache-2.0
#include "daemon/http/channel.h"

#include <fmt/format.h>

#include <iterator>
#include <utility>

namespace madoguchi::http {

Channel::Pushed Channel::push(std::string_view bytes) {
  return queue_.with([&](Queue& queue) -> Pushed {
    if (queue.state != State::open) return {false, false};
    if (bytes.empty()) return {};  // an empty chunk would end the stream
    const std::size_t behind = queue.bytes.size() + queue.unsent;
    const bool overrun = behind > 0 && behind + bytes.size() > backlog_;
    if (overrun) {
      queue.state = State::overrun;
    } else if (chunked_) {
      fmt::format_to(std::back_inserter(queue.bytes), "{:x}\r\n", bytes.size());
      queue.bytes.append(bytes).append("\r\n");
    } else {
      queue.bytes.append(bytes);
    }
    // An overrun is told at once, although the connection may be waiting for the peer.
    return {!overrun, !std::exchange(queue.woken, true) || overrun};
  });
}

Channel::Pushed Channel::end() {
  return queue_.with([&](Queue& queue) -> Pushed {
    if (queue.state != State::open) return {false, false};
    queue.state = State::ending;
    return {false, !std::exchange(queue.woken, true)};
  });
}

bool Channel::closed() const {
  return queue_.with([](const Queue& queue) { return queue.state != State::open; });
}

bool Channel::overrun() const {
  return queue_.with([](const Queue& queue) { return queue.state == State::overrun; });
}

Channel::Taken Channel::take() {
  return queue_.with([&](Queue& queue) {
    queue.woken = false;
    Taken taken{std::exchange(queue.bytes, {}), queue.state};
    if (chunked_ && queue.state == State::ending && !std::exchange(queue.ended, true)) {
      taken.bytes += "0\r\n\r\n";
    }
    queue.unsent = taken.bytes.size();
    return taken;
  });
}

void Channel::note_unsent(std::size_t bytes) {
  queue_.with([&](Queue& queue) { queue.unsent = bytes; });
}

void Channel::shut() {
  queue_.with([](Queue& queue) {
    queue.state = State::gone;
    queue.bytes = {};
    queue.unsent = 0;
  });
}

}  // namespace madoguchi::http
