// SPDX-License-Identifier: Apache-2.0
#pragma once

// Parts of products and orders as their columns have them; amounts are plain yen there.

#include "core/domain/order_names.h"
#include "core/domain/product.h"
#include "core/store/columns.h"
#include "core/store/customer_columns.h"

namespace madoguchi::json {

template <>
struct Table<domain::ProductVariant> {
  static constexpr const char* name = "KeptVariant";
  static const Fields& fields();
};
template <>
struct Table<domain::OrderItem> {
  static constexpr const char* name = "KeptOrderItem";
  static const Fields& fields();
};
template <>
struct Table<domain::Coupon> {
  static constexpr const char* name = "KeptCoupon";
  static const Fields& fields();
};
template <>
struct Table<domain::TaxLine> {
  static constexpr const char* name = "KeptTax";
  static const Fields& fields();
};
template <>
struct Table<domain::Shipment> {
  static constexpr const char* name = "Shipment";
  static const Fields& fields();
};

}  // namespace madoguchi::json
