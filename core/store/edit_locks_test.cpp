// SPDX-License-Identifier: Apache-2.0
#include "core/store/edit_locks.h"

#include <gmock/gmock.h>

#include "core/store/customers.h"
#include "core/store/store_test.h"

namespace madoguchi::store {
namespace {

using std::chrono::hours;
using std::chrono::microseconds;
using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

class KeepingEditLocks : public StoreTest {
 protected:
  void SetUp() override {
    StoreTest::SetUp();
    if (IsSkipped()) return;
    customer_ = new_customer();
  }
  domain::CustomerId new_customer() {
    domain::Customer customer;
    customer.id = ids_.make<domain::CustomerId>();
    customer.family_name = "山田";
    write([&](db::Session& session) { Customers(session).insert(customer); });
    return customer.id;
  }
  template <class Work>
  auto with_locks(Work&& work) {
    return write([&](db::Session& session) {
      EditLocks locks(session, clock_);
      return work(locks);
    });
  }
  /// Held by "ann" with token 1 for that long.
  void lease(seconds length) {
    with_locks([&](EditLocks& locks) {
      domain::EditLock lock = locks.hold(customer_);
      lock.token = 1;
      lock.holder = ann_;
      lock.holder_name = "花子";
      lock.until = locks.now().lease + length;
      locks.save(lock);
    });
  }

  domain::CustomerId customer_;
  const domain::AgentId ann_{"agent-ann"};
  const domain::AgentId bob_{"agent-bob"};
};
INSTANTIATE_TEST_SUITE_P(Engines, KeepingEditLocks, testing::engines(), testing::engine_name);

TEST_P(KeepingEditLocks, come_back_as_they_were_written) {
  const auto none = read(
      [&](db::Session& session) { return EditLocks(session, clock_).find(customer_).has_value(); });
  EXPECT_FALSE(none);
  domain::EditLock written;
  with_locks([&](EditLocks& locks) {
    written = locks.hold(customer_);
    EXPECT_EQ(written.token, 0);
    written.token = 7;
    written.holder = ann_;
    written.holder_name = "花子";
    written.since = from_micros(1'800'000'000'000'001);
    written.until = from_micros(5);
    written.asked_by = bob_;
    written.asked_by_name = "bob";
    written.asked_until = from_micros(6);
    locks.save(written);
  });
  const auto found = read(
      [&](db::Session& session) { return EditLocks(session, clock_).find(customer_).value(); });
  EXPECT_EQ(found.customer, customer_);
  EXPECT_EQ(found.token, 7);
  EXPECT_EQ(found.holder, ann_);
  EXPECT_EQ(found.holder_name, "花子");
  EXPECT_EQ(found.since, written.since);
  EXPECT_EQ(found.until, written.until);
  EXPECT_EQ(found.asked_by, bob_);
  EXPECT_EQ(found.asked_by_name, "bob");
  EXPECT_EQ(found.asked_until, written.asked_until);
}

TEST_P(KeepingEditLocks, let_a_change_pass_while_nobody_has_one) {
  const auto pass = [&] {
    return with_locks([&](EditLocks& locks) { return locks.pass(customer_, bob_, "bob"); });
  };
  EXPECT_TRUE(pass());
  EXPECT_TRUE(pass());
  EXPECT_EQ(number("SELECT token FROM edit_locks"), 2) << "an older token is told apart";
  EXPECT_EQ(number("SELECT count(*) FROM edit_locks WHERE lease_until IS NULL"), 1);
  lease(seconds{60});
  EXPECT_FALSE(pass());
  EXPECT_EQ(number("SELECT token FROM edit_locks"), 1);
}

TEST_P(KeepingEditLocks, let_the_last_holder_pass_with_the_current_token_alone) {
  lease(seconds{60});
  const auto pass = [&](const domain::AgentId& agent, std::int64_t token) {
    return with_locks([&](EditLocks& locks) { return locks.pass(customer_, agent, token); });
  };
  EXPECT_TRUE(pass(ann_, 1));
  EXPECT_FALSE(pass(ann_, 2));
  EXPECT_FALSE(pass(ann_, -1));
  EXPECT_FALSE(pass(bob_, 1)) << "a token is worth nothing to somebody else";
  EXPECT_FALSE(with_locks(
      [&](EditLocks& locks) { return locks.pass(domain::CustomerId("nobody"), ann_, 1); }));
}

TEST_P(KeepingEditLocks, are_leased_by_a_clock_that_does_not_jump) {
  lease(seconds{60});
  clock_.jump(hours{48});
  const auto run_out = [&] {
    return read([&](db::Session& session) { return EditLocks(session, clock_).run_out(10); });
  };
  EXPECT_THAT(run_out(), IsEmpty());
  clock_.jump(-hours{96});
  EXPECT_THAT(run_out(), IsEmpty());
  const domain::CustomerId other = new_customer();
  with_locks([&](EditLocks& locks) {
    domain::EditLock lock = locks.hold(other);
    lock.until = locks.now().lease;
    locks.save(lock);
  });
  EXPECT_THAT(run_out(), ElementsAre(other));
}

TEST_P(KeepingEditLocks, of_the_process_before_may_be_gone_on_with_for_one_lease) {
  if (GetParam() == db::Engine::postgresql) GTEST_SKIP() << "its clock goes on";
  lease(seconds{5});
  const domain::CustomerId free = new_customer();
  EXPECT_TRUE(with_locks([&](EditLocks& locks) { return locks.pass(free, bob_, "bob"); }));
  with_locks([](EditLocks& locks) { locks.begin_anew(); });
  const auto left = [&](const domain::CustomerId& id) {
    return with_locks([&](EditLocks& locks) -> std::int64_t {
      const auto until = locks.hold(id).until;
      return until ? (*until - locks.now().lease).count() : -1;
    });
  };
  EXPECT_EQ(left(customer_), microseconds(seconds{60}).count());
  EXPECT_EQ(left(free), -1);
}

}  // namespace
}  // namespace madoguchi::store
