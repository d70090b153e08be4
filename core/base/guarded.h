// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <mutex>
#include <utility>

namespace madoguchi {

/// A value that can be touched only while its mutex is held.
template <class T>
class Guarded {
 public:
  Guarded() = default;
  explicit Guarded(T value) : value_(std::move(value)) {}

  template <class F>
  decltype(auto) with(F&& use) {
    const std::scoped_lock lock(mutex_);
    return std::forward<F>(use)(value_);
  }
  template <class F>
  decltype(auto) with(F&& use) const {
    const std::scoped_lock lock(mutex_);
    return std::forward<F>(use)(value_);
  }

 private:
  mutable std::mutex mutex_;
  T value_{};
};

/// A Guarded value one can wait on: `wait` returns once `ready(value)` holds, `notify` after a
/// change wakes the waiters.
template <class T>
class Monitor {
 public:
  Monitor() = default;
  explicit Monitor(T value) : value_(std::move(value)) {}

  /// Changes the value, then wakes every waiter.
  template <class F>
  decltype(auto) update(F&& use) {
    struct Wake {
      std::condition_variable& condition;
      ~Wake() { condition.notify_all(); }
    } wake{condition_};
    const std::scoped_lock lock(mutex_);
    return std::forward<F>(use)(value_);
  }
  template <class F>
  decltype(auto) with(F&& use) {
    const std::scoped_lock lock(mutex_);
    return std::forward<F>(use)(value_);
  }
  /// Waits until `ready(value)`, then runs `use(value)` under the same lock.
  template <class Ready, class F>
  decltype(auto) wait(Ready&& ready, F&& use) {
    std::unique_lock lock(mutex_);
    condition_.wait(lock, [&] { return ready(value_); });
    return std::forward<F>(use)(value_);
  }
  /// As `wait`, but gives up at `deadline`; returns whether `ready` held.
  template <class TimePointType, class Ready, class F>
  bool wait_until(TimePointType deadline, Ready&& ready, F&& use) {
    std::unique_lock lock(mutex_);
    const bool held = condition_.wait_until(lock, deadline, [&] { return ready(value_); });
    std::forward<F>(use)(value_);
    return held;
  }

 private:
  std::mutex mutex_;
  std::condition_variable condition_;
  T value_{};
};

}  // namespace madoguchi
