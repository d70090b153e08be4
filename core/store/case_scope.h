// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "core/domain/agent.h"

namespace madoguchi::store {

/// "a, b", each bound.
template <class Binder, class Ids>
[[nodiscard]] std::string bound_list(Binder& binder, const Ids& ids) {
  std::string list;
  for (const auto& id : ids) list += (list.empty() ? "" : ", ") + binder.bind(id);
  return list;
}

/// Whether a message of the case `c` came by one of the mailboxes, which are not none.
template <class Binder>
[[nodiscard]] std::string came_by(Binder& binder, const std::vector<domain::MailboxId>& mailboxes) {
  const std::string list = bound_list(binder, mailboxes);
  return "c.mailbox_id IN (" + list +
         ") OR EXISTS (SELECT 1 FROM placements p WHERE p.case_id = c.id AND p.mailbox_id IN (" +
         list + "))";
}

/// Which rows `c` of cases a caller sees, as Cases::visible says of one; empty: all. The scope must
/// outlive the binder.
template <class Binder>
[[nodiscard]] std::string case_in_scope(Binder& binder, const domain::Scope& scope) {
  if (scope.is_everything()) return {};
  std::string any =
      "(c.mailbox_id IS NULL AND c.team_id IS NULL) OR c.assignee_id = " + binder.bind(scope.agent);
  if (!scope.teams.empty()) any += " OR c.team_id IN (" + bound_list(binder, scope.teams) + ")";
  if (!scope.mailboxes->empty()) any += " OR " + came_by(binder, *scope.mailboxes);
  return "(" + any + ")";
}

}  // namespace madoguchi::store
