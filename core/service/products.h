// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/service/dto/order_dto.h"
#include "core/service/environment.h"

namespace madoguchi::service {

struct ProductFilter {
  std::optional<std::string> q;  ///< words, each of which stands in a code or a name
  std::vector<std::string> accounts;
  int limit = 50;
};

struct ProductListing {
  std::vector<ProductDto> items;
  std::optional<std::vector<std::string>> next;
};

/// What can be ordered. Safe for use by many threads.
class ProductService {
 public:
  explicit ProductService(const Environment& env) : env_(env) {}

  /// In the order of their codes.
  [[nodiscard]] Result<ProductListing> list(const ProductFilter& filter,
                                            const std::optional<std::vector<std::string>>& after);

 private:
  const Environment& env_;
};

}  // namespace madoguchi::service
