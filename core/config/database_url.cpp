// SPDX-License-Identifier: Apache-2.0
#include "core/config/database_url.h"

#include <algorithm>

namespace madoguchi::config {

namespace {

constexpr std::string_view kSqlite = "sqlite:///";
constexpr std::string_view kPostgresql = "postgresql://";

Error not_a_url() {
  return Error::malformed({"Not the URL of a database.", "データベースの URL ではありません。"});
}

bool names_password(std::string_view query) {
  while (!query.empty()) {
    const std::size_t end = std::min(query.find('&'), query.size());
    const std::string_view name = query.substr(0, std::min(query.find('='), end));
    // A percent-encoded name would be an odd way to write one, and a way round this.
    if (name == "password" || name == "sslpassword" || name.find('%') != std::string_view::npos) {
      return true;
    }
    query.remove_prefix(std::min(end + 1, query.size()));
  }
  return false;
}

}  // namespace

Result<DatabaseUrl> DatabaseUrl::parse(std::string_view text) {
  const bool plain = std::all_of(text.begin(), text.end(), [](char c) {
    return static_cast<unsigned char>(c) > 0x20 && c != 0x7F;
  });
  DatabaseUrl url;
  url.text_ = std::string(text);
  if (text.rfind(kSqlite, 0) == 0) {
    const std::string_view path = text.substr(kSqlite.size());
    const bool is_file =
        !path.empty() && path.back() != '/' && path.find_first_of("?#") == std::string_view::npos;
    if (!plain || !is_file) return fail(not_a_url());
    return url;
  }
  if (!plain || text.rfind(kPostgresql, 0) != 0 || text.size() == kPostgresql.size()) {
    return fail(not_a_url());
  }
  url.engine_ = DatabaseEngine::postgresql;
  const std::string_view rest = text.substr(kPostgresql.size());
  const std::size_t question = std::min(rest.find('?'), rest.size());
  const std::string_view authority = rest.substr(0, std::min(rest.find('/'), question));
  const std::size_t at = authority.rfind('@');
  const bool password_before_host =
      at != std::string_view::npos && authority.substr(0, at).find(':') != std::string_view::npos;
  const std::string_view query = rest.substr(std::min(question + 1, rest.size()));
  if (password_before_host || names_password(query)) return fail(not_a_url());
  return url;
}

}  // namespace madoguchi::config
