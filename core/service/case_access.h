// SPDX-License-Identifier: Apache-2.0
#pragma once

// What every use case that touches a case shares: finding it for a caller, and writing it back.

#include <memory>
#include <string>

#include "core/domain/change.h"
#include "core/service/directory.h"
#include "core/service/environment.h"
#include "core/store/cases.h"

namespace madoguchi::service {

[[nodiscard]] Error no_such_case(const std::string& number);

/// The case of that number, if the caller may see it; a stranger's case is "not found" too.
[[nodiscard]] Result<store::CaseRecord> find_case(db::Session& session,
                                                  const domain::Caller& caller,
                                                  const std::string& number);

/// 412 with the current state when the caller had another version in mind.
[[nodiscard]] Result<void> check_version(const Context& context, const store::CaseRecord& record,
                                         const DirectoryView& directory);

/// Writes the changed case, its history entry and the feed event, in one transaction. A loser of a
/// race is run again by the database.
void save_case(const Environment& env, db::Session& session, const domain::Caller& caller,
               domain::Case& value, const domain::Change& change);
/// The same without telling the rules (core/service/rule_engine.h).
void write_case(const Environment& env, db::Session& session, const domain::Caller& caller,
                domain::Case& value, const domain::Change& change);

/// Inserts the case, with what promised times go by. `spoken`: it was opened in a talk with the
/// customer, who waits for no first answer.
void insert_case(const Environment& env, db::Session& session, domain::Case& value,
                 bool spoken = false);

/// Mailboxes whose readers may see the case.
[[nodiscard]] std::vector<domain::MailboxId> sight_of(db::Session& session,
                                                      const domain::Case& value);

}  // namespace madoguchi::service
