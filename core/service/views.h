// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "core/service/dto/view_dto.h"
#include "core/service/environment.h"

namespace madoguchi::service {

/// Saved views of the list of inquiries: each agent's own, which nobody else sees, and those that
/// supervisors keep for everybody. Safe for use by many threads.
class ViewService {
 public:
  explicit ViewService(const Environment& env) : env_(env) {}

  [[nodiscard]] Result<std::vector<ViewDto>> list(const domain::Caller& caller);
  [[nodiscard]] Result<ViewDto> get(const domain::Caller& caller, const std::string& id);
  [[nodiscard]] Result<ViewDto> create(const Context& context, const ViewCreateDto& wish);
  [[nodiscard]] Result<ViewDto> patch(const Context& context, const std::string& id,
                                      const ViewPatchDto& wish);
  [[nodiscard]] Result<void> remove(const Context& context, const std::string& id);

 private:
  /// What cannot be listed is not kept.
  [[nodiscard]] Result<void> check(const domain::Caller& caller, const std::string& name,
                                   const CaseFilter& filter);

  const Environment& env_;
};

}  // namespace madoguchi::service
