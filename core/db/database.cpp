// SPDX-License-Identifier: Apache-2.0
#include "core/db/database.h"

#include <string_view>

#include "core/db/postgresql_database.h"
#include "core/db/sqlite_database.h"

namespace madoguchi::db {

namespace {

constexpr std::string_view kSqlite = "sqlite://";
constexpr std::string_view kPostgresql = "postgresql://";
constexpr std::string_view kPostgres = "postgres://";

}  // namespace

Result<std::unique_ptr<Database>> open(Options options) {
  const std::string url = options.url;
  if (url.compare(0, kSqlite.size(), kSqlite) == 0) {
    std::filesystem::path file(url.substr(kSqlite.size()));
    if (!file.is_absolute() || !file.has_filename()) {
      return fail(Error::invalid(
          "/database/url", {"Give the absolute path of a file: sqlite:///path/to/file.db",
                            "ファイルの絶対パスを指定してください: sqlite:///path/to/file.db"}));
    }
    return open_sqlite(std::move(file), std::move(options));
  }
  if (url.compare(0, kPostgresql.size(), kPostgresql) == 0 ||
      url.compare(0, kPostgres.size(), kPostgres) == 0) {
    return open_postgresql(options);
  }
  return fail(
      Error::invalid("/database/url", {"The URL must begin with sqlite:/// or postgresql://",
                                       "sqlite:/// か postgresql:// で始まる必要があります。"}));
}

}  // namespace madoguchi::db
