// SPDX-License-Identifier: Apache-2.0
#include "core/service/edit_locks.h"

#include <algorithm>
#include <atomic>
#include <thread>

#include "core/service/customer_merges.h"
#include "core/service/customer_parts.h"
#include "core/service/customer_transfers.h"
#include "core/service/customers.h"
#include "core/service/service_test.h"

namespace madoguchi::service {
namespace {

using std::chrono::hours;
using std::chrono::microseconds;
using std::chrono::seconds;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsSupersetOf;

template <class T>
std::string type_of(const Result<T>& answer) {
  return answer ? "" : answer.error().type;
}

class UseOfEditLocks : public ServiceTest {
 protected:
  void SetUp() override {
    ServiceTest::SetUp();
    if (IsSkipped()) return;
    locks_ = std::make_unique<EditLockService>(*env_);
    customers_ = std::make_unique<CustomerService>(*env_);
    parts_ = std::make_unique<CustomerPartService>(*env_);
    merges_ = std::make_unique<CustomerMergeService>(*env_);
    transfers_ = std::make_unique<CustomerTransferService>(*env_);
    runner_->add(transfers_->job_kind());
    bob_ = new_agent("bob");
    chief_ = new_agent("chief", domain::Role::supervisor);
    customer_ = new_customer("山田");
  }

  std::string new_customer(const std::string& name) {
    CustomerCreateDto wish;
    wish.family_name = name;
    return customers_->create(as_ann(), wish).value().number;
  }
  static Context as(const domain::Caller& caller, const std::string& token = "") {
    Context context{caller};
    if (!token.empty()) context.edit_locks = {std::stoll(token)};
    return context;
  }
  Result<EditLockDto> put(const Context& context, EditLockWish action = EditLockWish::acquire,
                          const std::string& reason = "") {
    return locks_->put(context, customer_, {action, reason});
  }
  /// The token of the lock that `caller` must get.
  std::string acquire(const domain::Caller& caller) {
    const Result<EditLockDto> lock = put(as(caller));
    EXPECT_TRUE(lock) << lock.error().describe();
    return lock ? lock->token.value_or("none") : "";
  }
  Result<MemoDto> write_memo(const Context& context, const std::string& text = "折り返し希望") {
    return parts_->add_memo(context, customer_, {text});
  }
  /// On PostgreSQL leases go by the server's clock: there the leases move instead.
  void wait(seconds time) {
    clock_.advance(time);
    if (GetParam() != db::Engine::postgresql) return;
    const std::string by = std::to_string(microseconds(time).count());
    write([&](db::Session& session) {
      session.run({"test", "UPDATE edit_locks SET lease_until = lease_until - " + by +
                               ", asked_until = asked_until - " + by});
    });
  }

