// SPDX-License-Identifier: Apache-2.0
#include "core/service/search.h"

#include "core/service/customer_merges.h"
#include "core/service/customer_parts.h"
#include "core/service/customers.h"
#include "core/service/orders.h"
#include "core/service/service_test.h"

namespace madoguchi::service {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;

using Cursor = std::optional<std::vector<std::string>>;

class UseOfSearch : public ServiceTest {
 protected:
  void SetUp() override {
    ServiceTest::SetUp();
    if (IsSkipped()) return;
    customers_ = std::make_unique<CustomerService>(*env_);
    parts_ = std::make_unique<CustomerPartService>(*env_);
    merges_ = std::make_unique<CustomerMergeService>(*env_);
    orders_ = std::make_unique<OrderService>(*env_);
    search_ = std::make_unique<SearchService>(*env_);
  }

  void tick() { clock_.advance(std::chrono::seconds(1)); }
  std::string new_case(const std::string& text, const std::string& subject = "件名",
                       const std::optional<std::string>& mailbox = std::nullopt) {
    tick();
    CaseCreateDto wish;
    wish.text = text;
    wish.subject = subject;
    wish.mailbox = mailbox;
    const Result<CaseDto> made = cases_->create(as_ann(), wish);
    EXPECT_TRUE(made) << made.error().describe();
    return made ? made->number : "";
  }
  void note(const std::string& number, const std::string& text, EntryKind kind = EntryKind::note) {
    tick();
    EXPECT_TRUE(messages_->add(as_ann(), number, entry(kind, text)));
  }
  std::string new_customer(const std::string& family, const std::string& given = "",
                           const std::string& phone = "") {
    tick();
    CustomerCreateDto wish;
    wish.family_name = family;
    wish.given_name = given;
    if (!phone.empty()) {
      wish.phones.emplace().push_back(
          {PhoneNumber::parse(phone).value(), domain::PhoneKind::mobile, false});
    }
    const Result<CustomerDto> made = customers_->create(as_ann(), wish);
    EXPECT_TRUE(made) << made.error().describe();
    return made ? made->number : "";
  }
  std::string new_order(const std::string& customer, const std::string& item,
                        const std::string& addressee = "") {
    tick();
    OrderCreateDto wish;
    wish.customer = customer;
    wish.items.emplace().push_back({"SKU-1", item, 1, Yen{1080}, 8});
    domain::PostalAddress address;
    address.name = addressee;
    address.postal_code = "1500001";
    address.prefecture = "東京都";
    address.city = "渋谷区";
    wish.shipping_address = address;
    const Result<OrderDto> made = orders_->create(as_ann(), wish);
    EXPECT_TRUE(made) << made.error().describe() << (made ? "" : made.error().fields[0].pointer);
    return made ? made->number : "";
  }
  std::string new_memo(const std::string& customer, const std::string& text) {
    tick();
    const Result<MemoDto> made = parts_->add_memo(as_ann(), customer, {text});
    EXPECT_TRUE(made);
    return made ? made->id : "";
  }

  SearchListing listing(const SearchCall& call, const domain::Caller& caller,
                        const Cursor& after = std::nullopt) {
    const Result<SearchListing> found = search_->find(caller, call, after);
    EXPECT_TRUE(found) << call.q << ": " << found.error().describe();
    return found.value_or(SearchListing{});
  }
  /// What was found, by its number, or its id.
  static std::string name_of(const SearchItemDto& item) {
    return item.number ? *item.number : *item.id;
  }
  std::vector<std::string> found(const std::string& q, std::vector<SearchType> types = {},
                                 SearchOrder order = SearchOrder::newest) {
    return found_by(ann_, q, std::move(types), order);
  }
  std::vector<std::string> found_by(const domain::Caller& caller, const std::string& q,
                                    std::vector<SearchType> types = {},
                                    SearchOrder order = SearchOrder::newest) {
    std::vector<std::string> names;
    const SearchCall call{q, std::move(types), order, 50};
    for (const SearchItemDto& item : listing(call, caller).items) names.push_back(name_of(item));
    return names;
  }
  std::string shown(const std::string& q) {
    const SearchListing found = listing({q, {}, SearchOrder::newest, 50}, ann_);
    EXPECT_THAT(found.items, SizeIs(1)) << q;
    if (found.items.empty()) return {};
    std::string out = std::string(enum_name(found.items[0].matched_in)) + ": ";
    for (const SnippetPieceDto& piece : found.items[0].snippet) {
      out += piece.match ? "[" + piece.text + "]" : piece.text;
    }
    return out;
  }
  std::string problem(const std::string& q) {
    const Result<SearchListing> answer = search_->find(ann_, {q, {}, SearchOrder::newest, 50}, {});
    EXPECT_FALSE(answer) << q;
    return answer || answer.error().fields.empty() ? "" : answer.error().fields[0].message.en;
  }

