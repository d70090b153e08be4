// SPDX-License-Identifier: Apache-2.0
#include "core/store/order_columns.h"

namespace madoguchi::json {

using domain::Coupon;
using domain::OrderItem;
using domain::ProductVariant;
using domain::Shipment;
using domain::TaxLine;

const Fields& Table<ProductVariant>::fields() {
  static const Fields table = json::fields<ProductVariant>(
      field("sku", &ProductVariant::sku, ""), field("name", &ProductVariant::name, ""),
      field("price", &ProductVariant::price, ""), field("stock", &ProductVariant::stock, ""));
  return table;
}

const Fields& Table<OrderItem>::fields() {
  static const Fields table = json::fields<OrderItem>(
      field("sku", &OrderItem::sku, ""), field("name", &OrderItem::name, ""),
      field("quantity", &OrderItem::quantity, ""), field("unit_price", &OrderItem::unit_price, ""),
      field("tax_rate", &OrderItem::tax_rate, ""));
  return table;
}

const Fields& Table<Coupon>::fields() {
  static const Fields table =
      json::fields<Coupon>(field("code", &Coupon::code, ""), field("amount", &Coupon::amount, ""));
  return table;
}

const Fields& Table<TaxLine>::fields() {
  static const Fields table = json::fields<TaxLine>(field("rate", &TaxLine::rate, ""),
                                                    field("taxable", &TaxLine::taxable, ""),
                                                    field("amount", &TaxLine::amount, ""));
  return table;
}

const Fields& Table<Shipment>::fields() {
  static const Fields table = json::fields<Shipment>(
      field("carrier", &Shipment::carrier, "Who carries it."),
      field("tracking_number", &Shipment::tracking_number, "As the carrier writes it.")
          .optional()
          .max_length(60)
          .example("\"1234-5678-9012\""),
      field("tracking_url", &Shipment::tracking_url,
            "Where it can be followed; made from the number when the carrier's page is known.")
          .optional()
          .max_length(500),
      field("shipped_at", &Shipment::shipped_at, "When it left."),
      field("delivered_at", &Shipment::delivered_at, "When it arrived."));
  return table;
}

}  // namespace madoguchi::json
