// SPDX-License-Identifier: Apache-2.0
#pragma once

// From what an agent writes to the entry it becomes.

#include "core/domain/message.h"
#include "core/service/directory.h"
#include "core/service/dto/message_dto.h"
#include "core/service/environment.h"
#include "core/store/messages.h"

namespace madoguchi::service {

/// The upload that member `position` of `attachments` names, if it is the caller's and still free.
[[nodiscard]] Result<store::Messages::Upload> free_upload(db::Session& session,
                                                          const domain::Caller& caller,
                                                          const std::string& id,
                                                          std::size_t position);

/// As it stands, as it will be stored, and as a reader sees it: character references and tags hide
/// nothing.
[[nodiscard]] Result<void> refuse_card_numbers_in_html(const std::string& html);

/// In the names of people.
[[nodiscard]] Result<void> refuse_card_numbers_in(const std::vector<domain::NamedAddress>& list,
                                                  const std::string& pointer);

/// The html of a reply as its author wrote it.
[[nodiscard]] std::string without_signature(const domain::Message& message);

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
