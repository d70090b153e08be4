// SPDX-License-Identifier: Apache-2.0
#include "sandboxes/kit/sandbox.h"

namespace madoguchi::sandboxes {
namespace {

TimePoint real_now() {
  return std::chrono::time_point_cast<std::chrono::microseconds>(std::chrono::system_clock::now());
}

}  // namespace

TimePoint SandboxClock::now() const {
  return state_.with([](const State& state) { return state.stands ? state.at : real_now(); });
}

SteadyPoint SandboxClock::steady_now() const { return std::chrono::steady_clock::now(); }

void SandboxClock::set(TimePoint time) {
  state_.with([&](State& state) { state = {true, time}; });
}

void SandboxClock::advance(std::chrono::microseconds by) {
  state_.with([&](State& state) { state = {true, (state.stands ? state.at : real_now()) + by}; });
}

void SandboxClock::run() {
  state_.with([](State& state) { state = {}; });
}

}  // namespace madoguchi::sandboxes
