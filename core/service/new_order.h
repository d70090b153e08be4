// SPDX-License-Identifier: Apache-2.0
#pragma once

// An order that is being taken: whose it is, where it comes from, what it comes to.

#include <optional>
#include <vector>

#include "core/service/directory.h"
#include "core/service/dto/order_dto.h"
#include "core/service/environment.h"
#include "core/store/cases.h"
#include "core/store/orders.h"

namespace madoguchi::service {

struct NewOrder {
  store::OrderRecord record;
  std::optional<store::CaseRecord> taken_in;
  std::vector<OrderWarningDto> warnings;
};

/// What `wish` asks for, not written yet. `invalid` with every member that is wrong.
[[nodiscard]] Result<NewOrder> new_order(const Environment& env, db::Session& session,
                                         const Context& context, const OrderCreateDto& wish,
                                         const DirectoryView& directory);

}  // namespace madoguchi::service
