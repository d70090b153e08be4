// SPDX-License-Identifier: Apache-2.0
#pragma once

// What can be done with a subscription, as values: taken one by one (subscriptions.h) and by many
// (subscription_bulk.h). What is captured outlives the step.

#include <functional>
#include <string>

#include "core/service/environment.h"
#include "core/service/subscription_wishes.h"

namespace madoguchi::service {

struct SubscriptionStep {
  const char* event;
  bool exception = false;  ///< it is meant, although something speaks against it
  std::function<Result<domain::Subscription>(
      db::Session& session, const domain::Subscription& value, const DirectoryView& directory)>
      wanted;
};

[[nodiscard]] SubscriptionStep change_step(const SubscriptionPatchDto& wish,
                                           domain::BusinessDate today);
[[nodiscard]] SubscriptionStep skip_step(const SkipSubscriptionDto& wish);
[[nodiscard]] SubscriptionStep pause_step(const PauseSubscriptionDto& wish,
                                          domain::BusinessDate today);
[[nodiscard]] SubscriptionStep resume_step(const ResumeSubscriptionDto& wish,
                                           domain::BusinessDate today);
[[nodiscard]] SubscriptionStep cancel_step(const CancelSubscriptionDto& wish);

struct TakenStep {
  store::SubscriptionRecord record;         ///< as it is now
  std::vector<domain::FieldChange> fields;  ///< what became different
};
/// In the caller's transaction. What meets an objection (domain::Objection) is refused: to who may
/// not make exceptions as forbidden, to others as conflict "subscription-objection" unless it is
/// meant.
[[nodiscard]] Result<TakenStep> take_step(const Environment& env, db::Session& session,
                                          const Context& context, const std::string& id,
                                          const SubscriptionStep& step,
                                          const DirectoryView& directory);

/// Not while it stands as it does.
[[nodiscard]] Error wrong_subscription_state(domain::SubscriptionState state);

}  // namespace madoguchi::service
