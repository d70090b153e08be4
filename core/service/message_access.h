// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "core/domain/agent.h"
#include "core/domain/message.h"
#include "core/store/cases.h"

namespace madoguchi::service {

struct MessageRecord {
  domain::Message message;
  store::CaseRecord record;  ///< of its case
};

/// The message of that id and its case, if the caller may see it; what is not for the caller is
/// "not found" too.
[[nodiscard]] Result<MessageRecord> find_message(db::Session& session, const domain::Caller& caller,
                                                 const std::string& id);

/// 409 "answered-meanwhile" with what came or went out in the case after the message `after`, which
/// its reader saw last; notes, what the hub answered by itself and the message `but` do not count.
[[nodiscard]] Result<void> check_nothing_came(db::Session& session, const domain::Caller& caller,
                                              const domain::Case& value, const std::string& after,
                                              const domain::MessageId& but);

}  // namespace madoguchi::service
