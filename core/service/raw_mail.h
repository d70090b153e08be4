// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "core/service/environment.h"
#include "core/store/intake.h"

namespace madoguchi::service {

/// The mail as it came: the blob of the intake's name.
[[nodiscard]] Result<std::string> open_raw(const Environment& env,
                                           const store::IntakeRecord& record);
/// Inside a unit of work.
[[nodiscard]] Result<std::string> open_raw(const Environment& env, db::Session& session,
                                           const store::IntakeRecord& record);

}  // namespace madoguchi::service
