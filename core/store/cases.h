// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/db/session.h"
#include "core/domain/case.h"
#include "core/store/case_columns.h"

namespace madoguchi::store {

/// A case, and the row it was read from, with what stands beside it in other tables.
struct CaseRecord {
  domain::Case value;
  CaseRow row;
};

/// One arrival of a message at one of our addresses.
struct Placement {
  domain::CaseId case_id;
  std::string message_id;
  domain::MailboxId mailbox;
  std::string recipient;
  std::string intake_id;
  TimePoint at;
};

enum class SlaTarget { first_response, resolution };

/// soonest_due: only those that something is due for.
enum class CaseOrder { newest_modified, newest_created, soonest_due };

/// Filters of the case list; several values of one filter mean OR, different filters AND.
struct CaseQuery {
  std::vector<domain::CaseId> ids;
  std::vector<domain::CaseStatus> statuses;
  bool unresolved = false;  ///< new, open or pending
  std::vector<domain::AgentId> assignees;
  bool unassigned = false;  ///< together with `assignees`: either
  std::vector<std::string> teams;
  std::vector<domain::Channel> channels;
  std::vector<domain::CategoryId> categories;
  std::vector<domain::Priority> priorities;
  std::vector<std::string> tags;
  std::vector<std::string> customer_numbers;
  std::vector<std::string> requesters;  ///< address keys
  std::vector<std::string> order_numbers;
  std::vector<domain::MailboxId> mailboxes;
  std::optional<TimePoint> created_after;
  std::optional<TimePoint> created_before;
  std::optional<TimePoint> modified_after;
  std::optional<TimePoint> modified_before;
  std::optional<TimePoint> due_before;
  // By what happened to them (case_times).
  std::optional<TimePoint> resolved_after;
  std::optional<TimePoint> resolved_before;
  bool reopened = false;
  std::vector<SlaTarget> sla_missed;
  std::vector<std::int64_t> satisfaction;  ///< scores
  domain::Scope scope;                     ///< only cases the caller may see
  CaseOrder order = CaseOrder::newest_modified;
  int limit = 50;
};

/// Where a page of the list ended: the sort key and the sequence of the last row looked at.
struct CasePlace {
  std::int64_t key = 0;
  std::int64_t sequence = 0;
};

struct CasePage {
  std::vector<CaseRow> items;
  std::optional<CasePlace> next;  ///< empty: there is nothing behind this page
};

class Cases {
 public:
  explicit Cases(db::Session& session) : session_(session) {}

  /// Sets `value.sequence`.
  void insert(domain::Case& value);
  /// Writes the value and counts its version up; false when the row is no longer at
  /// `value.version`.
  [[nodiscard]] bool update(domain::Case& value);

  [[nodiscard]] std::optional<CaseRecord> by_sequence(std::int64_t sequence);
  [[nodiscard]] std::optional<CaseRecord> by_id(const domain::CaseId& id);
  /// Newest first. Looks at 20,000 rows at most: a page may be short, or empty, and go on.
  [[nodiscard]] CasePage list(const CaseQuery& query, std::optional<CasePlace> after);
  /// How many match, counted up to `limit`.
  [[nodiscard]] int count(const CaseQuery& query, int limit);

  void place(const Placement& placement);  ///< again with the same key: nothing
  [[nodiscard]] std::vector<Placement> placements(const domain::CaseId& id);
  /// Whether a caller with that scope may see the case.
  [[nodiscard]] bool visible(const domain::Case& value, const domain::Scope& scope);

 private:
  db::Session& session_;
};

}  // namespace madoguchi::store
