// SPDX-License-Identifier: Apache-2.0
// What inquiries have beside the cases' own use cases: waiting, calls, copies, views, presence,
// many at once.
#include <algorithm>

#include "core/service/case_bulk.h"
#include "core/service/customers.h"
#include "core/service/edit_locks.h"
#include "core/service/operations.h"
#include "core/service/presence.h"
#include "core/service/service_test.h"
#include "core/service/views.h"

namespace madoguchi::service {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

template <class T>
std::string pointer_of(const Result<T>& answer) {
  if (answer) return "";
  return answer.error().fields.empty() ? answer.error().type : answer.error().fields[0].pointer;
}

class UseOfInquiries : public ServiceTest {
 protected:
  void SetUp() override {
    ServiceTest::SetUp();
    if (IsSkipped()) return;
    views_ = std::make_unique<ViewService>(*env_);
    presence_ = std::make_unique<PresenceService>(*env_);
    operations_ = std::make_unique<OperationService>(*env_);
    bulk_ = std::make_unique<CaseBulkService>(*env_, *operations_);
    customers_ = std::make_unique<CustomerService>(*env_);
    runner_->add(operations_->job_kind());
    bob_ = new_agent("bob");
  }

  std::string create(const std::string& text, const std::string& customer = "") {
    CaseCreateDto wish;
    wish.text = text;
    if (!customer.empty()) wish.customer = customer;
    const Result<CaseDto> made = cases_->create(as_ann(), wish);
    EXPECT_TRUE(made) << made.error().describe();
    clock_.advance(seconds(1));
    return made ? made->number : "";
  }
  Result<CaseDto> wait_until(const std::string& number, TimePoint until,
                             const std::string& reason = "入荷待ち") {
    CasePatchDto wish;
    wish.pending_until = until;
    wish.pending_reason = reason;
    return cases_->patch(as_ann(), number, wish);
  }
  MessageDto call(const std::string& number, std::optional<TimePoint> back,
                  std::optional<domain::AgentId> by = std::nullopt) {
    MessageCreateDto wish = entry(EntryKind::call, "電話");
    wish.call = domain::Call{};
    wish.call->number = "090-0000-1234";
    wish.call->outcome = back ? domain::CallOutcome::call_back : domain::CallOutcome::spoken;
    wish.call->call_back_at = back;
    wish.call->call_back_by = by;
    const Result<MessageDto> made = messages_->add(as_ann(), number, wish);
    EXPECT_TRUE(made) << made.error().describe();
    return made.value_or(MessageDto());
  }
  std::vector<std::string> promised(const CallBackFilter& filter = {}) {
    const Result<CallBackListing> listing = messages_->call_backs(ann_, filter, kFromTheBeginning);
    EXPECT_TRUE(listing) << listing.error().describe();
    std::vector<std::string> ids;
    for (const MessageDto& one : listing->items) ids.push_back(one.id);
    return ids;
  }
  OperationDto run(const Context& context, const CaseBulkDto& wish) {
    const Result<OperationStartedDto> begun = bulk_->start(context, wish);
    EXPECT_TRUE(begun) << pointer_of(begun);
    if (!begun) return {};
    run_jobs();
    return operations_->get(context.caller, begun->operation_id).value();
  }
  static std::vector<std::string> ends(const OperationDto& operation) {
    std::vector<std::string> states;
    for (const OperationRowDto& row : operation.rows) {
      states.push_back(row.error ? row.error->type : std::string(enum_name(row.state)));
    }
    return states;
  }

