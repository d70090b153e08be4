// SPDX-License-Identifier: Apache-2.0
#include "core/service/subscription_orders.h"

#include <algorithm>

#include "core/service/order_access.h"
#include "core/service/subscription_access.h"

namespace madoguchi::service {
namespace {

constexpr char kJobKind[] = "subscriptions.order";

using domain::BusinessDate;
using domain::Subscription;

void save_as(const Environment& env, db::Session& session, const domain::Caller& caller,
             Subscription& value, const Subscription& wanted, const char* event,
             const DirectoryView& directory) {
  Result<domain::Change> change = domain::become(value, wanted, event);
  if (!change) throw db::Failure(db::FailureKind::invalid, change.error().describe());
  save_subscription(env, session, caller, value, std::move(*change), directory);
}

/// The order of the next delivery; one that is late comes as soon as it can.
void order_next(const Environment& env, db::Session& session, Subscription& value,
                BusinessDate today, const DirectoryView& directory) {
  const BusinessDate date = std::max(value.next_date, today.plus_days(value.lead_days));
  store::Subscriptions store(session);
  if (store.has_order(value.id, value.next_date) || store.has_order(value.id, date)) {
    save_as(env, session, {}, value, domain::skipped(value), "subscription.changed", directory);
    return;
  }
  const Result<domain::Order> made = make_order(env, session, {}, value, date, directory);
  if (made) return;
  // Whoever looks at it sees why, and makes it right.
  Subscription wanted = value;
  wanted.error = made.error().fields.empty() ? made.error().message.ja
                                             : made.error().fields.front().pointer + ": " +
                                                   made.error().fields.front().message.ja;
  save_as(env, session, {}, value, wanted, "subscription.order_failed", directory);
}

jobs::Outcome run(const Environment& env, const jobs::Job& job, jobs::Claim& claim) {
  // "DAY SUBSCRIPTION": another day has a job of its own.
  const std::size_t space = job.payload.find(' ');
  const std::optional<BusinessDate> day = BusinessDate::parse(job.payload.substr(0, space));
  const domain::SubscriptionId id(job.payload.substr(space + 1));
  const auto directory = env.directory.view();
  if (!directory) return jobs::Outcome::postpone(directory.error().describe());
  const Result<void> done = env.database.in_transaction([&](db::Session& session) -> Result<void> {
    std::optional<store::SubscriptionRecord> record = store::Subscriptions(session).by_id(id);
    if (record && day && record->value.due_day() == day) {
      Subscription& value = record->value;
      // The database's clock says that it is time, whatever this one does.
      const BusinessDate today = std::max(BusinessDate::of(env.clock.now()), *day);
      if (value.state == domain::SubscriptionState::paused) {
        save_as(env, session, {}, value, domain::resumed(value, std::nullopt, today),
                "subscription.resumed", **directory);
      } else {
        order_next(env, session, value, today, **directory);
      }
    }
    return claim.done(session);
  });
  return done ? jobs::Outcome::done() : jobs::Outcome::retry(done.error().describe());
}

}  // namespace

jobs::JobKind subscription_job(const Environment& env) {
  jobs::JobKind kind;
  kind.name = kJobKind;
  kind.run = [&env](const jobs::Job& job, jobs::Claim& claim) { return run(env, job, claim); };
  return kind;
}

void order_later(const Environment& env, db::Session& session, const Subscription& value) {
  const std::optional<BusinessDate> day = value.due_day();
  if (!day || !value.error.empty()) return;
  jobs::NewJob job;
  job.kind = kJobKind;
  // With the version: a job that was done is remembered for a while.
  job.key = std::string(kJobKind) + ":" + value.id.str() + ":" + std::to_string(value.version);
  job.payload = day->str() + " " + value.id.str();
  job.run_at = day->begins();
  env.queue.put(session, job);
}

Result<domain::Order> make_order(const Environment& env, db::Session& session,
                                 const domain::Caller& caller, Subscription& value,
                                 BusinessDate date, const DirectoryView& directory) {
  store::Subscriptions store(session);
  if (store.has_order(value.id, date)) {
    return fail(Error::conflict("subscription-ordered",
                                {"That day has its order already: " + date.str() + ".",
                                 "そのお届け日の受注はすでに作成されています: " + date.str()}));
  }
  Result<domain::Order> order = domain::order_for(value, date);
  if (!order) return order;
  order->ordered_at = env.clock.now();
  insert_order(env, session, caller, *order, directory);
  if (!store.add_order(value.id, date, order->id)) {
    throw db::Failure(db::FailureKind::serialization, "the order was made meanwhile");
  }
  save_as(env, session, caller, value, domain::went_on(value, order->id, date),
          "subscription.ordered", directory);
  return order;
}

}  // namespace madoguchi::service
