// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/db/session.h"
#include "core/domain/product.h"

namespace madoguchi::store {

/// Filters of the product list; different filters AND.
struct ProductQuery {
  std::vector<std::string> words;     ///< folded; each stands in a code or a name
  std::vector<std::string> accounts;  ///< any of them
  int limit = 50;
};

/// Where a page of the list ended.
using ProductPlace = std::pair<std::string, std::string>;  ///< sku, id

struct ProductPage {
  std::vector<domain::Product> items;
  std::optional<ProductPlace> next;
};

class Products {
 public:
  explicit Products(db::Session& session) : session_(session) {}

  /// A code that is taken in that account is a Failure of kind unique_violation: ask first.
  void insert(const domain::Product& product);
  /// Counts the version up; false when the row is no longer at `product.version`.
  [[nodiscard]] bool update(domain::Product& product);
  /// The product with that code, its own or that of a variant.
  [[nodiscard]] std::optional<domain::Product> by_code(const std::string& account,
                                                       const std::string& sku);
  /// In the order of their codes.
  [[nodiscard]] ProductPage list(const ProductQuery& query,
                                 const std::optional<ProductPlace>& after);

 private:
  void write_codes(const domain::Product& product);

  db::Session& session_;
};

}  // namespace madoguchi::store
