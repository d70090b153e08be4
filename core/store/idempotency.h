// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "core/base/clock.h"
#include "core/db/session.h"

namespace madoguchi::store {

/// One request that carried an Idempotency-Key. `effect` is written in the transaction of what the
/// request did, so that a crash between the effect and its answer cannot make it happen twice.
struct IdempotentRequest {
  std::string key;  ///< hash of caller, method, path and the caller's key
  std::string body_hash;
  bool finished = false;
  std::string owner;  ///< the process that runs it
  TimePoint started_at;
  std::optional<std::string> effect;  ///< JSON of the result, once the effect is committed
  int status = 0;
  std::string headers;  ///< "Name: value" lines
  std::string body;
};

class Idempotency {
 public:
  explicit Idempotency(db::Session& session) : session_(session) {}

  /// Claims the key; false when it is there already.
  [[nodiscard]] bool claim(const IdempotentRequest& request);
  [[nodiscard]] std::optional<IdempotentRequest> find(const std::string& key);
  /// Takes over what somebody left without an effect.
  [[nodiscard]] bool take_over(const IdempotentRequest& left, const IdempotentRequest& request);
  /// False when the claim is not `owner`'s any more: roll back.
  struct Effect {
    int status = 200;
    std::string headers;  ///< "Name: value" lines
    std::string body;
  };
  [[nodiscard]] bool record_effect(const std::string& key, const std::string& owner,
                                   const Effect& effect);
  void finish(const IdempotentRequest& request);
  /// The request left nothing behind and may be sent again.
  void release(const std::string& key, const std::string& owner);
  void remove_before(TimePoint time);

 private:
  db::Session& session_;
};

}  // namespace madoguchi::store
