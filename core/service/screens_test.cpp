// SPDX-License-Identifier: Apache-2.0
#include "core/service/screens.h"

#include <atomic>
#include <set>
#include <thread>

#include "core/service/cards.h"
#include "core/service/customer_parts.h"
#include "core/service/customers.h"
#include "core/service/edit_locks.h"
#include "core/service/orders.h"
#include "core/service/service_test.h"
#include "core/service/subscriptions.h"
#include "core/service/surveys.h"
#include "core/store/customer_parts.h"

namespace madoguchi::service {
namespace {

using ::testing::Contains;
using ::testing::Each;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

/// Counts how often units of work that read wait for the database: what is queued waits once.
class CountingDatabase final : public db::Database {
 public:
  explicit CountingDatabase(db::Database& inner) : inner_(inner) {}
  Result<void> settle() override { return inner_.settle(); }
  void shorten_log() override { inner_.shorten_log(); }
  [[nodiscard]] db::Engine engine() const noexcept override { return inner_.engine(); }
  [[nodiscard]] const std::string& installation() const noexcept override {
    return inner_.installation();
  }
  Result<void> ping(std::chrono::milliseconds limit) override { return inner_.ping(limit); }
  Result<void> backup(const std::filesystem::path& file) override { return inner_.backup(file); }
  Result<void> check() override { return inner_.check(); }

  [[nodiscard]] int reads() const { return reads_; }
  [[nodiscard]] int round_trips() const { return round_trips_; }

 protected:
  Result<void> transact(const Work& work) override { return inner_.in_transaction(work); }
  Result<void> snapshot(const Work& work) override {
    ++reads_;
    return inner_.read([&](db::Session& session) -> Result<void> {
      Counting counting(session, round_trips_);
      return work(counting);
    });
  }

 private:
  class Counting final : public db::Session {
   public:
    Counting(db::Session& inner, int& count) : inner_(inner), count_(count) {}
    db::Rows run(const db::Statement& statement, const db::Param* params,
                 std::size_t count) override {
      ++count_;
      return inner_.run(statement, params, count);
    }
    db::Pending queue(const db::Statement& statement, const db::Param* params,
                      std::size_t count) override {
      return inner_.queue(statement, params, count);
    }
    void flush() override {
      ++count_;
      inner_.flush();
    }
    void before_commit(std::function<void(db::Session&)> step) override {
      inner_.before_commit(std::move(step));
    }
    void soon(std::function<void(db::Session&)> step) override { inner_.soon(std::move(step)); }
    void after_commit(std::function<void()> action) override {
      inner_.after_commit(std::move(action));
    }
    void without_time_limit() override { inner_.without_time_limit(); }
    [[nodiscard]] db::Engine engine() const noexcept override { return inner_.engine(); }

   private:
    db::Session& inner_;
    int& count_;
  };

  db::Database& inner_;
  int reads_ = 0;
  int round_trips_ = 0;
};

class Screens : public ServiceTest {
 protected:
  void SetUp() override {
    ServiceTest::SetUp();
    if (IsSkipped()) return;
    customers_ = std::make_unique<CustomerService>(*env_);
    parts_ = std::make_unique<CustomerPartService>(*env_);
    cards_ = std::make_unique<CardService>(*env_);
    surveys_ = std::make_unique<SurveyService>(*env_);
    orders_ = std::make_unique<OrderService>(*env_);
    presence_ = std::make_unique<PresenceService>(*env_);
    screens_ = std::make_unique<ScreenService>(*env_, *presence_);
    CustomerCreateDto wish;
    wish.family_name = "山田";
    wish.emails.emplace().push_back({EmailAddress::parse("yamada@example.jp").value(), true, true});
    domain::PostalAddress address;
    address.city = "渋谷区";
    wish.billing_address = address;
    yamada_ = customers_->create(as_ann(), wish).value().number;
  }

