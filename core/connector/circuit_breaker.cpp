// SPDX-License-Identifier: Apache-2.0
#include "core/connector/circuit_breaker.h"

#include <algorithm>

namespace madoguchi::connector {

bool CircuitBreaker::admits(SteadyPoint now) {
  switch (state(now)) {
    case BreakerState::closed:
      return true;
    case BreakerState::open:
      return false;
    case BreakerState::half_open:
      if (trying_) return false;
      trying_ = true;
      return true;
  }
  return false;
}

void CircuitBreaker::succeeded() {
  failures_ = 0;
  open_ = false;
  trying_ = false;
  pause_ = {};
}

void CircuitBreaker::failed(SteadyPoint now) {
  ++failures_;
  const bool was_trying = trying_;
  trying_ = false;
  if (open_ && !was_trying) return;  // began before it opened
  if (!open_ && failures_ < policy_.failures) return;
  pause_ = open_ ? std::min(pause_ * 2, policy_.longest_pause) : policy_.pause;
  open_ = true;
  until_ = now + pause_;
}

void CircuitBreaker::ended() { trying_ = false; }

BreakerState CircuitBreaker::state(SteadyPoint now) const {
  if (!open_) return BreakerState::closed;
  return now < until_ ? BreakerState::open : BreakerState::half_open;
}

std::chrono::milliseconds CircuitBreaker::remaining(SteadyPoint now) const {
  if (state(now) != BreakerState::open) return {};
  return std::chrono::ceil<std::chrono::milliseconds>(until_ - now);
}

}  // namespace madoguchi::connector
