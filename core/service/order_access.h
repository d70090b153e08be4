// SPDX-License-Identifier: Apache-2.0
#pragma once

// What every use case that touches an order shares: finding it, showing it, writing it back.

#include <string>
#include <vector>

#include "core/domain/change.h"
#include "core/service/directory.h"
#include "core/service/dto/order_dto.h"
#include "core/service/environment.h"
#include "core/store/orders.h"

namespace madoguchi::service {

[[nodiscard]] Result<store::OrderRecord> find_order(db::Session& session, const std::string& id);

/// The order, if it may be changed: customer_to_change, and 412 with the current state when the
/// caller had another version in mind.
[[nodiscard]] Result<store::OrderRecord> order_to_change(const Environment& env,
                                                         db::Session& session,
                                                         const Context& context,
                                                         const std::string& id,
                                                         const DirectoryView& directory);

[[nodiscard]] std::vector<OrderItemDto> item_dtos_of(const std::vector<domain::OrderItem>& items);
[[nodiscard]] OrderDto order_dto_of(const store::OrderRecord& record,
                                    const DirectoryView& directory, const domain::Caller& caller);

/// Whether the shop would want to know: notes and labels are the desk's own.
[[nodiscard]] bool concerns_the_shop(const domain::Change& change);

/// Writes a new order with its history, in the caller's transaction.
void insert_order(const Environment& env, db::Session& session, const domain::Caller& caller,
                  domain::Order& order, const DirectoryView& directory);
/// Writes the changed order, its history entry and the feed event. What a shop does not know yet is
/// marked "by_hand". A loser of a race is run again by the database.
void save_order(const Environment& env, db::Session& session, const domain::Caller& caller,
                domain::Order& order, const domain::Order& before, domain::Change change,
                const DirectoryView& directory);

}  // namespace madoguchi::service