  ScreenDto screen(const domain::Caller& caller, int limit = 50) {
    const Result<ScreenDto> got = screens_->get(caller, yamada_, limit);
    EXPECT_TRUE(got) << got.error().describe();
    return got.value_or(ScreenDto());
  }
  ScreenDto screen() { return screen(ann_); }
  void add_memo(const std::string& text) {
    ASSERT_TRUE(parts_->add_memo(as_ann(), yamada_, {text}));
  }
  void add_order() {
    OrderCreateDto wish;
    wish.customer = yamada_;
    wish.items.emplace().push_back({"TEA", "お茶", 1, Yen{1080}, 8});
    ASSERT_TRUE(orders_->create(as_ann(), wish));
  }
  void add_subscription() {
    SubscriptionService subscriptions(*env_);
    SubscriptionCreateDto wish;
    wish.customer = yamada_;
    wish.next_date = domain::BusinessDate::of(clock_.now() + std::chrono::hours(24 * 20)).str();
    wish.items.emplace().push_back({"TEA", "お茶", 1, Yen{1080}, 8});
    const Result<SubscriptionDto> made = subscriptions.create(as_ann(), wish);
    ASSERT_TRUE(made) << made.error().describe();
  }
  void add_card(const std::string& token) {
    ToldCardDto told;
    told.account = "pay";
    told.token = Secret(token);
    told.last_digits = "4242";
    ASSERT_TRUE(cards_->keep(as_ann(), yamada_, told));
  }
  void add_survey(const std::string& id) {
    ToldSurveyResponseDto told;
    told.external_id = id;
    told.respondent.customer = yamada_;
    told.answered_at = clock_.now();
    ASSERT_TRUE(surveys_->take(as_ann(), {"profile", {told}}));
  }
  /// Everything there is, `count` times.
  void fill(int count) {
    for (int i = 0; i < count; ++i) {
      const std::string which = std::to_string(filled_++);
      TestMail mail;
      mail.message_id = "<screen-" + which + "@example.jp>";
      mail.text = "本文 " + which;
      reply(*deliver(mail).case_number);
      add_memo("メモ " + which);
      add_order();
      add_subscription();
      add_card("tok_" + which);
      add_survey(which);
      DeliveryAddressCreateDto address;
      address.address.city = "港区";
      ASSERT_TRUE(parts_->add_address(as_ann(), yamada_, address));
    }
    run_jobs();
  }
  /// A hub that is the same but for its database.
  [[nodiscard]] Environment beside(db::Database& database) {
    return Environment{database,      env_->clock,     env_->ids,     env_->queue,
                       env_->blobs,   env_->keys,      env_->tokens,  env_->seal,
                       env_->hub_id,  env_->directory, env_->feed,    env_->log,
                       env_->metrics, env_->memory,    env_->scratch, env_->scans_contents};
  }

