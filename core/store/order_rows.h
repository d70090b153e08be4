// SPDX-License-Identifier: Apache-2.0
#pragma once

// Private to the orders' store: an order as its row has it.

#include <string_view>

#include "core/db/value.h"
#include "core/store/orders.h"

namespace madoguchi::store {

/// What every SELECT of an order (alias o) asks for, in the order that order_of reads.
inline constexpr std::string_view kOrderColumns =
    "o.seq, o.id, o.account, o.number, o.customer_id, o.case_seq, o.source, o.source_message, "
    "o.items, o.discount, o.coupons, o.points_used, o.shipping_fee, o.payment_fee, "
    "o.tax_included, o.subtotal, o.tax, o.total, o.payment_method, o.card, o.payment_state, "
    "o.refunded, o.state, o.cancel_reason, o.shipping_address, o.desired_date, o.time_slot, "
    "o.shipments, o.remark, o.memo, o.labels, o.subscription_id, o.sync, o.ordered_at, "
    "o.created_at, o.modified_at, o.version, "
    "(SELECT u.number FROM customers u WHERE u.id = o.customer_id), "
    "(SELECT u.name FROM customers u WHERE u.id = o.customer_id), "
    "(SELECT u.blacklisted FROM customers u WHERE u.id = o.customer_id)";

[[nodiscard]] OrderRecord order_of(const db::Row& row);

}  // namespace madoguchi::store
