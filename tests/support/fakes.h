// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <chrono>
#include <string>

#include "core/base/clock.h"
#include "core/base/id.h"

namespace madoguchi::testing {

/// Stands still until it is told to go on. Safe for use by many threads.
class FakeClock final : public Clock {
 public:
  [[nodiscard]] TimePoint now() const override { return from_micros(wall_.load()); }
  [[nodiscard]] SteadyPoint steady_now() const override {
    return SteadyPoint(std::chrono::microseconds(steady_.load()));
  }
  void advance(std::chrono::microseconds by) {
    wall_ += by.count();
    steady_ += by.count();
  }
  /// Only the calendar, as when somebody sets it.
  void jump(std::chrono::microseconds by) { wall_ += by.count(); }

 private:
  std::atomic<std::int64_t> wall_{1'800'000'000'000'000};
  std::atomic<std::int64_t> steady_{1'000'000'000};
};

/// "id-00000001" and so on. Safe for use by many threads.
class CountingIds final : public IdSource {
 public:
  std::string next() override {
    std::string digits = std::to_string(++last_);
    return "id-" + std::string(8 - digits.size(), '0') + digits;
  }

 private:
  std::atomic<int> last_{0};
};

}  // namespace madoguchi::testing
