// SPDX-License-Identifier: Apache-2.0
#include "core/store/search_texts.h"

#include <gmock/gmock.h>

#include "core/store/customer_parts.h"
#include "core/store/customers.h"
#include "core/store/orders.h"
#include "core/store/store_test.h"
#include "core/text/fold.h"

namespace madoguchi::store {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class StoredTexts : public StoreTest {
 protected:
  static std::vector<text::Needle> words(const std::vector<std::string>& typed) {
    std::vector<text::Needle> out;
    for (const std::string& word : typed) {
      out.push_back(text::needle_of(text::fold(word), text::WordEnd::anywhere));
    }
    return out;
  }
  std::vector<std::string> found(TextKind kind, const std::vector<std::string>& typed,
                                 bool in_names = false, int limit = 100) {
    EXPECT_TRUE(database().settle());
    return read([&](db::Session& session) {
      std::vector<std::string> refs;
      for (const SearchTexts::Hit& hit :
           SearchTexts(session).search(kind, words(typed), in_names, INT64_MAX, limit)) {
        refs.push_back(hit.ref);
      }
      return refs;
    });
  }
  bool holds(TextKind kind, const std::string& ref, const std::vector<std::string>& typed,
             bool in_names = false) {
    EXPECT_TRUE(database().settle());
    return read([&](db::Session& session) {
      return SearchTexts(session).holds(kind, ref, words(typed), in_names);
    });
  }
  void put(const std::string& ref, const std::string& names, const std::string& others,
           TextKind kind = TextKind::order) {
    write([&](db::Session& session) {
      SearchTexts(session).put(kind, ref, {text::fold(names), text::fold(others), clock_.now()});
    });
  }
  domain::Customer insert_customer() {
    domain::Customer customer;
    customer.id = ids_.make<domain::CustomerId>();
    customer.family_name = "山田";
    write([&](db::Session& session) { Customers(session).insert(customer); });
    return customer;
  }
  domain::Order new_order(const domain::Customer& customer) {
    domain::Order order;
    order.id = ids_.make<domain::OrderId>();
    order.customer = customer.id;
    order.items = {{"TEA-20", "深蒸し緑茶", 1, 1080, 8}};
    order.shipping_address.name = "佐藤 花子";
    order.shipping_address.phone = "03-1234-5678";
    order.shipments = {{domain::Carrier::yamato, "1234-5678-9012", "", std::nullopt, std::nullopt}};
    order.amounts = domain::amounts_of(order);
    return order;
  }
};
INSTANTIATE_TEST_SUITE_P(Engines, StoredTexts, testing::engines(), testing::engine_name);

TEST_P(StoredTexts, are_found_by_all_words_newest_first) {
  put("a", "山田 太郎", "青森りんご yamada@example.jp 03-1234-5678");
  put("b", "佐藤", "りんごとみかん");
  put("c", "山田", "りんご", TextKind::memo);
  EXPECT_THAT(found(TextKind::order, {"りんご"}), ElementsAre("b", "a"));
  EXPECT_THAT(found(TextKind::order, {"リンゴ", "山田"}), ElementsAre("a"));
  EXPECT_THAT(found(TextKind::memo, {"りんご"}), ElementsAre("c"));
  EXPECT_THAT(found(TextKind::case_, {"りんご"}), IsEmpty());
  EXPECT_THAT(found(TextKind::order, {"山"}), ElementsAre("a"));
  EXPECT_THAT(found(TextKind::order, {"yama"}), ElementsAre("a"));
  EXPECT_THAT(found(TextKind::order, {"yamada@exam"}), ElementsAre("a"));
  EXPECT_THAT(found(TextKind::order, {"mada"}), IsEmpty());
  EXPECT_THAT(found(TextKind::order, {"0312345678"}), ElementsAre("a"));
  EXPECT_THAT(found(TextKind::order, {"んごりん"}), IsEmpty());
  EXPECT_THAT(found(TextKind::order, {"order"}), IsEmpty()) << "what it is, is no word of it";
  EXPECT_THAT(found(TextKind::order, {}), IsEmpty());
  EXPECT_THAT(found(TextKind::order, {"%", "_"}), IsEmpty());
  EXPECT_THAT(found(TextKind::order, {"りんご"}, false, 1), ElementsAre("b"));
  // Words may stand in different texts, but not be put together of them.
  put("d", "配送", "遅延");
  EXPECT_THAT(found(TextKind::order, {"配送", "遅延"}), ElementsAre("d"));
  EXPECT_THAT(found(TextKind::order, {"配送 遅延"}), IsEmpty());
}

TEST_P(StoredTexts, names_are_told_from_the_rest) {
  put("a", "りんご園", "みかん");
  put("b", "みかん園", "りんご");
  EXPECT_THAT(found(TextKind::order, {"りんご"}, true), ElementsAre("a"));
  EXPECT_THAT(found(TextKind::order, {"りんご", "みかん"}, true), IsEmpty());
  EXPECT_TRUE(holds(TextKind::order, "a", {"りんご", "みかん"}));
  EXPECT_FALSE(holds(TextKind::order, "a", {"りんご", "みかん"}, true));
  EXPECT_TRUE(holds(TextKind::order, "a", {"りんご"}, true));
  EXPECT_FALSE(holds(TextKind::memo, "a", {"りんご"}));
  EXPECT_FALSE(holds(TextKind::order, "none", {"りんご"}));
}

TEST_P(StoredTexts, follow_what_is_changed_and_deleted) {
  put("a", "", "旧い");
  put("b", "", "旧い");
  put("a", "新", "新しい");
  EXPECT_THAT(found(TextKind::order, {"旧い"}), ElementsAre("b"));
  EXPECT_THAT(found(TextKind::order, {"新しい"}), ElementsAre("a"));
  // It stays where it was put first.
  put("a", "", "旧い");
  EXPECT_THAT(found(TextKind::order, {"旧い"}), ElementsAre("b", "a"));
  write([&](db::Session& session) { SearchTexts(session).forget(TextKind::order, "b"); });
  EXPECT_THAT(found(TextKind::order, {"旧い"}), ElementsAre("a"));
  EXPECT_THAT(found(TextKind::order, {"新しい"}), IsEmpty());
  // Twice in one unit of work.
  write([&](db::Session& session) {
    SearchTexts texts(session);
    texts.put(TextKind::order, "c", {"", "一", {}});
    texts.put(TextKind::order, "c", {"", "二", {}});
    texts.put(TextKind::order, "d", {"", "二", {}});
    texts.forget(TextKind::order, "d");
  });
  EXPECT_THAT(found(TextKind::order, {"一"}), IsEmpty());
  EXPECT_THAT(found(TextKind::order, {"二"}), ElementsAre("c"));
}

TEST_P(StoredTexts, are_written_with_cases_orders_and_memos) {
  domain::Case value = new_case("靴の返品");
  value.requester = {"鈴木 一郎", "スズキ イチロウ", "Suzuki@example.jp", "090-1111-2222"};
  value.order_numbers = {"EC-2001"};
  value = insert(value);
  for (const char* typed : {"靴", "鈴木一郎", "すずき", "suzuki@", "09011112222", "2222", "ec-2001",
                            "CS-000001", "000001"}) {
    EXPECT_THAT(found(TextKind::case_, {typed}), ElementsAre(value.id.str())) << typed;
  }
  value.subject = "鞄の返品";
  write([&](db::Session& session) { return Cases(session).update(value); });
  EXPECT_THAT(found(TextKind::case_, {"靴"}), IsEmpty());
  EXPECT_THAT(found(TextKind::case_, {"鞄"}), ElementsAre(value.id.str()));

  const domain::Customer customer = insert_customer();
  domain::Order order = new_order(customer);
  write([&](db::Session& session) { Orders(session).insert(order); });
  for (const char* typed : {"緑茶", "tea-20", "佐藤花子", "123456789012", "1234-5678-9012", "9012",
                            "0312345678", "OR-000001"}) {
    EXPECT_THAT(found(TextKind::order, {typed}), ElementsAre(order.id.str())) << typed;
  }
  const domain::Order before = order;
  order.remark = "玄関先に";
  write([&](db::Session& session) { return Orders(session).update(order, before); });
  EXPECT_THAT(found(TextKind::order, {"玄関"}), ElementsAre(order.id.str()));

  domain::Memo memo;
  memo.id = ids_.make<domain::MemoId>();
  memo.customer = customer.id;
  memo.text = "午前中に電話";
  write([&](db::Session& session) { Memos(session).insert(memo); });
  EXPECT_THAT(found(TextKind::memo, {"午前"}), ElementsAre(memo.id.str()));
  memo.text = "午後に電話";
  write([&](db::Session& session) { return Memos(session).update(memo); });
  EXPECT_THAT(found(TextKind::memo, {"午前"}), IsEmpty());
  EXPECT_THAT(found(TextKind::memo, {"午後"}), ElementsAre(memo.id.str()));
  write([&](db::Session& session) { return Memos(session).remove(memo); });
  EXPECT_THAT(found(TextKind::memo, {"電話"}), IsEmpty());
}

TEST_P(StoredTexts, of_what_was_there_before_are_filled_in) {
  const domain::Case value = insert(new_case("前からある件"));
  const domain::Customer customer = insert_customer();
  domain::Order order = new_order(customer);
  write([&](db::Session& session) { Orders(session).insert(order); });
  domain::Memo memo;
  memo.id = ids_.make<domain::MemoId>();
  memo.customer = customer.id;
  memo.text = "前からあるメモ";
  write([&](db::Session& session) { Memos(session).insert(memo); });
  // As a migration leaves it.
  ASSERT_TRUE(database().settle());
  sql("DELETE FROM search_texts");
  if (database().engine() == db::Engine::sqlite) {
    sql("INSERT INTO search_words (search_words) VALUES ('delete-all')");
  }
  EXPECT_THAT(found(TextKind::case_, {"前から"}), IsEmpty());
  for (const TextKind kind : {TextKind::case_, TextKind::order, TextKind::memo}) {
    const auto fill = [&](db::Session& session) { return SearchTexts(session).fill(kind); };
    EXPECT_TRUE(write(fill));
    EXPECT_FALSE(write(fill));
  }
  EXPECT_EQ(number("SELECT filled_to FROM search_fill WHERE kind = 'case'"), value.sequence);
  EXPECT_THAT(found(TextKind::case_, {"前から"}), ElementsAre(value.id.str()));
  EXPECT_THAT(found(TextKind::order, {"緑茶"}), ElementsAre(order.id.str()));
  EXPECT_THAT(found(TextKind::memo, {"前から"}), ElementsAre(memo.id.str()));
}

TEST_P(StoredTexts, that_a_crash_left_out_are_indexed) {
  const auto left_out = [&] {
    EXPECT_TRUE(database().settle());
    return write([](db::Session& session) { return SearchTexts(session).index_left_out(); });
  };
  put("a", "", "りんご");
  EXPECT_FALSE(left_out());
  if (database().engine() == db::Engine::postgresql) return;
  sql("INSERT INTO search_texts (kind, ref, names, others, at) VALUES ('order', 'b', '', 'りんご', "
      "0)");
  EXPECT_THAT(found(TextKind::order, {"りんご"}), ElementsAre("a"));
  EXPECT_TRUE(left_out());
  EXPECT_FALSE(left_out());
  EXPECT_THAT(found(TextKind::order, {"りんご"}), ElementsAre("b", "a"));
}

TEST_P(StoredTexts, reach_back_behind_many_others) {
  put("old", "", "珍しい");
  sql("INSERT INTO search_texts (kind, ref, names, others, at" +
      std::string(database().engine() == db::Engine::sqlite ? ")" : ", grams)") +
      " WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 9000) SELECT "
      "'memo', 'bulk-' || i, '', '', 0" +
      (database().engine() == db::Engine::sqlite ? "" : ", ''::tsvector") + " FROM n");
  put("young", "", "珍しい");
  EXPECT_THAT(found(TextKind::order, {"珍しい"}), ElementsAre("young", "old"));
}

}  // namespace
}  // namespace madoguchi::store
