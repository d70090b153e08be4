// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "core/base/clock.h"
#include "core/base/guarded.h"
#include "sandboxes/kit/exchange.h"

namespace madoguchi::sandboxes {

/// The time a sandbox lives in: the real one, or one that is set, stands still and is moved. Safe
/// for use by many threads.
class SandboxClock final : public Clock {
 public:
  [[nodiscard]] TimePoint now() const override;
  [[nodiscard]] SteadyPoint steady_now() const override;
  /// Stands still there from now on.
  void set(TimePoint time);
  void advance(std::chrono::microseconds by);
  /// Runs like the real one again.
  void run();

 private:
  struct State {
    bool stands = false;
    TimePoint at = {};
  };
  Guarded<State> state_;
};

/// An outside system as it is documented, with data of its own. Called by one thread at a time.
class Sandbox {
 public:
  virtual ~Sandbox() = default;
  [[nodiscard]] virtual Response handle(const Request& request) = 0;
  /// What a person or a test does over there, below "/_sandbox/": nothing when it is unknown.
  [[nodiscard]] virtual std::optional<Response> control(const Request& request) = 0;
  /// As it was at the beginning.
  virtual void reset() = 0;
};

/// A kind of sandbox, as a value.
struct SandboxType {
  std::string name;
  std::string summary;  ///< one line, for the command's help
  std::string hint;     ///< what to try first; {url} is where it listens
  std::function<std::unique_ptr<Sandbox>(const Clock& clock)> create;
};

}  // namespace madoguchi::sandboxes
