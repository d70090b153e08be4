// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "core/service/dto/order_return_dto.h"
#include "core/service/environment.h"

namespace madoguchi::service {

/// Returns, exchanges, reships and partial refunds of an order. Safe for use by many threads.
class OrderReturnService {
 public:
  explicit OrderReturnService(const Environment& env) : env_(env) {}

  /// Of an order, oldest first.
  [[nodiscard]] Result<std::vector<OrderReturnDto>> list(const std::string& order);
  [[nodiscard]] Result<OrderReturnDto> get(const std::string& id);
  [[nodiscard]] Result<OrderReturnDto> create(const Context& context, const std::string& order,
                                              const ReturnCreateDto& wish);
  [[nodiscard]] Result<OrderReturnDto> patch(const Context& context, const std::string& id,
                                             const ReturnPatchDto& wish);

 private:
  const Environment& env_;
};

}  // namespace madoguchi::service
