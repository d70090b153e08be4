// SPDX-License-Identifier: Apache-2.0
#include "daemon/lmtp/sessions.h"

#include <sys/socket.h>

namespace madoguchi::lmtp {
namespace {

/// Not by Poco, which throws when the peer has gone already.
void shut(const Poco::Net::StreamSocket& socket, int how) {
  ::shutdown(socket.impl()->sockfd(), how);
}

}  // namespace

void Sessions::begin_stop() {
  state_.with([this](State& state) {
    stopping_ = true;
    for (const auto& entry : state.open) {
      if (!entry.second.in_message) shut(entry.second.socket, SHUT_RD);
    }
  });
}

std::size_t Sessions::wait_until_empty(std::chrono::milliseconds limit) {
  std::size_t left = 0;
  state_.wait_until(
      std::chrono::steady_clock::now() + limit,
      [](const State& state) { return state.open.empty(); },
      [&](const State& state) { left = state.open.size(); });
  return left;
}

void Sessions::wait_until_empty() {
  state_.wait([](const State& state) { return state.open.empty(); }, [](State&) {});
}

void Sessions::cut() {
  state_.with([](State& state) {
    for (const auto& entry : state.open) shut(entry.second.socket, SHUT_RDWR);
  });
}

Seat::Seat(Sessions& sessions, const Poco::Net::StreamSocket& socket)
    : sessions_(sessions), key_(sessions.state_.with([&](Sessions::State& state) {
        state.open.emplace(state.next_key, Sessions::Entry{socket, false});
        return state.next_key++;
      })) {}

Seat::~Seat() {
  sessions_.state_.update([this](Sessions::State& state) { state.open.erase(key_); });
}

bool Seat::begin_message() {
  return sessions_.state_.with([this](Sessions::State& state) {
    if (sessions_.stopping()) return false;
    state.open.at(key_).in_message = true;
    return true;
  });
}

void Seat::end_message() {
  sessions_.state_.with([this](Sessions::State& state) { state.open.at(key_).in_message = false; });
}

}  // namespace madoguchi::lmtp
