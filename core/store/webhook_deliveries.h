// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "core/base/clock.h"
#include "core/db/session.h"

namespace madoguchi::store {

/// One delivery of an account that calls us, by the name it has over there.
struct HookDelivery {
  std::string account;
  std::string delivery;
  std::string digest;  ///< of what it brought
  TimePoint at;
};

/// The deliveries that were taken, for as long as they could come again.
class WebhookDeliveries {
 public:
  explicit WebhookDeliveries(db::Session& session) : session_(session) {}

  /// False when there is one of that name already.
  [[nodiscard]] bool insert(const HookDelivery& delivery);
  /// The digest of the delivery of that name.
  [[nodiscard]] std::optional<std::string> digest(const std::string& account,
                                                  const std::string& delivery);
  void remove_before(TimePoint time);

 private:
  db::Session& session_;
};

}  // namespace madoguchi::store
