// SPDX-License-Identifier: Apache-2.0
#include "core/store/customer_rows.h"

#include "core/store/customer_columns.h"

namespace madoguchi::store {

domain::Customer customer_of(const db::Row& row) {
  domain::Customer customer;
  customer.id = row.id<domain::CustomerId>(0);
  customer.sequence = row.integer(1);
  customer.family_name = row.string(2);
  customer.given_name = row.string(3);
  customer.family_name_kana = row.string(4);
  customer.given_name_kana = row.string(5);
  customer.company = row.string(6);
  customer.emails = from_column<std::vector<domain::CustomerEmail>>(row.text(7));
  customer.phones = from_column<std::vector<domain::CustomerPhone>>(row.text(8));
  customer.external_ids = from_column<std::vector<domain::ExternalId>>(row.text(9));
  if (!row.text(10).empty()) {
    customer.billing_address = from_column<domain::PostalAddress>(row.text(10));
  }
  customer.labels = from_column<std::vector<domain::MasterId>>(row.text(11));
  customer.tags = from_column<std::vector<std::string>>(row.text(12));
  customer.blacklisted = row.boolean(13);
  customer.blacklist_reasons = from_column<std::vector<domain::MasterId>>(row.text(14));
  customer.language = row.string(15);
  customer.time_zone = row.string(16);
  customer.birthday = row.string(17);
  customer.sex = enum_column<domain::Sex>(row.text(18));
  customer.standing = from_column<domain::ShopStanding>(row.text(19));
  customer.sync = from_column<domain::CustomerSync>(row.text(20));
  if (!row.is_null(21)) customer.merged_into = row.id<domain::CustomerId>(21);
  customer.created_at = row.time(22);
  customer.modified_at = row.time(23);
  customer.version = row.integer(24);
  customer.erased_at = row.optional_time(26);
  // Written before names had parts.
  if (customer.name().empty()) customer.family_name = row.string(25);
  return customer;
}

CustomerTexts::CustomerTexts(const domain::Customer& customer)
    : name(customer.name()),
      emails(to_column(customer.emails)),
      phones(to_column(customer.phones)),
      external_ids(to_column(customer.external_ids)),
      labels(to_column(customer.labels)),
      tags(to_column(customer.tags)),
      blacklist_reasons(to_column(customer.blacklist_reasons)) {
  if (customer.billing_address) billing_address = to_column(*customer.billing_address);
  if (!(customer.standing == domain::ShopStanding{})) standing = to_column(customer.standing);
  if (customer.sync.state != domain::SyncState::local) sync = to_column(customer.sync);
}

}  // namespace madoguchi::store
