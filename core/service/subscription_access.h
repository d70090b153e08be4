// SPDX-License-Identifier: Apache-2.0
#pragma once

// What every use case that touches a subscription shares: finding it, showing it, writing it back.

#include <string>

#include "core/domain/change.h"
#include "core/service/directory.h"
#include "core/service/dto/subscription_dto.h"
#include "core/service/environment.h"
#include "core/store/subscriptions.h"

namespace madoguchi::service {

[[nodiscard]] Result<store::SubscriptionRecord> find_subscription(db::Session& session,
                                                                  const std::string& id);

/// The subscription, if it may be changed: customer_to_change, and 412 with the current state when
/// the caller had another version in mind.
[[nodiscard]] Result<store::SubscriptionRecord> subscription_to_change(
    const Environment& env, db::Session& session, const Context& context, const std::string& id,
    const DirectoryView& directory);

[[nodiscard]] SubscriptionDto subscription_dto_of(const Environment& env,
                                                  const store::SubscriptionRecord& record,
                                                  const DirectoryView& directory,
                                                  const domain::Caller& caller);

/// Writes a new subscription with its history, in the caller's transaction.
void insert_subscription(const Environment& env, db::Session& session, const domain::Caller& caller,
                         domain::Subscription& value, const DirectoryView& directory);
/// Writes the changed subscription, its history entry and the feed event, and sees to its next
/// order. What a shop does not know yet is marked "by_hand". A loser of a race is run again by the
/// database.
void save_subscription(const Environment& env, db::Session& session, const domain::Caller& caller,
                       domain::Subscription& value, domain::Change change,
                       const DirectoryView& directory);

}  // namespace madoguchi::service
