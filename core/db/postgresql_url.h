// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include "core/base/result.h"

namespace madoguchi::db {

/// A postgresql:// URL as libpq reads it: every keyword libpq knows may be in it, several hosts
/// too.
struct PostgresqlUrl {
  /// keyword=value pairs for Poco::Data, which knows no URLs.
  std::string conninfo;
  /// The same as libpq's environment variables, for pg_dump.
  std::vector<std::pair<std::string, std::string>> environment;
};

/// invalid when libpq does not take it. Adds the connect timeout (whole seconds, at least libpq's
/// 2) when the URL has none.
[[nodiscard]] Result<PostgresqlUrl> parse_postgresql_url(const std::string& url,
                                                         std::chrono::milliseconds connect_timeout);

}  // namespace madoguchi::db
