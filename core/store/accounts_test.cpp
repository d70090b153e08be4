// SPDX-License-Identifier: Apache-2.0
#include "core/store/accounts.h"

#include <gmock/gmock.h>

#include "core/store/store_test.h"

namespace madoguchi::store {
namespace {

using ::testing::ElementsAre;

class AccountsTest : public StoreTest {
 protected:
  AccountRecord record(const std::string& name) {
    AccountRecord made;
    made.value.id = domain::AccountId("id-" + name);
    made.value.name = name;
    made.value.title = "サポート窓口";
    made.value.type = "sample";
    made.value.options = {{"host", "mail.example"}, {"box", "2"}};
    made.value.created_at = clock_.now();
    made.value.modified_at = clock_.now();
    made.sealed_secrets = std::string("\0sealed\xFF", 8);
    return made;
  }
  AccountRecord added(const std::string& name) {
    AccountRecord made = record(name);
    write([&](db::Session& session) { EXPECT_TRUE(Accounts(session).insert(made)); });
    return made;
  }
  AccountRecord stored(const domain::AccountId& id) {
    return read([&](db::Session& session) { return Accounts(session).by_id(id).value(); });
  }
};
INSTANTIATE_TEST_SUITE_P(Engines, AccountsTest, testing::engines(), testing::engine_name);

TEST_P(AccountsTest, keeps_everything_that_is_said_of_an_account) {
  AccountRecord made = record("relation");
  made.value.state = domain::AccountState::paused;
  made.value.reason = "refused";
  made.value.poll_every = std::chrono::seconds(7);
  made.value.requests = 3;
  made.value.per = std::chrono::seconds(4);
  made.value.concurrency = 2;
  made.value.overlap = std::chrono::seconds(9);
  made.value.start_failure = domain::StartFailure::pause;
  write([&](db::Session& session) { EXPECT_TRUE(Accounts(session).insert(made)); });
  const AccountRecord kept = stored(made.value.id);
  EXPECT_EQ(kept.value.name, "relation");
  EXPECT_EQ(kept.value.title, "サポート窓口");
  EXPECT_EQ(kept.value.type, "sample");
  EXPECT_EQ(kept.value.state, domain::AccountState::paused);
  EXPECT_EQ(kept.value.reason, "refused");
  EXPECT_EQ(kept.value.options, made.value.options);
  EXPECT_EQ(kept.value.poll_every, std::chrono::seconds(7));
  EXPECT_EQ(kept.value.requests, 3);
  EXPECT_EQ(kept.value.per, std::chrono::seconds(4));
  EXPECT_EQ(kept.value.concurrency, 2);
  EXPECT_EQ(kept.value.overlap, std::chrono::seconds(9));
  EXPECT_EQ(kept.value.start_failure, domain::StartFailure::pause);
  EXPECT_EQ(kept.value.created_at, clock_.now());
  EXPECT_EQ(kept.sealed_secrets, made.sealed_secrets);
}

TEST_P(AccountsTest, a_name_is_taken_once_and_a_stale_change_is_refused) {
  AccountRecord first = added("relation");
  write([&](db::Session& session) {
    AccountRecord again = record("relation");
    again.value.id = domain::AccountId("another");
    EXPECT_FALSE(Accounts(session).insert(again));
    AccountRecord stale = first;
    EXPECT_TRUE(Accounts(session).update(first));
    EXPECT_EQ(first.value.version, 2);
    EXPECT_FALSE(Accounts(session).update(stale));
  });
}

TEST_P(AccountsTest, knows_whether_something_is_marked_with_it) {
  const AccountRecord made = added("relation");
  const auto used = [&] {
    return read([&](db::Session& session) { return Accounts(session).is_used("relation"); });
  };
  EXPECT_FALSE(used());
  sql("INSERT INTO external_threads (account, id, subject, status, assignee, labels, url, "
      "changed_at, digest) VALUES ('relation', 't', '', '', '', '[]', '', 0, '')");
  EXPECT_TRUE(used());
  write([&](db::Session& session) {
    AccountStreams(session).declare(made.value.id, "surveys");
    Accounts(session).add_error(made.value.id, {"e", clock_.now(), "x", "passing", "down"}, 5);
    EXPECT_TRUE(Accounts(session).set_full_at(made.value.id, {}, clock_.now()));
    Accounts(session).remove(made.value.id);
  });
  EXPECT_EQ(number("SELECT count(*) FROM accounts"), 0);
  EXPECT_EQ(number("SELECT count(*) FROM account_streams"), 0);
}

TEST_P(AccountsTest, keeps_the_newest_failures) {
  const domain::AccountId id = added("relation").value.id;
  write([&](db::Session& session) {
    for (const char* one : {"1", "2", "3"}) {
      Accounts(session).add_error(id, {one, clock_.now(), "surveys.pull", "passing", "down"}, 2);
    }
  });
  std::vector<std::string> ids;
  const auto kept = read([&](db::Session& session) { return Accounts(session).errors(id); });
  for (const AccountErrorRecord& one : kept) ids.push_back(one.id);
  EXPECT_THAT(ids, ElementsAre("3", "2"));
}

TEST_P(AccountsTest, the_bucket_of_requests_is_changed_by_one_at_a_time) {
  const domain::AccountId id = added("relation").value.id;
  const TimePoint later = clock_.now() + std::chrono::seconds(1);
  write([&](db::Session& session) {
    Accounts accounts(session);
    EXPECT_EQ(accounts.full_at(id), TimePoint{});
    EXPECT_TRUE(accounts.set_full_at(id, {}, clock_.now()));
    EXPECT_FALSE(accounts.set_full_at(id, {}, later)) << "somebody took one meanwhile";
    EXPECT_TRUE(accounts.set_full_at(id, clock_.now(), later));
    EXPECT_EQ(accounts.full_at(id), later);
    EXPECT_GT(to_micros(accounts.now(clock_.now())), 0);
  });
}

TEST_P(AccountsTest, only_one_ends_a_turn_of_a_stream) {
  const domain::AccountId id = added("relation").value.id;
  write([&](db::Session& session) {
    AccountStreams(session).declare(id, "surveys");
    AccountStreams(session).declare(id, "surveys");
  });
  StreamRecord mine =
      read([&](db::Session& session) { return AccountStreams(session).of(id).front(); });
  EXPECT_EQ(mine.state, StreamState::starting);
  EXPECT_TRUE(mine.sealed_cursor.empty());
  EXPECT_FALSE(mine.complete_until);
  StreamRecord other = mine;
  mine.sealed_cursor = std::string("\0c", 2);
  mine.state = StreamState::good;
  mine.items = 12;
  mine.more = true;
  mine.next_at = clock_.now();
  mine.complete_until = clock_.now();
  write([&](db::Session& session) {
    EXPECT_TRUE(AccountStreams(session).next_turn(mine));
    EXPECT_FALSE(AccountStreams(session).next_turn(other));
  });
  const StreamRecord kept = read(
      [&](db::Session& session) { return AccountStreams(session).find(id, "surveys").value(); });
  EXPECT_EQ(kept.turn, 2);
  EXPECT_EQ(kept.sealed_cursor, mine.sealed_cursor);
  EXPECT_EQ(kept.items, 12);
  EXPECT_TRUE(kept.more);
  EXPECT_EQ(kept.complete_until, clock_.now());
}

}  // namespace
}  // namespace madoguchi::store
