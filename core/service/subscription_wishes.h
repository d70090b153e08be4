// SPDX-License-Identifier: Apache-2.0
#pragma once

// From what a caller says about subscriptions to what the domain and the store take.

#include <optional>
#include <string>
#include <vector>

#include "core/service/directory.h"
#include "core/service/dto/subscription_bulk_dto.h"
#include "core/service/environment.h"
#include "core/store/subscriptions.h"

namespace madoguchi::service {

/// `invalid` at "/next_from" or "/next_to" for what is no day.
[[nodiscard]] Result<store::SubscriptionQuery> query_of(const SubscriptionFilter& filter,
                                                        const DirectoryView& directory);

/// A day that a subscription can go on with: not over, within five years, without an order so far.
/// nullopt with a fault at `pointer`.
[[nodiscard]] std::optional<domain::BusinessDate> free_day(
    db::Session& session, const domain::Subscription& value, const std::string& text,
    const std::string& pointer, domain::BusinessDate today, std::vector<FieldError>& wrong);

/// Reasons of /subscription-reasons, each by its id or name.
[[nodiscard]] Result<std::vector<domain::MasterId>> reasons_of(const std::vector<std::string>& wish,
                                                               const DirectoryView& directory);

/// The subscription with what was wished for, checked and calculated; `invalid` with every member
/// that is wrong, those in `wrong` already among them.
[[nodiscard]] Result<domain::Subscription> with_wishes(
    db::Session& session, domain::Subscription value, const SubscriptionPatchDto& wish,
    const DirectoryView& directory, domain::BusinessDate today, std::vector<FieldError> wrong = {});

/// One that begins, with its customer, not written yet. `invalid` with every member that is wrong.
[[nodiscard]] Result<store::SubscriptionRecord> new_subscription(const Environment& env,
                                                                 db::Session& session,
                                                                 const Context& context,
                                                                 const SubscriptionCreateDto& wish,
                                                                 const DirectoryView& directory);

}  // namespace madoguchi::service
