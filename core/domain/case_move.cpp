// SPDX-License-Identifier: Apache-2.0
#include "core/domain/case_move.h"

#include <algorithm>

#include "core/domain/names.h"

namespace madoguchi::domain {
namespace {

const auto kNumber = [](const std::optional<std::int64_t>& sequence) {
  return sequence ? case_number(*sequence) : std::string();
};
const auto kStatus = [](CaseStatus status) { return std::string(enum_name(status)); };

}  // namespace

Change merge_into(Case& value, const Case& target) {
  Change change{"case.merged", {}};
  change.set("merged_into", value.merged_into, std::optional(target.sequence), kNumber);
  change.set("status", value.status, CaseStatus::closed, kStatus);
  value.pending_until.reset();
  return change;
}

Change take_in(Case& value, const Case& source) {
  Change change{"case.absorbed", {}};
  change.fields.push_back({"from_case", "", source.number()});
  const bool waits = source.status == CaseStatus::new_ || source.status == CaseStatus::open;
  const bool rests = value.status != CaseStatus::new_ && value.status != CaseStatus::open;
  if (waits && rests) {
    change.set("status", value.status, CaseStatus::open, kStatus);
    value.pending_until.reset();
  }
  if (source.last_inbound_at &&
      (!value.last_inbound_at || *source.last_inbound_at > *value.last_inbound_at)) {
    value.last_inbound_at = source.last_inbound_at;
  }
  if (!value.customer) value.customer = source.customer;
  for (const std::string& number : source.order_numbers) {
    if (std::find(value.order_numbers.begin(), value.order_numbers.end(), number) !=
        value.order_numbers.end())
      continue;
    change.fields.push_back({"order_numbers", "", number});
    value.order_numbers.push_back(number);
  }
  return change;
}

Change part_from(Case& value, const BeforeMove& before) {
  Change change{"case.merge_undone", {}};
  change.set("merged_into", value.merged_into, std::optional<std::int64_t>{}, kNumber);
  change.set("status", value.status, before.source_status, kStatus);
  value.pending_until = before.source_pending_until;
  return change;
}

}  // namespace madoguchi::domain
