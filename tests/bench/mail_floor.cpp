// SPDX-License-Identifier: Apache-2.0
// The floor of durable intake: each mail is parsed by bare GMime and its bytes are inserted by bare
// SQLite, on one thread, in group commits that reach the disk (WAL, synchronous=FULL). It keeps
// neither cases nor an index, masks nothing, seals nothing and talks to nobody.
//
//   bench_mail_floor MAIL-FOLDER DATABASE-FILE [GROUP]
#include <gmime/gmime.h>
#include <sqlite3.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <stdexcept>
#include <string>
#include <string_view>

#include "tests/bench/gmime_floor.h"
#include "tests/bench/mail_files.h"

namespace madoguchi::bench {
namespace {

using Seconds = std::chrono::duration<double>;

void check(int code, sqlite3* database, const char* what) {
  if (code == SQLITE_OK || code == SQLITE_DONE) return;
  throw std::runtime_error(std::string(what) + ": " + sqlite3_errmsg(database));
}

class Table {
 public:
  explicit Table(const char* file) {
    check(sqlite3_open(file, &database_), database_, "open");
    run("PRAGMA journal_mode=WAL");
    run("PRAGMA synchronous=FULL");
    run("CREATE TABLE mails (id INTEGER PRIMARY KEY, raw BLOB NOT NULL)");
    check(
        sqlite3_prepare_v2(database_, "INSERT INTO mails (raw) VALUES (?)", -1, &insert_, nullptr),
        database_, "prepare");
  }
  ~Table() {
    sqlite3_finalize(insert_);
    sqlite3_close(database_);
  }
  Table(const Table&) = delete;
  Table& operator=(const Table&) = delete;

  void run(const char* sql) {
    check(sqlite3_exec(database_, sql, nullptr, nullptr, nullptr), database_, sql);
  }
  void insert(std::string_view raw) {
    sqlite3_bind_blob64(insert_, 1, raw.data(), raw.size(), SQLITE_STATIC);
    check(sqlite3_step(insert_), database_, "insert");
    sqlite3_reset(insert_);
  }

 private:
  sqlite3* database_ = nullptr;
  sqlite3_stmt* insert_ = nullptr;
};

int run(int argc, char** argv) {
  if (argc < 3) throw std::runtime_error("MAIL-FOLDER DATABASE-FILE [GROUP]");
  const std::size_t group = argc > 3 ? std::strtoul(argv[3], nullptr, 10) : 64;
  const auto mails = read_mails(argv[1]);
  g_mime_init();
  Table table(argv[2]);
  std::size_t octets = 0;
  Seconds parsing{0};
  const auto begin = std::chrono::steady_clock::now();
  for (std::size_t i = 0; i < mails.size(); ++i) {
    if (i % group == 0) table.run("BEGIN IMMEDIATE");
    const auto before = std::chrono::steady_clock::now();
    octets += read_by_gmime(mails[i]);
    parsing += std::chrono::steady_clock::now() - before;
    table.insert(mails[i]);
    if (i % group == group - 1 || i + 1 == mails.size()) table.run("COMMIT");
  }
  const Seconds took = std::chrono::steady_clock::now() - begin;
  std::printf("{\"mails\": %zu, \"seconds\": %.6f, \"parse_seconds\": %.6f, \"octets\": %zu}\n",
              mails.size(), took.count(), parsing.count(), octets);
  g_mime_shutdown();
  return 0;
}

}  // namespace
}  // namespace madoguchi::bench

int main(int argc, char** argv) {
  try {
    return madoguchi::bench::run(argc, argv);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "bench_mail_floor: %s\n", error.what());
    return 1;
  }
}
