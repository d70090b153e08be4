// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "core/service/environment.h"
#include "core/service/operations.h"

namespace madoguchi::service {

/// The same change of many cases: resolve, assign, tags, category, priority. Safe for use by many
/// threads.
class CaseBulkService {
 public:
  /// Adds its kind to `operations`, which outlives it.
  CaseBulkService(const Environment& env, OperationService& operations);

  [[nodiscard]] Result<OperationStartedDto> start(const Context& context, const CaseBulkDto& wish);

 private:
  [[nodiscard]] Result<OperationService::Fields> change(db::Session& session,
                                                        const Context& context,
                                                        const std::string& number,
                                                        const CaseBulkDto& wish);
  [[nodiscard]] Result<std::vector<std::string>> chosen(const domain::Caller& caller,
                                                        const CaseBulkDto& wish);

  const Environment& env_;
  OperationService& operations_;
};

}  // namespace madoguchi::service
