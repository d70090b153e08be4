// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>

#include "core/base/clock.h"
#include "core/base/enum_names.h"

namespace madoguchi::connector {

enum class BreakerState {
  closed,     ///< calls go out
  open,       ///< none does
  half_open,  ///< one does, to see whether it is over
};

/// Leaves a system alone that fails again and again, and tries it with one call after a while. A
/// value without a clock: whoever has it says what time it is. Not for use by several threads.
///
///     closed ──`failures` in a row──▶ open ──after the pause──▶ half_open ──a success──▶ closed
///                                      ▲                            │
///                                      └───a failure, pause doubled─┘
class CircuitBreaker {
 public:
  struct Policy {
    int failures = 5;
    std::chrono::milliseconds pause{15'000};
    std::chrono::milliseconds longest_pause{300'000};
  };

  CircuitBreaker() = default;
  explicit CircuitBreaker(Policy policy) : policy_(policy) {}

  /// Whether a call may go out now; who is told so says how it ended. In half_open only the first
  /// who asks is, until it has ended.
  [[nodiscard]] bool admits(SteadyPoint now);
  void succeeded();
  void failed(SteadyPoint now);
  /// It ended in a way that says nothing of the other system.
  void ended();

  [[nodiscard]] BreakerState state(SteadyPoint now) const;
  /// How long nothing goes out; 0 unless open.
  [[nodiscard]] std::chrono::milliseconds remaining(SteadyPoint now) const;

 private:
  Policy policy_ = {};
  int failures_ = 0;  ///< in a row
  bool open_ = false;
  bool trying_ = false;
  SteadyPoint until_{};
  std::chrono::milliseconds pause_{0};
};

}  // namespace madoguchi::connector

namespace madoguchi {

template <>
struct EnumNames<connector::BreakerState> {
  static constexpr EnumName<connector::BreakerState> values[] = {
      {connector::BreakerState::closed, "closed"},
      {connector::BreakerState::open, "open"},
      {connector::BreakerState::half_open, "half_open"}};
};

}  // namespace madoguchi
