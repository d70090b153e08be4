// SPDX-License-Identifier: Apache-2.0
#include "core/db/migrator.h"

#include <algorithm>
#include <chrono>
#include <map>
#include <string>

#include "core/crypto/digest.h"
#include "core/db/migration_text.h"

namespace madoguchi::db {

namespace {

constexpr Statement kTableExists{
    "migrations.exists",
    "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = 'schema_migrations'",
    "SELECT CASE WHEN to_regclass('schema_migrations') IS NULL THEN 0 ELSE 1 END"};
constexpr Statement kCreateTable{
    "migrations.create",
    "CREATE TABLE IF NOT EXISTS schema_migrations (version BIGINT PRIMARY KEY, name TEXT NOT NULL, "
    "sha256 TEXT NOT NULL, applied_at BIGINT NOT NULL)"};
constexpr Statement kApplied{"migrations.applied",
                             "SELECT version, sha256 FROM schema_migrations ORDER BY version"};
constexpr Statement kRecord{"migrations.record",
                            "INSERT INTO schema_migrations (version, name, sha256, applied_at) "
                            "VALUES ($1, $2, $3, $4)"};
// Any number will do that nobody else takes in this database: "madoguch" in ASCII.
constexpr Statement kLock{"migrations.lock", "SELECT 1",
                          "SELECT 1 FROM (SELECT pg_advisory_xact_lock(7881691252514972520)) AS l"};

using Applied = std::map<int, std::string>;

std::string digest_of(const Migration& migration) {
  return crypto::to_hex(crypto::sha256(migration.sql));
}

Applied applied(Session& session) {
  Applied versions;
  if (session.run(kTableExists).front().integer(0) == 0) return versions;
  const Rows rows = session.run(kApplied);
  for (const Row row : each(rows)) {
    versions.emplace(static_cast<int>(row.integer(0)), row.string(1));
  }
  return versions;
}

Error newer(int version, int known) {
  Error error = Error::conflict("schema-newer",
                                {"The database was made by a newer version of this program.",
                                 "データベースはこのプログラムより新しい版で作られています。"});
  error.detail = "schema version " + std::to_string(version) + ", known " + std::to_string(known);
  return error;
}

Error changed(int version) {
  Error error = Error::conflict(
      "schema-changed", {"The database was made by a different build of this program.",
                         "データベースはこのプログラムとは異なる内容の版で作られています。"});
  error.detail = "schema step " + std::to_string(version) + " differs from what was applied";
  return error;
}

Result<SchemaState> compare(const Applied& found, const std::vector<Migration>& migrations) {
  SchemaState state;
  if (!migrations.empty()) state.known = migrations.back().version;
  if (!found.empty()) state.version = found.rbegin()->first;
  if (state.version > state.known) return fail(newer(state.version, state.known));
  for (const auto& entry : found) {
    const auto same = std::find_if(migrations.begin(), migrations.end(),
                                   [&](const Migration& m) { return m.version == entry.first; });
    if (same == migrations.end() || digest_of(*same) != entry.second) {
      return fail(changed(entry.first));
    }
  }
  // A step below the newest that was never applied came into the list afterwards.
  for (const Migration& migration : migrations) {
    if (migration.version < state.version && found.count(migration.version) == 0) {
      return fail(changed(migration.version));
    }
  }
  return state;
}

Result<void> check_order(const std::vector<Migration>& migrations) {
  int last = 0;
  for (const Migration& migration : migrations) {
    if (migration.version <= last) {
      return fail(Error::internal("migrations must be numbered upwards from 1"));
    }
    last = migration.version;
  }
  return {};
}

std::int64_t micros_now() {
  return std::chrono::duration_cast<std::chrono::microseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

/// Applies one step unless another process was faster. The step's statements go out together.
Result<void> apply(Database& database, const std::vector<Migration>& migrations,
                   const Migration& migration) {
  const Result<std::vector<std::string>> statements =
      statements_of(migration.sql, database.engine());
  if (!statements) return fail(statements.error());
  return database.in_transaction([&](Session& session) -> Result<void> {
    session.without_time_limit();
    session.run(kLock);
    session.run(kCreateTable);
    const Applied found = applied(session);
    const Result<SchemaState> state = compare(found, migrations);
    if (!state) return fail(state.error());
    if (found.count(migration.version) > 0) return {};
    for (const std::string& statement : *statements) session.run({migration.name, statement});
    session.run(kRecord, {migration.version, migration.name, digest_of(migration), micros_now()});
    return {};
  });
}

}  // namespace

Result<SchemaState> schema_state(Database& database, const std::vector<Migration>& migrations) {
  if (auto ordered = check_order(migrations); !ordered) return fail(ordered.error());
  return database.read([&](Session& session) -> Result<SchemaState> {
    return compare(applied(session), migrations);
  });
}

Result<SchemaState> migrate(Database& database, const std::vector<Migration>& migrations) {
  const Result<SchemaState> before = schema_state(database, migrations);
  if (!before) return before;
  for (const Migration& migration : migrations) {
    if (migration.version <= before->version) continue;
    if (auto done = apply(database, migrations, migration); !done) return fail(done.error());
  }
  return schema_state(database, migrations);
}

}  // namespace madoguchi::db
