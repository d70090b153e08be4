// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <type_traits>
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

/// A Guarded value one can wait on: `wait` returns once `ready(value)` holds and `use(value)` has
/// run. Whoever changes the value runs the `use` of those it made ready, in the order they came,
/// and wakes nobody else: a job for one of twenty waiting workers wakes one. So `ready` and `use`
/// may run on another thread than the waiting one, under the lock; they must be short and must not
/// throw.
template <class T>
class Monitor {
 public:
  Monitor() = default;
  explicit Monitor(T value) : value_(std::move(value)) {}

  /// Changes the value, then lets those go on that waited for it.
  template <class F>
  decltype(auto) update(F&& use) {
    struct Serve {
      Monitor& monitor;
      ~Serve() { monitor.serve(); }
    };
    const std::scoped_lock lock(mutex_);
    const Serve serve{*this};
    return std::forward<F>(use)(value_);
  }
  template <class F>
  decltype(auto) with(F&& use) {
    const std::scoped_lock lock(mutex_);
    return std::forward<F>(use)(value_);
  }
  /// Waits until `ready(value)`, then runs `use(value)` under the same lock.
  template <class Ready, class F>
  auto wait(Ready&& ready, F&& use) -> std::invoke_result_t<F&, T&> {
    std::unique_lock lock(mutex_);
    if (ready(value_)) return use(value_);
    Waiting<Ready, F> mine(ready, use);
    waiting_.push_back(&mine);
    mine.served_.wait(lock, [&] { return mine.is_served_; });
    return mine.answer();
  }
  /// As `wait`, but gives up at `deadline` (and runs `use` then too); returns whether `ready` held.
  template <class TimePointType, class Ready, class F>
  bool wait_until(TimePointType deadline, Ready&& ready, F&& use) {
    std::unique_lock lock(mutex_);
    if (ready(value_)) {
      use(value_);
      return true;
    }
    Waiting<Ready, F> mine(ready, use);
    waiting_.push_back(&mine);
    if (mine.served_.wait_until(lock, deadline, [&] { return mine.is_served_; })) return true;
    waiting_.erase(std::find(waiting_.begin(), waiting_.end(), &mine));
    use(value_);
    return false;
  }

 private:
  class Waiter {
   public:
    virtual bool serve(T& value) = 0;
    std::condition_variable served_;
    bool is_served_ = false;

   protected:
    ~Waiter() = default;
  };

  template <class Ready, class F>
  class Waiting final : public Waiter {
   public:
    using Answer = std::invoke_result_t<F&, T&>;
    Waiting(Ready& ready, F& use) : ready_(ready), use_(use) {}
    bool serve(T& value) override {
      if (!ready_(value)) return false;
      if constexpr (std::is_void_v<Answer>) {
        use_(value);
      } else {
        answer_.emplace(use_(value));
      }
      return true;
    }
    Answer answer() {
      if constexpr (!std::is_void_v<Answer>) return std::move(*answer_);
    }

   private:
    Ready& ready_;
    F& use_;
    std::conditional_t<std::is_void_v<Answer>, bool, std::optional<Answer>> answer_{};
  };

  /// Under the lock.
  void serve() noexcept {
    for (auto one = waiting_.begin(); one != waiting_.end();) {
      Waiter& waiter = **one;
      if (!waiter.serve(value_)) {
        ++one;
        continue;
      }
      one = waiting_.erase(one);
      waiter.is_served_ = true;
      waiter.served_.notify_one();  // under the lock: the waiter is gone right after it
    }
  }

  std::mutex mutex_;
  std::deque<Waiter*> waiting_;  ///< on their threads' stacks, in the order they came
  T value_{};
};

}  // namespace madoguchi
