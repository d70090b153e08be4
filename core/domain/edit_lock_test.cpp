// SPDX-License-Identifier: Apache-2.0
#include "core/domain/edit_lock.h"

#include <gtest/gtest.h>

namespace madoguchi::domain {
namespace {

using std::chrono::seconds;

EditLockMoment at(int second) {
  // The two lines have nothing to do with each other.
  return {from_micros(5'000'000) + seconds(second),
          from_micros(1'800'000'000'000'000) + seconds(second)};
}
EditLockSeeker agent(const std::string& name, std::vector<std::int64_t> tokens = {}) {
  return {AgentId("agent-" + name), name, std::move(tokens)};
}
std::string type_of(const Result<Change>& change) { return change ? "" : change.error().type; }

EditLock held_by(const std::string& name) {
  EditLock lock;
  EXPECT_EQ(acquire(lock, agent(name), at(0))->event, "edit_lock.acquired");
  return lock;
}

TEST(EditLockRules, the_first_has_it_and_renews_it) {
  EditLock lock = held_by("花子");
  EXPECT_EQ(lock.token, 1);
  EXPECT_EQ(lock.expires_at(at(0)), at(60).wall);
  const Result<Change> other = acquire(lock, agent("bob"), at(1));
  EXPECT_EQ(type_of(other), "edit-locked");
  EXPECT_EQ(other.error().message.ja, "花子さんがこの顧客を編集中です。");
  EXPECT_TRUE(acquire(lock, agent("花子", {1}), at(20))->empty());
  EXPECT_TRUE(acquire(lock, agent("花子"), at(30))->empty()) << "the same person, another window";
  EXPECT_EQ(lock.token, 1);
  EXPECT_EQ(lock.since, at(0).wall);
  EXPECT_EQ(lock.until, at(90).lease);
}

TEST(EditLockRules, a_lease_that_ran_out_is_ended_once) {
  EditLock lock = held_by("ann");
  EXPECT_TRUE(lapse(lock, at(59)).empty());
  EXPECT_EQ(lapse(lock, at(60)).event, "edit_lock.expired");
  EXPECT_FALSE(lock.is_held());
  EXPECT_TRUE(lapse(lock, at(61)).empty());
}

TEST(EditLockRules, who_comes_back_goes_on_only_when_nobody_had_it_since) {
  EditLock lock = held_by("ann");
  (void)lapse(lock, at(60));
  EditLock untouched = lock;
  EXPECT_EQ(acquire(untouched, agent("ann", {1}), at(61))->event, "edit_lock.acquired");
  EXPECT_EQ(untouched.token, 1);

  EXPECT_TRUE(acquire(lock, agent("bob"), at(61)));
  EXPECT_EQ(lock.token, 2);
  EXPECT_EQ(type_of(acquire(lock, agent("ann", {1}), at(62))), "edit-locked");
  EXPECT_EQ(release(lock, agent("bob", {2}), at(63))->event, "edit_lock.released");
  EXPECT_EQ(type_of(acquire(lock, agent("ann", {1}), at(64))), "edit-lock-lost");
  EXPECT_EQ(type_of(acquire(lock, agent("ann", {2}), at(64))), "edit-lock-lost")
      << "somebody else's token";
  EXPECT_TRUE(acquire(lock, agent("ann"), at(65)));
  EXPECT_EQ(lock.token, 3);
}

TEST(EditLockRules, only_its_holder_lets_it_go) {
  EditLock lock = held_by("ann");
  EXPECT_EQ(type_of(release(lock, agent("bob"), at(1))), "edit-locked");
  EXPECT_EQ(type_of(release(lock, agent("bob", {1}), at(1))), "edit-locked");
  EXPECT_EQ(type_of(release(lock, agent("ann", {7}), at(1))), "edit-lock-lost");
  EXPECT_TRUE(lock.is_held());
  EXPECT_EQ(release(lock, agent("ann"), at(1))->event, "edit_lock.released");
  EXPECT_TRUE(release(lock, agent("bob"), at(2))->empty()) << "nobody has it";
}

TEST(EditLockRules, goes_to_who_asked_for_it) {
  EditLock lock = held_by("ann");
  EXPECT_EQ(ask_for(lock, agent("bob"), at(1))->event, "edit_lock.asked_for");
  EXPECT_TRUE(ask_for(lock, agent("bob"), at(2))->empty()) << "a repeated wish is no news";
  EXPECT_EQ(type_of(ask_for(lock, agent("eve"), at(3))), "edit-lock-asked-for");
  EXPECT_EQ(lock.holder_name, "ann");
  const Change handed = release(lock, agent("ann", {1}), at(4)).value();
  EXPECT_EQ(handed.event, "edit_lock.handed_over");
  EXPECT_EQ(handed.fields.front(), (FieldChange{"holder", "ann", "bob"}));
  EXPECT_EQ(lock.token, 2);
  EXPECT_FALSE(lock.is_asked_for(at(4)));
  EXPECT_TRUE(acquire(lock, agent("bob"), at(5))->empty());
  EXPECT_EQ(type_of(acquire(lock, agent("ann", {1}), at(6))), "edit-locked");
}

TEST(EditLockRules, a_wish_that_is_not_repeated_lapses) {
  EditLock lock = held_by("ann");
  EXPECT_TRUE(ask_for(lock, agent("bob"), at(1)));
  EXPECT_TRUE(acquire(lock, agent("ann"), at(40)));
  EXPECT_EQ(ask_for(lock, agent("eve"), at(61))->event, "edit_lock.asked_for");
  EXPECT_EQ(lock.asked_by_name, "eve");
  EXPECT_TRUE(acquire(lock, agent("ann"), at(90)));
  EXPECT_EQ(release(lock, agent("ann"), at(130))->event, "edit_lock.released");
}

TEST(EditLockRules, asking_for_a_free_one_takes_it) {
  EditLock lock;
  EXPECT_EQ(ask_for(lock, agent("ann"), at(0))->event, "edit_lock.acquired");
  EXPECT_EQ(lock.holder_name, "ann");
}

TEST(EditLockRules, is_taken_over_with_a_reason) {
  EditLock lock = held_by("ann");
  const Change taken = take_over(lock, agent("chief"), "急ぎの対応", at(5));
  EXPECT_EQ(taken.event, "edit_lock.taken_over");
  EXPECT_EQ(taken.fields.back(), (FieldChange{"reason", "", "急ぎの対応"}));
  EXPECT_EQ(lock.token, 2);
  EXPECT_EQ(lock.since, at(5).wall);
  EXPECT_EQ(type_of(acquire(lock, agent("ann", {1}), at(6))), "edit-locked");
  EXPECT_TRUE(take_over(lock, agent("chief"), "x", at(7)).empty()) << "he has it";
  EditLock free;
  EXPECT_EQ(take_over(free, agent("chief"), "x", at(7)).event, "edit_lock.acquired");
}

}  // namespace
}  // namespace madoguchi::domain