  std::unique_ptr<EditLockService> locks_;
  std::unique_ptr<CustomerService> customers_;
  std::unique_ptr<CustomerPartService> parts_;
  std::unique_ptr<CustomerMergeService> merges_;
  std::unique_ptr<CustomerTransferService> transfers_;
  domain::Caller bob_;
  domain::Caller chief_;
  std::string customer_;
};
INSTANTIATE_TEST_SUITE_P(Engines, UseOfEditLocks, testing::engines(), testing::engine_name);

TEST_P(UseOfEditLocks, go_to_the_first_and_the_others_see_who_and_since_when) {
  EXPECT_FALSE(locks_->get(bob_, customer_)->holder);
  const EditLockDto lock = put(as(ann_)).value();
  EXPECT_EQ(lock.token, "1");
  EXPECT_EQ(lock.holder->name, ann_.name);
  EXPECT_EQ(*lock.expires_at - lock.holder->since, seconds{60});

  const Result<EditLockDto> second = put(as(bob_));
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, ErrorCode::locked);
  EXPECT_EQ(second.error().type, "edit-locked");
  EXPECT_THAT(second.error().members.at("holder"), HasSubstr("\"name\":\"ann\",\"since\":\""));
  const EditLockDto seen = locks_->get(bob_, customer_).value();
  EXPECT_EQ(seen.holder->id, ann_.agent.str());
  EXPECT_FALSE(seen.token);
  EXPECT_EQ(type_of(locks_->put(as(ann_), "CU-999999", {})), "not-found");
}

TEST_P(UseOfEditLocks, keep_everybody_else_from_changing_what_they_cover) {
  CaseCreateDto inquiry;
  inquiry.customer = customer_;
  inquiry.text = "いつ届きますか";
  const std::string number = cases_->create(as_ann(), inquiry)->number;
  const std::string entry_id = messages_of(number).front().id;
  const std::string memo = write_memo(as_ann())->id;
  const std::string token = acquire(ann_);

  CustomerPatchDto change;
  change.company = "見本商事";
  CasePatchDto subject;
  subject.subject = "配送について";
  MessagePatchDto corrected;
  corrected.text = "いつ届きますか？";
  DeliveryAddressCreateDto address;
  address.address.city = "渋谷区";
  MergeCustomerDto merge;
  merge.into = customer_;
  const std::string twin = new_customer("山田花子");
  const auto all = [&](const Context& context) {
    return std::vector<std::string>{
        type_of(customers_->patch(context, customer_, change)),
        type_of(parts_->add_address(context, customer_, address)),
        type_of(parts_->add_memo(context, customer_, {"x"})),
        type_of(parts_->patch_memo(context, customer_, memo, {"y"})),
        type_of(cases_->patch(context, number, subject)),
        type_of(messages_->correct(context, entry_id, corrected)),
        type_of(merges_->merge(context, twin, merge)),
    };
  };
  EXPECT_THAT(all(as(chief_)), ::testing::Each("edit-locked"));
  EXPECT_THAT(all(as(chief_, token)), ::testing::Each("edit-locked")) << "not his token";
  EXPECT_THAT(all(as(ann_)), ::testing::Each("edit-locked")) << "the holder without the token";
  EXPECT_THAT(all(as(ann_, "99")), ::testing::Each("edit-lock-lost"));
  EXPECT_EQ(customers_->get(ann_, customer_)->company, "");
  EXPECT_THAT(all(as(ann_, token)), ::testing::Each(""));
}

TEST_P(UseOfEditLocks, leave_answering_and_sharing_out_alone) {
  CaseCreateDto inquiry;
  inquiry.customer = customer_;
  inquiry.text = "いつ届きますか";
  const std::string number = cases_->create(as_ann(), inquiry)->number;
  (void)acquire(ann_);
  CasePatchDto status;
  status.status = domain::CaseStatus::open;
  status.priority = domain::Priority::high;
  EXPECT_TRUE(cases_->patch(as(bob_), number, status));
  EXPECT_TRUE(cases_->take(as(bob_), number));
  const Result<MessageDto> note =
      messages_->add(as(bob_), number, entry(EntryKind::note, "確認中"));
  ASSERT_TRUE(note);
  MessagePatchDto corrected;
  corrected.text = "確認済み";
  EXPECT_TRUE(messages_->correct(as(bob_), note->id, corrected));
  EXPECT_TRUE(cases_->resolve(as(bob_), number));
  EXPECT_TRUE(cases_->create(as(bob_), inquiry)) << "an inquiry is recorded whoever edits";
  // The holder hears of it.
  const std::vector<EventDto> feed = feed_of(ann_);
  EXPECT_THAT(feed, Contains(::testing::AllOf(
                        ::testing::Field(&EventDto::event, "case.resolved"),
                        ::testing::Field(&EventDto::customer, std::optional(customer_)))));
}

TEST_P(UseOfEditLocks, a_change_has_it_for_its_own_duration_when_nobody_else_does) {
  EXPECT_TRUE(write_memo(as(bob_)));
  EXPECT_FALSE(locks_->get(bob_, customer_)->holder);
  EXPECT_EQ(acquire(ann_), "2");
}

TEST_P(UseOfEditLocks, the_hub_itself_passes) {
  (void)acquire(ann_);
  const Result<void> passed = database().in_transaction([&](db::Session& session) {
    const std::optional<domain::CustomerId> id = store::Customers(session).id_by_number(customer_);
    return take_for_change(*env_, session, {{{}, "hub"}}, {*id});
  });
  EXPECT_TRUE(passed);
}

TEST_P(UseOfEditLocks, an_import_reports_the_line_of_a_locked_customer) {
  (void)acquire(bob_);
  const Result<ImportDto> begun = transfers_->start(
      as_ann(), "number,company\n" + customer_ + ",見本商事\n,新しい会社\n", "", false);
  ASSERT_TRUE(begun) << begun.error().describe();
  run_jobs();
  const ImportDto done = transfers_->get(begun->id).value();
  EXPECT_EQ(done.counts.failed, 1);
  EXPECT_EQ(done.counts.created, 1);
  ASSERT_EQ(done.errors.size(), 1U);
  EXPECT_THAT(done.errors.front().message_ja, HasSubstr("編集中"));
}

TEST_P(UseOfEditLocks, expire_and_a_late_save_of_the_vanished_is_refused) {
  const std::string lost = acquire(ann_);
  wait(seconds{59});
  EXPECT_EQ(type_of(put(as(bob_))), "edit-locked");
  wait(seconds{2});
  EXPECT_FALSE(locks_->get(bob_, customer_)->holder) << "nobody has ended it, and yet";
  EXPECT_EQ(acquire(bob_), "2");
  EXPECT_EQ(type_of(write_memo(as(ann_, lost))), "edit-locked");
  EXPECT_EQ(type_of(put(as(ann_, lost))), "edit-locked");
  EXPECT_TRUE(locks_->release(as(bob_, "2"), customer_));
  EXPECT_EQ(type_of(write_memo(as(ann_, lost))), "edit-lock-lost");
  EXPECT_EQ(type_of(put(as(ann_, lost))), "edit-lock-lost");
  EXPECT_THAT(events(customer_),
              IsSupersetOf({"edit_lock.acquired", "edit_lock.expired", "edit_lock.released"}));
}

TEST_P(UseOfEditLocks, a_change_without_the_lock_tells_the_vanished_too) {
  const std::string lost = acquire(ann_);
  wait(seconds{61});
  EXPECT_TRUE(write_memo(as(bob_)));
  EXPECT_EQ(type_of(write_memo(as(ann_, lost))), "edit-lock-lost");
}

TEST_P(UseOfEditLocks, who_was_only_late_goes_on) {
  const std::string token = acquire(ann_);
  wait(seconds{61});
  EXPECT_TRUE(locks_->end_run_out());
  EXPECT_EQ(events(customer_).back(), "edit_lock.expired");
  EXPECT_TRUE(write_memo(as(ann_, token)));
  EXPECT_EQ(put(as(ann_, token))->token, token);
}

TEST_P(UseOfEditLocks, each_expiry_is_told_once) {
  (void)acquire(ann_);
  EXPECT_TRUE(locks_->end_run_out());
  EXPECT_EQ(events(customer_).back(), "edit_lock.acquired");
  wait(seconds{61});
  EXPECT_TRUE(locks_->end_run_out());
  EXPECT_TRUE(locks_->end_run_out());
  EXPECT_THAT(events(customer_),
              ElementsAre("customer.created", "edit_lock.acquired", "edit_lock.expired"));
}

TEST_P(UseOfEditLocks, are_asked_for_and_handed_over) {
  const std::string first = acquire(ann_);
  const EditLockDto asked = put(as(bob_), EditLockWish::ask).value();
  EXPECT_FALSE(asked.token);
  EXPECT_EQ(asked.asked_by->name, "bob");
  EXPECT_EQ(locks_->get(ann_, customer_)->asked_by->name, "bob") << "the holder sees it";
  EXPECT_EQ(type_of(put(as(chief_), EditLockWish::ask)), "edit-lock-asked-for");
  EXPECT_TRUE(locks_->release(as(ann_, first), customer_));
  EXPECT_EQ(type_of(put(as(ann_))), "edit-locked");
  EXPECT_EQ(put(as(bob_))->token, "2");
  EXPECT_THAT(events(customer_), ElementsAre("customer.created", "edit_lock.acquired",
                                             "edit_lock.asked_for", "edit_lock.handed_over"));
}

TEST_P(UseOfEditLocks, only_a_supervisor_takes_them_over) {
  const std::string first = acquire(ann_);
  EXPECT_EQ(type_of(put(as(bob_), EditLockWish::take_over, "急ぎ")), "forbidden");
  EXPECT_EQ(type_of(put(as(chief_), EditLockWish::take_over, "4111 1111 1111 1111")),
            "pan-detected");
  const EditLockDto taken = put(as(chief_), EditLockWish::take_over, "お客様が電話口").value();
  EXPECT_EQ(taken.token, "2");
  EXPECT_EQ(type_of(write_memo(as(ann_, first))), "edit-locked");
  EXPECT_TRUE(write_memo(as(chief_, "2")));
  const EventDto event = feed_of(ann_).end()[-2];
  EXPECT_EQ(event.event, "edit_lock.taken_over");
  EXPECT_EQ(event.fields.front(), (domain::FieldChange{"holder", "ann", "chief"}));
  EXPECT_EQ(event.fields.back(), (domain::FieldChange{"reason", "", "お客様が電話口"}));
}

TEST_P(UseOfEditLocks, of_two_customers_are_needed_for_merging_them) {
  const std::string one = acquire(ann_);
  const std::string twin = new_customer("山田花子");
  const Context bobs = as(bob_);
  const std::string two = locks_->put(bobs, twin, {})->token.value();
  MergeCustomerDto merge;
  merge.into = customer_;
  EXPECT_EQ(type_of(merges_->merge(as(ann_, one), twin, merge)), "edit-locked");
  EXPECT_TRUE(locks_->release(as(bob_, two), twin));
  merge.preview = true;
  EXPECT_TRUE(merges_->merge(as(bob_), twin, merge)) << "a preview changes nothing";
  merge.preview = false;
  EXPECT_TRUE(merges_->merge(as(ann_, one), twin, merge));
  EXPECT_EQ(type_of(locks_->put(bobs, twin, {})), "customer-merged");
}

// R27: whoever the lock was given to last is the only one whose changes get through, however many
// daemons there are, whatever their clocks say, and whoever has stopped for too long.
TEST_P(UseOfEditLocks, leave_one_editor_among_many_who_vanish_and_come_back) {
  std::unique_ptr<db::Database> another;
  if (GetParam() == db::Engine::postgresql) another = test_database().open_another();
  testing::FakeClock fast;
  fast.advance(hours{48});
  Environment theirs{another ? *another : database(),
                     another ? static_cast<const Clock&>(fast) : clock_,
                     ids_,
                     *runner_,
                     *blobs_,
                     keys_,
                     tokens_,
                     seal_,
                     "hub-of-the-tests",
                     *directory_,
                     *feed_,
                     *log_,
                     metrics_,
                     memory_,
                     env_->scratch};
  constexpr std::size_t kAgents = 4;
  constexpr std::size_t kRounds = 25;
  std::vector<domain::Caller> agents;
  for (std::size_t i = 0; i < kAgents; ++i)
    agents.push_back(new_agent("agent" + std::to_string(i)));
  std::atomic<int> written{0};
  std::atomic<int> refused{0};
  const auto work = [&](std::size_t who) {
    Environment& env = who % 2 == 0 ? *env_ : theirs;
    EditLockService locks(env);
    CustomerPartService parts(env);
    std::string token;
    for (std::size_t round = 0; round < kRounds; ++round) {
      const Result<EditLockDto> lock = locks.put(as(agents[who], token), customer_, {});
      if (lock) {
        token = *lock->token;
      } else if (lock.error().type == "edit-lock-lost") {
        token.clear();
      }
      // Writes with whatever token it has, were it long lost.
      if (token.empty()) continue;
      const Result<MemoDto> memo = parts.add_memo(as(agents[who], token), customer_, {token});
      ++(memo ? written : refused);
      // Some let go, some vanish: their lease runs out under somebody's hands.
      if (round % 3 == who % 3) (void)locks.release(as(agents[who], token), customer_);
      if (round % 5 == who) wait(seconds{61});
    }
  };
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < kAgents; ++i) threads.emplace_back(work, i);
  for (std::thread& thread : threads) thread.join();
  EXPECT_GT(written.load(), 0);
  EXPECT_GT(refused.load(), 0) << "nobody ever came late: nothing was tried";

  std::string holder;
  std::string token;
  int changes = 0;
  // Sequences are taken with the lock in hand; transactions may have begun in another order.
  std::vector<EventDto> feed = feed_of(ann_);
  std::sort(feed.begin(), feed.end(), [](const EventDto& one, const EventDto& other) {
    return store::FeedPosition::parse(one.id)->sequence <
           store::FeedPosition::parse(other.id)->sequence;
  });
  for (const EventDto& event : feed) {
    if (event.customer != customer_) continue;
    if (event.event == "edit_lock.acquired") {
      holder = event.fields[0].to;
      EXPECT_GE(std::stoll(event.fields[1].to), token.empty() ? 0 : std::stoll(token));
      token = event.fields[1].to;
    } else if (event.event == "customer_memo.created") {
      ++changes;
      EXPECT_EQ(event.actor_name, holder) << "somebody else edits";
      EXPECT_EQ(event.fields[0].to, token) << "with a token of before";
    }
  }
  EXPECT_EQ(changes, written.load());
}

}  // namespace
}  // namespace madoguchi::service
