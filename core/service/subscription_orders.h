// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/domain/subscription.h"
#include "core/jobs/runner.h"
#include "core/service/directory.h"
#include "core/service/environment.h"

namespace madoguchi::service {

/// Makes the orders of subscriptions when they are due, each once, and lets those that were paused
/// go on. To be added to the runner once; `env` outlives it.
[[nodiscard]] jobs::JobKind subscription_job(const Environment& env);

/// Belongs into every transaction that writes a subscription: sees to what is next for it.
void order_later(const Environment& env, db::Session& session, const domain::Subscription& value);

/// Makes the order of the delivery on `date`, and the subscription goes on; both are written.
/// Conflict "subscription-ordered" when that day has its order, `invalid` when it is none.
[[nodiscard]] Result<domain::Order> make_order(const Environment& env, db::Session& session,
                                               const domain::Caller& caller,
                                               domain::Subscription& value,
                                               domain::BusinessDate date,
                                               const DirectoryView& directory);

}  // namespace madoguchi::service
