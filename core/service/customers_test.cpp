// SPDX-License-Identifier: Apache-2.0
#include "core/service/customers.h"

#include "core/service/csv.h"
#include "core/service/customer_merges.h"
#include "core/service/customer_parts.h"
#include "core/service/customer_transfers.h"
#include "core/service/service_test.h"

namespace madoguchi::service {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

template <class T>
std::string pointer_of(const Result<T>& answer) {
  const Error error = error_of(answer);
  return error.fields.empty() ? error.describe() : error.fields.front().pointer;
}

class UseOfCustomers : public ServiceTest {
 protected:
  void SetUp() override {
    ServiceTest::SetUp();
    if (IsSkipped()) return;
    customers_ = std::make_unique<CustomerService>(*env_);
    parts_ = std::make_unique<CustomerPartService>(*env_);
    merges_ = std::make_unique<CustomerMergeService>(*env_);
    master_ = std::make_unique<MasterDataService>(*env_);
    transfers_ = std::make_unique<CustomerTransferService>(*env_);
    runner_->add(transfers_->job_kind());
  }

  static CustomerCreateDto named(const std::string& family, const std::string& given = "",
                                 const std::string& email = "", const std::string& phone = "") {
    CustomerCreateDto wish;
    wish.family_name = family;
    wish.given_name = given;
    if (!email.empty()) {
      wish.emails.emplace().push_back({EmailAddress::parse(email).value(), false, false});
    }
    if (!phone.empty()) {
      wish.phones.emplace().push_back(
          {PhoneNumber::parse(phone).value(), domain::PhoneKind::mobile, false});
    }
    return wish;
  }
  CustomerDto create(const CustomerCreateDto& wish) {
    const Result<CustomerDto> made = customers_->create(as_ann(), wish);
    EXPECT_TRUE(made) << made.error().describe() << pointer_of(made);
    return made.value_or(CustomerDto());
  }
  CustomerDto customer_of(const std::string& number) {
    const Result<CustomerDto> dto = customers_->get(ann_, number);
    EXPECT_TRUE(dto) << dto.error().describe();
    return dto.value_or(CustomerDto());
  }
  std::vector<std::string> names(const CustomerFilter& filter) {
    const Result<CustomerListing> listing = customers_->list(ann_, filter, kFromTheBeginning);
    EXPECT_TRUE(listing) << listing.error().describe();
    std::vector<std::string> found;
    for (const CustomerDto& one : listing->items) found.push_back(one.name);
    return found;
  }
  std::vector<std::string> found(const std::string& q) {
    CustomerFilter filter;
    filter.q = q;
    return names(filter);
  }
  std::string number_found(const std::string& q) {
    CustomerFilter filter;
    filter.q = q;
    const Result<CustomerListing> listing = customers_->list(ann_, filter, kFromTheBeginning);
    EXPECT_TRUE(listing && listing->items.size() == 1) << q;
    return listing && !listing->items.empty() ? listing->items.front().number : "";
  }
  std::string entry(domain::MasterKind kind, const std::string& name) {
    const auto made = master_->create(as_ann(), kind, {name, "", 0});
    EXPECT_TRUE(made) << made.error().describe();
    return made ? made->id : "";
  }
  ImportDto import(const std::string& csv, bool dry_run = false) {
    const Result<ImportDto> begun = transfers_->start(as_ann(), csv, "", dry_run);
    EXPECT_TRUE(begun) << begun.error().describe();
    run_jobs();
    return transfers_->get(begun->id).value();
  }

  std::int64_t number_of_customers() { return number("SELECT count(*) FROM customers"); }

