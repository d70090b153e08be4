// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "core/service/dto/macro_dto.h"
#include "core/service/environment.h"

namespace madoguchi::service {

/// Macros: each agent's own, which nobody else sees, and those that supervisors keep for everybody.
/// Whoever uses one needs the rights for every step of it. Safe for use by many threads.
class MacroService {
 public:
  explicit MacroService(const Environment& env) : env_(env) {}

  [[nodiscard]] Result<std::vector<MacroDto>> list(const domain::Caller& caller);
  [[nodiscard]] Result<MacroDto> get(const domain::Caller& caller, const std::string& id);
  [[nodiscard]] Result<MacroDto> create(const Context& context, const MacroCreateDto& wish);
  [[nodiscard]] Result<MacroDto> patch(const Context& context, const std::string& id,
                                       const MacroPatchDto& wish);
  [[nodiscard]] Result<void> remove(const Context& context, const std::string& id);

  /// All of its steps in one unit of work, or none. A preview leaves nothing behind.
  [[nodiscard]] Result<MacroAppliedDto> apply(const Context& context, const std::string& number,
                                              const MacroApplyDto& wish);

 private:
  [[nodiscard]] Result<void> check(const std::string& name,
                                   const std::vector<CaseActionDto>& actions);

  const Environment& env_;
};

}  // namespace madoguchi::service
