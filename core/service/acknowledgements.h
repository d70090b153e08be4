// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/domain/case.h"
#include "core/service/intake_decision.h"

namespace madoguchi::service {

/// Sends the mailbox's automatic acknowledgement for a mail that has just opened `value`, as a
/// message of the case and a job of the same transaction; says in `steps` why, or why not, when the
/// mailbox has one. Never to machines, lists, null senders or suspicious senders (RFC 3834); to
/// each sender once in 24 h, to each case once, and to nobody when too many went out in the last
/// hour. It repeats nothing of the mail.
void acknowledge(const Environment& env, db::Session& session, const store::IntakeRecord& record,
                 const ReadMail& read, const domain::Case& value, const DirectoryView& directory,
                 std::vector<domain::DecisionStep>& steps);

/// Whether another side's checks speak against the sender: a failed DMARC, a spam filter's mark, an
/// envelope or a Reply-To of another domain.
[[nodiscard]] bool is_suspicious(const mail::Message& mail, const store::IntakeRecord& record);

}  // namespace madoguchi::service