  std::unique_ptr<CustomerService> customers_;
  std::unique_ptr<CustomerPartService> parts_;
  std::unique_ptr<CustomerMergeService> merges_;
  std::unique_ptr<MasterDataService> master_;
  std::unique_ptr<CustomerTransferService> transfers_;
};
INSTANTIATE_TEST_SUITE_P(Engines, UseOfCustomers, testing::engines(), testing::engine_name);

TEST_P(UseOfCustomers, are_registered_and_changed_field_by_field) {
  const std::string vip = entry(domain::MasterKind::customer_label, "VIP");
  const std::string unpaid = entry(domain::MasterKind::blacklist_reason, "未払い");
  CustomerCreateDto wish = named("山田", "太郎", "Taro@Example.jp", "090-1234-5678");
  wish.labels = std::vector<std::string>{"VIP"};
  domain::PostalAddress address;
  address.postal_code = "１５０－０００１";
  address.prefecture = "東京";
  wish.billing_address = address;
  const CustomerDto made = create(wish);
  EXPECT_EQ(made.number, "CU-000001");
  EXPECT_EQ(made.name, "山田 太郎");
  EXPECT_TRUE(made.emails.at(0).preferred);
  EXPECT_EQ(made.emails.at(0).state, store::EmailState::unused);
  EXPECT_EQ(made.billing_address->postal_code, "150-0001");
  EXPECT_EQ(made.billing_address->prefecture, "東京都");
  EXPECT_EQ(made.labels.at(0).id, vip);
  EXPECT_TRUE(made.allowed_actions.has(domain::CustomerAction::edit));
  EXPECT_THAT(events(made.number), ElementsAre("customer.created"));

  CustomerPatchDto patch;
  patch.blacklisted = true;
  patch.blacklist_reasons = std::vector<std::string>{unpaid};
  patch.birthday = std::string("1980-02-29");
  const Result<CustomerDto> changed = customers_->patch({ann_, 1}, made.number, patch);
  ASSERT_TRUE(changed) << changed.error().describe();
  EXPECT_EQ(changed->version, 2);
  EXPECT_EQ(changed->blacklist_reasons.at(0).name, "未払い");
  const auto history = customers_->history(ann_, made.number, kFromTheBeginning, 10);
  ASSERT_EQ(history->items.size(), 2u);
  const std::vector<domain::FieldChange> fields = {{"blacklisted", "no", "yes"},
                                                   {"blacklist_reasons", "", "未払い"},
                                                   {"birthday", "", "1980-02-29"}};
  EXPECT_EQ(history->items[0].fields, fields);
  EXPECT_EQ(history->items[0].actor_name, "ann");
  // The same again changes nothing; another version in mind is refused.
  EXPECT_EQ(customers_->patch({ann_, 2}, made.number, patch)->version, 2);
  const Error stale = error_of(customers_->patch({ann_, 1}, made.number, patch));
  EXPECT_EQ(stale.code, ErrorCode::stale);
  EXPECT_THAT(stale.members.at("current"), HasSubstr("\"version\":2"));
  // Without the blacklist there are no reasons.
  CustomerPatchDto off;
  off.blacklisted = false;
  EXPECT_THAT(customers_->patch(as_ann(), made.number, off)->blacklist_reasons, IsEmpty());
}

TEST_P(UseOfCustomers, what_cannot_be_is_refused_with_its_place) {
  const auto refused = [&](auto&& change) {
    CustomerCreateDto wish = named("山田");
    change(wish);
    return customers_->create(as_ann(), wish);
  };
  EXPECT_EQ(pointer_of(customers_->create(as_ann(), {})), "/family_name");
  EXPECT_EQ(pointer_of(refused([](auto& w) { w.birthday = std::string("1981-02-29"); })),
            "/birthday");
  EXPECT_EQ(pointer_of(refused([](auto& w) { w.language = "日本語"; })), "/language");
  EXPECT_EQ(pointer_of(refused([](auto& w) { w.time_zone = "Tokyo"; })), "/time_zone");
  EXPECT_EQ(pointer_of(refused([](auto& w) { w.labels = std::vector<std::string>{"none"}; })),
            "/labels/0");
  EXPECT_EQ(pointer_of(refused([](auto& w) {
              w.billing_address = domain::PostalAddress{};
              w.billing_address = [] {
                domain::PostalAddress one;
                one.postal_code = "123";
                return one;
              }();
            })),
            "/billing_address/postal_code");
  EXPECT_EQ(pointer_of(refused([](auto& w) {
              const auto address = EmailAddress::parse("a@example.jp").value();
              w.emails = std::vector<domain::CustomerEmail>{{address, true}, {address, false}};
            })),
            "/emails/1/address");
  const std::string reason = entry(domain::MasterKind::blacklist_reason, "x");
  EXPECT_EQ(
      pointer_of(refused([&](auto& w) { w.blacklist_reasons = std::vector<std::string>{reason}; })),
      "/blacklist_reasons");
  for (auto&& change :
       {+[](CustomerCreateDto& w) { w.company = "4111 1111 1111 1111"; },
        +[](CustomerCreateDto& w) { w.tags = std::vector<std::string>{"4111111111111111"}; },
        +[](CustomerCreateDto& w) {
          w.phones.emplace().push_back({PhoneNumber::parse("4111-1111-1111-1111").value()});
        }}) {
    const Error error = error_of(refused(change));
    EXPECT_EQ(error.type, "pan-detected");
    EXPECT_THAT(error.describe(), Not(HasSubstr("4111")));
  }
  CustomerCreateDto first = named("山田");
  first.external_ids = std::vector<domain::ExternalId>{{"shop", "1", ""}};
  create(first);
  EXPECT_EQ(pointer_of(customers_->create(as_ann(), first)), "/external_ids/0/id");
  EXPECT_EQ(error_of(customers_->get(ann_, "CU-999999")).code, ErrorCode::not_found);
  EXPECT_EQ(number("SELECT count(*) FROM customers"), 1);
}

TEST_P(UseOfCustomers, are_found_by_one_box_and_by_conditions) {
  CustomerCreateDto wish = named("山田", "太郎", "yamada@example.jp", "090-1234-5678");
  wish.family_name_kana = "ヤマダ";
  wish.given_name_kana = "タロウ";
  domain::PostalAddress address;
  address.postal_code = "150-0001";
  address.city = "渋谷区";
  address.street = "神宮前1-2-3";
  wish.billing_address = address;
  const std::string number = create(wish).number;
  create(named("鈴木", "花子", "hanako@example.jp", "06-1111-2222"));
  for (const char* q : {"山田",
                        "山田 太郎",
                        "山田　太郎",
                        "山田太郎",
                        "やまだ",
                        "ﾔﾏﾀﾞ",
                        "ヤマダタロウ",
                        "09012345678",
                        "090-1234-5678",
                        "０９０－１２３４",
                        "090 1234 5678",
                        "5678",
                        "+81 90-1234-5678",
                        "yamada@EXAMPLE.jp",
                        "Yamada",
                        "cu-000001",
                        "ＣＵ－０００００１",
                        "150-0001",
                        "1500001",
                        "〒150-0001",
                        "神宮前",
                        "太郎 渋谷"}) {
    EXPECT_THAT(found(q), ElementsAre("山田 太郎")) << q;
  }
  for (const char* q : {"山田 花子", "田山", "9999", "%", "'", "\"", "・・", "CU-000009"}) {
    EXPECT_THAT(found(q), IsEmpty()) << q;
  }
  CustomerFilter filter;
  filter.numbers = {"cu-000001", "bad"};
  EXPECT_THAT(names(filter), ElementsAre("山田 太郎"));
  filter = {};
  filter.phones = {"09012345678", "06(1111)2222"};
  EXPECT_EQ(names(filter).size(), 2u);
  filter.names = {"花子"};
  EXPECT_THAT(names(filter), ElementsAre("鈴木 花子"));
  filter.kana = {"やまだ"};
  EXPECT_THAT(names(filter), IsEmpty());
  filter = {};
  filter.emails = {"YAMADA@example.jp"};
  EXPECT_THAT(names(filter), ElementsAre("山田 太郎"));
  filter = {};
  filter.postal_codes = {"〒１５０－０００１"};
  EXPECT_THAT(names(filter), ElementsAre("山田 太郎"));
  // Pages go on where they ended.
  filter = {};
  filter.limit = 1;
  filter.count = true;
  const auto first = customers_->list(ann_, filter, kFromTheBeginning);
  EXPECT_EQ(first->count, 2);
  ASSERT_TRUE(first->next);
  const auto second = customers_->list(ann_, filter, first->next);
  EXPECT_EQ(second->items.at(0).number, number);
  EXPECT_FALSE(second->next);
}

TEST_P(UseOfCustomers, a_mail_opens_a_case_of_its_sender) {
  entry(domain::MasterKind::customer_label, "VIP");
  CustomerCreateDto wish = named("山田", "太郎", "YAMADA@example.jp");
  wish.labels = std::vector<std::string>{"VIP"};
  wish.blacklisted = true;
  const std::string number = create(wish).number;
  const std::string opened = *deliver(TestMail{}).case_number;
  {
    const CaseDto dto = case_of(opened);
    EXPECT_EQ(dto.customer, number);
    ASSERT_TRUE(dto.customer_standing);
    EXPECT_EQ(dto.customer_standing->name, "山田 太郎");
    EXPECT_TRUE(dto.customer_standing->blacklisted);
    EXPECT_EQ(dto.customer_standing->labels.at(0).name, "VIP");
  }
  CaseFilter filter;
  filter.customers = {number};
  EXPECT_EQ(cases_->list(ann_, filter, kFromTheBeginning)->items.at(0).number, opened);
  // The history of the customer has its cases too.
  const auto history = customers_->history(ann_, number, kFromTheBeginning, 10);
  EXPECT_EQ(history->items.at(0).event, "case.created");
  // A stranger's mail is nobody's.
  TestMail other;
  other.from = "stranger@example.net";
  other.text = "another matter";
  const CaseDto unregistered = case_of(*deliver(other).case_number);
  EXPECT_FALSE(unregistered.customer);
  EXPECT_FALSE(unregistered.customer_standing);
}

TEST_P(UseOfCustomers, an_unregistered_inquiry_becomes_a_customer) {
  TestMail mail;
  mail.from = "=?utf-8?B?5L2Q6JekIOiKseWtkA==?= <hanako@example.jp>";  // 佐藤 花子
  const std::string number = *deliver(mail).case_number;
  CustomerCreateDto wish;
  wish.from_case = number;
  wish.family_name_kana = "サトウ";
  const CustomerDto made = create(wish);
  EXPECT_EQ(made.family_name, "佐藤");
  EXPECT_EQ(made.given_name, "花子");
  EXPECT_EQ(made.family_name_kana, "サトウ");
  EXPECT_EQ(made.emails.at(0).address, "hanako@example.jp");
  EXPECT_EQ(case_of(number).customer, made.number);
  EXPECT_EQ(error_of(customers_->create(as_ann(), wish)).type, "case-has-customer");
  wish.from_case = "CS-999999";
  EXPECT_EQ(pointer_of(customers_->create(as_ann(), wish)), "/from_case");
  EXPECT_EQ(number_of_customers(), 1);
}

TEST_P(UseOfCustomers, addresses_and_memos_are_kept_below_them) {
  const std::string number = create(named("山田")).number;
  const std::string other = create(named("鈴木")).number;
  DeliveryAddressCreateDto wish;
  wish.label = "会社";
  wish.address.prefecture = "27";
  wish.address.city = "大阪市北区";
  const auto made = parts_->add_address(as_ann(), number, wish);
  ASSERT_TRUE(made) << made.error().describe();
  EXPECT_EQ(made->address.prefecture, "大阪府");
  EXPECT_THAT(found("大阪市"), ElementsAre("山田"));
  EXPECT_EQ(error_of(parts_->address(other, made->id)).code, ErrorCode::not_found);
  DeliveryAddressPatchDto patch;
  patch.label = "実家";
  EXPECT_EQ(parts_->patch_address({ann_, 1}, number, made->id, patch)->version, 2);
  EXPECT_EQ(error_of(parts_->patch_address({ann_, 1}, number, made->id, patch)).code,
            ErrorCode::stale);
  wish.address = {};
  EXPECT_EQ(pointer_of(parts_->add_address(as_ann(), number, wish)), "/address");
  EXPECT_TRUE(parts_->remove_address({ann_, 2}, number, made->id));
  EXPECT_THAT(*parts_->addresses(number), IsEmpty());
  EXPECT_THAT(found("大阪市"), IsEmpty());

  const auto memo = parts_->add_memo(as_ann(), number, {"電話は夕方に"});
  ASSERT_TRUE(memo);
  EXPECT_EQ(memo->author_name, "ann");
  EXPECT_EQ(parts_->patch_memo({ann_, 1}, number, memo->id, {"電話は朝に"})->text, "電話は朝に");
  EXPECT_EQ(error_of(parts_->add_memo(as_ann(), number, {"4111111111111111"})).type,
            "pan-detected");
  EXPECT_EQ(error_of(parts_->memo(other, memo->id)).code, ErrorCode::not_found);
  EXPECT_TRUE(parts_->remove_memo({ann_, 2}, number, memo->id));
  EXPECT_THAT(parts_->memos(number, kFromTheBeginning, 10)->items, IsEmpty());
  const auto history = customers_->history(ann_, number, kFromTheBeginning, 20);
  std::vector<std::string> what;
  for (const EventDto& event : history->items) what.push_back(event.event);
  EXPECT_THAT(what,
              ElementsAre("customer_memo.deleted", "customer_memo.changed", "customer_memo.created",
                          "customer_address.deleted", "customer_address.changed",
                          "customer_address.created", "customer.created"));
}

TEST_P(UseOfCustomers, merged_ones_are_one_and_come_apart_again) {
  CustomerCreateDto wish = named("山田", "太郎", "taro@example.jp", "090-1111-2222");
  wish.tags = std::vector<std::string>{"a"};
  const std::string target = create(wish).number;
  wish = named("ヤマダ", "", "yamada@example.jp", "09011112222");
  wish.tags = std::vector<std::string>{"a", "b"};
  wish.language = "ja";
  const std::string source = create(wish).number;
  const CustomerDto source_before = customer_of(source);
  const std::string opened = *deliver(TestMail{}).case_number;
  ASSERT_EQ(case_of(opened).customer, source);
  const auto memo = parts_->add_memo(as_ann(), source, {"memo"});
  DeliveryAddressCreateDto address;
  address.address.city = "札幌市";
  ASSERT_TRUE(parts_->add_address(as_ann(), source, address));
  const auto duplicates = customers_->duplicates(ann_, target);
  ASSERT_EQ(duplicates->size(), 1u);
  EXPECT_TRUE(duplicates->at(0).same_phone);

  const auto preview = merges_->merge(as_ann(), source, {target, true});
  ASSERT_TRUE(preview) << preview.error().describe();
  EXPECT_TRUE(preview->preview);
  EXPECT_EQ(preview->cases, 1);
  EXPECT_EQ(preview->not_taken.at(0).field, "name");
  EXPECT_EQ(customer_of(source).version, source_before.version);
  EXPECT_FALSE(customer_of(source).merged_into);

  const auto merged = merges_->merge(as_ann(), source, {target, false});
  ASSERT_TRUE(merged) << merged.error().describe();
  EXPECT_EQ(merged->customer.name, "山田 太郎");
  EXPECT_EQ(merged->customer.language, "ja");
  EXPECT_THAT(merged->customer.tags, ElementsAre("a", "b"));
  ASSERT_EQ(merged->customer.emails.size(), 2u);
  EXPECT_EQ(merged->customer.phones.size(), 1u);
  EXPECT_EQ(customer_of(source).merged_into, target);
  EXPECT_EQ(case_of(opened).customer, target);
  EXPECT_EQ(parts_->memos(target, kFromTheBeginning, 10)->items.at(0).id, memo->id);
  EXPECT_THAT(found("ヤマダ"), IsEmpty());
  EXPECT_THAT(found("札幌市"), ElementsAre("山田 太郎"));
  EXPECT_THAT(*customers_->duplicates(ann_, target), IsEmpty());
  EXPECT_EQ(error_of(customers_->patch(as_ann(), source, {})).type, "customer-merged");
  EXPECT_EQ(error_of(merges_->merge(as_ann(), source, {target, false})).type, "customer-merged");
  EXPECT_EQ(pointer_of(merges_->merge(as_ann(), target, {target, false})), "/into");
  EXPECT_EQ(pointer_of(merges_->merge(as_ann(), target, {"CU-999999", false})), "/into");
  // What comes for the merged one goes to the other.
  TestMail later;
  later.text = "later";
  const std::string after = *deliver(later).case_number;
  EXPECT_EQ(case_of(after).customer, target);
  // A change of its own stays.
  CustomerPatchDto patch;
  patch.company = "見本商事";
  patch.tags = std::vector<std::string>{"a", "b", "c"};
  ASSERT_TRUE(customers_->patch(as_ann(), target, patch));

  const auto apart = merges_->unmerge(as_ann(), source);
  ASSERT_TRUE(apart) << apart.error().describe();
  EXPECT_EQ(apart->name, source_before.name);
  EXPECT_EQ(apart->emails.at(0).address, "yamada@example.jp");
  EXPECT_THAT(apart->tags, ElementsAre("a", "b"));
  EXPECT_FALSE(apart->merged_into);
  EXPECT_EQ(case_of(opened).customer, source);
  EXPECT_EQ(case_of(after).customer, target);
  EXPECT_EQ(parts_->memos(source, kFromTheBeginning, 10)->items.size(), 1u);
  EXPECT_EQ(parts_->addresses(source)->size(), 1u);
  EXPECT_THAT(found("札幌市"), ElementsAre("ヤマダ"));
  const CustomerDto now = customer_of(target);
  EXPECT_EQ(now.company, "見本商事");
  EXPECT_EQ(now.language, "");
  EXPECT_EQ(now.emails.size(), 1u);
  EXPECT_THAT(now.tags, ElementsAre("a", "c"));
  EXPECT_EQ(error_of(merges_->unmerge(as_ann(), source)).type, "nothing-to-undo");
}

TEST_P(UseOfCustomers, files_are_taken_line_by_line) {
  const std::string csv =
      "\xEF\xBB\xBF顧客番号,姓,名,セイ,メールアドレス,電話番号,郵便番号,都道府県,生年月日,余分\r\n"
      ",山田,太郎,ヤマダ,taro@example.jp,'+81-90-1234-5678,1500001,東京,1980/4/1,x\r\n"
      "\r\n"
      ",\"鈴木\",\"花\"\"子\",,bad address,,,,,\r\n"
      ",佐藤,\"二\n郎\",,jiro@example.jp,,,,,\r\n"
      "CU-000099,高橋,,,,,,,,\r\n"
      ",カード,,,,4111111111111111,,,,\r\n";
  const ImportDto tried = import(csv, true);
  EXPECT_EQ(tried.state, store::ImportState::done);
  EXPECT_EQ(tried.counts.created, 2);
  EXPECT_EQ(tried.counts.failed, 3);
  EXPECT_EQ(number_of_customers(), 0);
  const ImportDto done = import(csv);
  EXPECT_EQ(done.charset, "utf-8");
  EXPECT_EQ(done.rows, 5);
  EXPECT_EQ(done.counts.created, 2);
  ASSERT_EQ(done.errors.size(), 4u);
  EXPECT_EQ(done.errors[0].column, "余分");
  EXPECT_EQ(done.errors[1].line, 4);
  EXPECT_EQ(done.errors[1].column, "メールアドレス");
  EXPECT_EQ(done.errors[2].line, 7);
  EXPECT_EQ(done.errors[2].column, "顧客番号");
  EXPECT_EQ(done.errors[3].column, "電話番号");
  EXPECT_THAT(done.errors[3].message, Not(HasSubstr("4111")));
  const std::string first = number_found("太郎");
  const std::string second = number_found("佐藤");
  const CustomerDto taro = customer_of(first);
  EXPECT_EQ(taro.name, "山田 太郎");
  EXPECT_EQ(taro.phones.at(0).number.key(), "09012345678");
  EXPECT_EQ(taro.billing_address->prefecture, "東京都");
  EXPECT_EQ(taro.birthday, "1980-04-01");
  EXPECT_EQ(number("SELECT count(*) FROM imports WHERE sealed IS NOT NULL"), 0);
  // A line with a number changes that customer; empty cells change nothing.
  const ImportDto changed = import("number,company\n" + first + ",見本商事\n" + second + ",\n");
  EXPECT_EQ(changed.counts.changed, 1);
  EXPECT_EQ(changed.counts.unchanged, 1);
  EXPECT_EQ(customer_of(first).company, "見本商事");
  EXPECT_EQ(customer_of(first).name, "山田 太郎");
}

TEST_P(UseOfCustomers, files_in_cp932_are_recognised) {
  // 姓,名 / 山田,太郎
  const ImportDto done = import("\x90\xA9,\x96\xBC\r\n\x8E\x52\x93\x63,\x91\xBE\x98\x59\r\n");
  EXPECT_EQ(done.charset, "cp932");
  EXPECT_EQ(customer_of("CU-000001").name, "山田 太郎");
  const auto refused = [&](const std::string& csv, const std::string& charset = "") {
    return error_of(transfers_->start(as_ann(), csv, charset, false)).code;
  };
  EXPECT_EQ(refused(""), ErrorCode::invalid);
  EXPECT_EQ(refused("foo,bar\n1,2\n"), ErrorCode::invalid);
  EXPECT_EQ(refused("family_name\n\"open\n"), ErrorCode::malformed);
  EXPECT_EQ(refused("family_name\n\xFF\xFE\n", "utf-8"), ErrorCode::malformed);
  EXPECT_EQ(refused("family_name\nx\n", "utf-7"), ErrorCode::invalid);
}

TEST_P(UseOfCustomers, an_export_holds_no_formula_and_comes_back_in) {
  CustomerCreateDto wish = named("=HYPERLINK(\"http://x.example\")", "太郎", "taro@example.jp");
  wish.phones.emplace().push_back({PhoneNumber::parse("+81-3-1111-2222").value()});
  wish.tags = std::vector<std::string>{"a", "b"};
  create(wish);
  CustomerFilter filter;
  filter.limit = 10;
  const auto file = transfers_->write(ann_, filter, kFromTheBeginning);
  ASSERT_TRUE(file) << file.error().describe();
  EXPECT_THAT(file->csv, HasSubstr("\"'=HYPERLINK(\"\"http://x.example\"\")\""));
  EXPECT_THAT(file->csv, HasSubstr(",'+81-3-1111-2222,"));
  EXPECT_FALSE(file->next);
  const ImportDto again = import(file->csv);
  EXPECT_EQ(again.counts.unchanged, 1) << json::to_string(again);
  filter.limit = 1;
  create(named("次"));
  EXPECT_TRUE(transfers_->write(ann_, filter, kFromTheBeginning)->next);
}

TEST_P(UseOfCustomers, archived_entries_stay_with_those_who_have_them) {
  const std::string id = entry(domain::MasterKind::customer_label, "旧");
  EXPECT_EQ(
      pointer_of(master_->create(as_ann(), domain::MasterKind::customer_label, {"旧", "", 0})),
      "/name");
  CustomerCreateDto wish = named("山田");
  wish.labels = std::vector<std::string>{id};
  const std::string number = create(wish).number;
  CategoryPatchDto archive;
  archive.archived = true;
  ASSERT_TRUE(master_->patch({ann_, 1}, domain::MasterKind::customer_label, id, archive));
  EXPECT_EQ(pointer_of(customers_->create(as_ann(), wish)), "/labels/0");
  CustomerPatchDto same;
  same.labels = std::vector<std::string>{id};
  EXPECT_TRUE(customers_->patch(as_ann(), number, same));
  EXPECT_EQ(error_of(master_->get(domain::MasterKind::blacklist_reason, id)).code,
            ErrorCode::not_found);
  CustomerFilter filter;
  filter.labels = {"旧"};
  EXPECT_THAT(names(filter), ElementsAre("山田"));
}

}  // namespace
}  // namespace madoguchi::service
