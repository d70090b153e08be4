// SPDX-License-Identifier: Apache-2.0
#include "core/connector/guarded_call.h"

#include <algorithm>

namespace madoguchi::connector {
namespace {

constexpr double kRepetitionsPerCall = 0.1;
constexpr double kMostRepetitions = 10;

Error not_now(const char* why, std::chrono::milliseconds wait) {
  return Error::unavailable(
      why, std::max(std::chrono::seconds(1), std::chrono::ceil<std::chrono::seconds>(wait)));
}

}  // namespace

CallOptions CallGuard::begin(const CallPlan& plan) const {
  CallOptions options;
  options.deadline = world_.clock.steady_now() + plan.limit;
  options.stop = plan.stop;
  options.request_id = plan.request_id;
  options.urgency = plan.urgency;
  return options;
}

Result<void> CallGuard::enter(const CallPlan& plan) {
  const SteadyPoint now = world_.clock.steady_now();
  return state_.with([&](State& state) -> Result<void> {
    const int all = std::max(options_.concurrency, 1);
    const int mine = plan.urgency == Urgency::person || all == 1 ? all : all - 1;
    if (state.calls >= mine) {
      return fail(not_now("too many calls to this account are under way", {}));
    }
    if (!state.breaker.admits(now)) {
      return fail(
          not_now("left alone for a while after several failures", state.breaker.remaining(now)));
    }
    ++state.calls;
    state.budget = std::min(state.budget + kRepetitionsPerCall, kMostRepetitions);
    return {};
  });
}

void CallGuard::leave(const CallPlan& plan, const Error* error, SteadyPoint began) {
  const SteadyPoint now = world_.clock.steady_now();
  state_.with([&](State& state) {
    --state.calls;
    if (error == nullptr || class_of(error->code) == FailureClass::refusal) {
      state.breaker.succeeded();
    } else if (is_failure(class_of(error->code))) {
      state.breaker.failed(now);
    } else {
      state.breaker.ended();
    }
  });
  world_.report(
      {plan.operation, error, std::chrono::duration_cast<std::chrono::microseconds>(now - began)});
}

bool CallGuard::again(const CallPlan& plan, const CallOptions& options, int attempt,
                      const Error& error) {
  if (plan.repeat == Repeat::never || !may_pass(class_of(error.code))) return false;
  const auto delay = world_.next_delay(attempt, error.retry_after);
  if (!delay || world_.clock.steady_now() + *delay >= options.deadline) return false;
  const bool affordable = state_.with([](State& state) {
    if (state.budget < 1) return false;
    state.budget -= 1;
    return true;
  });
  if (!affordable) return false;
  world_.pause(*delay, plan.stop);
  return !plan.stop.stop_requested();
}

CallGuard::View CallGuard::view() const {
  const SteadyPoint now = world_.clock.steady_now();
  return state_.with([&](const State& state) {
    return View{state.breaker.state(now), state.breaker.remaining(now), state.calls};
  });
}

void CallGuard::reset() {
  state_.with([](State& state) { state.breaker.succeeded(); });
}

}  // namespace madoguchi::connector
