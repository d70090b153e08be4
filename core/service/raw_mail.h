// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "core/service/content.h"
#include "core/service/environment.h"
#include "core/store/intake.h"

namespace madoguchi::service {

/// The mail as it came: the blob of the intake's name. Whoever takes it whole has room for it
/// (room.h).
[[nodiscard]] Result<std::string> open_raw(const Environment& env,
                                           const store::IntakeRecord& record);
/// Inside a unit of work.
[[nodiscard]] Result<std::string> open_raw(const Environment& env, db::Session& session,
                                           const store::IntakeRecord& record);
/// Its beginning, with all headers of one that is not made to break readers.
[[nodiscard]] Result<std::string> open_raw_head(const Environment& env,
                                                const store::IntakeRecord& record);
/// For a download.
[[nodiscard]] Result<Content> raw_content(const Environment& env, const store::IntakeRecord& record,
                                          const std::string& name);

}  // namespace madoguchi::service
