// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "core/service/dto/subscription_bulk_dto.h"
#include "core/service/environment.h"
#include "core/service/operations.h"

namespace madoguchi::service {

class DirectoryView;

/// The same for many subscriptions: changes and steps, mails (C12, C23). Safe for use by many
/// threads.
class SubscriptionBulkService {
 public:
  /// Adds its kinds to `operations`, which outlives it.
  SubscriptionBulkService(const Environment& env, OperationService& operations);

  [[nodiscard]] Result<OperationStartedDto> change(const Context& context,
                                                   const SubscriptionBulkDto& wish);
  /// A mail by template to each subscription's customer, in a case of its own.
  [[nodiscard]] Result<OperationStartedDto> notify(const Context& context,
                                                   const SubscriptionNoticeDto& wish);

 private:
  template <class Wish>
  [[nodiscard]] Result<OperationStartedDto> start(const Context& context, const char* kind,
                                                  const Wish& wish, const DirectoryView& directory);
  [[nodiscard]] Result<std::vector<std::string>> chosen(const SubscriptionSelection& selection,
                                                        const DirectoryView& directory);
  [[nodiscard]] Result<OperationService::Fields> change_one(db::Session& session,
                                                            const Context& context,
                                                            const std::string& id,
                                                            const SubscriptionBulkDto& wish);

  const Environment& env_;
  OperationService& operations_;
};

}  // namespace madoguchi::service
