// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "core/db/value.h"
#include "core/store/cases.h"

namespace madoguchi::store {

/// What every SELECT of a case (alias c) asks for, in the order that case_of reads.
inline constexpr std::string_view kCaseColumns =
    "c.seq, c.id, c.channel, c.subject, c.status, c.pending_until, c.priority, c.category_id, "
    "c.tags, "
    "c.assignee_id, c.team_id, c.customer_id, c.requester_name, c.requester_kana, "
    "c.requester_address, "
    "c.requester_phone, c.ccs, c.mailbox_id, c.order_numbers, c.created_at, c.modified_at, "
    "c.last_inbound_at, c.due_at, c.merged_into, c.version, "
    "CASE WHEN c.customer_id IS NULL THEN NULL ELSE "
    "(SELECT u.number FROM customers u WHERE u.id = c.customer_id) END, c.linked_to";

[[nodiscard]] CaseRecord case_of(const db::Row& row);

}  // namespace madoguchi::store
