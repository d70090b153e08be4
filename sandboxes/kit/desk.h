// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <optional>
#include <string>

#include "core/json/value.h"
#include "sandboxes/kit/fault_plan.h"
#include "sandboxes/kit/sandbox.h"

namespace madoguchi::sandboxes {

/// One call as it is remembered. Headers are not: they hold secrets.
struct Call {
  TimePoint at = {};
  std::string method;
  std::string path;
  Pairs query = {};
  std::string body = {};
  int status = 0;          ///< 0: no answer was given
  std::string fault = {};  ///< what went wrong on purpose
};

/// What a call meets: the answer, if there is one, and how it is to go wrong.
struct Served {
  std::optional<Response> response;
  std::optional<Fault> fault;
};

/// A sandbox with its plan, its clock and its memory of calls; everything but the octets. Used by
/// one thread at a time.
class SandboxDesk {
 public:
  explicit SandboxDesk(const SandboxType& type);

  Served serve(Request request);
  [[nodiscard]] SandboxClock& clock() { return clock_; }

 private:
  Response control(const Request& request);
  Response control_faults(const Request& request);
  Response control_clock(const Request& request);
  Response control_calls(const Request& request);

  const SandboxType& type_;
  SandboxClock clock_;
  std::unique_ptr<Sandbox> sandbox_;
  FaultPlan plan_;
  std::deque<Call> calls_;
  std::int64_t count_ = 0;  ///< of all calls, forgotten ones too
};

/// "Mon, 23 Nov 2026 10:00:00 GMT".
[[nodiscard]] std::string http_date(TimePoint time);
/// JSON with that status.
[[nodiscard]] Response json_response(const json::Value& value, int status = 200);

}  // namespace madoguchi::sandboxes
