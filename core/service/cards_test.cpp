// SPDX-License-Identifier: Apache-2.0
#include "core/service/cards.h"

#include "core/service/card_access.h"
#include "core/service/customer_merges.h"
#include "core/service/customers.h"
#include "core/service/edit_locks.h"
#include "core/service/orders.h"
#include "core/service/service_test.h"

namespace madoguchi::service {
namespace {

using domain::CardOutcome;
using domain::CardProof;
using domain::CardReport;
using domain::CardSessionState;
using domain::CardVerdict;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

class UseOfCards : public ServiceTest {
 protected:
  void SetUp() override {
    ServiceTest::SetUp();
    if (IsSkipped()) return;
    customers_ = std::make_unique<CustomerService>(*env_);
    cards_ = std::make_unique<CardService>(*env_);
    sessions_ = std::make_unique<CardSessionService>(*env_);
    orders_ = std::make_unique<OrderService>(*env_);
    runner_->add(sessions_->job_kind());
    for (const char* kind : {kRemoveCardJob, kUpdateCardJob, kBeginCardSessionJob,
                             kCancelCardSessionJob, kReconcileCardSessionJob}) {
      jobs::JobKind job;  // a connector's
      job.name = kind;
      job.run = [](const jobs::Job&, jobs::Claim&) { return jobs::Outcome::done(); };
      runner_->add(std::move(job));
    }
    yamada_ = new_customer("山田");
  }

  std::string new_customer(const std::string& name) {
    CustomerCreateDto wish;
    wish.family_name = name;
    domain::PostalAddress address;
    address.city = "渋谷区";
    wish.billing_address = address;
    return customers_->create(as_ann(), wish).value().number;
  }
  static ToldCardDto told(const std::string& token = "tok_1") {
    ToldCardDto dto;
    dto.account = "pay";
    dto.token = Secret(token);
    dto.brand = domain::CardBrand::visa;
    dto.last_digits = "4242";
    dto.expiry = "2027-04";
    dto.holder = "TARO YAMADA";
    return dto;
  }
  CardDto keep(const ToldCardDto& dto, const std::string& customer = "") {
    const Result<CardDto> kept = cards_->keep(as_ann(), customer.empty() ? yamada_ : customer, dto);
    EXPECT_TRUE(kept) << kept.error().describe();
    return kept.value_or(CardDto());
  }
  std::vector<CardDto> cards(const std::string& customer = "") {
    return cards_->list(ann_, customer.empty() ? yamada_ : customer).value();
  }
  std::vector<std::string> history(const std::string& customer) {
    std::vector<std::string> names;
    const HistoryListing listing =
        customers_->history(ann_, customer, kFromTheBeginning, 200).value();
    for (const EventDto& one : listing.items) names.push_back(one.event);
    return names;
  }

  void connect(bool needs_device = false) {
    ASSERT_TRUE(sessions_->connect(
        {"pay", domain::CardPromptKind::device, needs_device, std::chrono::minutes(10)}));
  }
  CardSessionDto begin(const std::string& device = "") {
    const Result<CardSessionDto> begun = sessions_->begin(as_ann(), yamada_, {"pay", device});
    EXPECT_TRUE(begun) << begun.error().describe();
    return begun.value_or(CardSessionDto());
  }
  /// One that waits for the card, which the service calls "ref-ID".
  CardSessionDto waiting() {
    const CardSessionDto begun = begin();
    EXPECT_EQ(sessions_->armed(domain::CardSessionId(begun.id), "ref-" + begun.id, {}).value(),
              CardSessionState::waiting);
    return shown(begun.id);
  }
  CardSessionDto shown(const std::string& id) { return sessions_->get(ann_, yamada_, id).value(); }
  CardReport success(const std::string& token = "tok_9") const {
    CardReport report;
    report.proof = CardProof::notification;
    report.customer = yamada_;
    report.amount = 0;
    report.outcome = CardOutcome::succeeded;
    report.card.emplace();
    report.card->token = domain::CardToken::parse(token).value();
    report.card->brand = domain::CardBrand::jcb;
    report.card->last_digits = domain::LastDigits::parse("0505").value();
    return report;
  }
  CardVerdict report(const std::string& id, const CardReport& said) {
    const Result<CardVerdict> verdict = sessions_->report("pay", "ref-" + id, said);
    EXPECT_TRUE(verdict) << verdict.error().describe();
    return verdict.value_or(CardVerdict::mismatched);
  }
  std::int64_t asked(const std::string& kind) {
    return number("SELECT count(*) FROM jobs WHERE kind = '" + kind + "'");
  }
  std::string token_of(const std::string& id) {
    return database()
        .read([&](db::Session& session) {
          return store::Cards(session, keys_).token_of(domain::CardId(id));
        })
        .value()
        .reveal();
  }

