// SPDX-License-Identifier: Apache-2.0
#include "core/store/case_columns.h"

#include "core/store/columns.h"

namespace madoguchi::store {
namespace {

template <class IdType>
std::optional<IdType> optional_id(const db::Row& row, std::size_t column) {
  return row.is_null(column) ? std::nullopt : std::optional(row.id<IdType>(column));
}

}  // namespace

CaseRecord case_of(const db::Row& row) {
  CaseRecord record;
  domain::Case& value = record.value;
  value.sequence = row.integer(0);
  value.id = row.id<domain::CaseId>(1);
  value.channel = enum_column<domain::Channel>(row.text(2));
  value.subject = row.string(3);
  value.status = enum_column<domain::CaseStatus>(row.text(4));
  value.pending_until = row.optional_time(5);
  value.priority = enum_column<domain::Priority>(row.text(6));
  value.category = optional_id<domain::CategoryId>(row, 7);
  value.tags = from_column<std::vector<std::string>>(row.text(8));
  value.assignee = optional_id<domain::AgentId>(row, 9);
  value.team = optional_id<domain::TeamId>(row, 10);
  value.customer = optional_id<domain::CustomerId>(row, 11);
  value.requester = {row.string(12), row.string(13), row.string(14), row.string(15)};
  value.ccs = from_column<std::vector<domain::Cc>>(row.text(16));
  value.mailbox = optional_id<domain::MailboxId>(row, 17);
  value.order_numbers = from_column<std::vector<std::string>>(row.text(18));
  value.created_at = row.time(19);
  value.modified_at = row.time(20);
  value.last_inbound_at = row.optional_time(21);
  value.due_at = row.optional_time(22);
  if (!row.is_null(23)) value.merged_into = row.integer(23);
  value.version = row.integer(24);
  record.customer_number = row.optional_string(25);
  if (!row.is_null(26)) value.linked_to = row.integer(26);
  return record;
}

}  // namespace madoguchi::store
