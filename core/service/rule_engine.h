// SPDX-License-Identifier: Apache-2.0
#pragma once

// Rules at work. Each change of a case that a rule listens to leaves a job in its transaction; jobs
// of one case run one after the other. What rules do is followed up in the same run, so that no
// chain of them can go on unseen (docs/adr/0024-scheme-and-rules.md).

#include <string>
#include <vector>

#include "core/base/enum_set.h"
#include "core/domain/case.h"
#include "core/jobs/runner.h"
#include "core/service/case_steps.h"
#include "core/service/dto/rule_dto.h"
#include "core/service/environment.h"

namespace madoguchi::service {

using RuleEvents = EnumSet<RuleEvent>;

/// Rules are as many as a desk can understand, and act as often as a person would still follow.
inline constexpr std::size_t kMostRules = 200;
inline constexpr int kDeepestChain = 3;
inline constexpr std::int64_t kMostRunsPerHour = 20;

/// Leaves a job when a rule listens to what happened. Belongs into every transaction that changes a
/// case (core/service/case_access.h does it).
void tell_rules(const Environment& env, db::Session& session, const domain::Case& value,
                const domain::Change& change);
/// The same of the steps of a macro.
void tell_rules(const Environment& env, db::Session& session, const domain::Case& value,
                const domain::Change& change, const StepsDone& steps);

/// To be added to the runner once; `env` outlives it.
[[nodiscard]] jobs::JobKind rules_job(const Environment& env);

/// What is wrong with a rule now.
[[nodiscard]] std::vector<FieldError> problems_of(const RuleContent& rule,
                                                  const DirectoryView& directory);

/// A condition in one line, for the history.
[[nodiscard]] std::string in_words(const CaseConditionDto& condition);

}  // namespace madoguchi::service
