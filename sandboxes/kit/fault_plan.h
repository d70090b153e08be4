// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "core/base/enum_names.h"
#include "core/base/result.h"
#include "core/json/value.h"
#include "sandboxes/kit/exchange.h"

namespace madoguchi::sandboxes {

/// What can be wrong with an outside system that answers, or does not.
enum class FaultKind {
  status,        ///< answers `status` with `body` in place of doing anything
  delay,         ///< does it, after `delay_ms`
  hang,          ///< takes the connection and says nothing
  hang_headers,  ///< stops in the middle of the answer's headers
  hang_body,     ///< does it, stops `after` octets into the body
  trickle,       ///< does it, one octet each `delay_ms`
  reset,         ///< ends the connection before doing anything
  drop,          ///< does it, and ends the connection without a word: was it done?
  wrong_length,  ///< announces more than it sends
  truncated,     ///< sends the first `after` octets of the body and calls that all
  replaced,      ///< does it, answers with `body` and 200: an error page, an error in disguise
  huge,          ///< an answer without end
  deep,          ///< JSON ten thousand levels deep
  charset,       ///< text that is no UTF-8, labelled as another charset
  packed,        ///< says that it is compressed
  redirect,      ///< to `location`
  quirk,         ///< does it in the odd way that the sandbox calls `name`
};

/// One line of the plan: from the calls of `method` and `path` it takes, after `skip` of them, the
/// next `count`, each with `probability`.
struct Fault {
  FaultKind kind = FaultKind::status;
  std::string method = {};  ///< empty: any
  std::string path = {};    ///< how the path begins; empty: any
  std::int64_t skip = 0;
  std::int64_t count = 1;  ///< negative: without end
  double probability = 1;
  int status = 500;
  std::string body = {};
  std::string media_type = "application/json";
  std::optional<std::int64_t> retry_after = std::nullopt;
  std::int64_t delay_ms = 1000;
  std::int64_t after = 1;
  std::string location = "http://127.0.0.1/";
  std::string name = {};
};

/// `{"kind": "status", "status": 429, "path": "/api", "count": 3, "retry_after": 7}`; `invalid`
/// with the member that is wrong.
[[nodiscard]] Result<Fault> fault_from(const json::Value& value);

/// The faults to come. With the same seed the same calls meet the same faults.
class FaultPlan {
 public:
  void add(Fault fault) { faults_.push_back(std::move(fault)); }
  void clear() { faults_.clear(); }
  void seed(std::uint32_t seed) { random_.seed(seed); }
  /// What happens to this call: its quirks go into the request; of the others the first.
  [[nodiscard]] std::optional<Fault> take(Request& request);
  [[nodiscard]] json::Value to_json() const;

 private:
  std::vector<Fault> faults_;
  std::mt19937 random_{1};
};

}  // namespace madoguchi::sandboxes

namespace madoguchi {

template <>
struct EnumNames<sandboxes::FaultKind> {
  static constexpr EnumName<sandboxes::FaultKind> values[] = {
      {sandboxes::FaultKind::status, "status"},
      {sandboxes::FaultKind::delay, "delay"},
      {sandboxes::FaultKind::hang, "hang"},
      {sandboxes::FaultKind::hang_headers, "hang_headers"},
      {sandboxes::FaultKind::hang_body, "hang_body"},
      {sandboxes::FaultKind::trickle, "trickle"},
      {sandboxes::FaultKind::reset, "reset"},
      {sandboxes::FaultKind::drop, "drop"},
      {sandboxes::FaultKind::wrong_length, "wrong_length"},
      {sandboxes::FaultKind::truncated, "truncated"},
      {sandboxes::FaultKind::replaced, "replaced"},
      {sandboxes::FaultKind::huge, "huge"},
      {sandboxes::FaultKind::deep, "deep"},
      {sandboxes::FaultKind::charset, "charset"},
      {sandboxes::FaultKind::packed, "packed"},
      {sandboxes::FaultKind::redirect, "redirect"},
      {sandboxes::FaultKind::quirk, "quirk"}};
};

}  // namespace madoguchi
