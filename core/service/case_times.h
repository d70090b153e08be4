// SPDX-License-Identifier: Apache-2.0
#pragma once

// What every change of a case does to its promised times (ADR 0025).

#include "core/domain/change.h"
#include "core/service/environment.h"
#include "core/store/sla.h"

namespace madoguchi::service {

/// What a case's row of times says from now on.
struct KeptTimes {
  domain::CaseTimes times;
  store::CaseStanding standing;
};

/// What the change is to them; `change` was made of the case and names its message, if there is
/// one.
[[nodiscard]] domain::CaseHappening happening_of(db::Session& session, const domain::Case& value,
                                                 const domain::Change& change);

/// Of a case that is about to be inserted. Sets its due_at.
[[nodiscard]] KeptTimes times_at_opening(const Environment& env, db::Session& session,
                                         domain::Case& value, bool spoken);
/// Of a case that is about to be written back. Sets its due_at.
[[nodiscard]] KeptTimes times_after(const Environment& env, db::Session& session,
                                    domain::Case& value, domain::CaseHappening happening);

/// The same case by the settings of now, nothing having happened to it: sets due_at and the
/// standing, not its version.
void look_again(const Environment& env, db::Session& session, std::int64_t case_sequence);

}  // namespace madoguchi::service
