// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/service/environment.h"
#include "core/service/subscription_steps.h"
#include "core/service/subscription_wishes.h"

namespace madoguchi::service {

struct SubscriptionListing {
  std::vector<SubscriptionDto> items;
  std::optional<std::int64_t> next;  ///< sequence to go on behind
};

/// The use cases of a subscription, each a step (subscription_steps.h). Safe for use by many
/// threads.
class SubscriptionService {
 public:
  explicit SubscriptionService(const Environment& env) : env_(env) {}

  [[nodiscard]] Result<SubscriptionDto> get(const domain::Caller& caller, const std::string& id);
  /// Newest first.
  [[nodiscard]] Result<SubscriptionListing> list(const domain::Caller& caller,
                                                 const SubscriptionFilter& filter,
                                                 std::optional<std::int64_t> after);
  [[nodiscard]] Result<SubscriptionDto> create(const Context& context,
                                               const SubscriptionCreateDto& wish);
  [[nodiscard]] Result<SubscriptionDto> patch(const Context& context, const std::string& id,
                                              const SubscriptionPatchDto& wish);
  [[nodiscard]] Result<SubscriptionDto> skip(const Context& context, const std::string& id,
                                             const SkipSubscriptionDto& wish);
  [[nodiscard]] Result<SubscriptionDto> pause(const Context& context, const std::string& id,
                                              const PauseSubscriptionDto& wish);
  [[nodiscard]] Result<SubscriptionDto> resume(const Context& context, const std::string& id,
                                               const ResumeSubscriptionDto& wish);
  [[nodiscard]] Result<SubscriptionDto> cancel(const Context& context, const std::string& id,
                                               const CancelSubscriptionDto& wish);
  /// The order of the next delivery, made now.
  [[nodiscard]] Result<OrderDto> order_now(const Context& context, const std::string& id,
                                           const OrderNowDto& wish);

 private:
  [[nodiscard]] Result<SubscriptionDto> take(const Context& context, const std::string& id,
                                             const SubscriptionStep& step);
  [[nodiscard]] domain::BusinessDate today() const {
    return domain::BusinessDate::of(env_.clock.now());
  }

  const Environment& env_;
};

}  // namespace madoguchi::service
