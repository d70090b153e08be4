// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <vector>

#include "core/domain/case.h"

namespace madoguchi::domain {

/// Whoever has one of these roles may move a case from any of `from` to any of `to`.
struct StatusRule {
  std::vector<CaseStatus> from;
  std::vector<CaseStatus> to;
  std::vector<Role> roles;  ///< empty: every role that may change cases
};

/// What a case may have to have before it gets a status.
enum class CaseField {
  category,
  category_detail,  ///< a category that the settings say something about
  customer,
  assignee,
  team,
  order_numbers,
  tags,
  requester_address,
  call_outcome  ///< each telephone call in it says how it ended
};

/// A case that a person gives one of the statuses `entering` needs all of `fields`.
struct FieldRule {
  std::vector<CaseStatus> entering;
  std::vector<CaseField> fields;
  std::vector<CategoryId> categories;  ///< only cases of these; empty: all
  std::vector<Channel> channels;       ///< likewise
};

/// What people may do with the status of cases. The hub's own moves (a mail comes in, a reply goes
/// out, a wait is over) are not bound by it.
struct Scheme {
  std::vector<StatusRule> transitions;
  std::vector<FieldRule> required;
};

/// Everything is allowed, nothing required.
[[nodiscard]] Scheme default_scheme();
/// Whether it forbids or requires anything at all.
[[nodiscard]] bool binds(const Scheme& scheme);
[[nodiscard]] bool requires_field(const Scheme& scheme, CaseField field);

[[nodiscard]] bool allows(const Scheme& scheme, Role role, CaseStatus from, CaseStatus to);

/// What of a case does not stand in it.
struct CaseFacts {
  bool category_detail = true;
  bool calls_ended = true;
};
/// What the case lacks before it may get that status; in the order of the scheme.
[[nodiscard]] std::vector<CaseField> missing_fields(const Scheme& scheme, const Case& value,
                                                    CaseStatus status, const CaseFacts& facts);

/// Whether a person of that role may move the case, which was in `before`; conflict
/// "transition-not-allowed", or invalid "fields-required" with a pointer for each.
[[nodiscard]] Result<void> check_move(const Scheme& scheme, Role role, CaseStatus before,
                                      const Case& after, const CaseFacts& facts);

/// What of `actions` the scheme allows too.
[[nodiscard]] CaseActions within(const Scheme& scheme, CaseActions actions, const Case& value,
                                 Role role, const CaseFacts& facts);

/// Whether a desk can work by it: every status can be reached, nothing gets stuck unhandled, no
/// role that may change nothing is named. `invalid` with a pointer for each fault.
[[nodiscard]] Result<void> check_scheme(const Scheme& scheme);

}  // namespace madoguchi::domain
