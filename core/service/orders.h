// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/service/environment.h"
#include "core/service/order_wishes.h"

namespace madoguchi::service {

struct OrderListing {
  std::vector<OrderDto> items;
  std::optional<std::vector<std::string>> next;  ///< key to go on behind
  std::optional<int> count;                      ///< at most 1,000
};

/// The use cases of an order. Safe for use by many threads.
class OrderService {
 public:
  explicit OrderService(const Environment& env) : env_(env) {}

  [[nodiscard]] Result<OrderDto> get(const domain::Caller& caller, const std::string& id);
  [[nodiscard]] Result<OrderListing> list(const domain::Caller& caller, const OrderFilter& filter,
                                          const std::optional<std::vector<std::string>>& after);
  /// Those that the case names, and those that were taken in it.
  [[nodiscard]] Result<OrderListing> of_case(const domain::Caller& caller,
                                             const std::string& number,
                                             const std::optional<std::vector<std::string>>& after,
                                             int limit);
  /// The order as `create` would make it, with its warnings; nothing is written.
  [[nodiscard]] Result<OrderDto> preview(const Context& context, const OrderCreateDto& wish);
  [[nodiscard]] Result<OrderDto> create(const Context& context, const OrderCreateDto& wish);
  [[nodiscard]] Result<OrderDto> patch(const Context& context, const std::string& id,
                                       const OrderPatchDto& wish);
  [[nodiscard]] Result<OrderDto> cancel(const Context& context, const std::string& id,
                                        const CancelOrderDto& wish);

 private:
  const Environment& env_;
};

}  // namespace madoguchi::service
