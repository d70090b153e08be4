// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/db/session.h"

namespace madoguchi::db {

/// The statements of a migration's text for one engine: tokens replaced, the other engine's blocks
/// and comment lines left out. What migrator.h says about the text is what this reads.
[[nodiscard]] Result<std::vector<std::string>> statements_of(std::string_view sql, Engine engine);

}  // namespace madoguchi::db