  std::unique_ptr<CustomerService> customers_;
  std::unique_ptr<CardService> cards_;
  std::unique_ptr<CardSessionService> sessions_;
  std::unique_ptr<OrderService> orders_;
  std::string yamada_;
};
INSTANTIATE_TEST_SUITE_P(Engines, UseOfCards, testing::engines(), testing::engine_name);

TEST_P(UseOfCards, are_kept_once_and_the_first_is_the_one_to_use) {
  const CardDto first = keep(told());
  EXPECT_TRUE(first.is_default);
  EXPECT_EQ(first.last_digits, "4242");
  EXPECT_EQ(first.sync.state, domain::SyncState::in_step);
  const CardDto second = keep(told("tok_2"));
  EXPECT_FALSE(second.is_default);
  ToldCardDto again = told();
  again.expiry = "2030-01";
  const CardDto changed = keep(again);
  EXPECT_EQ(changed.id, first.id);
  EXPECT_EQ(changed.expiry, "2030-01");
  EXPECT_EQ(changed.version, first.version + 1);
  EXPECT_EQ(keep(again).version, changed.version);
  EXPECT_THAT(cards(), SizeIs(2));
  EXPECT_THAT(history(yamada_), ElementsAre("card.changed", "card.created", "card.changed",
                                            "card.created", "customer.created"));
}

TEST_P(UseOfCards, tokens_rest_sealed_and_are_shown_to_nobody) {
  const CardDto card = keep(told("tok_secret"));
  EXPECT_EQ(token_of(card.id), "tok_secret");
  EXPECT_THAT(json::to_string(card), Not(HasSubstr("tok_secret")));
  EXPECT_EQ(number("SELECT count(*) FROM cards WHERE token_key LIKE '%tok_secret%'"), 0);
  for (const EventDto& event : feed_of(ann_)) {
    EXPECT_THAT(json::to_string(event), Not(HasSubstr("tok_secret")));
  }
}

TEST_P(UseOfCards, what_may_be_a_card_number_is_refused_wherever_it_stands) {
  ToldCardDto wrong = told("4111111111111111");
  wrong.last_digits = "411111111111";
  wrong.expiry = "04/27";
  wrong.holder = "4111 1111 1111 1111";
  const Error error = error_of(cards_->keep(as_ann(), yamada_, wrong));
  std::vector<std::string> pointers;
  for (const FieldError& one : error.fields) pointers.push_back(one.pointer);
  EXPECT_THAT(pointers, ElementsAre("/token", "/last_digits", "/expiry", "/holder"));
  EXPECT_THAT(cards(), IsEmpty());
}

TEST_P(UseOfCards, one_is_the_one_to_use) {
  const CardDto first = keep(told());
  const CardDto second = keep(told("tok_2"));
  CardPatchDto wish;
  wish.is_default = true;
  const Result<CardDto> changed = cards_->patch({ann_, second.version}, yamada_, second.id, wish);
  ASSERT_TRUE(changed) << changed.error().describe();
  EXPECT_TRUE(changed->is_default);
  EXPECT_FALSE(cards().at(0).is_default);
  EXPECT_EQ(cards().at(0).version, first.version + 1);
  EXPECT_EQ(error_of(cards_->patch({ann_, first.version}, yamada_, first.id, wish)).code,
            ErrorCode::stale);
  wish.is_default = false;
  EXPECT_EQ(error_of(cards_->patch(as_ann(), yamada_, second.id, wish)).fields[0].pointer,
            "/default");
}

TEST_P(UseOfCards, are_edited_where_the_service_lets_and_say_who_knows) {
  ToldCardDto dto = told();
  const CardDto fixed = keep(dto);
  CardPatchDto wish;
  wish.expiry = "2031-12";
  EXPECT_EQ(error_of(cards_->patch(as_ann(), yamada_, fixed.id, wish)).type, "card-part-fixed");
  dto.editable = {domain::CardPart::expiry};
  keep(dto);
  EXPECT_EQ(cards_->patch(as_ann(), yamada_, fixed.id, wish)->sync.state,
            domain::SyncState::by_hand);
  EXPECT_EQ(asked(kUpdateCardJob), 0);
  connect();
  wish.expiry = "2032-12";
  EXPECT_EQ(cards_->patch(as_ann(), yamada_, fixed.id, wish)->sync.state,
            domain::SyncState::pending);
  EXPECT_EQ(asked(kUpdateCardJob), 1);
  wish.expiry = "nonsense";
  EXPECT_EQ(error_of(cards_->patch(as_ann(), yamada_, fixed.id, wish)).fields[0].pointer,
            "/expiry");
}

TEST_P(UseOfCards, are_deleted_unless_an_order_is_to_be_paid_by_them) {
  connect();
  const CardDto card = keep(told());
  OrderCreateDto wish;
  wish.customer = yamada_;
  wish.items.emplace().push_back({"TEA", "お茶", 1, Yen{1080}, 8});
  wish.payment_method = domain::PaymentMethod::card;
  wish.card = card.id;
  const Result<OrderDto> order = orders_->create(as_ann(), wish);
  ASSERT_TRUE(order) << order.error().describe();
  EXPECT_EQ(error_of(cards_->remove(as_ann(), yamada_, card.id)).type, "card-in-use");
  ASSERT_TRUE(orders_->cancel(as_ann(), order->id, {"不要"}));
  EXPECT_EQ(error_of(cards_->remove({ann_, 77}, yamada_, card.id)).code, ErrorCode::stale);
  ASSERT_TRUE(cards_->remove(as_ann(), yamada_, card.id));
  EXPECT_THAT(cards(), IsEmpty());
  EXPECT_EQ(asked(kRemoveCardJob), 1);
  EXPECT_EQ(error_of(cards_->get(ann_, yamada_, card.id)).code, ErrorCode::not_found);
  EXPECT_THAT(history(yamada_), Contains("card.deleted"));
  EXPECT_EQ(token_of(card.id), "tok_1");  // until the service has forgotten it
  EXPECT_EQ(error_of(orders_->create(as_ann(), wish)).fields[0].pointer, "/card");
  EXPECT_NE(keep(told()).id, card.id);
}

TEST_P(UseOfCards, an_order_is_paid_by_a_card_of_its_customer) {
  const std::string sato = new_customer("佐藤");
  const CardDto other = keep(told("tok_2"), sato);
  OrderCreateDto wish;
  wish.customer = yamada_;
  wish.items.emplace().push_back({"TEA", "お茶", 1, Yen{1080}, 8});
  wish.payment_method = domain::PaymentMethod::card;
  for (const std::string& card : {other.id, std::string("no-such-card")}) {
    wish.card = card;
    EXPECT_EQ(error_of(orders_->create(as_ann(), wish)).fields[0].pointer, "/card");
  }
  wish.card = keep(told()).id;
  EXPECT_TRUE(orders_->create(as_ann(), wish));
}

TEST_P(UseOfCards, go_along_when_customers_are_merged_and_come_back) {
  const std::string sato = new_customer("佐藤");
  const CardDto mine = keep(told());
  const CardDto theirs = keep(told("tok_2"), sato);
  CustomerMergeService merges(*env_);
  const Result<MergedCustomerDto> merged = merges.merge(as_ann(), yamada_, {sato, false});
  ASSERT_TRUE(merged) << merged.error().describe();
  EXPECT_EQ(merged->cards, 1);
  ASSERT_THAT(cards(sato), SizeIs(2));
  for (const CardDto& one : cards(sato)) EXPECT_EQ(one.is_default, one.id == theirs.id);
  ASSERT_TRUE(merges.unmerge(as_ann(), yamada_));
  ASSERT_THAT(cards(), SizeIs(1));
  EXPECT_EQ(cards().at(0).id, mine.id);
  EXPECT_TRUE(cards().at(0).is_default);
  EXPECT_THAT(cards(sato), SizeIs(1));
}

TEST_P(UseOfCards, are_covered_by_the_edit_lock) {
  const CardDto card = keep(told());
  EditLockService locks(*env_);
  const domain::Caller bob = new_agent("bob", domain::Role::agent);
  ASSERT_TRUE(locks.put({bob}, yamada_, {}));
  CardPatchDto wish;
  wish.is_default = true;
  EXPECT_EQ(error_of(cards_->patch(as_ann(), yamada_, card.id, wish)).code, ErrorCode::locked);
  EXPECT_EQ(error_of(cards_->remove(as_ann(), yamada_, card.id)).code, ErrorCode::locked);
  EXPECT_EQ(error_of(cards_->keep(as_ann(), yamada_, told("t"))).code, ErrorCode::locked);
  connect();
  EXPECT_EQ(error_of(sessions_->begin(as_ann(), yamada_, {"pay", ""})).code, ErrorCode::locked);
}

TEST_P(UseOfCards, no_session_begins_without_a_service_that_registers_cards) {
  EXPECT_EQ(error_of(sessions_->begin(as_ann(), yamada_, {"pay", ""})).type, "no-card-gateway");
  connect(true);
  EXPECT_EQ(error_of(sessions_->begin(as_ann(), yamada_, {"other", ""})).fields[0].pointer,
            "/account");
  EXPECT_EQ(error_of(sessions_->begin(as_ann(), yamada_, {"pay", " "})).fields[0].pointer,
            "/device");
  EXPECT_TRUE(sessions_->begin(as_ann(), yamada_, {"pay", "pad-1"}));
  ASSERT_TRUE(sessions_->disconnect("pay"));
  EXPECT_EQ(error_of(sessions_->begin(as_ann(), yamada_, {"pay", "pad-2"})).type,
            "no-card-gateway");
}

TEST_P(UseOfCards, a_device_does_one_thing_at_a_time) {
  connect(true);
  const CardSessionDto first = begin("pad-1");
  EXPECT_EQ(error_of(sessions_->begin(as_ann(), yamada_, {"pay", "pad-1"})).type,
            "card-device-busy");
  EXPECT_EQ(begin("pad-2").device, "pad-2");
  ASSERT_TRUE(sessions_->cancel(as_ann(), yamada_, first.id));
  EXPECT_EQ(begin("pad-1").state, CardSessionState::created);
}

TEST_P(UseOfCards, a_session_brings_a_card_by_one_proof) {
  connect();
  const CardSessionDto begun = begin();
  EXPECT_EQ(begun.agent_name, ann_.name);
  EXPECT_EQ(asked(kBeginCardSessionJob), 1);
  domain::CardPrompt prompt;
  prompt.kind = domain::CardPromptKind::redirect;
  prompt.url = "https://pay.example/card";
  ASSERT_TRUE(sessions_->armed(domain::CardSessionId(begun.id), "ref-" + begun.id, prompt));
  EXPECT_EQ(shown(begun.id).prompt->url, prompt.url);
  CardReport back = success();
  back.proof = CardProof::none;
  EXPECT_EQ(report(begun.id, back), CardVerdict::unproven);
  EXPECT_EQ(shown(begun.id).state, CardSessionState::processing);
  EXPECT_THAT(cards(), IsEmpty());
  EXPECT_EQ(report(begun.id, success()), CardVerdict::applied);
  const CardSessionDto done = shown(begun.id);
  EXPECT_EQ(done.state, CardSessionState::completed);
  EXPECT_FALSE(done.prompt);
  EXPECT_FALSE(done.needs_attention);
  ASSERT_THAT(cards(), SizeIs(1));
  EXPECT_EQ(done.card, cards()[0].id);
  EXPECT_EQ(token_of(*done.card), "tok_9");
  EXPECT_EQ(report(begun.id, success()), CardVerdict::duplicate);
  EXPECT_THAT(cards(), SizeIs(1));
  EXPECT_THAT(history(yamada_),
              ElementsAre("card_session.completed", "card.changed", "card.created",
                          "card_session.processing", "card_session.waiting", "card_session.begun",
                          "customer.created"));
}

TEST_P(UseOfCards, a_late_card_is_taken_back_and_shown) {
  connect();
  const CardSessionDto session = waiting();
  ASSERT_TRUE(sessions_->cancel(as_ann(), yamada_, session.id));
  EXPECT_EQ(asked(kCancelCardSessionJob), 1);
  EXPECT_EQ(report(session.id, success()), CardVerdict::late);
  EXPECT_THAT(cards(), IsEmpty());
  EXPECT_EQ(asked(kRemoveCardJob), 1);
  const CardSessionDto seen = shown(session.id);
  EXPECT_EQ(seen.state, CardSessionState::cancelled);
  EXPECT_TRUE(seen.needs_attention);
  EXPECT_EQ(seen.reports.back().card, "jcb 0505");
  EXPECT_EQ(history(yamada_).front(), "card_session.late_report");
  EXPECT_EQ(report(session.id, success()), CardVerdict::duplicate);
  EXPECT_EQ(asked(kRemoveCardJob), 1);
}

TEST_P(UseOfCards, a_late_report_of_a_card_in_use_takes_nothing_back) {
  connect();
  const CardSessionDto first = waiting();
  EXPECT_EQ(report(first.id, success()), CardVerdict::applied);
  const CardSessionDto second = waiting();
  ASSERT_TRUE(sessions_->cancel(as_ann(), yamada_, second.id));
  EXPECT_EQ(report(second.id, success()), CardVerdict::duplicate);
  EXPECT_EQ(asked(kRemoveCardJob), 0);
  EXPECT_THAT(cards(), SizeIs(1));
}

TEST_P(UseOfCards, a_forged_report_completes_nothing) {
  connect();
  const CardSessionDto session = waiting();
  CardReport forged = success();
  forged.amount = 999;
  EXPECT_EQ(report(session.id, forged), CardVerdict::mismatched);
  EXPECT_EQ(shown(session.id).state, CardSessionState::waiting);
  EXPECT_TRUE(shown(session.id).needs_attention);
  EXPECT_THAT(cards(), IsEmpty());
  EXPECT_EQ(error_of(sessions_->report("pay", "no-such-ref", success())).code,
            ErrorCode::not_found);
  EXPECT_EQ(error_of(sessions_->report("other", "ref-" + session.id, success())).code,
            ErrorCode::not_found);
  EXPECT_EQ(error_of(sessions_->report("pay", "", success())).code, ErrorCode::not_found);
}

TEST_P(UseOfCards, sessions_end_when_nobody_waits_any_longer) {
  connect();
  const CardSessionDto session = waiting();
  const CardSessionDto busy = waiting();
  CardReport back = success();
  back.proof = CardProof::none;
  EXPECT_EQ(report(busy.id, back), CardVerdict::unproven);
  clock_.advance(std::chrono::minutes(11));
  EXPECT_EQ(shown(session.id).state, CardSessionState::expired);  // though no job has run
  EXPECT_EQ(error_of(sessions_->armed(domain::CardSessionId("no-such"), "r", {})).code,
            ErrorCode::not_found);
  run_jobs();
  EXPECT_THAT(history(yamada_), Contains("card_session.expired"));
  EXPECT_THAT(history(yamada_), Contains("card_session.unknown"));
  EXPECT_EQ(asked(kCancelCardSessionJob), 1);
  EXPECT_EQ(asked(kReconcileCardSessionJob), 1);
  // Asked again, the service knows.
  CardReport read = success();
  read.proof = CardProof::read_back;
  EXPECT_EQ(report(busy.id, read), CardVerdict::applied);
  EXPECT_EQ(shown(busy.id).state, CardSessionState::completed);
}

TEST_P(UseOfCards, a_failure_says_why) {
  connect();
  const CardSessionDto session = waiting();
  CardReport failed;
  failed.proof = CardProof::notification;
  failed.outcome = CardOutcome::failed;
  failed.code = "8:5804";
  EXPECT_EQ(report(session.id, failed), CardVerdict::applied);
  EXPECT_EQ(shown(session.id).code, "8:5804");
  EXPECT_EQ(error_of(sessions_->cancel(as_ann(), yamada_, session.id)).type, "card-session-over");
}

TEST_P(UseOfCards, sessions_are_paged_and_belong_to_their_customer) {
  connect();
  std::vector<std::string> ids;
  for (int i = 0; i < 3; ++i) ids.insert(ids.begin(), begin().id);
  const CardSessionListing page = sessions_->list(ann_, yamada_, kFromTheBeginning, 2).value();
  ASSERT_THAT(page.items, SizeIs(2));
  EXPECT_EQ(page.items[0].id, ids[0]);
  const CardSessionListing rest = sessions_->list(ann_, yamada_, page.next, 2).value();
  ASSERT_THAT(rest.items, SizeIs(1));
  EXPECT_EQ(rest.items[0].id, ids[2]);
  EXPECT_FALSE(rest.next);
  const std::string sato = new_customer("佐藤");
  EXPECT_EQ(error_of(sessions_->get(ann_, sato, ids[0])).code, ErrorCode::not_found);
  EXPECT_EQ(error_of(sessions_->cancel(as_ann(), sato, ids[0])).code, ErrorCode::not_found);
}

}  // namespace
}  // namespace madoguchi::service
