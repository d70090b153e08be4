// SPDX-License-Identifier: Apache-2.0
#pragma once

// From what a caller says about orders to what the domain and the store take.

#include <optional>
#include <string>
#include <vector>

#include "core/domain/business_date.h"
#include "core/service/directory.h"
#include "core/service/dto/order_bulk_dto.h"
#include "core/store/orders.h"

namespace madoguchi::service {

/// `invalid` at "/date_from" or "/date_to" for what is no day.
[[nodiscard]] Result<store::OrderQuery> query_of(const OrderFilter& filter,
                                                 const DirectoryView& directory);

/// "2026-12-24", or a fault at `pointer`.
[[nodiscard]] std::optional<domain::BusinessDate> day_of(const std::string& text,
                                                         const std::string& pointer,
                                                         std::vector<FieldError>& wrong);

/// One of the customer's own, or none. What has it already keeps it, though it may be gone since.
void set_card(db::Session& session, const domain::CustomerId& customer, std::string& card,
              const std::string& wish, std::vector<FieldError>& wrong);

/// The items that were wished for. What a wish does not say of an item is as in `before`, else as
/// the account's product has it.
[[nodiscard]] std::vector<domain::OrderItem> items_of(db::Session& session,
                                                      const std::vector<OrderItemWishDto>& wish,
                                                      const std::vector<domain::OrderItem>& before,
                                                      const std::string& account,
                                                      std::vector<FieldError>& wrong);

/// The order with what was wished for, checked and calculated; `invalid` with every member that is
/// wrong, those in `wrong` already among them.
[[nodiscard]] Result<domain::Order> with_wishes(db::Session& session, domain::Order order,
                                                const OrderPatchDto& wish,
                                                const DirectoryView& directory,
                                                domain::BusinessDate today,
                                                std::vector<FieldError> wrong = {});

}  // namespace madoguchi::service
