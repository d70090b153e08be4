// SPDX-License-Identifier: Apache-2.0
#include "core/db/postgresql_url.h"

#include <libpq-fe.h>

#include <algorithm>
#include <memory>

namespace madoguchi::db {

namespace {

Error unreadable(std::string en, std::string ja) {
  return Error::invalid("/database/url", {std::move(en), std::move(ja)});
}

std::string escaped(const std::string& value) {
  std::string text;
  for (const char c : value) {
    if (c == '\\' || c == '\'') text.push_back('\\');
    text.push_back(c);
  }
  return text;
}

}  // namespace

Result<PostgresqlUrl> parse_postgresql_url(const std::string& url,
                                           std::chrono::milliseconds connect_timeout) {
  char* message = nullptr;
  const std::unique_ptr<PQconninfoOption, void (*)(PQconninfoOption*)> options(
      PQconninfoParse(url.c_str(), &message), &PQconninfoFree);
  const std::unique_ptr<char, void (*)(void*)> message_owner(message, &PQfreemem);
  if (!options) {
    // libpq repeats the URL, and with it a password, only in part: say nothing of it.
    return fail(unreadable("This is not a PostgreSQL URL that libpq can read.",
                           "PostgreSQL の URL として読めません。"));
  }
  PostgresqlUrl parsed;
  bool has_timeout = false;
  for (const PQconninfoOption* option = options.get(); option->keyword; ++option) {
    if (!option->val || !*option->val) continue;
    const std::string keyword = option->keyword;
    const std::string value = option->val;
    // Poco::Data cuts its connection string at spaces, wherever they are.
    if (value.find_first_of(" \t\r\n") != std::string::npos) {
      return fail(unreadable(
          "The value of \"" + keyword +
              "\" must not contain spaces; a password can be put in a pgpass file.",
          "「" + keyword + "」に空白は使えません。パスワードは pgpass ファイルに書けます。"));
    }
    has_timeout = has_timeout || keyword == "connect_timeout";
    parsed.conninfo += keyword + "=" + escaped(value) + " ";
    if (option->envvar) parsed.environment.emplace_back(option->envvar, value);
  }
  if (!has_timeout) {
    const auto seconds =
        std::max<std::int64_t>(2, std::chrono::ceil<std::chrono::seconds>(connect_timeout).count());
    parsed.conninfo += "connect_timeout=" + std::to_string(seconds) + " ";
  }
  parsed.conninfo += "client_encoding=UTF8 fallback_application_name=madoguchid";
  return parsed;
}

}  // namespace madoguchi::db
