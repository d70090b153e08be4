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

}  // namespace madoguchi::service
