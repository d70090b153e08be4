// SPDX-License-Identifier: Apache-2.0
#include "core/store/fetch_cursors.h"

#include "core/store/store_test.h"

namespace madoguchi::store {
namespace {

using std::chrono::seconds;

class FetchCursorsTest : public StoreTest {
 protected:
  void SetUp() override {
    StoreTest::SetUp();
    if (IsSkipped()) return;
    key_ = {insert_mailbox("support"), "imap://support@mail.example:993"};
    write([&](db::Session& session) { FetchCursors(session).declare({key_}); });
  }
  std::optional<FetchRecord> claim(const std::string& owner, seconds lease = seconds(60)) {
    return write(
        [&](db::Session& session) { return FetchCursors(session).claim(key_, owner, lease); });
  }
  bool advance(const std::string& owner, const std::string& cursor, std::int64_t mails) {
    return write([&](db::Session& session) {
      return FetchCursors(session).advance(key_, owner, cursor, mails, seconds(60));
    });
  }
  std::vector<FetchRecord> all() {
    return read([](db::Session& session) { return FetchCursors(session).all(); });
  }

  FetchAccountKey key_;
};

TEST_P(FetchCursorsTest, keeps_the_cursor_and_how_it_went) {
  ASSERT_TRUE(claim("a").has_value());
  const std::string bytes("\0sealed\xFF", 8);
  EXPECT_TRUE(advance("a", bytes, 3));
  EXPECT_TRUE(advance("a", bytes, 2));
  write([&](db::Session& session) {
    EXPECT_TRUE(FetchCursors(session).failed(key_, "a", "no answer", clock_.now()));
  });
  FetchRecord record = claim("a").value();
  EXPECT_EQ(record.sealed_cursor, bytes);
  EXPECT_EQ(record.mails, 5);
  EXPECT_EQ(record.state, FetchState::failing);
  EXPECT_EQ(record.last_error, "no answer");
  EXPECT_EQ(record.last_error_at, clock_.now());
  EXPECT_FALSE(record.last_success_at.has_value());
  write([&](db::Session& session) {
    EXPECT_TRUE(FetchCursors(session).succeeded(key_, "a", clock_.now()));
  });
  record = claim("a").value();
  EXPECT_EQ(record.state, FetchState::good);
  EXPECT_EQ(record.last_success_at, clock_.now());
  EXPECT_EQ(record.last_error, "no answer");
}

TEST_P(FetchCursorsTest, only_the_owner_advances) {
  ASSERT_TRUE(claim("a").has_value());
  EXPECT_FALSE(advance("b", "mine", 1));
  EXPECT_EQ(all().at(0).mails, 0);
  write([&](db::Session& session) { FetchCursors(session).release(key_, "b"); });
  EXPECT_TRUE(advance("a", "still mine", 1));
  write([&](db::Session& session) { FetchCursors(session).release(key_, "a"); });
  EXPECT_FALSE(advance("a", "no longer", 1));
  EXPECT_TRUE(claim("b").has_value());
}

TEST_P(FetchCursorsTest, a_lease_is_for_one_process_on_postgresql_until_it_ends) {
  ASSERT_TRUE(claim("a").has_value());
  if (database().engine() == db::Engine::sqlite) {
    EXPECT_TRUE(claim("b").has_value());  // after a crash nobody else can be there
    return;
  }
  EXPECT_FALSE(claim("b").has_value());
  EXPECT_TRUE(claim("a", seconds(-1)).has_value());
  EXPECT_TRUE(claim("b").has_value());
  EXPECT_FALSE(advance("a", "late", 1));
}

TEST_P(FetchCursorsTest, an_account_that_is_gone_is_kept_and_not_used) {
  ASSERT_TRUE(claim("a").has_value());
  EXPECT_TRUE(advance("a", "far", 7));
  const FetchAccountKey other{key_.mailbox, "imap://other@mail.example:993"};
  write([&](db::Session& session) { FetchCursors(session).declare({other}); });
  EXPECT_FALSE(claim("a").has_value());
  ASSERT_EQ(all().size(), 1U);
  EXPECT_EQ(all()[0].key.account, other.account);
  write([&](db::Session& session) { FetchCursors(session).declare({key_}); });
  EXPECT_EQ(claim("a").value().sealed_cursor, "far");
}

INSTANTIATE_TEST_SUITE_P(Engines, FetchCursorsTest, testing::engines(), testing::engine_name);

}  // namespace
}  // namespace madoguchi::store
