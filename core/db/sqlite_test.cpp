// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <fstream>
#include <string>
#include <thread>

#include "core/db/background.h"
#include "core/db/database.h"
#include "tests/support/databases.h"

namespace madoguchi::db {
namespace {

constexpr Statement kCreate{"create", "CREATE TABLE blobs (id BIGINT PRIMARY KEY, data BLOB)"};
constexpr Statement kInsert{"insert", "INSERT INTO blobs (id, data) VALUES ($1, $2)"};
constexpr Statement kCount{"count", "SELECT count(*) FROM blobs"};

Result<void> create(Database& database) {
  return database.in_transaction([](Session& session) -> Result<void> {
    session.run(kCreate);
    return {};
  });
}

Result<void> insert(Database& database, std::int64_t id, const std::string& data) {
  return database.in_transaction([&](Session& session) -> Result<void> {
    session.run(kInsert, {id, Bytes{data}});
    return {};
  });
}

std::int64_t count(Database& database) {
  return database
      .read([](Session& session) -> Result<std::int64_t> {
        return session.run(kCount).front().integer(0);
      })
      .value();
}

TEST(Sqlite, a_second_owner_is_refused_and_may_have_it_afterwards) {
  const testing::TemporaryFolder folder;
  const std::string url = "sqlite://" + (folder.path() / "a.db").string();
  auto first = open({url});
  ASSERT_TRUE(first);
  const auto second = open({url});
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, ErrorCode::conflict);
  EXPECT_EQ(second.error().type, "database-in-use");
  first->reset();
  EXPECT_TRUE(open({url}));
}

TEST(Sqlite, the_lock_holds_between_processes_and_goes_with_its_process) {
  const testing::TemporaryFolder folder;
  const std::string url = "sqlite://" + (folder.path() / "a.db").string();
  int ready[2];
  ASSERT_EQ(::pipe(ready), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    const auto held = open({url});
    const char answer = held ? 'y' : 'n';
    if (::write(ready[1], &answer, 1) != 1) ::_exit(1);
    ::pause();
    ::_exit(0);
  }
  char answer = 0;
  ASSERT_EQ(::read(ready[0], &answer, 1), 1);
  ASSERT_EQ(answer, 'y');
  EXPECT_FALSE(open({url}));
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
  EXPECT_TRUE(open({url}));
  ::close(ready[0]);
  ::close(ready[1]);
}

TEST(Sqlite, only_the_owner_can_read_the_files) {
  const testing::TestDatabase database(Engine::sqlite);
  ASSERT_TRUE(create(*database));
  int files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(database.folder())) {
    struct stat status {};
    ASSERT_EQ(::stat(entry.path().c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0077, 0u) << entry.path();
    ++files;
  }
  EXPECT_GE(files, 4);
}

TEST(Sqlite, a_statement_that_takes_too_long_is_interrupted_and_spoils_no_other) {
  Options options;
  options.statement_timeout = std::chrono::milliseconds{50};
  const testing::TestDatabase database(Engine::sqlite, options);
  ASSERT_TRUE(create(*database));
  constexpr Statement kEndless{
      "endless",
      "INSERT INTO blobs (id) WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) "
      "SELECT i FROM n"};
  std::atomic<bool> endless_begun{false};
  std::jthread slow([&] {
    const auto done = database->in_transaction([&](Session& session) -> Result<void> {
      endless_begun = true;
      session.run(kEndless);
      return {};
    });
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().code, ErrorCode::unavailable);
  });
  while (!endless_begun) std::this_thread::yield();
  for (int id = -10; id < 0; ++id) EXPECT_TRUE(insert(*database, id, "x"));
  slow.join();
  EXPECT_EQ(count(*database), 10);
}

