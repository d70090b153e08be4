// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/service/dto/rule_dto.h"
#include "core/service/environment.h"

namespace madoguchi::service {

struct RuleRunListing {
  std::vector<RuleRunDto> items;
  std::optional<std::vector<std::string>> next;  ///< key to go on behind
};

/// What supervisors say about rules; what rules do is core/service/rule_engine.h. Safe for use by
/// many threads.
class RuleService {
 public:
  explicit RuleService(const Environment& env) : env_(env) {}

  [[nodiscard]] Result<std::vector<RuleDto>> list();
  [[nodiscard]] Result<RuleDto> get(const std::string& id);
  [[nodiscard]] Result<RuleDto> create(const Context& context, const RuleCreateDto& wish);
  /// One that is broken can be switched off as it is.
  [[nodiscard]] Result<RuleDto> patch(const Context& context, const std::string& id,
                                      const RulePatchDto& wish);
  [[nodiscard]] Result<void> remove(const Context& context, const std::string& id);

  /// What became of it in cases that the caller may see, newest first.
  [[nodiscard]] Result<RuleRunListing> runs(const domain::Caller& caller, const std::string& id,
                                            const std::optional<std::vector<std::string>>& after,
                                            int limit);
  /// Over cases as they are now: which the conditions meet, and what the actions would change.
  /// Nothing is kept of it.
  [[nodiscard]] Result<RuleDryRunAnswerDto> dry_run(const domain::Caller& caller,
                                                    const RuleDryRunDto& wish);

 private:
  /// nullopt: the conditions do not meet it.
  [[nodiscard]] Result<std::optional<RuleDryRunCaseDto>> try_on(const domain::Caller& caller,
                                                                const RuleContent& rule,
                                                                const std::string& number);

  const Environment& env_;
};

[[nodiscard]] RuleDto rule_dto_of(const store::Rule& rule);
[[nodiscard]] OperationErrorDto error_dto_of(const Error& error);

}  // namespace madoguchi::service
