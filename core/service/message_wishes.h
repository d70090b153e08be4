// SPDX-License-Identifier: Apache-2.0
#pragma once

// From what an agent writes to the entry it becomes.

#include "core/domain/message.h"
#include "core/service/directory.h"
#include "core/service/dto/message_dto.h"
#include "core/service/environment.h"

namespace madoguchi::service {

/// What can be refused without looking at the case: card numbers, addresses that are none.
[[nodiscard]] Result<void> check_entry(const MessageCreateDto& wish);

/// The entry as it is stored. A reply gets its sender, recipients, subject, threading and a
/// delivery per recipient; uploads become its attachments.
[[nodiscard]] Result<domain::Message> entry_of(const Environment& env, db::Session& session,
                                               const domain::Caller& caller,
                                               const domain::Case& value,
                                               const MessageCreateDto& wish,
                                               const DirectoryView& directory);

}  // namespace madoguchi::service
