// SPDX-License-Identifier: Apache-2.0
#pragma once

// From what a caller sends to what the domain takes: names become ids, and what cannot be is
// refused with the member's pointer.

#include <cstdint>
#include <optional>
#include <string>

#include "core/domain/case.h"
#include "core/domain/message.h"
#include "core/service/cases.h"
#include "core/service/directory.h"

namespace madoguchi::service {

[[nodiscard]] Result<store::CaseQuery> query_of(const CaseFilter& filter,
                                                const domain::Caller& caller,
                                                const DirectoryView& directory, TimePoint now);
/// 0 for what is no number: a cursor's parts were checked before.
[[nodiscard]] std::int64_t number_of_key(const std::string& text);

struct NewCase {
  domain::Case value;
  domain::Message message;
};
[[nodiscard]] Result<NewCase> new_case_of(const Environment& env, const domain::Caller& caller,
                                          const CaseCreateDto& wish,
                                          const DirectoryView& directory);

[[nodiscard]] Result<domain::CaseEdit> edit_of(db::Session& session, const CasePatchDto& wish,
                                               const DirectoryView& directory);

struct Assignment {
  std::optional<domain::AgentId> agent;
  std::optional<domain::TeamId> team;
};
[[nodiscard]] Result<Assignment> assignment_of(const domain::Case& value, const AssignDto& wish,
                                               const DirectoryView& directory);

/// `invalid` at "/ccs/…/ref" for a contact of an order that there is not.
[[nodiscard]] Result<void> check_order_contacts(db::Session& session,
                                                const std::vector<domain::Cc>& ccs);
[[nodiscard]] Error no_such_customer(std::string pointer);

}  // namespace madoguchi::service
