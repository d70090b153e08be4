// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/db/value.h"
#include "core/domain/case.h"
#include "core/domain/sla.h"

namespace madoguchi::store {

/// What every SELECT of a case (alias c) asks for, in the order that CaseRow reads.
inline constexpr std::string_view kCaseColumns =
    "c.seq, c.id, c.channel, c.subject, c.status, c.pending_until, c.priority, c.category_id, "
    "c.tags, "
    "c.assignee_id, c.team_id, c.customer_id, c.requester_name, c.requester_kana, "
    "c.requester_address, "
    "c.requester_phone, c.ccs, c.mailbox_id, c.order_numbers, c.created_at, c.modified_at, "
    "c.last_inbound_at, c.due_at, c.merged_into, c.version, "
    "CASE WHEN c.customer_id IS NULL THEN NULL ELSE "
    "(SELECT u.number || ' ' || u.blacklisted || ' ' || u.blacklist_reasons || ' ' || u.labels || "
    "' "
    "' || u.name FROM customers u WHERE u.id = c.customer_id) END, c.linked_to, c.pending_reason, "
    "(SELECT t.standing FROM case_times t WHERE t.case_seq = c.seq)";

/// What agents have to know of a case's customer, wherever the case is shown. Views into its row.
struct CaseCustomer {
  std::string_view number;
  bool blacklisted = false;
  std::string_view blacklist_reasons;  ///< a JSON list of ids
  std::string_view labels;             ///< likewise
  std::string_view name;
};

/// A case as its row has it, for those who only show it: texts are views into the rows, which it
/// keeps. What cannot be read is a damaged database: throws.
class CaseRow {
 public:
  CaseRow(std::shared_ptr<const db::Rows> rows, std::size_t index)
      : rows_(std::move(rows)), index_(index) {}

  [[nodiscard]] std::int64_t sequence() const { return row().integer(0); }
  [[nodiscard]] std::string_view id() const { return row().text(1); }
  [[nodiscard]] domain::Channel channel() const;
  [[nodiscard]] std::string_view subject() const { return row().text(3); }
  [[nodiscard]] domain::CaseStatus status() const;
  [[nodiscard]] std::optional<TimePoint> pending_until() const { return row().optional_time(5); }
  [[nodiscard]] std::string_view pending_reason() const { return row().text(27); }
  [[nodiscard]] domain::Priority priority() const;
  [[nodiscard]] std::optional<std::string_view> category() const { return optional_text(7); }
  [[nodiscard]] std::vector<std::string> tags() const;
  [[nodiscard]] std::optional<std::string_view> assignee() const { return optional_text(9); }
  [[nodiscard]] std::optional<std::string_view> team() const { return optional_text(10); }
  [[nodiscard]] std::optional<std::string_view> customer() const { return optional_text(11); }
  [[nodiscard]] std::string_view requester_name() const { return row().text(12); }
  [[nodiscard]] std::string_view requester_kana() const { return row().text(13); }
  [[nodiscard]] std::string_view requester_address() const { return row().text(14); }
  [[nodiscard]] std::string_view requester_phone() const { return row().text(15); }
  [[nodiscard]] std::vector<domain::Cc> ccs() const;
  [[nodiscard]] std::optional<std::string_view> mailbox() const { return optional_text(17); }
  [[nodiscard]] std::vector<std::string> order_numbers() const;
  [[nodiscard]] TimePoint created_at() const { return row().time(19); }
  [[nodiscard]] TimePoint modified_at() const { return row().time(20); }
  [[nodiscard]] std::optional<TimePoint> last_inbound_at() const { return row().optional_time(21); }
  [[nodiscard]] std::optional<TimePoint> due_at() const { return row().optional_time(22); }
  [[nodiscard]] std::optional<std::int64_t> merged_into() const;
  [[nodiscard]] std::optional<std::int64_t> linked_to() const;
  /// How it stands with what its SLA policy promises; empty: no policy fits it.
  [[nodiscard]] std::optional<domain::SlaStanding> sla() const;
  [[nodiscard]] std::int64_t version() const { return row().integer(24); }
  [[nodiscard]] std::optional<CaseCustomer> customer_standing() const;
  [[nodiscard]] std::optional<std::string_view> customer_number() const {
    const std::optional<std::string_view> standing = optional_text(25);
    return standing ? std::optional(standing->substr(0, standing->find(' '))) : std::nullopt;
  }

  /// What the views look into.
  [[nodiscard]] const std::shared_ptr<const db::Rows>& rows() const { return rows_; }

 private:
  [[nodiscard]] db::Row row() const { return {*rows_, index_}; }
  [[nodiscard]] std::optional<std::string_view> optional_text(std::size_t column) const {
    return row().optional_text(column);
  }

  std::shared_ptr<const db::Rows> rows_;
  std::size_t index_;
};

/// The case itself, for those who change it.
[[nodiscard]] domain::Case case_of(const CaseRow& row);

}  // namespace madoguchi::store
