// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <exception>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>

#include "core/base/clock.h"
#include "core/base/guarded.h"
#include "core/base/result.h"
#include "core/connector/call_options.h"
#include "core/connector/circuit_breaker.h"
#include "core/connector/failure.h"

namespace madoguchi::connector {

/// Whether a call may be made twice.
enum class Repeat {
  never,    ///< it changes something, or whoever asks tries again later anyway
  allowed,  ///< it only reads, or has the same effect twice
};

/// One call to a connector, as whoever wants it describes it.
struct CallPlan {
  std::string_view operation;  ///< "surveys.pull": for metrics and error samples
  Urgency urgency = Urgency::background;
  std::chrono::milliseconds limit{60'000};  ///< for everything, waits and repetitions included
  Repeat repeat = Repeat::never;
  std::stop_token stop = {};
  std::string request_id = {};
};

/// How one try ended.
struct CallReport {
  std::string_view operation;
  const Error* error = nullptr;  ///< null: well
  std::chrono::microseconds took{0};
};

/// What stands between the hub and one account: how many calls at once, whether the other system is
/// left alone for now, how many repetitions there may be. Outlives its calls. Safe for use by many
/// threads.
class CallGuard {
 public:
  struct Options {
    int concurrency = 4;  ///< background work leaves one of them, when there are two or more
    CircuitBreaker::Policy breaker = {};
  };
  /// The world it needs, handed in.
  struct World {
    const Clock& clock;
    /// The wait before the next try, or nullopt: no further one.
    std::function<std::optional<std::chrono::milliseconds>(
        int attempt, std::optional<std::chrono::seconds> retry_after)>
        next_delay;
    /// Waits; returns early when told to stop.
    std::function<void(std::chrono::milliseconds, const std::stop_token&)> pause;
    std::function<void(const CallReport&)> report;
  };

  CallGuard(Options options, World world) : options_(options), world_(std::move(world)) {
    state_.with([&](State& state) { state.breaker = CircuitBreaker(options.breaker); });
  }

  [[nodiscard]] CallOptions begin(const CallPlan& plan) const;
  /// `unavailable` with `retry_after` while the breaker is open or too many calls are under way;
  /// else leave() has to follow.
  [[nodiscard]] Result<void> enter(const CallPlan& plan);
  void leave(const CallPlan& plan, const Error* error, SteadyPoint began);
  /// Whether to try again after that error; has waited when it says yes. Repetitions are a tenth of
  /// all calls at most, so that they never make an overload worse.
  [[nodiscard]] bool again(const CallPlan& plan, const CallOptions& options, int attempt,
                           const Error& error);

  struct View {
    BreakerState breaker = BreakerState::closed;
    std::chrono::milliseconds remaining{0};  ///< of an open breaker's pause
    int calls = 0;                           ///< under way
  };
  [[nodiscard]] View view() const;
  /// A person has mended something: try at once.
  void reset();

  [[nodiscard]] const Clock& clock() const { return world_.clock; }

 private:
  struct State {
    CircuitBreaker breaker;
    int calls = 0;
    double budget = 1;  ///< of repetitions
  };

  const Options options_;
  const World world_;
  Guarded<State> state_;
};

/// Calls a connector, the one way it is ever called for an account: `call(options) -> Result<T>`
/// with an absolute deadline, and with everything above. What the connector throws becomes
/// `internal`.
template <class F>
auto guarded_call(CallGuard& guard, const CallPlan& plan, F&& call)
    -> std::invoke_result_t<F&, const CallOptions&> {
  using Answer = std::invoke_result_t<F&, const CallOptions&>;
  const CallOptions options = guard.begin(plan);
  for (int attempt = 1;; ++attempt) {
    if (Result<void> entered = guard.enter(plan); !entered) return fail(std::move(entered.error()));
    const SteadyPoint began = guard.clock().steady_now();
    Answer answer = [&]() -> Answer {
      try {
        return call(options);
      } catch (const std::exception& error) {
        return fail(Error::internal(error.what()));
      }
    }();
    guard.leave(plan, answer ? nullptr : &answer.error(), began);
    if (answer || !guard.again(plan, options, attempt, answer.error())) return answer;
  }
}

}  // namespace madoguchi::connector
