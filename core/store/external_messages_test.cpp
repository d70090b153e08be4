// SPDX-License-Identifier: Apache-2.0
#include "core/store/external_messages.h"

#include <gmock/gmock.h>

#include "core/store/store_test.h"

namespace madoguchi::store {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class ExternalMessagesTest : public StoreTest {
 protected:
  domain::ExternalMessage message(const std::string& id, int minute) {
    domain::ExternalMessage made;
    made.id = id;
    made.thread = "t1";
    made.medium = "mail";
    made.from = {"山田", "yamada@example.jp"};
    made.to = {{"", "support@shop.example"}};
    made.subject = "届かない";
    made.text = "いつ届きますか";
    made.sent_at = clock_.now() + std::chrono::minutes(minute);
    made.attachments = {{"a1", "写真.jpg"}};
    return made;
  }
  bool put(const domain::ExternalMessage& one, const std::string& account = "relation",
           const std::vector<std::string>& keys = {"yamada@example.jp"}) {
    return write([&](db::Session& session) {
      return ExternalMessages(session).put(account, ids_.next(), one, keys);
    });
  }
  bool put_thread(const domain::ExternalThread& thread) {
    return write(
        [&](db::Session& session) { return ExternalMessages(session).put("relation", thread); });
  }
  std::vector<ExternalMessageRecord> list(
      const std::vector<std::string>& keys, int limit = 50,
      const std::optional<ExternalMessagePlace>& after = std::nullopt,
      const std::vector<std::string>& accounts = {}) {
    return read([&](db::Session& session) {
      return ExternalMessages(session).list({keys, accounts, limit}, after);
    });
  }
  std::vector<std::string> found(const std::vector<ExternalMessageRecord>& records) {
    std::vector<std::string> ids;
    for (const ExternalMessageRecord& one : records) ids.push_back(one.value.id);
    return ids;
  }
};
INSTANTIATE_TEST_SUITE_P(Engines, ExternalMessagesTest, testing::engines(), testing::engine_name);

TEST_P(ExternalMessagesTest, what_comes_twice_is_kept_once_and_as_it_is_now) {
  EXPECT_TRUE(put(message("1", 0)));
  EXPECT_FALSE(put(message("1", 0)));
  domain::ExternalMessage changed = message("1", 0);
  changed.status = "draft";
  EXPECT_TRUE(put(changed));
  EXPECT_TRUE(
      put_thread({.id = "t1", .subject = "届かない", .status = "未対応", .labels = {"急ぎ"}}));
  EXPECT_FALSE(
      put_thread({.id = "t1", .subject = "届かない", .status = "未対応", .labels = {"急ぎ"}}));
  EXPECT_TRUE(
      put_thread({.id = "t1", .subject = "届かない", .status = "対応完了", .labels = {"急ぎ"}}));
  const auto all = list({"yamada@example.jp"});
  ASSERT_EQ(all.size(), 1u);
  const domain::ExternalMessage& value = all[0].value;
  EXPECT_EQ(value.status, "draft");
  EXPECT_EQ(value.from.name, "山田");
  EXPECT_EQ(value.to.at(0).address, "support@shop.example");
  EXPECT_EQ(value.text, "いつ届きますか");
  EXPECT_EQ(value.attachments.at(0).file_name, "写真.jpg");
  EXPECT_EQ(value.sent_at, clock_.now());
  ASSERT_TRUE(all[0].thread);
  EXPECT_EQ(all[0].thread->status, "対応完了");
  EXPECT_THAT(all[0].thread->labels, ElementsAre("急ぎ"));
}

TEST_P(ExternalMessagesTest, are_listed_newest_first_page_by_page_each_once) {
  for (int i = 0; i < 5; ++i) {
    put(message(std::to_string(i), i), "relation", {"yamada@example.jp", "yamada@work.example"});
  }
  put(message("9", 9), "maildealer");
  put(message("other", 3), "relation", {"suzuki@example.jp"});
  const std::vector<std::string> both = {"yamada@example.jp", "yamada@work.example"};
  const auto first = list(both, 3);
  EXPECT_THAT(found(first), ElementsAre("9", "4", "3", "2")) << "one more than the limit";
  const ExternalMessagePlace place{to_micros(first[2].value.sent_at), first[2].id};
  EXPECT_THAT(found(list(both, 3, place)), ElementsAre("2", "1", "0"));
  EXPECT_THAT(found(list(both, 3, std::nullopt, {"maildealer"})), ElementsAre("9"));
  EXPECT_THAT(list({}), IsEmpty());
  EXPECT_THAT(list({"nobody@example.jp"}), IsEmpty());
}

TEST_P(ExternalMessagesTest, one_is_found_only_by_who_is_on_it) {
  put(message("1", 0));
  const std::string id = list({"yamada@example.jp"}).at(0).id;
  const auto find = [&](const std::vector<std::string>& keys) {
    return read([&](db::Session& session) { return ExternalMessages(session).find(id, keys); });
  };
  EXPECT_TRUE(find({"yamada@example.jp"}));
  EXPECT_FALSE(find({"suzuki@example.jp"}));
  EXPECT_FALSE(find({}));
}

TEST_P(ExternalMessagesTest, a_message_that_is_somebody_elses_now_is_no_longer_found_by_the_first) {
  put(message("1", 0));
  domain::ExternalMessage moved = message("1", 0);
  moved.from.address = "suzuki@example.jp";
  put(moved, "relation", {"suzuki@example.jp"});
  EXPECT_THAT(list({"yamada@example.jp"}), IsEmpty());
  EXPECT_THAT(found(list({"suzuki@example.jp"})), ElementsAre("1"));
}

TEST_P(ExternalMessagesTest, go_with_their_thread_alone_or_with_a_person) {
  put_thread({.id = "t1", .subject = "届かない"});
  for (int i = 0; i < 3; ++i) put(message(std::to_string(i), i));
  put(message("2", 2), "relation", {"suzuki@example.jp"});
  write([&](db::Session& session) { ExternalMessages(session).remove_message("relation", "1"); });
  EXPECT_THAT(found(list({"yamada@example.jp"})), ElementsAre("0"));
  write([&](db::Session& session) { ExternalMessages(session).forget("yamada@example.jp"); });
  EXPECT_THAT(list({"yamada@example.jp"}), IsEmpty());
  EXPECT_EQ(number("SELECT count(*) FROM external_threads"), 1) << "somebody else is on it too";
  write([&](db::Session& session) { ExternalMessages(session).forget("suzuki@example.jp"); });
  for (const char* table : {"external_threads", "external_messages", "external_addresses"}) {
    EXPECT_EQ(number("SELECT count(*) FROM " + std::string(table)), 0) << table;
  }
  put_thread({.id = "t1", .subject = "届かない"});
  put(message("7", 7));
  write([&](db::Session& session) { ExternalMessages(session).remove_thread("relation", "t1"); });
  EXPECT_EQ(number("SELECT count(*) FROM external_messages"), 0);
}

}  // namespace
}  // namespace madoguchi::store
