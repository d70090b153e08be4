// SPDX-License-Identifier: Apache-2.0
#include "core/domain/case.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/domain/names.h"
#include "core/domain/object_number.h"

namespace madoguchi::domain {
namespace {

constexpr std::string_view kPrefix = "CS-";

std::string show(CaseStatus status) { return std::string(enum_name(status)); }
std::string show(Priority priority) { return std::string(enum_name(priority)); }
std::string show(const std::string& text) { return text; }
std::string show(const std::optional<TimePoint>& time) { return time ? to_rfc3339(*time) : ""; }
template <class Tag>
std::string show(const std::optional<Id<Tag>>& id) {
  return id ? id->str() : "";
}
std::string show(const std::vector<std::string>& list) {
  std::string out;
  for (const std::string& item : list) out += (out.empty() ? "" : ", ") + item;
  return out;
}
std::string show(const Requester& requester) {
  return show(std::vector<std::string>{requester.name, requester.address, requester.phone});
}
std::string show(const std::vector<Cc>& ccs) {
  std::vector<std::string> addresses;
  for (const Cc& cc : ccs) addresses.push_back(cc.address.empty() ? cc.ref : cc.address);
  return show(addresses);
}

const auto kShow = [](const auto& value) { return show(value); };

void move_to(Case& value, Change& change, CaseStatus status) {
  change.set("status", value.status, status, kShow);
  if (status != CaseStatus::pending) {
    change.set("pending_until", value.pending_until, std::optional<TimePoint>{}, kShow);
    change.set("pending_reason", value.pending_reason, std::string(), kShow);
  }
}

/// Until when, and why, a case waits; a time makes it a waiting one.
Result<void> set_pending(Case& value, const CaseEdit& wish, Change& change) {
  const bool until = wish.pending_until && *wish.pending_until;
  const bool elsewhere = wish.status || wish.status_group;
  if (until && value.status != CaseStatus::pending && !elsewhere) {
    move_to(value, change, CaseStatus::pending);
  }
  const bool reason = wish.pending_reason && !wish.pending_reason->empty();
  if ((until || reason) && value.status != CaseStatus::pending) {
    return fail(Error::invalid(until ? "/pending_until" : "/pending_reason",
                               {"Only a pending case waits for something.",
                                "保留（pending）のケースにだけ指定できます。"}));
  }
  if (wish.pending_until)
    change.set("pending_until", value.pending_until, *wish.pending_until, kShow);
  if (wish.pending_reason)
    change.set("pending_reason", value.pending_reason, *wish.pending_reason, kShow);
  return {};
}

Error merged_case(const Case& value) {
  return Error::conflict(
             "case-merged",
             {fmt::format("This case was merged into {}. Continue there.",
                          case_number(value.merged_into.value_or(0))),
              fmt::format("このケースは {} に統合されています。統合先で続けてください。",
                          case_number(value.merged_into.value_or(0)))})
      .with_member("merged_into", "\"" + case_number(value.merged_into.value_or(0)) + "\"");
}

}  // namespace

StatusGroup group_of(CaseStatus status) noexcept {
  switch (status) {
    case CaseStatus::new_:
      return StatusGroup::unhandled;
    case CaseStatus::open:
    case CaseStatus::pending:
      return StatusGroup::in_progress;
    case CaseStatus::resolved:
    case CaseStatus::closed:
      return StatusGroup::handled;
  }
  return StatusGroup::unhandled;
}

std::string case_number(std::int64_t sequence) { return object_number(kPrefix, sequence); }

std::optional<std::int64_t> parse_case_number(std::string_view number) {
  return parse_object_number(kPrefix, number);
}

std::string Case::number() const { return case_number(sequence); }

CaseActions allowed_actions(CaseStatus status, bool assigned, bool merged, const Caller& caller) {
  if (!caller.may(Permission::cases_write)) return {};
  if (merged) return {CaseAction::undo};
  const bool handled = group_of(status) == StatusGroup::handled;
  CaseActions actions{CaseAction::edit,  handled ? CaseAction::reopen : CaseAction::resolve,
                      CaseAction::reply, CaseAction::note,
                      CaseAction::merge, CaseAction::split,
                      CaseAction::move};
  if (!assigned && !caller.agent.empty()) actions.add(CaseAction::take);
  if (caller.may(Permission::cases_assign)) actions.add(CaseAction::assign);
  return actions;
}

Result<Change> take(Case& value, const AgentId& agent) {
  if (value.merged_into) return fail(merged_case(value));
  if (value.assignee) {
    return fail(Error::conflict("case-assigned", {"Somebody is already responsible for this case.",
                                                  "このケースにはすでに担当者がいます。"}));
  }
  Change change{"case.taken", {}};
  change.set("assignee", value.assignee, std::optional(agent), kShow);
  if (value.status == CaseStatus::new_) move_to(value, change, CaseStatus::open);
  return change;
}

Change assign(Case& value, std::optional<AgentId> agent, std::optional<TeamId> team) {
  Change change{agent ? "case.assigned" : "case.released", {}};
  change.set("assignee", value.assignee, std::move(agent), kShow);
  change.set("team", value.team, std::move(team), kShow);
  return change;
}

Result<Change> set_status(Case& value, CaseStatus status) {
  if (value.merged_into) return fail(merged_case(value));
  Change change{"case.status_changed", {}};
  move_to(value, change, status);
  return change;
}

Result<Change> resolve(Case& value) {
  if (value.status == CaseStatus::closed && !value.merged_into) return Change{"case.resolved", {}};
  Result<Change> change = set_status(value, CaseStatus::resolved);
  if (change) change->event = "case.resolved";
  return change;
}

Result<Change> reopen(Case& value) {
  if (group_of(value.status) != StatusGroup::handled && !value.merged_into) {
    return Change{"case.reopened", {}};
  }
  Result<Change> change = set_status(value, CaseStatus::open);
  if (change) change->event = "case.reopened";
  return change;
}

Result<Change> set_status_group(Case& value, StatusGroup group) {
  if (group_of(value.status) == group) return Change{"case.status_changed", {}};
  switch (group) {
    case StatusGroup::unhandled:
      return set_status(value, CaseStatus::new_);
    case StatusGroup::in_progress:
      return set_status(value, CaseStatus::open);
    case StatusGroup::handled:
      return set_status(value, CaseStatus::resolved);
  }
  return Change{"case.status_changed", {}};
}

Change on_inbound(Case& value, TimePoint at, bool reopens) {
  Change change{"case.message_received", {}};
  value.last_inbound_at = at;
  const bool waits = value.status == CaseStatus::pending || value.status == CaseStatus::resolved ||
                     value.status == CaseStatus::closed;
  if (reopens && waits && !value.merged_into) move_to(value, change, CaseStatus::open);
  return change;
}

Change on_reply(Case& value) {
  Change change{"case.replied", {}};
  if (value.status == CaseStatus::new_ || value.status == CaseStatus::open) {
    move_to(value, change, CaseStatus::pending);
  }
  return change;
}

Result<Change> edit(Case& value, const CaseEdit& wish) {
  if (value.merged_into) return fail(merged_case(value));
  Change change{"case.changed", {}};
  const auto merge = [&change](Result<Change> part) -> Result<void> {
    if (!part) return fail(std::move(part.error()));
    std::move(part->fields.begin(), part->fields.end(), std::back_inserter(change.fields));
    return {};
  };
  if (wish.subject) change.set("subject", value.subject, *wish.subject, kShow);
  if (wish.status) {
    if (Result<void> done = merge(set_status(value, *wish.status)); !done)
      return fail(done.error());
  }
  if (wish.status_group) {
    if (Result<void> done = merge(set_status_group(value, *wish.status_group)); !done) {
      return fail(done.error());
    }
  }
  if (wish.priority) change.set("priority", value.priority, *wish.priority, kShow);
  if (wish.category) change.set("category", value.category, *wish.category, kShow);
  if (wish.tags) change.set("tags", value.tags, *wish.tags, kShow);
  if (wish.customer) change.set("customer", value.customer, *wish.customer, kShow);
  if (wish.requester) change.set("requester", value.requester, *wish.requester, kShow);
  if (wish.ccs) change.set("ccs", value.ccs, *wish.ccs, kShow);
  if (wish.order_numbers)
    change.set("order_numbers", value.order_numbers, *wish.order_numbers, kShow);
  if (Result<void> done = set_pending(value, wish, change); !done) return fail(done.error());
  return change;
}

Change wake(Case& value) {
  Change change{"case.woken", {}};
  if (value.status == CaseStatus::pending) move_to(value, change, CaseStatus::open);
  return change;
}

}  // namespace madoguchi::domain
