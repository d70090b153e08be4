// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "core/db/session.h"
#include "core/store/intake.h"

namespace madoguchi::store {

/// Columns of a list of mails `i`, in the order of intake_of, the bytes left out: they are most of
/// a row.
inline constexpr std::string_view kIntakeListed =
    "i.id, i.source, i.sender, i.recipients, i.size, NULL, i.received_at, i.outcome, i.reason, "
    "i.decision, i.case_seq, i.message_id, i.decided_at, i.archive_status, i.is_cut, "
    "i.mime_message_id, i.from_address, i.attempts, i.discarded_at, i.discarded_by, "
    "i.discard_reason";

[[nodiscard]] IntakeRecord intake_of(const db::Row& row);

}  // namespace madoguchi::store
