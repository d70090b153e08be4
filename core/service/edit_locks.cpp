// SPDX-License-Identifier: Apache-2.0
#include "core/service/edit_locks.h"

#include <algorithm>

#include "core/service/customer_access.h"
#include "core/service/unit_of_work.h"
#include "core/store/edit_locks.h"
#include "core/text/utf8.h"

namespace madoguchi::service {
namespace {

constexpr int kEndedAtOnce = 100;

EditLockDto dto_of(const domain::EditLock& lock, const domain::EditLockMoment& now,
                   const domain::Caller& caller) {
  EditLockDto dto;
  if (!lock.is_held()) return dto;
  dto.holder = EditLockHolderDto{lock.holder.str(), lock.holder_name, lock.since};
  dto.expires_at = lock.expires_at(now);
  if (lock.holder == caller.agent) dto.token = std::to_string(lock.token);
  if (lock.is_asked_for(now)) dto.asked_by = NamedDto{lock.asked_by.str(), lock.asked_by_name};
  return dto;
}

/// What went wrong, with who has the lock.
Error with_holder(Error error, const domain::EditLock& lock, const domain::EditLockMoment& now,
                  const domain::Caller& caller) {
  const EditLockDto dto = dto_of(lock, now, caller);
  return std::move(error)
      .with_member("holder", json::to_string(dto.holder))
      .with_member("expires_at", json::to_string(dto.expires_at))
      .with_member("asked_by", json::to_string(dto.asked_by));
}

void announce_step(const Environment& env, db::Session& session, const domain::Caller& caller,
                   const domain::CustomerId& id, const std::string& number,
                   const domain::Change& change) {
  if (change.empty()) return;
  announce_below_customer(env, session, caller, id, change.event.c_str(), "edit_lock", number,
                          change.fields);
}

/// The lock in this unit of work's hand, its lease ended when it had run out.
struct Held {
  domain::EditLock lock;
  domain::EditLockMoment now;
};

Held hold(const Environment& env, db::Session& session, const domain::CustomerId& id,
          const std::string& number) {
  store::EditLocks locks(session, env.clock);
  Held held{locks.hold(id), {}};
  held.now = locks.now();
  const domain::Change lapsed = domain::lapse(held.lock, held.now);
  if (lapsed.empty()) return held;
  locks.save(held.lock);
  announce_step(env, session, {}, id, number, lapsed);
  return held;
}

/// Runs `rule(lock, seeker, now) -> Result<Change>` on the customer's lock.
template <class Rule>
Result<EditLockDto> step(const Environment& env, const Context& context, const std::string& number,
                         Rule&& rule) {
  return env.database.in_transaction([&](db::Session& session) -> Result<EditLockDto> {
    const Result<domain::Customer> customer = find_living_customer(session, number);
    if (!customer) return fail(customer.error());
    Held held = hold(env, session, customer->id, customer->number());
    const domain::EditLockSeeker seeker{context.caller.agent, context.caller.name,
                                        context.edit_locks};
    Result<domain::Change> change = rule(held.lock, seeker, held.now);
    if (!change) {
      return fail(with_holder(std::move(change.error()), held.lock, held.now, context.caller));
    }
    store::EditLocks(session, env.clock).save(held.lock);
    announce_step(env, session, context.caller, customer->id, customer->number(), *change);
    return dto_of(held.lock, held.now, context.caller);
  });
}

/// The caller has the lock for this unit of work, or why not.
Result<void> take_one(const Environment& env, db::Session& session, const Context& context,
                      const domain::CustomerId& id, std::vector<std::int64_t>& unused) {
  const domain::Caller& caller = context.caller;
  store::EditLocks locks(session, env.clock);
  for (const std::int64_t token : context.edit_locks) {
    if (!locks.pass(id, caller.agent, token)) continue;
    unused.erase(std::remove(unused.begin(), unused.end(), token), unused.end());
    return {};
  }
  if (locks.pass(id, caller.agent, caller.name)) return {};
  const std::optional<domain::Customer> customer = store::Customers(session).by_id(id);
  const Held held = hold(env, session, id, customer ? customer->number() : "");
  if (!held.lock.is_held() && locks.pass(id, caller.agent, caller.name)) return {};
  Error error = domain::edit_locked(held.lock);
  if (held.lock.holder == caller.agent) {
    error.message = {"You are editing this customer. Send your token in Edit-Lock.",
                     "この顧客はあなたが編集中です。Edit-Lock でトークンを送ってください。"};
    if (!context.edit_locks.empty()) error = domain::edit_lock_lost();
  }
  return fail(with_holder(std::move(error), held.lock, held.now, caller));
}

}  // namespace

Result<void> take_for_change(const Environment& env, db::Session& session, const Context& context,
                             std::vector<domain::CustomerId> customers) {
  if (context.caller.agent.empty()) return {};
  // In one order, so that nobody waits for somebody who waits for him.
  std::sort(customers.begin(), customers.end());
  customers.erase(std::unique(customers.begin(), customers.end()), customers.end());
  std::vector<std::int64_t> unused = context.edit_locks;
  for (const domain::CustomerId& id : customers) {
    if (Result<void> taken = take_one(env, session, context, id, unused); !taken) return taken;
  }
  if (unused.empty() || customers.empty() || context.edit_locks_of_many) return {};
  return fail(domain::edit_lock_lost());
}

EditLockDto edit_lock_of(const Environment& env, db::Session& session, const domain::Caller& caller,
                         const domain::CustomerId& customer) {
  store::EditLocks locks(session, env.clock);
  std::optional<domain::EditLock> lock = locks.find(customer);
  if (!lock) return EditLockDto();
  const domain::EditLockMoment now = locks.now();
  (void)domain::lapse(*lock, now);
  return dto_of(*lock, now, caller);
}

Result<EditLockDto> EditLockService::get(const domain::Caller& caller, const std::string& number) {
  return env_.database.read([&](db::Session& session) -> Result<EditLockDto> {
    const Result<domain::Customer> customer = find_customer(session, number);
    if (!customer) return fail(customer.error());
    return edit_lock_of(env_, session, caller, customer->id);
  });
}

Result<EditLockDto> EditLockService::put(const Context& context, const std::string& number,
                                         const EditLockWishDto& wish) {
  using Lock = domain::EditLock;
  using Seeker = domain::EditLockSeeker;
  using Moment = domain::EditLockMoment;
  switch (wish.action) {
    case EditLockWish::acquire:
      return step(env_, context, number, [](Lock& lock, const Seeker& seeker, const Moment& now) {
        return domain::acquire(lock, seeker, now);
      });
    case EditLockWish::ask:
      return step(env_, context, number, [](Lock& lock, const Seeker& seeker, const Moment& now) {
        return domain::ask_for(lock, seeker, now);
      });
    case EditLockWish::take_over:
      break;
  }
  if (!context.caller.may(domain::Permission::edit_locks_take_over)) {
    return fail(Error::forbidden({"Only a supervisor takes an edit lock over. Ask for it instead.",
                                  "編集ロックの取得はスーパーバイザーだけが行えます。"
                                  "引き継ぎを依頼してください。"}));
  }
  if (Result<void> clean = refuse_card_numbers(wish.reason, "/reason"); !clean) {
    return fail(std::move(clean.error()));
  }
  const std::string reason = text::one_line(wish.reason);
  return step(env_, context, number,
              [&](Lock& lock, const Seeker& seeker, const Moment& now) -> Result<domain::Change> {
                return domain::take_over(lock, seeker, reason, now);
              });
}

Result<void> EditLockService::release(const Context& context, const std::string& number) {
  const Result<EditLockDto> released =
      step(env_, context, number,
           [](domain::EditLock& lock, const domain::EditLockSeeker& seeker,
              const domain::EditLockMoment& now) { return domain::release(lock, seeker, now); });
  if (!released) return fail(released.error());
  return {};
}

Result<void> EditLockService::end_run_out() {
  using Ids = std::vector<domain::CustomerId>;
  const Result<Ids> run_out = env_.database.read([&](db::Session& session) -> Result<Ids> {
    return store::EditLocks(session, env_.clock).run_out(kEndedAtOnce);
  });
  if (!run_out) return fail(run_out.error());
  for (const domain::CustomerId& id : *run_out) {
    Result<void> ended = env_.database.in_transaction([&](db::Session& session) -> Result<void> {
      const std::optional<domain::Customer> customer = store::Customers(session).by_id(id);
      if (customer) (void)hold(env_, session, id, customer->number());
      return {};
    });
    if (!ended) return ended;
  }
  return {};
}

Result<void> EditLockService::begin_anew() {
  return env_.database.in_transaction([&](db::Session& session) -> Result<void> {
    store::EditLocks(session, env_.clock).begin_anew();
    return {};
  });
}

}  // namespace madoguchi::service
