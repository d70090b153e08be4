// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>

#include "core/base/result.h"
#include "core/db/database.h"

namespace madoguchi::app {

/// One file that holds a hub: a tar archive (POSIX ustar, by the system's tar) of the database's
/// own copy and, with SQLite, the blob files. Everything secret in it is sealed under the master
/// key, which is not in it. May run beside the running daemon: the database is copied first, and
/// the blobs it names were durable before and are never changed.
[[nodiscard]] Result<void> write_archive(db::Database& database,
                                         const std::filesystem::path& data_dir,
                                         const std::filesystem::path& file);

/// Puts what write_archive wrote in place of a database that is not there yet (SQLite: no file;
/// PostgreSQL: an empty database). Refuses to overwrite.
[[nodiscard]] Result<void> read_archive(const std::filesystem::path& file,
                                        const std::string& database_url,
                                        const std::filesystem::path& data_dir);

}  // namespace madoguchi::app
