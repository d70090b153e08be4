// SPDX-License-Identifier: Apache-2.0
#pragma once

// The parts of a customer that are kept as JSON text in one column, and their field tables.

#include "core/domain/customer_names.h"
#include "core/store/columns.h"

namespace madoguchi::json {

template <>
struct Table<domain::PostalAddress> {
  static constexpr const char* name = "PostalAddress";
  static const Fields& fields();
};
template <>
struct Table<domain::CustomerEmail> {
  static constexpr const char* name = "CustomerEmailWish";
  static const Fields& fields();
};
template <>
struct Table<domain::CustomerPhone> {
  static constexpr const char* name = "CustomerPhone";
  static const Fields& fields();
};
template <>
struct Table<domain::ExternalId> {
  static constexpr const char* name = "ExternalId";
  static const Fields& fields();
};
template <>
struct Table<domain::ShopStanding> {
  static constexpr const char* name = "ShopStanding";
  static const Fields& fields();
};
template <>
struct Table<domain::CustomerSync> {
  static constexpr const char* name = "CustomerSync";
  static const Fields& fields();
};

}  // namespace madoguchi::json