  std::unique_ptr<CustomerService> customers_;
  std::unique_ptr<CustomerPartService> parts_;
  std::unique_ptr<CustomerMergeService> merges_;
  std::unique_ptr<OrderService> orders_;
  std::unique_ptr<SearchService> search_;
};
INSTANTIATE_TEST_SUITE_P(Engines, UseOfSearch, testing::engines(), testing::engine_name);

TEST_P(UseOfSearch, finds_everything_newest_first) {
  const std::string customer = new_customer("青山", "りんご", "03-1234-5678");
  const std::string one = new_case("りんごが届かない");
  const std::string order = new_order(customer, "青森りんご");
  const std::string memo = new_memo(customer, "リンゴ好き");
  const std::string subject = new_case("本文", "りんごの件");
  new_case("みかん");
  EXPECT_THAT(found("りんご"), ElementsAre(subject, memo, order, one, customer));
  EXPECT_THAT(found("りんご", {SearchType::order, SearchType::memo}), ElementsAre(memo, order));
  note(one, "りんごを再送");
  EXPECT_THAT(found("ﾘﾝｺﾞ"), ElementsAre(one, subject, memo, order, customer));
  EXPECT_THAT(found("りんご -再送"), ElementsAre(subject, memo, order, customer));
  EXPECT_THAT(found("りんご -青"), ElementsAre(one, subject, memo));
  EXPECT_THAT(found("0312345678"), ElementsAre(customer));
  EXPECT_THAT(found("！？。"), IsEmpty());
  EXPECT_THAT(found("無い言葉"), IsEmpty());
}

TEST_P(UseOfSearch, ranks_numbers_before_names_before_texts) {
  const std::string name = new_customer("見本");
  const std::string other = new_customer("佐藤");
  const std::string addressee = new_order(other, "茶", "見本 花子");
  const std::string subject = new_case("本文", "見本の件");
  const std::string item = new_order(other, "見本帳");
  const std::string text = new_case("見本を送って");
  const std::string memo = new_memo(other, "見本を希望");
  EXPECT_THAT(found("見本", {}, SearchOrder::rank),
              ElementsAre(subject, addressee, name, memo, text, item));
  const std::string mentions = new_case(name + " 様の件");
  EXPECT_THAT(found(name, {}, SearchOrder::rank), ElementsAre(name, mentions));
  EXPECT_THAT(found(name), ElementsAre(name, mentions));
  EXPECT_EQ(listing({name, {}, SearchOrder::newest, 50}, ann_).items.at(0).matched_in,
            MatchedIn::number);
  EXPECT_THAT(found(addressee + " -茶"), IsEmpty());
  EXPECT_THAT(found(addressee), ElementsAre(addressee));
}

TEST_P(UseOfSearch, pages_never_miss_or_repeat_while_things_change) {
  const std::string customer = new_customer("桃子");
  std::vector<std::string> all = {customer};
  for (int i = 0; i < 4; ++i) {
    all.push_back(new_case("桃が傷んでいた"));
    all.push_back(new_order(customer, "白桃"));
    all.push_back(new_memo(customer, "桃の件で電話"));
    all.push_back(new_case("本文", "桃の件"));
  }
  for (const SearchOrder order : {SearchOrder::newest, SearchOrder::rank}) {
    std::vector<std::string> seen;
    Cursor after;
    for (int page = 0; page < 30; ++page) {
      const SearchListing one = listing({"桃", {}, order, 3}, ann_, after);
      EXPECT_LE(one.items.size(), 3u);
      for (const SearchItemDto& item : one.items) seen.push_back(name_of(item));
      after = one.next;
      if (!after) break;
      new_case("新しい桃");  // comes before all pages: on none of them
    }
    EXPECT_FALSE(after);
    if (order == SearchOrder::newest) {
      std::vector<std::string> newest(all.rbegin(), all.rend());
      EXPECT_EQ(seen, newest);
    }
    for (const std::string& one : all) {
      EXPECT_EQ(std::count(seen.begin(), seen.end(), one), 1) << one;
    }
    const auto cases = [](const SearchListing& page) { return page.items.size(); };
    EXPECT_GT(cases(listing({"新しい桃", {}, order, 50}, ann_)), 3u);
    // For the second round, they are among the rest.
    if (order == SearchOrder::newest) {
      for (const std::string& one : found("新しい桃")) all.push_back(one);
    }
  }
}

TEST_P(UseOfSearch, shows_where_the_words_stand_in_what_was_written) {
  const std::string customer = new_customer("髙橋", "", "090-1234-5678");
  new_case("車のｶﾞｿﾘﾝ代は\r\n誰が払いますか");
  new_memo(customer, "折り返しは 03-9876-5432 まで");
  new_case("本文", "ＡＢＣの件");
  EXPECT_EQ(shown("ガソリン 誰"), "text: 車の[ｶﾞｿﾘﾝ]代は [誰]が払いますか");
  EXPECT_EQ(shown("0398765432"), "text: 折り返しは [03-9876-5432] まで");
  EXPECT_EQ(shown("abc"), "name: [ＡＢＣ]の件");
  EXPECT_EQ(shown("09012345678"), "text: [090-1234-5678]");
  EXPECT_EQ(shown("髙橋"), "name: [髙橋]");
}

TEST_P(UseOfSearch, what_one_may_not_see_is_not_found) {
  const std::string customer = new_customer("秘密");
  new_order(customer, "秘密の品");
  const std::string hidden = new_case("秘密の相談", "秘密の件", "support");
  const std::string shown = new_case("秘密の質問", "件名", "sales");
  const domain::Caller seller = new_agent("seller", domain::Role::agent, {{"sales"}});
  EXPECT_THAT(found_by(seller, "秘密", {SearchType::case_}), ElementsAre(shown));
  EXPECT_THAT(found_by(seller, "秘密", {SearchType::case_}, SearchOrder::rank), ElementsAre(shown));
  for (const std::string& q :
       {hidden, hidden + " 秘密", "\"" + hidden + "\"", hidden.substr(3), std::string("相談"),
        std::string("mailbox:support"), "status:new " + hidden}) {
    EXPECT_THAT(found_by(seller, q, {SearchType::case_}), IsEmpty()) << q;
  }
  EXPECT_THAT(found_by(ann_, hidden, {SearchType::case_}), ElementsAre(hidden));
  CaseFilter filter;
  filter.q = "status:new -別";
  filter.count = true;
  const Result<CaseListing> counted = cases_->list(seller, filter, std::nullopt);
  ASSERT_TRUE(counted);
  EXPECT_FALSE(counted->count) << "what is left out is not counted";
  EXPECT_THAT(counted->items, SizeIs(1));
  filter.q = "status:new";
  EXPECT_EQ(cases_->list(seller, filter, std::nullopt)->count, 1);
}

TEST_P(UseOfSearch, filters_are_combined) {
  const std::string customer = new_customer("山田");
  const std::string a = new_case("返品したい", "件名", "sales");
  const std::string b = new_case("返品と交換");
  ASSERT_TRUE(cases_->take(as_ann(), b));
  CasePatchDto patch;
  patch.tags.emplace() = {"大 口"};
  patch.customer = customer;
  ASSERT_TRUE(cases_->patch(as_ann(), b, patch));
  const std::string order = new_order(customer, "返品できない品");
  const std::string memo = new_memo(customer, "返品が多い");
  EXPECT_THAT(found("返品"), ElementsAre(memo, order, b, a));
  EXPECT_THAT(found("返品 status:new"), ElementsAre(a));
  EXPECT_THAT(found("返品 status:unhandled"), ElementsAre(a));
  EXPECT_THAT(found("返品 status:対応中"), ElementsAre(b));
  EXPECT_THAT(found("返品 status:new status:open"), ElementsAre(b, a));
  EXPECT_THAT(found("返品 assignee:me"), ElementsAre(b));
  EXPECT_THAT(found("返品 assignee:none"), ElementsAre(a));
  EXPECT_THAT(found("返品 assignee:ANN"), ElementsAre(b));
  EXPECT_THAT(found("返品　tag：「大 口」"), ElementsAre(b));
  EXPECT_THAT(found("返品 mailbox:sales"), ElementsAre(a));
  EXPECT_THAT(found("返品 customer:" + customer), ElementsAre(memo, order, b));
  EXPECT_THAT(found("返品 channel:email"), IsEmpty());
  EXPECT_THAT(found("返品 priority:normal"), ElementsAre(b, a));
  EXPECT_THAT(found("status:new"), ElementsAre(a));
}

TEST_P(UseOfSearch, dates_are_days_in_japan) {
  const std::string one = new_case("桜の件");
  const domain::BusinessDate today = domain::BusinessDate::of(clock_.now());
  const std::string day = today.str();
  EXPECT_THAT(found("桜 after:" + day), ElementsAre(one));
  EXPECT_THAT(found("桜 before:" + day), IsEmpty());
  EXPECT_THAT(found("桜 before:" + today.plus_days(1).str()), ElementsAre(one));
  EXPECT_THAT(found("桜 after:" + today.plus_days(1).str()), IsEmpty());
  EXPECT_THAT(found("after:" + day), ElementsAre(one));
  EXPECT_THAT(found("桜 after:２０２０/1/5"), ElementsAre(one));
  EXPECT_THAT(problem("桜 after:2026-02-30"),
              HasSubstr("Character 9: \"2026-02-30\" is no day of the calendar"));
}

TEST_P(UseOfSearch, looks_in_notes_mails_or_calls) {
  const std::string mail = *deliver(TestMail()).case_number;
  const std::string other = new_case("other");
  note(other, "about the parcel");
  EXPECT_THAT(found("parcel"), ElementsAre(other, mail));
  EXPECT_THAT(found("parcel in:note"), ElementsAre(other));
  EXPECT_THAT(found("parcel in:mail"), ElementsAre(mail));
  EXPECT_THAT(found("parcel in:call"), IsEmpty());
  EXPECT_THAT(found("parcel from:yamada@example.jp"), ElementsAre(mail));
  EXPECT_THAT(found("parcel from:ヤマダ"), IsEmpty());
  EXPECT_THAT(found("parcel from:yamad"), ElementsAre(mail));
  EXPECT_THAT(found("yamada@example"), ElementsAre(mail));
}

TEST_P(UseOfSearch, what_is_wrong_is_said_with_its_place) {
  EXPECT_THAT(problem("返品 status:offen"),
              HasSubstr("Character 11: \"offen\" is no value of status:. It may be new, open"));
  EXPECT_THAT(problem("assignee:nobody"), HasSubstr("There is no assignee \"nobody\""));
  EXPECT_THAT(problem("category:none"), HasSubstr("GET /categories"));
  EXPECT_THAT(problem("mailbox:none"), HasSubstr("GET /mailboxes"));
  EXPECT_THAT(problem("返品 in:cellar"), HasSubstr("note, mail, call"));
  EXPECT_THAT(problem("in:note"), HasSubstr("Add a word"));
  EXPECT_THAT(problem("colour:red"), HasSubstr("no filter"));
  EXPECT_THAT(problem("-a"), HasSubstr("only what must not be found"));
  EXPECT_THAT(problem("\"a"), HasSubstr("not closed"));
  const Result<SearchListing> card =
      search_->find(ann_, {"4111 1111 1111 1111", {}, SearchOrder::newest, 50}, {});
  EXPECT_EQ(card.error().type, "pan-detected");
}

TEST_P(UseOfSearch, follows_every_change_at_once) {
  const std::string a = new_case("本文", "旧い件名");
  const std::string b = new_case("別の話");
  CasePatchDto patch;
  patch.subject = "新しい件名";
  ASSERT_TRUE(cases_->patch(as_ann(), a, patch));
  EXPECT_THAT(found("新しい件名"), ElementsAre(a));
  // The first entry keeps the subject that it had.
  EXPECT_THAT(found("旧い件名"), ElementsAre(a));
  ASSERT_TRUE(moves_->merge(as_ann(), b, {a}));
  EXPECT_THAT(found("別の話"), ElementsAre(a));

  const std::string keeps = new_customer("残る人");
  const std::string goes = new_customer("消える人");
  const std::string memo = new_memo(goes, "移るメモ");
  ASSERT_TRUE(merges_->merge(as_ann(), goes, {keeps}));
  EXPECT_THAT(found("消える人"), IsEmpty());
  const SearchListing moved = listing({"移るメモ", {}, SearchOrder::newest, 50}, ann_);
  ASSERT_THAT(moved.items, SizeIs(1));
  EXPECT_EQ(moved.items[0].customer->number, keeps);
  EXPECT_EQ(moved.items[0].path, "/customers/" + keeps + "/memos/" + memo);
  ASSERT_TRUE(parts_->remove_memo(as_ann(), keeps, memo));
  EXPECT_THAT(found("移るメモ"), IsEmpty());
}

}  // namespace
}  // namespace madoguchi::service
