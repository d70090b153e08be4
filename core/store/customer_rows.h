// SPDX-License-Identifier: Apache-2.0
#pragma once

// Private to the customers' store: a customer as its row has it.

#include <string>
#include <string_view>

#include "core/db/value.h"
#include "core/domain/customer.h"

namespace madoguchi::store {

/// What every SELECT of a customer (alias c) asks for, in the order that customer_of reads.
inline constexpr std::string_view kCustomerColumns =
    "c.id, c.seq, c.family_name, c.given_name, c.family_name_kana, c.given_name_kana, c.company, "
    "c.emails, c.phones, c.external_ids, c.billing_address, c.labels, c.tags, c.blacklisted, "
    "c.blacklist_reasons, c.language, c.time_zone, c.birthday, c.sex, c.standing, c.sync, "
    "c.merged_into, c.created_at, c.modified_at, c.version, c.name, "
    "c.erased_at";

[[nodiscard]] domain::Customer customer_of(const db::Row& row);

/// The columns that hold lists.
struct CustomerTexts {
  explicit CustomerTexts(const domain::Customer& customer);

  std::string name;
  std::string emails;
  std::string phones;
  std::string external_ids;
  std::string billing_address;
  std::string labels;
  std::string tags;
  std::string blacklist_reasons;
  std::string standing;
  std::string sync;
};

}  // namespace madoguchi::store
