// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "core/db/database.h"

namespace madoguchi::db {

/// See Database and open(). Succeeds while the server is down: units of work then say so.
[[nodiscard]] Result<std::unique_ptr<Database>> open_postgresql(const Options& options);

}  // namespace madoguchi::db
