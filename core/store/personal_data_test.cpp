// SPDX-License-Identifier: Apache-2.0
#include "core/store/personal_data.h"

#include <set>

#include "core/store/store_test.h"

namespace madoguchi::store {
namespace {

class PersonalDataNotes : public StoreTest {};
INSTANTIATE_TEST_SUITE_P(Engines, PersonalDataNotes, testing::engines(), testing::engine_name);

// What an index of FTS5 keeps beside itself counts as the index.
constexpr db::Statement kTables{
    "test.tables",
    "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name NOT "
    "IN (SELECT v.name || s.value FROM sqlite_schema v, json_each('[\"_data\", \"_idx\", "
    "\"_docsize\", \"_config\", \"_content\"]') s WHERE v.sql LIKE 'CREATE VIRTUAL TABLE%')",
    "SELECT tablename FROM pg_tables WHERE schemaname = current_schema()"};

TEST_P(PersonalDataNotes, say_of_every_table_what_erasing_a_person_means) {
  std::set<std::string> noted;
  for (const TableNote& one : kTableNotes) {
    EXPECT_TRUE(noted.insert(one.table).second) << one.table << " stands there twice";
  }
  const std::set<std::string> tables = read([](db::Session& session) {
    std::set<std::string> names;
    const db::Rows rows = session.run(kTables);
    for (const db::Row row : db::each(rows)) names.insert(row.string(0));
    return names;
  });
  ASSERT_GT(tables.size(), 50u);
  for (const std::string& table : tables) {
    EXPECT_EQ(noted.count(table), 1u)
        << table << ": enter it in core/store/personal_data.h, and in core/store/erasure.cpp if it "
        << "says something of customers";
  }
  // Words have tables of their own on SQLite alone.
  if (database().engine() == db::Engine::sqlite) {
    EXPECT_EQ(noted, tables);
  }
}

}  // namespace
}  // namespace madoguchi::store
