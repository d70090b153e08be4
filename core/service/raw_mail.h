// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "core/service/environment.h"
#include "core/store/intake.h"

namespace madoguchi::service {

/// Raw mails at rest: sealed in their intake row, or as a blob when they are big.
[[nodiscard]] std::string seal_raw(const Environment& env, const domain::IntakeId& id,
                                   std::string_view raw);
[[nodiscard]] Result<std::string> open_raw(const Environment& env,
                                           const store::IntakeRecord& record);

}  // namespace madoguchi::service
