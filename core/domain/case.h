// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.h"
#include "core/base/enum_set.h"
#include "core/base/id.h"
#include "core/base/result.h"
#include "core/domain/agent.h"
#include "core/domain/change.h"

namespace madoguchi::domain {

struct CaseTag;
using CaseId = Id<CaseTag>;
struct CategoryTag;
using CategoryId = Id<CategoryTag>;
struct CustomerTag;
using CustomerId = Id<CustomerTag>;

enum class CaseStatus { new_, open, pending, resolved, closed };
/// The three values of the Japanese desk: 未対応, 対応中, 対応済み.
enum class StatusGroup { unhandled, in_progress, handled };
enum class Priority { low, normal, high, urgent };
enum class Channel {
  email,
  phone,
  web,
  chat,
  line,
  sms,
  fax,
  letter,
  social,
  marketplace,
  internal,
  api
};

[[nodiscard]] StatusGroup group_of(CaseStatus status) noexcept;

/// Whoever wrote: a customer, or only a name and an address. Every part may be empty.
struct Requester {
  std::string name;
  std::string kana;
  std::string address;
  std::string phone;

  bool operator==(const Requester&) const = default;
};

enum class CcKind { customer, agent, order_contact, address };

/// Somebody who gets a copy of each public reply, never of a note.
struct Cc {
  CcKind kind = CcKind::address;
  std::string ref;  ///< id of the customer, agent or order; empty for a free address
  std::string name;
  std::string address;

  bool operator==(const Cc&) const = default;
};

/// One matter somebody raises. A case is addressed by its number, which is never used twice.
struct Case {
  CaseId id;
  std::int64_t sequence = 0;  ///< the number without its dress; set by the store
  Channel channel = Channel::email;
  std::string subject;
  CaseStatus status = CaseStatus::new_;
  std::optional<TimePoint> pending_until;
  std::string pending_reason;  ///< what it waits for
  Priority priority = Priority::normal;
  std::optional<CategoryId> category;
  std::vector<std::string> tags;
  std::optional<AgentId> assignee;
  std::optional<TeamId> team;
  std::optional<CustomerId> customer;
  Requester requester;
  std::vector<Cc> ccs;
  std::optional<MailboxId> mailbox;  ///< where its mails come from and answers go out by
  std::vector<std::string> order_numbers;
  TimePoint created_at;
  TimePoint modified_at;
  std::optional<TimePoint> last_inbound_at;
  std::optional<TimePoint> due_at;
  std::optional<std::int64_t> merged_into;  ///< sequence of the case this one was merged into
  std::optional<std::int64_t> linked_to;    ///< sequence of the case this one goes on from
  std::int64_t version = 1;

  [[nodiscard]] std::string number() const;
};

/// "CS-000123" for 123, and back; nullopt for anything else.
[[nodiscard]] std::string case_number(std::int64_t sequence);
[[nodiscard]] std::optional<std::int64_t> parse_case_number(std::string_view number);

/// What can be done with a case.
enum class CaseAction {
  edit,
  take,
  assign,
  resolve,
  reopen,
  reply,
  note,
  merge,
  split,
  move,
  undo  ///< what it was merged by
};
using CaseActions = EnumSet<CaseAction>;

/// What a caller may do with a case in that state.
[[nodiscard]] CaseActions allowed_actions(CaseStatus status, bool assigned, bool merged,
                                          const Caller& caller);

// The rules. Each changes the value and returns what happened, which becomes the row update and the
// entry in the history; an empty Change means that nothing was different.

/// Only while nobody is assigned; else conflict "case-assigned".
Result<Change> take(Case& value, const AgentId& agent);
Change assign(Case& value, std::optional<AgentId> agent, std::optional<TeamId> team);
Result<Change> resolve(Case& value);
Result<Change> reopen(Case& value);
/// Any of the five by hand; a merged case stays closed.
Result<Change> set_status(Case& value, CaseStatus status);
/// Leaves the status alone when it belongs to the group already.
Result<Change> set_status_group(Case& value, StatusGroup group);

/// A mail or an inquiry came in at `at`. `reopens` is false for what machines send.
Change on_inbound(Case& value, TimePoint at, bool reopens);
/// A public reply was given by an agent, who becomes responsible when nobody is.
Change on_reply(Case& value);

/// What a pending case waited for has come, or the time that was given to it.
Change wake(Case& value);

/// What PATCH may set; absent members stay.
struct CaseEdit {
  std::optional<std::string> subject;
  std::optional<CaseStatus> status;
  std::optional<StatusGroup> status_group;
  std::optional<Priority> priority;
  std::optional<std::optional<CategoryId>> category;
  std::optional<std::vector<std::string>> tags;
  std::optional<std::optional<CustomerId>> customer;
  std::optional<Requester> requester;
  std::optional<std::vector<Cc>> ccs;
  std::optional<std::vector<std::string>> order_numbers;
  /// A time makes the case pending.
  std::optional<std::optional<TimePoint>> pending_until;
  std::optional<std::string> pending_reason;
};
Result<Change> edit(Case& value, const CaseEdit& wish);

}  // namespace madoguchi::domain
