// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>

#include "core/db/postgresql_url.h"

namespace madoguchi::db {

/// Runs pg_dump in its custom format into `file`, whose name appears only when it is complete. The
/// newest pg_dump of the system is taken, the server's address is given in its environment.
[[nodiscard]] Result<void> dump_postgresql(const PostgresqlUrl& url,
                                           const std::filesystem::path& file);

}  // namespace madoguchi::db
