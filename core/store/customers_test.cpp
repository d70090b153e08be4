// SPDX-License-Identifier: Apache-2.0
#include "core/store/customers.h"

#include <gmock/gmock.h>

#include "core/store/customer_parts.h"
#include "core/store/store_test.h"
#include "core/text/fold.h"

namespace madoguchi::store {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class StoredCustomers : public StoreTest {
 protected:
  domain::Customer new_customer(const std::string& family, const std::string& given = "") {
    domain::Customer customer;
    customer.id = ids_.make<domain::CustomerId>();
    customer.family_name = family;
    customer.given_name = given;
    customer.created_at = clock_.now();
    customer.modified_at = clock_.now();
    return customer;
  }
  domain::Customer insert(domain::Customer customer) {
    write([&](db::Session& session) { Customers(session).insert(customer); });
    return customer;
  }
  bool update(domain::Customer& customer) {
    return write([&](db::Session& session) {
      Customers customers(session);
      return customers.update(customer, customers.by_id(customer.id).value());
    });
  }
  static domain::CustomerEmail email(const char* address, bool preferred = false) {
    return {EmailAddress::parse(address).value(), preferred, false};
  }
  static domain::CustomerPhone phone(const char* number) {
    return {PhoneNumber::parse(number).value(), domain::PhoneKind::mobile, false};
  }
  std::vector<std::string> names(const CustomerQuery& query) {
    std::vector<std::string> found;
    std::optional<std::int64_t> before;
    do {
      const CustomerPage page =
          read([&](db::Session& session) { return Customers(session).list(query, before); });
      for (const domain::Customer& one : page.items) found.push_back(one.name());
      before = page.next;
    } while (before);
    EXPECT_EQ(read([&](db::Session& session) { return Customers(session).count(query, 1000); }),
              static_cast<int>(found.size()));
    return found;
  }
  std::vector<std::string> found(CustomerText where, const std::string& word) {
    CustomerQuery query;
    query.texts = {{{need_of(where, text::fold(word))}}};
    return names(query);
  }
  std::vector<std::string> with(const std::string& kind, const std::string& key) {
    CustomerQuery query;
    query.keys = {{kind, {key}}};
    return names(query);
  }
};
INSTANTIATE_TEST_SUITE_P(Engines, StoredCustomers, testing::engines(), testing::engine_name);

TEST_P(StoredCustomers, come_back_as_they_were_kept) {
  domain::Customer customer = new_customer("山田", "太郎");
  customer.family_name_kana = "ヤマダ";
  customer.given_name_kana = "タロウ";
  customer.company = "見本商事";
  customer.emails = {email("Taro@Example.jp", true), email("taro2@example.jp")};
  customer.emails[1].newsletter = true;
  customer.phones = {phone("090-1234-5678")};
  customer.external_ids = {{"shop", "17", "A-17"}};
  customer.billing_address = domain::PostalAddress{};
  customer.billing_address->postal_code = "150-0001";
  customer.billing_address->prefecture = "東京都";
  customer.labels = {domain::MasterId("vip")};
  customer.tags = {"新規"};
  customer.blacklisted = true;
  customer.blacklist_reasons = {domain::MasterId("unpaid")};
  customer.language = "ja";
  customer.time_zone = "Asia/Tokyo";
  customer.birthday = "1980-04-01";
  customer.sex = domain::Sex::male;
  customer.standing = {"gold", 12, 3, Money{4500, "JPY"}, clock_.now()};
  customer = insert(customer);
  EXPECT_EQ(customer.number(), "CU-000001");
  const auto same = [&](const std::optional<domain::Customer>& kept) {
    ASSERT_TRUE(kept);
    EXPECT_EQ(kept->number(), customer.number());
    domain::Customer copy = *kept;
    EXPECT_TRUE(domain::become(copy, customer, "same").empty());
    EXPECT_EQ(kept->emails[0].address.str(), "Taro@Example.jp");
    EXPECT_EQ(kept->sync.state, domain::SyncState::local);
    EXPECT_EQ(kept->version, customer.version);
    EXPECT_EQ(kept->created_at, customer.created_at);
  };
  read([&](db::Session& session) {
    same(Customers(session).by_number("CU-000001"));
    same(Customers(session).by_id(customer.id));
    EXPECT_FALSE(Customers(session).by_number("CU-000002"));
    EXPECT_EQ(Customers(session).name_of(customer.id), "山田 太郎");
  });
  EXPECT_EQ(insert(new_customer("鈴木")).number(), "CU-000002");

  domain::Customer stale = customer;
  customer.given_name = "次郎";
  customer.billing_address.reset();
  EXPECT_TRUE(update(customer));
  EXPECT_EQ(customer.version, 2);
  EXPECT_FALSE(update(stale));
  read([&](db::Session& session) { same(Customers(session).by_id(customer.id)); });
}

TEST_P(StoredCustomers, whose_address_it_is) {
  domain::Customer first = new_customer("佐藤");
  first.emails = {email("sato@example.jp", true), email("family@example.jp")};
  domain::Customer second = new_customer("佐藤", "花子");
  second.emails = {email("Family@Example.jp", true)};
  first = insert(first);
  second = insert(second);
  const auto owner = [&](const char* key) {
    return read([&](db::Session& session) { return Customers(session).id_by_address(key); });
  };
  EXPECT_EQ(owner("sato@example.jp"), first.id);
  EXPECT_EQ(owner("family@example.jp"), second.id);  // whose preferred one it is
  EXPECT_FALSE(owner("nobody@example.jp"));
  second.emails = {email("hanako@example.jp", true)};
  EXPECT_TRUE(update(second));
  EXPECT_EQ(owner("family@example.jp"), first.id);
  EXPECT_EQ(owner("hanako@example.jp"), second.id);
  // Whoever was merged is no owner any more, and its number means the other one.
  second.merged_into = first.id;
  EXPECT_TRUE(update(second));
  EXPECT_FALSE(owner("hanako@example.jp"));
  read([&](db::Session& session) {
    EXPECT_EQ(Customers(session).id_by_number(second.number()), first.id);
    EXPECT_FALSE(Customers(session).id_by_number("CU-999999"));
  });
  EXPECT_THAT(names({}), ElementsAre("佐藤"));
}

TEST_P(StoredCustomers, are_found_by_words_of_each_text) {
  domain::Customer taro = new_customer("山田", "太郎");
  taro.family_name_kana = "ヤマダ";
  taro.given_name_kana = "タロウ";
  taro.emails = {email("yamada.taro@example.jp")};
  taro.phones = {phone("090-1234-5678")};
  taro.billing_address = domain::PostalAddress{};
  taro.billing_address->prefecture = "東京都";
  taro.billing_address->city = "渋谷区";
  taro.billing_address->street = "神宮前1-2-3";
  taro.billing_address->postal_code = "150-0001";
  taro = insert(taro);
  domain::Customer smith = new_customer("Smith", "John");
  smith.company = "山田電機";
  insert(smith);
  const std::string yamada = "山田 太郎";

  EXPECT_THAT(found(CustomerText::names, "山田"), ElementsAre("Smith John", yamada));
  EXPECT_THAT(found(CustomerText::names, "山田太郎"), ElementsAre(yamada));
  EXPECT_THAT(found(CustomerText::names, "田"), ElementsAre("Smith John", yamada));
  EXPECT_THAT(found(CustomerText::names, "田山"), IsEmpty());
  EXPECT_THAT(found(CustomerText::names, "ｓｍｉ"), ElementsAre("Smith John"));
  EXPECT_THAT(found(CustomerText::names, "mith"), IsEmpty());
  EXPECT_THAT(found(CustomerText::kana, "やまだ"), ElementsAre(yamada));
  EXPECT_THAT(found(CustomerText::kana, "ﾔﾏﾀﾞﾀﾛｳ"), ElementsAre(yamada));
  EXPECT_THAT(found(CustomerText::names, "やまだ"), IsEmpty());
  EXPECT_THAT(found(CustomerText::places, "渋谷区神宮前1"), ElementsAre(yamada));
  EXPECT_THAT(found(CustomerText::names, "渋谷"), IsEmpty());
  EXPECT_THAT(found(CustomerText::any, "渋谷"), ElementsAre(yamada));
  EXPECT_THAT(found(CustomerText::any, "YAMADA"), ElementsAre(yamada));
  EXPECT_THAT(found(CustomerText::any, "taro@example"), ElementsAre(yamada));
  EXPECT_THAT(found(CustomerText::any, "cu-000001"), ElementsAre(yamada));
  EXPECT_THAT(found(CustomerText::any, "100%"), IsEmpty());
  const auto by_phone = [&](const char* digits) {
    CustomerQuery query;
    query.texts = {{{phone_need(digits)}}};
    return names(query);
  };
  EXPECT_THAT(by_phone("09012345678"), ElementsAre(yamada));
  EXPECT_THAT(by_phone("090123"), ElementsAre(yamada));
  EXPECT_THAT(by_phone("5678"), ElementsAre(yamada));
  EXPECT_THAT(by_phone("2345"), IsEmpty());

  // What changed is found as it is now, and no more as it was.
  taro.family_name = "田中";
  EXPECT_TRUE(update(taro));
  EXPECT_THAT(found(CustomerText::names, "山田"), ElementsAre("Smith John"));
  EXPECT_THAT(found(CustomerText::names, "田中"), ElementsAre("田中 太郎"));
}

TEST_P(StoredCustomers, filters_are_combined) {
  const domain::MasterId vip("0198-vip");
  for (int i = 0; i < 7; ++i) {
    domain::Customer one = new_customer("客" + std::to_string(i));
    one.phones = {phone(i % 2 == 0 ? "03-1111-2222" : "06-3333-4444")};
    if (i < 4) one.labels = {vip};
    if (i > 2) one.tags = {"VIP x"};
    one.blacklisted = i == 3;
    if (i == 5) one.birthday = "1990-12-31";
    insert(one);
  }
  CustomerQuery query;
  query.limit = 2;
  EXPECT_THAT(names(query), ElementsAre("客6", "客5", "客4", "客3", "客2", "客1", "客0"));
  query.texts = {{{label_need(vip)}}};
  EXPECT_THAT(names(query), ElementsAre("客3", "客2", "客1", "客0"));
  query.texts.push_back({{tag_need("vip x")}});
  EXPECT_THAT(names(query), ElementsAre("客3"));
  query.texts = {{{label_need(vip)}, {tag_need("VIP x")}}};
  EXPECT_EQ(names(query).size(), 7u);
  query.keys = {{"phone", {"0311112222"}}};
  EXPECT_THAT(names(query), ElementsAre("客6", "客4", "客2", "客0"));
  query.blacklisted = true;
  EXPECT_THAT(names(query), IsEmpty());
  query = {};
  query.blacklisted = true;
  EXPECT_THAT(names(query), ElementsAre("客3"));
  query.blacklisted = false;
  EXPECT_EQ(names(query).size(), 6u);
  query = {};
  query.birthdays = {"1990-12-31", "2000-01-01"};
  EXPECT_THAT(names(query), ElementsAre("客5"));
  query = {};
  query.by_number = true;
  EXPECT_THAT(names(query), IsEmpty());
  query.sequences = {2, 4};
  EXPECT_THAT(names(query), ElementsAre("客3", "客1"));
}

TEST_P(StoredCustomers, delivery_addresses_and_memos_belong_to_one) {
  domain::Customer customer = insert(new_customer("高橋"));
  domain::DeliveryAddress address;
  address.id = ids_.make<domain::DeliveryAddressId>();
  address.customer = customer.id;
  address.label = "会社";
  address.address.city = "大阪市北区";
  address.address.postal_code = "530-0001";
  address.address.phone = "06-1234-0000";
  address.created_at = clock_.now();
  const auto change = [&](auto&& work) {
    return write([&](db::Session& session) {
      DeliveryAddresses addresses(session);
      const auto before = addresses.of(customer.id);
      const bool done = work(addresses);
      Customers(session).addresses_changed(customer, before);
      return done;
    });
  };
  change([&](DeliveryAddresses& addresses) { return addresses.insert(address), true; });
  EXPECT_THAT(found(CustomerText::places, "大阪市"), ElementsAre("高橋"));
  EXPECT_THAT(with("postal", "5300001"), ElementsAre("高橋"));
  EXPECT_THAT(with("phone", "0612340000"), ElementsAre("高橋"));
  domain::DeliveryAddress stale = address;
  address.address.city = "京都市";
  EXPECT_TRUE(change([&](DeliveryAddresses& addresses) { return addresses.update(address); }));
  EXPECT_FALSE(change([&](DeliveryAddresses& addresses) { return addresses.update(stale); }));
  EXPECT_THAT(found(CustomerText::places, "大阪市"), IsEmpty());
  // A change of the customer keeps what the addresses are found by.
  customer.given_name = "一郎";
  EXPECT_TRUE(update(customer));
  EXPECT_THAT(found(CustomerText::places, "京都市"), ElementsAre("高橋 一郎"));
  EXPECT_TRUE(change([&](DeliveryAddresses& addresses) { return addresses.remove(address); }));
  EXPECT_THAT(with("postal", "5300001"), IsEmpty());

  for (int i = 0; i < 3; ++i) {
    domain::Memo memo{ids_.make<domain::MemoId>(),
                      customer.id,
                      "メモ" + std::to_string(i),
                      std::nullopt,
                      "ann",
                      1,
                      clock_.now(),
                      clock_.now()};
    write([&](db::Session& session) { Memos(session).insert(memo); });
  }
  read([&](db::Session& session) {
    Memos memos(session);
    const auto first = memos.of(customer.id, "", 2);
    ASSERT_EQ(first.size(), 2u);
    EXPECT_EQ(first[0].text, "メモ2");
    EXPECT_EQ(memos.of(customer.id, first[1].id.str(), 2).at(0).text, "メモ0");
    EXPECT_EQ(memos.by_id(first[0].id)->author_name, "ann");
  });
}

TEST_P(StoredCustomers, alike_ones_are_found_by_mail_phone_and_place) {
  domain::Customer one = new_customer("山田", "太郎");
  one.emails = {email("taro@example.jp")};
  one.phones = {phone("090 1111 2222")};
  one.billing_address = domain::PostalAddress{};
  one.billing_address->postal_code = "100-0001";
  one.billing_address->street = "千代田1-1";
  one = insert(one);
  domain::Customer same = new_customer("山田", "太郎");
  same.emails = {email("TARO@example.jp")};
  same.billing_address = one.billing_address;
  same.billing_address->street = "千代田１－１";
  same = insert(same);
  domain::Customer family = new_customer("山田", "花子");
  family.phones = {phone("09011112222")};
  family = insert(family);
  insert(new_customer("山田", "太郎"));  // a name alone says nothing
  const auto alike = read([&](db::Session& session) { return Customers(session).alike(one); });
  ASSERT_EQ(alike.size(), 2u);
  EXPECT_EQ(alike[0].id, same.id);
  EXPECT_TRUE(alike[0].email && alike[0].name_and_address && !alike[0].phone);
  EXPECT_EQ(alike[1].id, family.id);
  EXPECT_TRUE(alike[1].phone && !alike[1].email && !alike[1].name_and_address);
}

TEST_P(StoredCustomers, ids_elsewhere_are_of_one) {
  domain::Customer one = new_customer("山田");
  one.external_ids = {{"shop", "17", "A-17"}};
  one = insert(one);
  const auto owner = [&](const char* account, const char* id, const domain::CustomerId& other) {
    return read([&](db::Session& session) {
      return Customers(session).number_of_external(account, id, other);
    });
  };
  EXPECT_EQ(owner("shop", "17", domain::CustomerId("x")), one.number());
  EXPECT_FALSE(owner("shop", "17", one.id));
  EXPECT_FALSE(owner("other", "17", domain::CustomerId("x")));
  EXPECT_FALSE(owner("shop", "A-17", domain::CustomerId("x")));
  EXPECT_THAT(with("external", "A-17"), ElementsAre("山田"));
}

TEST_P(StoredCustomers, states_of_addresses_come_from_the_ledger) {
  const domain::CaseId case_id = StoreTest::insert(new_case("c")).id;
  const domain::Message message = StoreTest::insert(new_message(case_id, "x"));
  const auto delivery = [&](const char* address, const char* state, int at) {
    sql("INSERT INTO deliveries (message_id, address, state, detail, at, address_key) VALUES ('" +
        message.id.str() + "', '" + address + std::to_string(at) + "', '" + state + "', '', " +
        std::to_string(at) + ", '" + address + "')");
  };
  delivery("good@example.jp", "failed", 1);
  delivery("good@example.jp", "sent", 2);
  delivery("bad@example.jp", "sent", 1);
  delivery("bad@example.jp", "bounced", 2);
  delivery("bad@example.jp", "queued", 3);
  sql("INSERT INTO suppressions (address_key, address, reason, detail, message_id, at) VALUES "
      "('gone@example.jp', 'gone@example.jp', 'x', '', '" +
      message.id.str() + "', 1)");
  const auto states = read([&](db::Session& session) {
    return Customers(session).email_states(
        {"good@example.jp", "bad@example.jp", "gone@example.jp", "new@example.jp"});
  });
  EXPECT_EQ(states.at("good@example.jp"), EmailState::good);
  EXPECT_EQ(states.at("bad@example.jp"), EmailState::failing);
  EXPECT_EQ(states.at("gone@example.jp"), EmailState::suppressed);
  EXPECT_EQ(states.at("new@example.jp"), EmailState::unused);
}

TEST_P(StoredCustomers, master_data_keeps_its_order) {
  domain::MasterEntry vip{
      domain::MasterId("1"), domain::MasterKind::customer_label, "VIP", "上客", 2, false, 1};
  const domain::MasterEntry fresh{
      domain::MasterId("2"), domain::MasterKind::customer_label, "新規", "", 1, false, 1};
  const domain::MasterEntry unpaid{
      domain::MasterId("3"), domain::MasterKind::blacklist_reason, "VIP", "", 0, false, 1};
  write([&](db::Session& session) {
    for (const auto& one : {vip, fresh, unpaid}) MasterData(session).insert(one);
  });
  domain::MasterEntry stale = vip;
  vip.archived = true;
  EXPECT_TRUE(write([&](db::Session& session) { return MasterData(session).update(vip); }));
  EXPECT_FALSE(write([&](db::Session& session) { return MasterData(session).update(stale); }));
  const auto all = read([&](db::Session& session) { return MasterData(session).all(); });
  ASSERT_EQ(all.size(), 3u);
  EXPECT_EQ(all[0].id, unpaid.id);
  EXPECT_EQ(all[1].name, "新規");
  EXPECT_TRUE(all[2].archived);
}

}  // namespace
}  // namespace madoguchi::store