  std::unique_ptr<ViewService> views_;
  std::unique_ptr<PresenceService> presence_;
  std::unique_ptr<OperationService> operations_;
  std::unique_ptr<CaseBulkService> bulk_;
  std::unique_ptr<CustomerService> customers_;
  domain::Caller bob_;
};
INSTANTIATE_TEST_SUITE_P(Engines, UseOfInquiries, testing::engines(), testing::engine_name);

TEST_P(UseOfInquiries, that_wait_come_back_open_in_time_with_the_reason) {
  const std::string number = create("在庫はありますか");
  const TimePoint until = clock_.now() + hours{2};
  const CaseDto waiting = wait_until(number, until).value();
  EXPECT_EQ(waiting.status, domain::CaseStatus::pending);
  EXPECT_EQ(waiting.pending_until, until);
  EXPECT_EQ(waiting.pending_reason, "入荷待ち");
  run_jobs_after(hours{1});
  EXPECT_EQ(case_of(number).status, domain::CaseStatus::pending);
  run_jobs_after(hours{1});
  const CaseDto woken = case_of(number);
  EXPECT_EQ(woken.status, domain::CaseStatus::open);
  EXPECT_FALSE(woken.pending_until);
  EXPECT_EQ(woken.pending_reason, "");
  const EventDto event = feed_of(ann_).back();
  EXPECT_EQ(event.event, "case.woken");
  EXPECT_THAT(event.fields, Contains(domain::FieldChange{"pending_reason", "入荷待ち", ""}));
}

TEST_P(UseOfInquiries, wait_for_the_time_that_was_given_last) {
  const std::string number = create("在庫はありますか");
  EXPECT_TRUE(wait_until(number, clock_.now() + hours{1}));
  EXPECT_TRUE(wait_until(number, clock_.now() + hours{3}, "再入荷"));
  run_jobs_after(hours{2});
  EXPECT_EQ(case_of(number).status, domain::CaseStatus::pending);
  run_jobs_after(hours{1});
  EXPECT_EQ(case_of(number).status, domain::CaseStatus::open);

  EXPECT_TRUE(wait_until(number, clock_.now() + hours{1}));
  EXPECT_TRUE(cases_->resolve(as_ann(), number));
  run_jobs_after(hours{2});
  EXPECT_EQ(case_of(number).status, domain::CaseStatus::resolved) << "it waits no longer";
}

TEST_P(UseOfInquiries, cannot_wait_for_the_past_or_without_being_pending) {
  const std::string number = create("在庫はありますか");
  EXPECT_EQ(pointer_of(wait_until(number, clock_.now())), "/pending_until");
  CasePatchDto wish;
  wish.status = domain::CaseStatus::open;
  wish.pending_until = clock_.now() + hours{1};
  EXPECT_EQ(pointer_of(cases_->patch(as_ann(), number, wish)), "/pending_until");
  CasePatchDto reason;
  reason.pending_reason = "なし";
  EXPECT_EQ(pointer_of(cases_->patch(as_ann(), number, reason)), "/pending_reason");
  EXPECT_EQ(pointer_of(wait_until(number, clock_.now() + hours{1}, "4111 1111 1111 1111")),
            "/pending_reason");
}

TEST_P(UseOfInquiries, are_listed_with_their_beginning_when_asked) {
  const std::string number = create("注文した商品が届きません。確認してください。");
  EXPECT_TRUE(messages_->add(as_ann(), number, entry(EntryKind::note, "確認中")));
  CaseFilter filter;
  EXPECT_FALSE(cases_->list(ann_, filter, kFromTheBeginning)->items.front().text);
  filter.text = true;
  EXPECT_EQ(cases_->list(ann_, filter, kFromTheBeginning)->items.front().text,
            "注文した商品が届きません。確認してください。");
}

TEST_P(UseOfInquiries, are_copied_to_customers_where_they_read_today) {
  CustomerCreateDto family;
  family.family_name = "鈴木";
  family.emails.emplace().push_back({EmailAddress::parse("old@example.jp").value(), true, false});
  const std::string customer = customers_->create(as_ann(), family)->number;
  const IntakeDto mail = deliver({});
  CasePatchDto wish;
  wish.ccs = std::vector<domain::Cc>{{domain::CcKind::customer, customer, "", ""},
                                     {domain::CcKind::address, "", "倉庫", "depot@shop.example"}};
  ASSERT_TRUE(cases_->patch(as_ann(), *mail.case_number, wish));
  CustomerPatchDto moved;
  moved.emails.emplace().push_back({EmailAddress::parse("new@example.jp").value(), true, false});
  ASSERT_TRUE(customers_->patch(as_ann(), customer, moved));
  EXPECT_THAT(reply(*mail.case_number).cc,
              ElementsAre(domain::NamedAddress{"鈴木", "new@example.jp"},
                          domain::NamedAddress{"倉庫", "depot@shop.example"}));
}

TEST_P(UseOfInquiries, have_calls_that_are_promised_until_they_are_made) {
  const std::string first = create("折り返し希望");
  const std::string second = create("折り返し希望");
  const TimePoint now = clock_.now();
  const std::string late = call(first, now + hours{5}, ann_.agent).id;
  const std::string soon = call(second, now + hours{1}, bob_.agent).id;
  EXPECT_THAT(promised(), ElementsAre(soon, late));
  EXPECT_THAT(promised({{"me"}, std::nullopt, 50}), ElementsAre(late));
  EXPECT_THAT(promised({{bob_.agent.str()}, std::nullopt, 50}), ElementsAre(soon));
  EXPECT_THAT(promised({{"none"}, std::nullopt, 50}), IsEmpty());
  EXPECT_THAT(promised({{}, now + hours{2}, 50}), ElementsAre(soon));

  const CallBackListing page = messages_->call_backs(ann_, {{}, {}, 1}, kFromTheBeginning).value();
  ASSERT_THAT(page.items, SizeIs(1));
  const CallBackListing rest = messages_->call_backs(ann_, {{}, {}, 1}, page.next).value();
  EXPECT_EQ(rest.items.front().id, late);
  EXPECT_FALSE(rest.next);

  (void)call(second, std::nullopt);
  EXPECT_THAT(promised(), ElementsAre(late)) << "it was made";
  MessagePatchDto put_off;
  put_off.call = domain::Call{};
  EXPECT_TRUE(messages_->correct(as_ann(), late, put_off));
  EXPECT_THAT(promised(), IsEmpty());
}

TEST_P(UseOfInquiries, calls_of_cases_that_the_caller_may_not_see_are_not_listed) {
  const IntakeDto mail = deliver({});
  (void)call(*mail.case_number, clock_.now() + hours{1});
  const domain::Caller seller = new_agent("seller", domain::Role::agent, {{"sales"}});
  EXPECT_THAT(messages_->call_backs(seller, {}, kFromTheBeginning)->items, IsEmpty());
  EXPECT_THAT(promised(), SizeIs(1));
}

TEST_P(UseOfInquiries, views_of_the_list_are_kept_for_one_or_for_all) {
  ViewCreateDto mine;
  mine.name = "自分の未対応";
  mine.filter.statuses = {domain::CaseStatus::new_};
  mine.filter.assignees = {"me"};
  const ViewDto own = views_->create({bob_}, mine).value();
  EXPECT_FALSE(own.shared);
  ViewCreateDto urgent;
  urgent.name = "至急";
  urgent.shared = true;
  urgent.filter.priorities = {domain::Priority::urgent};
  urgent.filter.mailboxes = {"support"};
  EXPECT_EQ(pointer_of(views_->create({bob_}, urgent)), "forbidden");
  const ViewDto shared = views_->create(as_ann(), urgent).value();

  const auto names = [&](const domain::Caller& caller) {
    std::vector<std::string> found;
    const std::vector<ViewDto> all = views_->list(caller).value();
    for (const ViewDto& one : all) found.push_back(one.name);
    return found;
  };
  EXPECT_THAT(names(bob_), ElementsAre("自分の未対応", "至急"));
  EXPECT_THAT(names(ann_), ElementsAre("至急"));
  EXPECT_EQ(pointer_of(views_->get(ann_, own.id)), "not-found") << "somebody else's";
  const CaseFilter back = views_->get(bob_, own.id)->filter;
  EXPECT_THAT(back.statuses, ElementsAre(domain::CaseStatus::new_));
  EXPECT_THAT(back.assignees, ElementsAre("me"));

  ViewPatchDto wish;
  wish.filter.emplace().mailboxes = {"nobody's"};
  EXPECT_EQ(pointer_of(views_->patch(as_ann(), shared.id, wish)), "/filter/mailbox");
  wish.filter->mailboxes = {"sales"};
  EXPECT_EQ(pointer_of(views_->patch({bob_}, shared.id, wish)), "forbidden");
  Context stale = as_ann();
  stale.if_match = 7;
  EXPECT_EQ(pointer_of(views_->patch(stale, shared.id, wish)), "stale");
  EXPECT_EQ(views_->patch(as_ann(), shared.id, wish)->version, 2);
  EXPECT_TRUE(views_->remove({bob_}, own.id));
  EXPECT_THAT(names(bob_), ElementsAre("至急"));
}

TEST_P(UseOfInquiries, show_who_looks_and_who_writes_for_a_while) {
  const std::string number = create("在庫はありますか");
  EXPECT_THAT(presence_->say(bob_, number, {PresenceState::looking}).value(), SizeIs(1));
  clock_.advance(seconds{30});
  EXPECT_TRUE(presence_->say(ann_, number, {PresenceState::writing}));
  const auto there = [&] {
    std::vector<std::string> found;
    const std::vector<PresentDto> present = presence_->list(ann_, number).value();
    for (const PresentDto& one : present) {
      found.push_back(one.name + " " + std::string(enum_name(one.state)));
    }
    std::sort(found.begin(), found.end());
    return found;
  };
  EXPECT_THAT(there(), ElementsAre(ann_.name + " writing", bob_.name + " looking"));
  clock_.advance(seconds{20});
  EXPECT_THAT(there(), ElementsAre(ann_.name + " writing")) << "bob has not said it again";
  EXPECT_THAT(presence_->say(ann_, number, {PresenceState::gone}).value(), IsEmpty());
  EXPECT_EQ(pointer_of(presence_->say(ann_, "CS-999999", {})), "not-found");
  EXPECT_THAT(events(), ::testing::Not(Contains("case.presence"))) << "nothing of it is kept";
}

TEST_P(UseOfInquiries, are_changed_many_at_once_each_by_itself) {
  const std::string one = create("一");
  const std::string two = create("二");
  EXPECT_TRUE(cases_->resolve(as_ann(), two));
  CaseBulkDto wish;
  wish.action = CaseBulkAction::resolve;
  wish.ids = std::vector<std::string>{one, two, "CS-999999", one};
  const OperationDto done = run({bob_}, wish);
  EXPECT_EQ(done.state, store::OperationState::done);
  EXPECT_THAT(ends(done), ElementsAre("done", "done", "not-found"));
  EXPECT_EQ(done.counts.failed, 1);
  EXPECT_EQ(case_of(one).status, domain::CaseStatus::resolved);

  wish = {};
  wish.action = CaseBulkAction::tag;
  wish.ids = std::vector<std::string>{one, two};
  wish.add_tags = {"返金", "要確認"};
  EXPECT_THAT(ends(run({bob_}, wish)), ElementsAre("done", "done"));
  wish.add_tags = {"要確認"};
  wish.remove_tags = {"返金"};
  (void)run({bob_}, wish);
  EXPECT_THAT(case_of(two).tags, ElementsAre("要確認"));

  wish = {};
  wish.action = CaseBulkAction::assign;
  wish.filter.emplace().tags = {"要確認"};
  wish.assignee = bob_.agent.str();
  EXPECT_THAT(ends(run({bob_}, wish)), ElementsAre("done", "done"));
  EXPECT_EQ(case_of(one).assignee, bob_.agent.str());
  wish.assignee = std::nullopt;
  (void)run(as_ann(), wish);
  EXPECT_FALSE(case_of(one).assignee);
}

TEST_P(UseOfInquiries, are_only_tried_in_a_preview) {
  const std::string one = create("一");
  CaseBulkDto wish;
  wish.action = CaseBulkAction::priority;
  wish.priority = domain::Priority::urgent;
  wish.ids = std::vector<std::string>{one, "CS-999999"};
  wish.preview = true;
  const OperationDto tried = run(as_ann(), wish);
  EXPECT_TRUE(tried.preview);
  EXPECT_THAT(ends(tried), ElementsAre("done", "not-found"));
  EXPECT_EQ(case_of(one).priority, domain::Priority::normal);
}

TEST_P(UseOfInquiries, that_failed_are_tried_again) {
  CustomerCreateDto named;
  named.family_name = "山田";
  const std::string customer = customers_->create(as_ann(), named)->number;
  const std::string number = create("分類されていない", customer);
  EditLockService locks(*env_);
  ASSERT_TRUE(locks.put(as_ann(), customer, {}));
  CaseBulkDto wish;
  wish.action = CaseBulkAction::category;
  wish.category = settings_->categories()->front().id;
  wish.ids = std::vector<std::string>{number};
  const OperationDto locked = run({bob_}, wish);
  EXPECT_THAT(ends(locked), ElementsAre("edit-locked"));
  EXPECT_EQ(pointer_of(operations_->get(new_agent("eve"), locked.id)), "not-found");
  ASSERT_TRUE(locks.release(as_ann(), customer));
  EXPECT_TRUE(operations_->retry({bob_}, locked.id));
  run_jobs();
  EXPECT_THAT(ends(operations_->get(bob_, locked.id).value()), ElementsAre("done"));
  EXPECT_EQ(case_of(number).category, *wish.category.value());
}

TEST_P(UseOfInquiries, are_left_alone_when_an_operation_is_cancelled) {
  const std::string one = create("一");
  CaseBulkDto wish;
  wish.action = CaseBulkAction::resolve;
  wish.ids = std::vector<std::string>{one};
  const std::string id = bulk_->start(as_ann(), wish)->operation_id;
  if (!started_) {
    EXPECT_EQ(operations_->cancel(as_ann(), id)->state, store::OperationState::cancelled);
    run_jobs();
    EXPECT_EQ(case_of(one).status, domain::CaseStatus::new_);
    EXPECT_THAT(ends(operations_->get(ann_, id).value()), ElementsAre("cancelled"));
  }
}

TEST_P(UseOfInquiries, are_changed_by_who_may_alone) {
  const std::string one = create("一");
  CaseBulkDto wish;
  wish.action = CaseBulkAction::assign;
  wish.assignee = std::nullopt;
  wish.ids = std::vector<std::string>{one};
  EXPECT_EQ(pointer_of(bulk_->start({new_agent("looker", domain::Role::viewer)}, wish)),
            "forbidden");
  wish.ids.reset();
  wish.filter.emplace().q = "一";
  EXPECT_EQ(pointer_of(bulk_->start(as_ann(), wish)), "/filter/q");
  const domain::Caller seller = new_agent("seller", domain::Role::agent, {{"sales"}});
  const IntakeDto mail = deliver({});
  wish = {};
  wish.action = CaseBulkAction::resolve;
  wish.ids = std::vector<std::string>{*mail.case_number};
  EXPECT_THAT(ends(run({seller}, wish)), ElementsAre("not-found"));
}

}  // namespace
}  // namespace madoguchi::service
