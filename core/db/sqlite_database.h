// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "core/db/database.h"

namespace madoguchi::db {

/// `file` is absolute; see Database and open().
[[nodiscard]] Result<std::unique_ptr<Database>> open_sqlite(std::filesystem::path file,
                                                            Options options);

}  // namespace madoguchi::db
