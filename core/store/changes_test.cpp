// SPDX-License-Identifier: Apache-2.0
#include "core/store/changes.h"

#include <algorithm>
#include <atomic>
#include <future>
#include <thread>

#include "core/store/store_test.h"

namespace madoguchi::store {
namespace {

const crypto::ShredSeal kSeal(Secret("what the history is sealed with "));

class StoredChanges : public StoreTest {
 protected:
  static ChangeEntry entry(const std::string& object) {
    ChangeEntry entry;
    entry.event = "case.changed";
    entry.object_type = "case";
    entry.object_id = object;
    entry.actor_name = "hub";
    return entry;
  }
  void append(const std::string& object) {
    write([&](db::Session& session) { History(session, kSeal).append(entry(object)); });
  }
  Changes::Horizon horizon() {
    return read([&](db::Session& session) { return Changes(session).horizon(); });
  }
  std::vector<ChangeEntry> after(FeedPosition position, int limit = 100) {
    const Changes::Horizon below = horizon();
    return read([&](db::Session& session) {
      return History(session, kSeal).after(position, below, limit);
    });
  }
  std::vector<std::string> objects_after(FeedPosition position, int limit = 100) {
    std::vector<std::string> out;
    for (const ChangeEntry& one : after(position, limit)) out.push_back(one.object_id);
    return out;
  }
  FeedPosition newest() {
    const Changes::Horizon below = horizon();
    return read([&](db::Session& session) { return Changes(session).newest(below); });
  }
  using Objects = std::vector<std::string>;
};
INSTANTIATE_TEST_SUITE_P(Engines, StoredChanges, testing::engines(), testing::engine_name);

TEST(FeedPosition, is_read_as_it_was_written_and_nothing_else) {
  const FeedPosition position{12, 34};
  EXPECT_EQ(position.str(), "12-34");
  EXPECT_EQ(FeedPosition::parse("12-34"), position);
  EXPECT_EQ(FeedPosition::parse("0-0"), FeedPosition{});
  EXPECT_EQ(FeedPosition::parse(FeedPosition{INT64_MAX, INT64_MAX}.str()),
            (FeedPosition{INT64_MAX, INT64_MAX}));
  for (const char* text : {"", "-", "12", "12-", "-34", "12-34 ", " 12-34", "1--2", "-1-2",
                           "12-34-5", "a-b", "1-99999999999999999999", "+1-2", "1-+2"}) {
    EXPECT_FALSE(FeedPosition::parse(text)) << text;
  }
  EXPECT_LT((FeedPosition{1, 9}), (FeedPosition{2, 1}));
  EXPECT_LT((FeedPosition{2, 1}), (FeedPosition{2, 2}));
}

TEST_P(StoredChanges, are_read_back_whole) {
  ChangeEntry full = entry("CS-000001");
  full.at = clock_.now();
  full.event = "case.assigned";
  full.case_id = domain::CaseId("case");
  full.customer_id = domain::CustomerId("customer");
  full.mailboxes = {domain::MailboxId("m1"), domain::MailboxId("m2")};
  full.actor = domain::AgentId("agent");
  full.actor_name = "花子";
  full.fields = {{"assignee", "", "agent"}, {"text", "old \"x\"", "new\n"}};
  write([&](db::Session& session) { History(session, kSeal).append(full); });
  append("CS-000002");
  const auto entries = after({});
  ASSERT_EQ(entries.size(), 2u);
  EXPECT_EQ(entries[0].at, full.at);
  EXPECT_EQ(entries[0].event, full.event);
  EXPECT_EQ(entries[0].object_type, "case");
  EXPECT_EQ(entries[0].object_id, full.object_id);
  EXPECT_EQ(entries[0].case_id, full.case_id);
  EXPECT_EQ(entries[0].customer_id, full.customer_id);
  EXPECT_EQ(entries[0].mailboxes, full.mailboxes);
  EXPECT_EQ(entries[0].actor, full.actor);
  EXPECT_EQ(entries[0].actor_name, full.actor_name);
  EXPECT_EQ(entries[0].fields, full.fields);
  EXPECT_FALSE(entries[1].case_id);
  EXPECT_FALSE(entries[1].actor);
  EXPECT_TRUE(entries[1].mailboxes.empty());
  EXPECT_TRUE(entries[1].fields.empty());
}

TEST_P(StoredChanges, of_a_person_rest_sealed_until_they_are_shredded) {
  const auto told = [&](const char* event, std::optional<domain::CaseId> about, bool first) {
    ChangeEntry one = entry("CS-000001");
    one.event = event;
    one.case_id = std::move(about);
    one.customer_id = domain::CustomerId("customer");
    one.fields = {{"subject", "", "Kanarienvogel"}};
    one.first = first;
    write([&](db::Session& session) { History(session, kSeal).append(one); });
  };
  told("case.created", domain::CaseId("case"), true);
  told("case.changed", domain::CaseId("case"), false);
  told("customer.changed", std::nullopt, false);
  ChangeEntry setting = entry("label");
  setting.fields = {{"name", "", "VIP"}};
  write([&](db::Session& session) { History(session, kSeal).append(setting); });
  EXPECT_EQ(number("SELECT count(*) FROM changes WHERE data LIKE '%Kanarienvogel%'"), 0);
  EXPECT_EQ(number("SELECT count(*) FROM history_salts"), 2);
  for (const ChangeEntry& one : after({})) {
    EXPECT_FALSE(one.erased) << one.event;
    EXPECT_EQ(one.fields.size(), 1u) << one.event;
  }

  write([&](db::Session& session) { History(session, kSeal).shred("case"); });
  told("case.reopened", domain::CaseId("case"), false);
  std::vector<std::pair<std::string, bool>> seen;
  for (const ChangeEntry& one : after({})) {
    seen.emplace_back(one.event, one.erased);
    EXPECT_EQ(one.fields.empty(), one.erased) << one.event;
  }
  EXPECT_EQ(seen, (std::vector<std::pair<std::string, bool>>{{"case.created", true},
                                                             {"case.changed", true},
                                                             {"customer.changed", false},
                                                             {"case.changed", false},
                                                             {"case.reopened", false}}));
}

TEST_P(StoredChanges, come_in_order_and_go_on_behind_a_place) {
  EXPECT_EQ(newest(), FeedPosition{});
  for (const char* object : {"a", "b", "c"}) append(object);
  write([&](db::Session& session) {
    History(session, kSeal).append(entry("d"));
    History(session, kSeal).append(entry("e"));
  });
  EXPECT_EQ(objects_after({}), (Objects{"a", "b", "c", "d", "e"}));
  const auto first = after({}, 2);
  ASSERT_EQ(first.size(), 2u);
  EXPECT_EQ(objects_after(first.back().position), (Objects{"c", "d", "e"}));
  EXPECT_EQ(newest(), after({}).back().position);
  EXPECT_EQ(objects_after(newest()), Objects{});
  append("f");
  EXPECT_EQ(objects_after(after({})[4].position), Objects{"f"});
}

TEST_P(StoredChanges, of_one_object_are_its_history_newest_first) {
  for (const char* object : {"a", "b", "a", "a"}) append(object);
  const auto history =
      read([&](db::Session& session) { return History(session, kSeal).of_object("a", 2); });
  ASSERT_EQ(history.size(), 2u);
  EXPECT_GT(history[0].position.sequence, history[1].position.sequence);
  EXPECT_EQ(history[0].position.sequence, 4);
}

TEST_P(StoredChanges, rolled_back_leave_no_trace) {
  append("a");
  const auto refused = database().in_transaction([&](db::Session& session) -> Result<void> {
    History(session, kSeal).append(entry("never"));
    return fail(Error::stale());
  });
  EXPECT_FALSE(refused);
  append("b");
  EXPECT_EQ(objects_after({}), (Objects{"a", "b"}));
}

TEST_P(StoredChanges, reach_a_reader_that_keeps_up_once_each) {
  constexpr int kWriters = 3;
  constexpr int kEach = 30;
  std::atomic<int> running{kWriters};
  std::vector<std::jthread> writers;
  for (int writer = 0; writer < kWriters; ++writer) {
    writers.emplace_back([&, writer] {
      for (int i = 0; i < kEach; ++i) {
        append(std::to_string(writer) + "/" + std::to_string(i));
      }
      --running;
    });
  }
  Objects seen;
  FeedPosition place;
  bool last_look = false;
  while (!last_look) {
    last_look = running == 0;
    for (const ChangeEntry& one : after(place, 7)) {
      EXPECT_GT(one.position, place);
      seen.push_back(one.object_id);
      place = one.position;
      last_look = false;
    }
  }
  ASSERT_EQ(seen.size(), static_cast<std::size_t>(kWriters * kEach));
  std::sort(seen.begin(), seen.end());
  EXPECT_TRUE(std::adjacent_find(seen.begin(), seen.end()) == seen.end());
}

class ChangesOfManyWriters : public StoredChanges {};
// SQLite writes one transaction after the other.
INSTANTIATE_TEST_SUITE_P(Engines, ChangesOfManyWriters, ::testing::Values(db::Engine::postgresql),
                         testing::engine_name);

TEST_P(ChangesOfManyWriters, are_held_back_behind_one_that_commits_late) {
  append("before");
  const FeedPosition start = newest();
  std::promise<void> appended;
  std::promise<void> go_on;
  std::jthread slow([&] {
    write([&](db::Session& session) {
      History(session, kSeal).append(entry("late"));
      session.flush();
      appended.set_value();
      go_on.get_future().wait();
    });
  });
  appended.get_future().wait();
  append("early");  // a greater sequence and transaction, committed first
  EXPECT_EQ(objects_after(start), Objects{});
  EXPECT_EQ(newest(), start);
  EXPECT_EQ(objects_after({}), Objects{"before"});
  go_on.set_value();
  slow.join();
  EXPECT_EQ(objects_after(start), (Objects{"late", "early"}));
}

TEST_P(ChangesOfManyWriters, of_another_server_are_seen_after_a_restore) {
  for (const char* object : {"a", "b", "c"}) append(object);
  const FeedPosition place = after({}, 2).back().position;
  // As a new server has it: with numbers that its own transactions will not reach for long.
  constexpr db::Statement kRestored{"restored", "UPDATE changes SET tx = tx + 1000000000"};
  write([&](db::Session& session) { session.run(kRestored); });
  EXPECT_EQ(objects_after({}), Objects{});
  write([&](db::Session& session) { Changes(session).adopt_restored(); });
  EXPECT_EQ(objects_after({}), (Objects{"a", "b", "c"}));
  append("d");
  EXPECT_EQ(objects_after({}), (Objects{"a", "b", "c", "d"}));
  EXPECT_EQ(objects_after({}, 3), (Objects{"a", "b", "c"}));
  // A reader of before goes on where it was.
  EXPECT_EQ(objects_after({place.transaction + 1000000000, place.sequence}), (Objects{"c", "d"}));
  EXPECT_EQ(objects_after({1000000000, 1000000000}), Objects{});
  const auto known = after({});
  write([&](db::Session& session) { Changes(session).adopt_restored(); });
  EXPECT_EQ(after({}).back().position, known.back().position);  // nothing was to be adopted
}

TEST_P(ChangesOfManyWriters, never_go_back_behind_what_was_shown) {
  // Transactions that begin while the horizon is looked for are above it, not far below.
  std::atomic<bool> enough{false};
  std::vector<std::jthread> writers;
  for (int writer = 0; writer < 3; ++writer) {
    writers.emplace_back([&] {
      while (!enough) append("x");
    });
  }
  std::int64_t last = 0;
  for (int i = 0; i < 2000; ++i) {
    const std::int64_t now = horizon().transaction;
    EXPECT_GE(now, last);
    last = now;
  }
  enough = true;
}

TEST_P(ChangesOfManyWriters, are_held_back_when_the_late_one_has_only_begun) {
  // It takes its number with its first write, of whatever table, and its change comes last.
  const domain::Case value = insert(new_case("x"));
  const FeedPosition start = newest();
  std::promise<void> begun;
  std::promise<void> go_on;
  std::jthread slow([&] {
    write([&](db::Session& session) {
      domain::Case mine = value;
      EXPECT_TRUE(Cases(session).update(mine));
      begun.set_value();
      go_on.get_future().wait();
      History(session, kSeal).append(entry("late"));
    });
  });
  begun.get_future().wait();
  append("early");
  EXPECT_EQ(objects_after(start), Objects{});
  go_on.set_value();
  slow.join();
  EXPECT_EQ(objects_after(start), (Objects{"late", "early"}));
}

}  // namespace
}  // namespace madoguchi::store
