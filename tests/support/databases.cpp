// SPDX-License-Identifier: Apache-2.0
#include "tests/support/databases.h"

#include <unistd.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>
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

}  // namespace

bool TestDatabase::available(db::Engine engine) {
  return engine == db::Engine::sqlite || shared_server() || PostgresServer::programs();
}

TestDatabase::TestDatabase(db::Engine engine, db::Options options)
    : engine_(engine), options_(std::move(options)) {
  if (engine == db::Engine::sqlite) {
    options_.url = "sqlite://" + (folder_.path() / "test.db").string();
  } else {
    name_ = fresh_name();
    // A machine that stands still for seconds must not fail a test of something else.
    options_.connect_timeout = std::chrono::minutes(1);
    options_.url = postgres_url(name_);
    run_sql(postgres_url("postgres"), "CREATE DATABASE " + name_ + " TEMPLATE template0");
  }
  database_ = opened(options_);
}

TestDatabase::~TestDatabase() {
  database_.reset();
  if (engine_ == db::Engine::sqlite) return;
  try {
    run_sql(postgres_url("postgres"), "DROP DATABASE IF EXISTS " + name_ + " WITH (FORCE)");
  } catch (const std::runtime_error& error) {
    std::fprintf(stderr, "%s\n", error.what());
  }
}

void TestDatabase::reopen() {
  database_.reset();
  database_ = opened(options_);
}

std::unique_ptr<db::Database> TestDatabase::open_another() const { return opened(options_); }

void DatabaseTest::SetUp() {
  if (!TestDatabase::available(GetParam())) {
    std::fprintf(stderr, "SKIPPED: PostgreSQL is not installed; nothing was tested on it.\n");
    GTEST_SKIP() << "PostgreSQL is not installed";
  }
  database_ = std::make_unique<TestDatabase>(GetParam());
}

std::string engine_name(const ::testing::TestParamInfo<db::Engine>& info) {
  return info.param == db::Engine::sqlite ? "sqlite" : "postgresql";
}

}  // namespace madoguchi::testing
