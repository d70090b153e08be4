// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/domain/message.h"
#include "core/service/directory.h"
#include "core/service/dto/message_dto.h"
#include "core/service/environment.h"
#include "core/store/cases.h"

namespace madoguchi::service {

struct NewEntry {
  domain::Message message;
  domain::Change change;  ///< of the case, which the caller saves
};

/// Writes an entry into the case, in the caller's unit of work: a reply is queued for sending
/// unless something holds it back (core/service/sending.h), a note never leaves the house.
[[nodiscard]] Result<NewEntry> add_entry(const Environment& env, db::Session& session,
                                         const domain::Caller& caller, domain::Case& value,
                                         const MessageCreateDto& wish,
                                         const DirectoryView& directory);

}  // namespace madoguchi::service
