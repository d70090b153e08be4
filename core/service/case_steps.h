// SPDX-License-Identifier: Apache-2.0
#pragma once

// What macros and rules do to a case (core/service/dto/case_action_dto.h): whether it can be done
// at all, and doing it, whole or not at all.

#include <string>
#include <vector>

#include "core/domain/template.h"
#include "core/service/directory.h"
#include "core/service/dto/case_action_dto.h"
#include "core/service/environment.h"
#include "core/store/cases.h"

namespace madoguchi::service {

enum class StepsOf { macro, rule };

/// Adds what is wrong with the steps, with pointers below `pointer`: things that there are not or
/// that are archived, card numbers, what a rule has not. `templates` are all there are.
void check_steps(const std::vector<CaseActionDto>& steps, StepsOf of,
                 const DirectoryView& directory, const std::vector<domain::Template>& templates,
                 const std::string& pointer, std::vector<FieldError>& wrong);

/// Who does the steps, in whose unit of work.
struct Stepper {
  const Environment& env;
  db::Session& session;
  const Context& context;
  const DirectoryView& directory;
  StepsOf of = StepsOf::macro;
};

struct StepsDone {
  std::vector<domain::FieldChange> fields;  ///< of the case, each once
  bool replied = false;
  bool noted = false;
};

/// Changes the case, which the caller saves; entries are written. A macro has the rights of its
/// caller and follows the scheme; a rule is the hub itself. Pointers of errors are below
/// "/actions".
[[nodiscard]] Result<StepsDone> take_steps(const Stepper& stepper, store::CaseRecord& record,
                                           const std::vector<CaseActionDto>& steps);

/// Who takes turns: a list of agents, or a team, whose members may change.
struct TurnTakers {
  std::string name;                 ///< the same list has the same
  std::vector<std::string> agents;  ///< ids, in their order
};
/// The next of them who may be given the case: by turns, or whoever has the fewest unresolved ones;
/// nullopt: none of them is there. Takes the turn.
[[nodiscard]] std::optional<domain::AgentId> next_agent(db::Session& session,
                                                        const domain::Case& value,
                                                        const TurnTakers& takers, bool by_load,
                                                        const DirectoryView& directory);

}  // namespace madoguchi::service
