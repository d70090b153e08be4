// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/domain/case.h"
#include "core/jobs/runner.h"
#include "core/service/environment.h"

namespace madoguchi::service {

/// A case that waits until a time comes back open when it is there (D6). To be added to the runner
/// once; `env` outlives it.
[[nodiscard]] jobs::JobKind waking_job(const Environment& env);

/// Belongs into every transaction that writes a case: wakes it in time, when it waits for one.
void wake_later(const Environment& env, db::Session& session, const domain::Case& value);

}  // namespace madoguchi::service