TEST(Sqlite, a_deferred_violation_fails_only_its_own_unit) {
  const testing::TestDatabase database(Engine::sqlite);
  ASSERT_TRUE(create(*database));
  ASSERT_TRUE(database->in_transaction([](Session& session) -> Result<void> {
    session.run({"create",
                 "CREATE TABLE children (parent BIGINT REFERENCES blobs (id) "
                 "DEFERRABLE INITIALLY DEFERRED)"});
    return {};
  }));
  std::atomic<int> good{0};
  {
    std::vector<std::jthread> callers;
    for (int caller = 0; caller < 16; ++caller) {
      callers.emplace_back([&, caller] {
        const auto done = database->in_transaction([&](Session& session) -> Result<void> {
          session.run({"child", "INSERT INTO children (parent) VALUES ($1)"}, {caller});
          if (caller != 7) session.run(kInsert, {caller, Bytes{"x"}});
          return {};
        });
        EXPECT_EQ(done.has_value(), caller != 7);
        if (done) ++good;
      });
    }
  }
  EXPECT_EQ(good, 15);
  EXPECT_EQ(count(*database), 15);
}

/// 'S' once it waits for something.
char state_of(pid_t thread) {
  std::ifstream file("/proc/self/task/" + std::to_string(thread) + "/stat");
  const std::string line{std::istreambuf_iterator<char>(file), {}};
  const std::size_t name_end = line.rfind(')');
  return name_end == std::string::npos ? '?' : line.at(name_end + 2);
}

TEST(Sqlite, what_nobody_waits_for_goes_behind_the_others) {
  const testing::TestDatabase database(Engine::sqlite);
  std::vector<std::string> order;  // of the writer's thread
  const auto note = [&](const char* who) {
    return [&order, who](Session&) -> Result<void> {
      order.emplace_back(who);
      return {};
    };
  };
  std::atomic<bool> busy{false};
  std::atomic<bool> go_on{false};
  std::jthread first([&] {
    EXPECT_TRUE(database->in_transaction([&](Session&) -> Result<void> {
      busy = true;
      while (!go_on) std::this_thread::yield();
      return {};
    }));
  });
  while (!busy) std::this_thread::yield();
  const auto wait_in_line = [&](const char* who, bool behind) {
    std::atomic<pid_t> id{0};
    std::jthread thread([&, who, behind] {
      id = ::gettid();
      if (behind) {
        const Background mark;
        EXPECT_TRUE(Background::here());
        EXPECT_TRUE(database->in_transaction(note(who)));
      } else {
        EXPECT_TRUE(database->in_transaction(note(who)));
      }
      EXPECT_FALSE(Background::here());
    });
    while (id == 0 || state_of(id) != 'S') std::this_thread::yield();
    return thread;
  };
  std::vector<std::jthread> others;
  others.push_back(wait_in_line("job", true));
  others.push_back(wait_in_line("person", false));
  go_on = true;
  others.clear();
  EXPECT_EQ(order, (std::vector<std::string>{"person", "job"}));
}

TEST(Sqlite, what_nobody_waits_for_is_not_put_off_for_ever) {
  const testing::TestDatabase database(Engine::sqlite);
  ASSERT_TRUE(create(*database));
  std::atomic<bool> done{false};
  std::vector<std::jthread> people;
  for (int person = 0; person < 8; ++person) {
    people.emplace_back([&, person] {
      for (std::int64_t id = person; !done; id += 8) EXPECT_TRUE(insert(*database, id, "x"));
    });
  }
  std::jthread([&] {
    const Background mark;
    EXPECT_TRUE(insert(*database, -1, "x"));
    done = true;
  }).join();
}

TEST(Sqlite, the_log_is_copied_back_while_writing) {
  const testing::TestDatabase database(Engine::sqlite);
  ASSERT_TRUE(create(*database));
  const std::string data(1 << 20, 'x');
  const auto log = database.url().substr(9) + "-wal";
  std::uintmax_t greatest = 0;
  for (int id = 0; id < 120; ++id) {
    ASSERT_TRUE(insert(*database, id, data));
    greatest = std::max(greatest, std::filesystem::file_size(log));
  }
  EXPECT_LT(greatest, 40u << 20) << "120 MiB were written";
  EXPECT_TRUE(database->check());
}

TEST(Sqlite, a_log_that_a_reader_kept_from_shrinking_is_emptied_later) {
  const testing::TestDatabase database(Engine::sqlite);
  ASSERT_TRUE(create(*database));
  const std::string data(1 << 20, 'x');
  const auto log = database.url().substr(9) + "-wal";
  ASSERT_TRUE(database->read([&](Session& session) -> Result<void> {
    session.run(kCount);
    std::thread([&] {
      for (int id = 0; id < 80; ++id) EXPECT_TRUE(insert(*database, id, data));
    }).join();
    EXPECT_GT(std::filesystem::file_size(log), 70u << 20);
    return {};
  }));
  // At once, or after the pause between two attempts.
  for (int id = 100; id < 2000 && std::filesystem::file_size(log) > 64u << 20; ++id) {
    ASSERT_TRUE(insert(*database, id, data.substr(0, 8192)));
  }
  EXPECT_LE(std::filesystem::file_size(log), 64u << 20);
}

