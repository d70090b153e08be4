// SPDX-License-Identifier: Apache-2.0
#include "core/store/customer_columns.h"

namespace madoguchi::json {

using domain::CustomerEmail;
using domain::CustomerPhone;
using domain::CustomerSync;
using domain::ExternalId;
using domain::PostalAddress;
using domain::ShopStanding;

const Fields& Table<PostalAddress>::fields() {
  static const Fields table = json::fields<PostalAddress>(
      field("name", &PostalAddress::name, "Who receives there; empty: the customer.")
          .optional()
          .max_length(200),
      field("kana", &PostalAddress::kana, "Reading of that name.").optional().max_length(200),
      field("company", &PostalAddress::company, "Company.").optional().max_length(200),
      field("country", &PostalAddress::country, "ISO 3166-1, two letters; default JP.")
          .optional()
          .max_length(2),
      field("postal_code", &PostalAddress::postal_code,
            "In Japan seven digits in any width, with or without a hyphen; kept as 150-0001.")
          .optional()
          .max_length(20)
          .example("\"150-0001\""),
      field("prefecture", &PostalAddress::prefecture,
            "In Japan one of the 47, with or without its suffix, in Latin letters or by its code "
            "(01 to 47); kept by its full name.")
          .optional()
          .max_length(100)
          .example("\"東京都\""),
      field("city", &PostalAddress::city, "市区町村.").optional().max_length(200),
      field("street", &PostalAddress::street, "町名・番地.").optional().max_length(300),
      field("building", &PostalAddress::building, "建物名・部屋番号.").optional().max_length(300),
      field("phone", &PostalAddress::phone, "Telephone number there.").optional().max_length(60));
  return table;
}

const Fields& Table<CustomerEmail>::fields() {
  static const Fields table = json::fields<CustomerEmail>(
      field("address", &CustomerEmail::address, "Mail address."),
      field("preferred", &CustomerEmail::preferred,
            "The one to write to; the first when none is marked.")
          .optional(),
      field("newsletter", &CustomerEmail::newsletter, "Promotional mail is welcome there.")
          .optional());
  return table;
}

const Fields& Table<CustomerPhone>::fields() {
  static const Fields table = json::fields<CustomerPhone>(
      field("number", &CustomerPhone::number,
            "Telephone number as the customer writes it; it is found with or without hyphens."),
      field("kind", &CustomerPhone::kind, "What it is.").optional(),
      field("preferred", &CustomerPhone::preferred,
            "The one to call; the first when none is marked.")
          .optional());
  return table;
}

const Fields& Table<ExternalId>::fields() {
  static const Fields table = json::fields<ExternalId>(
      field("account", &ExternalId::account, "The connected account.").not_empty().max_length(100),
      field("id", &ExternalId::id, "Id of the customer there.").not_empty().max_length(200),
      field("number", &ExternalId::number, "What people call the customer there.")
          .optional()
          .max_length(200));
  return table;
}

const Fields& Table<ShopStanding>::fields() {
  static const Fields table = json::fields<ShopStanding>(
      field("rank", &ShopStanding::rank, "Member rank in the shop.").optional(),
      field("points", &ShopStanding::points, "Points.").optional(),
      field("purchase_count", &ShopStanding::purchase_count, "Number of purchases.").optional(),
      field("purchase_total", &ShopStanding::purchase_total, "What they came to."),
      field("last_order_at", &ShopStanding::last_order_at, "When the last one was."));
  return table;
}

const Fields& Table<CustomerSync>::fields() {
  static const Fields table = json::fields<CustomerSync>(
      field("state", &CustomerSync::state, "Whether the shop has the customer as it stands here."),
      field("account", &CustomerSync::account, "The connected account."),
      field("at", &CustomerSync::at, "When that was seen."),
      field("error", &CustomerSync::error, "Why not."));
  return table;
}

}  // namespace madoguchi::json
