// SPDX-License-Identifier: Apache-2.0
#include "tests/support/databases.h"

#include <unistd.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <stdexcept>

#include "tests/support/postgres_server.h"

namespace madoguchi::testing {

namespace {

const char* shared_server() { return std::getenv("MADOGUCHI_TEST_POSTGRES"); }

/// The URL of another database on the server that tests use.
std::string postgres_url(const std::string& database) {
  if (const char* shared = shared_server()) {
    std::string url = shared;
    const auto options = url.find('?');
    const std::string tail = options == std::string::npos ? "" : url.substr(options);
    url.resize(url.size() - tail.size());
    const auto path = url.find('/', url.find("://") + 3);
    if (path != std::string::npos) url.resize(path);
    return url + "/" + database + tail;
  }
  static PostgresServer server;
  return server.url(database);
}

std::string fresh_name() {
  static std::atomic<int> count{0};
  return "madoguchi_test_" + std::to_string(::getpid()) + "_" + std::to_string(++count);
}

std::unique_ptr<db::Database> opened(const db::Options& options) {
  auto database = db::open(options);
  if (!database) throw std::runtime_error("open: " + database.error().describe());
  return std::move(*database);
}

void create_on_server(const std::string& name, const std::string& from) {
  run_sql(postgres_url("postgres"), "CREATE DATABASE " + name + " TEMPLATE " + from);
}

void drop_on_server(const std::string& name) {
  try {
    run_sql(postgres_url("postgres"), "DROP DATABASE IF EXISTS " + name + " WITH (FORCE)");
  } catch (const std::runtime_error& error) {
    std::fprintf(stderr, "%s\n", error.what());
  }
}

/// The schema as others are copied from it; closed, and gone with the process.
class Original {
 public:
  Original(db::Engine engine, const std::vector<db::Migration>& schema) : engine_(engine) {
    db::Options options;
    if (engine == db::Engine::sqlite) {
      options.url = "sqlite://" + file().string();
    } else {
      create_on_server(name_, "template0");
      options.url = postgres_url(name_);
      options.connect_timeout = std::chrono::minutes(1);
    }
    const auto migrated = db::migrate(*opened(options), schema);
    if (!migrated) throw std::runtime_error("migrate: " + migrated.error().describe());
  }
  ~Original() {
    if (engine_ == db::Engine::postgresql) drop_on_server(name_);
  }
  Original(const Original&) = delete;
  Original& operator=(const Original&) = delete;

  [[nodiscard]] std::filesystem::path file() const { return folder_.path() / "original.db"; }
  [[nodiscard]] const std::string& name() const { return name_; }

 private:
  const db::Engine engine_;
  const TemporaryFolder folder_;
  const std::string name_ = fresh_name();
};

const Original& original(db::Engine engine, const std::vector<db::Migration>& schema) {
  if (engine == db::Engine::sqlite) {
    static const Original file(engine, schema);
    return file;
  }
  static const Original database(engine, schema);
  return database;
}

}  // namespace

bool TestDatabase::available(db::Engine engine) {
  return engine == db::Engine::sqlite || shared_server() || PostgresServer::programs();
}

TestDatabase::TestDatabase(db::Engine engine, db::Options options,
                           const std::vector<db::Migration>& schema)
    : engine_(engine), options_(std::move(options)) {
  const Original* const model = schema.empty() ? nullptr : &original(engine, schema);
  if (engine == db::Engine::sqlite) {
    const std::filesystem::path file = folder_.path() / "test.db";
    if (model != nullptr) std::filesystem::copy_file(model->file(), file);
    options_.url = "sqlite://" + file.string();
  } else {
    name_ = fresh_name();
    // A machine that stands still for seconds must not fail a test of something else.
    options_.connect_timeout = std::chrono::minutes(1);
    options_.url = postgres_url(name_);
    create_on_server(name_, model != nullptr ? model->name() : "template0");
  }
  database_ = opened(options_);
}

TestDatabase::~TestDatabase() {
  database_.reset();
  if (engine_ == db::Engine::postgresql) drop_on_server(name_);
}

void TestDatabase::reopen() {
  database_.reset();
  database_ = opened(options_);
}

std::unique_ptr<db::Database> TestDatabase::open_another() const { return opened(options_); }

const std::vector<db::Migration>& DatabaseTest::schema() const {
  static const std::vector<db::Migration> none;
  return none;
}

void DatabaseTest::SetUp() {
  if (!TestDatabase::available(GetParam())) {
    std::fprintf(stderr, "SKIPPED: PostgreSQL is not installed; nothing was tested on it.\n");
    GTEST_SKIP() << "PostgreSQL is not installed";
  }
  database_ = std::make_unique<TestDatabase>(GetParam(), db::Options(), schema());
}

std::string engine_name(const ::testing::TestParamInfo<db::Engine>& info) {
  return info.param == db::Engine::sqlite ? "sqlite" : "postgresql";
}

}  // namespace madoguchi::testing
