// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "core/service/dto/customer_dto.h"
#include "core/service/environment.h"

namespace madoguchi::service {

/// One person who was registered twice. Safe for use by many threads.
class CustomerMergeService {
 public:
  explicit CustomerMergeService(const Environment& env) : env_(env) {}

  /// Puts the customer into another one, with its cases, memos and delivery addresses; it is kept
  /// as it was, and its number leads to the other one. A preview does nothing.
  [[nodiscard]] Result<MergedCustomerDto> merge(const Context& context, const std::string& number,
                                                const MergeCustomerDto& wish);
  /// Takes that back: the customer is there again as it was, with what came from it and is still
  /// where it was put. What the other one got since stays there.
  [[nodiscard]] Result<CustomerDto> unmerge(const Context& context, const std::string& number);

 private:
  const Environment& env_;
};

}  // namespace madoguchi::service
