// SPDX-License-Identifier: Apache-2.0
#include "core/db/migrator.h"

#include <gtest/gtest.h>

#include <thread>

#include "core/db/migration_text.h"
#include "tests/support/databases.h"

namespace madoguchi::db {
namespace {

const Migration kFirst{1, "first", R"SQL(-- what customers are; not a statement;
CREATE TABLE customers (
  id {{serial_key}},
  name TEXT NOT NULL,  -- as they write it; really
  photo {{bytes}},
  transaction_id BIGINT NOT NULL DEFAULT {{transaction_id}}
);
-- @sqlite
CREATE TABLE only_sqlite (a TEXT);
CREATE TRIGGER copy AFTER INSERT ON customers BEGIN
  INSERT INTO only_sqlite VALUES (new.name);
  INSERT INTO only_sqlite VALUES ('again; ' || new.name);
END;
-- @end
-- @postgresql
CREATE TABLE only_postgresql (a TEXT);
CREATE FUNCTION twice(n BIGINT) RETURNS BIGINT AS $$
BEGIN
  RETURN 2 * n;
END;
$$ LANGUAGE plpgsql;
-- @end
)SQL"};
const Migration kSecond{2, "second", "CREATE INDEX customers_by_name ON customers (name);\n"};
const Migration kBroken{2, "broken",
                        "CREATE TABLE half (a TEXT);\nINSERT INTO nowhere VALUES (1);\n"};

class Migrations : public testing::DatabaseTest {
 protected:
  bool has_table(const std::string& name) {
    return database()
        .read([&](Session& session) -> Result<bool> {
          return session
                     .run({"exists", "SELECT count(*) FROM sqlite_schema WHERE name = $1",
                           "SELECT count(*) FROM pg_class WHERE relname = $1"},
                          {name})
                     .front()
                     .integer(0) > 0;
        })
        .value();
  }
};

TEST_P(Migrations, are_applied_once_and_in_part_later) {
  EXPECT_EQ(schema_state(database(), {kFirst})->version, 0);
  EXPECT_FALSE(has_table("schema_migrations")) << "looking changes nothing";
  const auto first = migrate(database(), {kFirst});
  ASSERT_TRUE(first) << first.error().describe();
  EXPECT_EQ(first->version, 1);
  EXPECT_EQ(schema_state(database(), {kFirst, kSecond})->known, 2);
  test_database().reopen();
  const auto second = migrate(database(), {kFirst, kSecond});
  ASSERT_TRUE(second) << second.error().describe();
  EXPECT_EQ(second->version, 2);
  EXPECT_EQ(migrate(database(), {kFirst, kSecond})->version, 2);
  EXPECT_TRUE(has_table("customers_by_name"));
  const bool sqlite = GetParam() == Engine::sqlite;
  EXPECT_EQ(has_table("only_sqlite"), sqlite);
  EXPECT_EQ(has_table("only_postgresql"), !sqlite);
}

TEST_P(Migrations, the_tokens_make_usable_columns) {
  ASSERT_TRUE(migrate(database(), {kFirst}));
  const auto done = database().in_transaction([](Session& session) -> Result<std::int64_t> {
    constexpr Statement kInsert{
        "insert",
        "INSERT INTO customers (name, photo) VALUES ($1, $2) RETURNING id, transaction_id"};
    const Rows one = session.run(kInsert, {"a", Bytes{"x"}});
    const Rows two = session.run(kInsert, {"b", nullptr});
    EXPECT_EQ(one.front().integer(1) > 0, session.engine() == Engine::postgresql);
    return two.front().integer(0) - one.front().integer(0);
  });
  ASSERT_TRUE(done) << done.error().describe();
  EXPECT_EQ(*done, 1);
}

TEST_P(Migrations, a_step_that_fails_leaves_nothing_and_can_be_resumed) {
  const auto broken = migrate(database(), {kFirst, kBroken});
  EXPECT_FALSE(broken);
  EXPECT_FALSE(has_table("half"));
  EXPECT_EQ(schema_state(database(), {kFirst})->version, 1);
  EXPECT_EQ(migrate(database(), {kFirst, kSecond})->version, 2);
}

TEST_P(Migrations, a_newer_or_different_database_is_refused) {
  ASSERT_TRUE(migrate(database(), {kFirst, kSecond}));
  const auto older = migrate(database(), {kFirst});
  ASSERT_FALSE(older);
  EXPECT_EQ(older.error().type, "schema-newer");
  Migration edited = kFirst;
  edited.sql = "CREATE TABLE others (a TEXT);\n";
  const auto changed = migrate(database(), {edited, kSecond});
  ASSERT_FALSE(changed);
  EXPECT_EQ(changed.error().type, "schema-changed");
  EXPECT_EQ(schema_state(database(), {kSecond}).error().type, "schema-changed");
}

TEST_P(Migrations, several_may_migrate_at_once) {
  std::vector<std::unique_ptr<Database>> others;
  if (GetParam() == Engine::postgresql) {
    others.push_back(test_database().open_another());
    others.push_back(test_database().open_another());
  }
  std::vector<std::jthread> threads;
  const auto run = [](Database& one) {
    const auto state = migrate(one, {kFirst, kSecond});
    ASSERT_TRUE(state) << state.error().describe();
    EXPECT_EQ(state->version, 2);
  };
  for (auto& other : others) threads.emplace_back([&run, &other] { run(*other); });
  threads.emplace_back([&] { run(database()); });
  run(database());
}

TEST(MigrationText, what_is_written_wrongly_is_refused) {
  EXPECT_FALSE(statements_of("CREATE TABLE a (b {{blob}});\n", Engine::sqlite));
  EXPECT_FALSE(statements_of("CREATE TABLE a (b TEXT)\n", Engine::sqlite));
  EXPECT_FALSE(statements_of("-- @sqlite\nSELECT 1;\n", Engine::sqlite));
  EXPECT_FALSE(statements_of("-- @mysql\nSELECT 1;\n-- @end\n", Engine::sqlite));
  EXPECT_FALSE(statements_of("SELECT\n-- @sqlite\n1;\n-- @end\n", Engine::sqlite));
  EXPECT_EQ(statements_of("SELECT '--';\nSELECT 2; -- two;\n", Engine::sqlite)->size(), 2u);
}

INSTANTIATE_TEST_SUITE_P(Engines, Migrations, testing::engines(), testing::engine_name);

}  // namespace
}  // namespace madoguchi::db
