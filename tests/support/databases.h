// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "core/db/database.h"
#include "core/db/migrator.h"
#include "tests/support/folder.h"

namespace madoguchi::testing {

/// A database of one engine that goes with its owner; empty, or with the tables of `schema`, which
/// are made once for a process and copied: it asks for one schema only. SQLite: a file in a
/// temporary folder. PostgreSQL: a database of the server that MADOGUCHI_TEST_POSTGRES names (a
/// postgresql:// URL whose user may create databases), else of one that this process starts for
/// itself at first need.
class TestDatabase {
 public:
  explicit TestDatabase(db::Engine engine, db::Options options = {},
                        const std::vector<db::Migration>& schema = {});
  ~TestDatabase();
  TestDatabase(const TestDatabase&) = delete;
  TestDatabase& operator=(const TestDatabase&) = delete;

  [[nodiscard]] static bool available(db::Engine engine);

  db::Database& operator*() const { return *database_; }
  db::Database* operator->() const { return database_.get(); }
  [[nodiscard]] const std::string& url() const noexcept { return options_.url; }
  /// A folder that goes with the database, for what else a test writes.
  [[nodiscard]] const std::filesystem::path& folder() const noexcept { return folder_.path(); }
  /// Closes and opens it again, as a restart of the process would.
  void reopen();
  /// A second Database on the same data, as another process has it; PostgreSQL only.
  [[nodiscard]] std::unique_ptr<db::Database> open_another() const;

 private:
  db::Engine engine_;
  db::Options options_;
  TemporaryFolder folder_;
  std::string name_;  ///< of the PostgreSQL database
  std::unique_ptr<db::Database> database_;
};

/// Base of tests that must hold on both engines:
///   class StoreTest : public DatabaseTest {};
///   INSTANTIATE_TEST_SUITE_P(Engines, StoreTest, engines(), engine_name);
class DatabaseTest : public ::testing::TestWithParam<db::Engine> {
 protected:
  void SetUp() override;
  /// What the database has before the test begins.
  [[nodiscard]] virtual const std::vector<db::Migration>& schema() const;
  db::Database& database() { return **database_; }
  TestDatabase& test_database() { return *database_; }

 private:
  std::unique_ptr<TestDatabase> database_;
};

[[nodiscard]] inline auto engines() {
  return ::testing::Values(db::Engine::sqlite, db::Engine::postgresql);
}
[[nodiscard]] std::string engine_name(const ::testing::TestParamInfo<db::Engine>& info);

}  // namespace madoguchi::testing
