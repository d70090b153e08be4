// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "core/service/dto/order_bulk_dto.h"
#include "core/service/environment.h"
#include "core/service/operations.h"

namespace madoguchi::service {

class DirectoryView;

/// The same for many orders: changes, payments, mails (C11, C23). Safe for use by many threads.
class OrderBulkService {
 public:
  /// Adds its kinds to `operations`, which outlives it.
  OrderBulkService(const Environment& env, OperationService& operations);

  [[nodiscard]] Result<OperationStartedDto> change(const Context& context,
                                                   const OrderBulkDto& wish);
  [[nodiscard]] Result<OperationStartedDto> change_payments(const Context& context,
                                                            const PaymentBulkDto& wish);
  /// A mail by template to each order's customer, in a case of its own.
  [[nodiscard]] Result<OperationStartedDto> notify(const Context& context,
                                                   const OrderNoticeDto& wish);

 private:
  template <class Wish>
  [[nodiscard]] Result<OperationStartedDto> start(const Context& context, const char* kind,
                                                  const Wish& wish);
  [[nodiscard]] Result<std::vector<std::string>> chosen(const OrderSelection& selection,
                                                        const DirectoryView& directory);

  const Environment& env_;
  OperationService& operations_;
};

}  // namespace madoguchi::service
