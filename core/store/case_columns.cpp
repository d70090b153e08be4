// SPDX-License-Identifier: Apache-2.0
#include "core/store/case_columns.h"

#include <algorithm>

#include "core/store/columns.h"
#include "core/store/sla_columns.h"

namespace madoguchi::store {
namespace {

template <class IdType>
std::optional<IdType> id_of(std::optional<std::string_view> text) {
  if (!text) return std::nullopt;
  return IdType(std::string(*text));
}

}  // namespace

domain::Channel CaseRow::channel() const { return enum_column<domain::Channel>(row().text(2)); }

domain::CaseStatus CaseRow::status() const {
  return enum_column<domain::CaseStatus>(row().text(4));
}

domain::Priority CaseRow::priority() const { return enum_column<domain::Priority>(row().text(6)); }

std::vector<std::string> CaseRow::tags() const {
  return from_column<std::vector<std::string>>(row().text(8));
}

std::vector<domain::Cc> CaseRow::ccs() const {
  return from_column<std::vector<domain::Cc>>(row().text(16));
}

std::vector<std::string> CaseRow::order_numbers() const {
  return from_column<std::vector<std::string>>(row().text(18));
}

std::optional<std::int64_t> CaseRow::merged_into() const {
  return row().is_null(23) ? std::nullopt : std::optional(row().integer(23));
}

std::optional<std::int64_t> CaseRow::linked_to() const {
  return row().is_null(26) ? std::nullopt : std::optional(row().integer(26));
}

std::optional<domain::SlaStanding> CaseRow::sla() const {
  const std::optional<std::string_view> text = optional_text(28);
  if (!text) return std::nullopt;
  return from_column<domain::SlaStanding>(*text);
}

std::optional<CaseCustomer> CaseRow::customer_standing() const {
  std::optional<std::string_view> rest = optional_text(25);
  if (!rest) return std::nullopt;
  // Neither numbers nor lists of ids hold a space; the name may, and stands last.
  const auto next = [&] {
    const std::size_t end = std::min(rest->find(' '), rest->size());
    const std::string_view part = rest->substr(0, end);
    rest->remove_prefix(std::min(end + 1, rest->size()));
    return part;
  };
  CaseCustomer customer;
  customer.number = next();
  customer.blacklisted = next() == "1";
  customer.blacklist_reasons = next();
  customer.labels = next();
  customer.name = *rest;
  return customer;
}

domain::Case case_of(const CaseRow& row) {
  domain::Case value;
  value.sequence = row.sequence();
  value.id = domain::CaseId(std::string(row.id()));
  value.channel = row.channel();
  value.subject = row.subject();
  value.status = row.status();
  value.pending_until = row.pending_until();
  value.pending_reason = row.pending_reason();
  value.priority = row.priority();
  value.category = id_of<domain::CategoryId>(row.category());
  value.tags = row.tags();
  value.assignee = id_of<domain::AgentId>(row.assignee());
  value.team = id_of<domain::TeamId>(row.team());
  value.customer = id_of<domain::CustomerId>(row.customer());
  value.requester = {std::string(row.requester_name()), std::string(row.requester_kana()),
                     std::string(row.requester_address()), std::string(row.requester_phone())};
  value.ccs = row.ccs();
  value.mailbox = id_of<domain::MailboxId>(row.mailbox());
  value.order_numbers = row.order_numbers();
  value.created_at = row.created_at();
  value.modified_at = row.modified_at();
  value.last_inbound_at = row.last_inbound_at();
  value.due_at = row.due_at();
  value.merged_into = row.merged_into();
  value.linked_to = row.linked_to();
  value.version = row.version();
  return value;
}

}  // namespace madoguchi::store