  std::unique_ptr<CustomerService> customers_;
  std::unique_ptr<CustomerPartService> parts_;
  std::unique_ptr<CardService> cards_;
  std::unique_ptr<SurveyService> surveys_;
  std::unique_ptr<OrderService> orders_;
  std::unique_ptr<PresenceService> presence_;
  std::unique_ptr<ScreenService> screens_;
  std::string yamada_;
  int filled_ = 0;
};
INSTANTIATE_TEST_SUITE_P(Engines, Screens, testing::engines(), testing::engine_name);

TEST_P(Screens, show_everything_in_one_answer) {
  fill(2);
  EditLockService locks(*env_);
  ASSERT_TRUE(locks.put(as_ann(), yamada_, {}));
  const ScreenDto shown = screen();
  EXPECT_EQ(shown.customer.number, yamada_);
  EXPECT_THAT(shown.addresses, SizeIs(2));
  ASSERT_TRUE(shown.cases);
  EXPECT_EQ(shown.cases->count, 2);
  EXPECT_EQ(shown.cases->items.at(0).text, "本文 1");
  EXPECT_EQ(shown.orders->count, 2);
  EXPECT_EQ(shown.subscriptions->count, 2);
  EXPECT_EQ(shown.memos.count, 2);
  EXPECT_EQ(shown.memos.items.at(0).text, "メモ 1");
  ASSERT_TRUE(shown.deliveries);
  EXPECT_EQ(shown.deliveries->count, 2);
  EXPECT_EQ(shown.cards.count, 2);
  EXPECT_TRUE(shown.cards.items.at(0).is_default);
  EXPECT_EQ(shown.surveys.count, 2);
  EXPECT_THAT(shown.mail_history, IsEmpty());
  EXPECT_THAT(shown.withheld, IsEmpty());
  EXPECT_EQ(shown.edit_lock.holder->name, ann_.name);
  EXPECT_EQ(shown.changes.items.at(0).event, "edit_lock.acquired");
  EXPECT_EQ(shown.as_of, clock_.now());
}

TEST_P(Screens, of_somebody_new_are_empty_and_of_nobody_there_is_none) {
  const ScreenDto shown = screen();
  EXPECT_EQ(shown.cases->count, 0);
  EXPECT_EQ(shown.changes.count, 1);
  EXPECT_FALSE(shown.edit_lock.holder);
  EXPECT_EQ(screens_->get(ann_, "CU-999999", 50).error().code, ErrorCode::not_found);
}

TEST_P(Screens, begin_each_tab_and_say_how_many_there_are) {
  fill(3);
  const ScreenDto shown = screen(ann_, 2);
  EXPECT_THAT(shown.cases->items, SizeIs(2));
  EXPECT_EQ(shown.cases->count, 3);
  EXPECT_TRUE(shown.cases->next);
  EXPECT_EQ(shown.orders->count, 3);
  EXPECT_THAT(shown.subscriptions->items, SizeIs(2));
  EXPECT_TRUE(shown.subscriptions->next);
  EXPECT_EQ(shown.memos.count, 3);
  EXPECT_EQ(shown.deliveries->count, 3);
  EXPECT_EQ(shown.surveys.count, 3);
  EXPECT_EQ(shown.cards.count, 3);
  EXPECT_THAT(shown.changes.items, SizeIs(2));
  EXPECT_FALSE(shown.changes.count);
  const MemoListing rest = parts_->memos(yamada_, shown.memos.next, 2).value();
  ASSERT_THAT(rest.items, SizeIs(1));
  EXPECT_EQ(rest.items[0].text, "メモ 0");
  const SurveyListing more = surveys_->of_customer(ann_, yamada_, shown.surveys.next, 2).value();
  EXPECT_THAT(more.items, SizeIs(1));
}

TEST_P(Screens, cost_as_many_round_trips_for_much_as_for_little) {
  CountingDatabase counting(database());
  const Environment env = beside(counting);
  ScreenService screens(env, *presence_);
  fill(1);
  ASSERT_TRUE(screens.get(ann_, yamada_, 50));
  EXPECT_EQ(counting.reads(), 1);
  const int little = counting.round_trips();
  EXPECT_LE(little, 15);
  fill(6);
  ASSERT_TRUE(screens.get(ann_, yamada_, 50));
  EXPECT_EQ(counting.reads(), 2);
  EXPECT_EQ(counting.round_trips(), little * 2);
}

TEST_P(Screens, are_of_one_point_in_time) {
  // Each transaction adds a memo and a survey response: no screen may show one without the other.
  std::atomic<bool> done{false};
  std::thread writer([&] {
    for (int i = 0; i < 60; ++i) {
      write([&](db::Session& session) {
        const domain::CustomerId id = store::Customers(session).id_by_number(yamada_).value();
        domain::Memo memo;
        memo.id = domain::MemoId("memo-" + std::to_string(1000 + i));
        memo.customer = id;
        store::Memos(session).insert(memo);
        domain::SurveyResponse response;
        response.id = domain::SurveyResponseId("survey-" + std::to_string(1000 + i));
        response.account = "profile";
        response.external_id = std::to_string(i);
        response.customer = id;
        EXPECT_TRUE(store::Surveys(session).insert(response));
      });
    }
    done = true;
  });
  std::set<std::int64_t> seen;
  bool again = true;
  while (again) {
    again = !done;
    const ScreenDto shown = screen(ann_, 200);
    EXPECT_EQ(shown.memos.count, shown.surveys.count);
    seen.insert(*shown.memos.count);
  }
  writer.join();
  EXPECT_EQ(*seen.rbegin(), 60);
}

TEST_P(Screens, show_only_what_the_caller_may_see) {
  TestMail mail;
  const std::string to_support = *deliver(mail).case_number;
  mail.message_id = "<to-sales@example.jp>";
  mail.text = "営業宛";
  const std::string to_sales = *deliver(mail, {"sales"}).case_number;
  reply(to_support);
  run_jobs();
  const domain::Caller bob =
      new_agent("bob", domain::Role::agent, std::vector<std::string>{"sales"});
  const ScreenDto shown = screen(bob);
  ASSERT_THAT(shown.cases->items, SizeIs(1));
  EXPECT_EQ(shown.cases->items[0].number, to_sales);
  EXPECT_EQ(shown.cases->count, 1);
  EXPECT_EQ(shown.deliveries->count, 0);
  for (const EventDto& one : shown.changes.items) EXPECT_NE(one.object_id, to_support);
  const ScreenDto all = screen();
  EXPECT_EQ(all.cases->count, 2);
  EXPECT_EQ(all.deliveries->count, 1);
  EXPECT_LT(shown.changes.items.size(), all.changes.items.size());
}

TEST_P(Screens, have_a_version_that_grows_with_the_history) {
  const std::int64_t before = screen().version;
  EXPECT_EQ(screen().version, before);
  add_memo("x");
  const std::int64_t after = screen().version;
  EXPECT_GT(after, before);
  add_card("tok");
  EXPECT_GT(screen().version, after);
}

TEST_P(Screens, say_who_has_a_case_open) {
  const std::string number = *deliver(TestMail()).case_number;
  ASSERT_TRUE(presence_->say(ann_, number, {PresenceState::writing}));
  const ScreenDto shown = screen();
  ASSERT_THAT(shown.presence, SizeIs(1));
  EXPECT_EQ(shown.presence[0].case_number, number);
  EXPECT_EQ(shown.presence[0].who.state, PresenceState::writing);
}

}  // namespace
}  // namespace madoguchi::service
