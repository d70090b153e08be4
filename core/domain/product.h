// SPDX-License-Identifier: Apache-2.0
#pragma once

// What can be ordered. Products come from a shop, or from a file; the hub does not count their
// stock itself. Prices are whole yen.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/base/clock.h"
#include "core/base/id.h"
#include "core/base/result.h"
#include "core/domain/change.h"

namespace madoguchi::domain {

struct ProductTag;
using ProductId = Id<ProductTag>;

/// A size or colour with a code of its own; without a price it costs what the product does.
struct ProductVariant {
  std::string sku;
  std::string name;
  std::optional<std::int64_t> price;
  std::optional<std::int64_t> stock;

  bool operator==(const ProductVariant&) const = default;
};

struct Product {
  ProductId id;
  std::string account;  ///< the shop it is sold in; empty: the hub's own list
  std::string sku;      ///< unique in its account, among variants too
  std::string name;
  std::vector<ProductVariant> variants;
  std::int64_t price = 0;
  std::int64_t tax_rate = 10;         ///< in per cent
  std::optional<std::int64_t> stock;  ///< nullopt: not counted
  TimePoint created_at;
  TimePoint modified_at;
  std::int64_t version = 1;
};

/// What one code stands for, of a product or of one of its variants.
struct Offer {
  std::string name;
  std::int64_t price = 0;
  std::int64_t tax_rate = 10;
  std::optional<std::int64_t> stock;
};
[[nodiscard]] std::optional<Offer> offer_of(const Product& product, const std::string& sku);

/// Makes `product` what `wanted` says, but for what the hub keeps itself, and returns what became
/// different.
[[nodiscard]] Change become(Product& product, const Product& wanted, const char* event);

}  // namespace madoguchi::domain