/// A small file system of its own, where the test may mount one.
class SmallDisk {
 public:
  explicit SmallDisk(const char* size)
      : mounted_(::mount("tmpfs", folder_.path().c_str(), "tmpfs", 0, size) == 0) {}
  ~SmallDisk() {
    if (mounted_) ::umount2(folder_.path().c_str(), MNT_DETACH);
  }
  [[nodiscard]] bool mounted() const noexcept { return mounted_; }
  [[nodiscard]] const std::filesystem::path& path() const noexcept { return folder_.path(); }

 private:
  testing::TemporaryFolder folder_;
  bool mounted_;
};

TEST(Sqlite, a_full_disk_is_said_so_and_survived) {
  const SmallDisk disk("size=96m");
  if (!disk.mounted()) {
    std::fprintf(stderr, "SKIPPED: a file system of its own cannot be mounted here.\n");
    GTEST_SKIP() << "cannot mount";
  }
  std::atomic<int> fatal{0};
  Options options;
  options.url = "sqlite://" + (disk.path() / "a.db").string();
  options.on_fatal = [&](const std::string&) { ++fatal; };
  auto database = open(options);
  ASSERT_TRUE(database);
  ASSERT_TRUE(create(**database));
  const std::filesystem::path reserve = disk.path() / "a.db.reserve";
  EXPECT_EQ(std::filesystem::file_size(reserve), 4u << 20);
  std::ofstream(disk.path() / "somebody else's") << std::string(48 << 20, 'x');

  const std::string data(256 << 10, 'x');
  std::int64_t written = 0;
  Result<void> last;
  while (written < 1000 && (last = insert(**database, written, data))) ++written;
  ASSERT_FALSE(last) << "the disk did not fill up";
  EXPECT_EQ(last.error().code, ErrorCode::unavailable);
  EXPECT_EQ(last.error().type, "storage-full");
  EXPECT_FALSE(std::filesystem::exists(reserve)) << "freed first";
  EXPECT_EQ(count(**database), written) << "reading goes on";

  std::ofstream(disk.path() / "the rest") << std::string(96 << 20, 'x');
  EXPECT_EQ(insert(**database, 5000, data + data).error().type, "storage-full");
  EXPECT_EQ(count(**database), written);
  std::filesystem::remove(disk.path() / "somebody else's");
  std::filesystem::remove(disk.path() / "the rest");

  std::int64_t more = 6000;
  while (more < 6100 && insert(**database, more, "small")) ++more;
  EXPECT_EQ(more, 6100) << "writing goes on once there is space";
  EXPECT_EQ(fatal, 0) << "a full disk is no reason to give up";
  EXPECT_TRUE((*database)->check());
  database->reset();
  auto again = open(options);
  ASSERT_TRUE(again);
  EXPECT_EQ(count(**again), written + 100);
}

TEST(Sqlite, the_reserve_comes_back_with_the_space) {
  const SmallDisk disk("size=40m");
  if (!disk.mounted()) GTEST_SKIP() << "cannot mount";
  auto database = open({"sqlite://" + (disk.path() / "a.db").string()});
  ASSERT_TRUE(database);
  ASSERT_TRUE(create(**database));
  const std::filesystem::path reserve = disk.path() / "a.db.reserve";
  std::ofstream(disk.path() / "filler") << std::string(40 << 20, 'x');
  const std::string data(5 << 20, 'x');
  EXPECT_FALSE(insert(**database, 1, data));
  EXPECT_FALSE(std::filesystem::exists(reserve));
  std::filesystem::remove(disk.path() / "filler");
  EXPECT_TRUE(insert(**database, 2, "x"));
  database->reset();  // the writer tidies up after it has answered
  EXPECT_TRUE(std::filesystem::exists(reserve));
}

}  // namespace
}  // namespace madoguchi::db
