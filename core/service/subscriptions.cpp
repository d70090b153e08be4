// SPDX-License-Identifier: Apache-2.0
#include "core/service/subscriptions.h"

#include "core/service/edit_locks.h"
#include "core/service/order_access.h"
#include "core/service/order_wishes.h"
#include "core/service/subscription_access.h"
#include "core/service/subscription_orders.h"
#include "core/service/subscription_steps.h"
#include "core/service/unit_of_work.h"

namespace madoguchi::service {
namespace {

using View = std::shared_ptr<const DirectoryView>;
using domain::Subscription;
using State = domain::SubscriptionState;

}  // namespace

Result<SubscriptionDto> SubscriptionService::get(const domain::Caller& caller,
                                                 const std::string& id) {
  const Result<View> directory = env_.directory.view();
  if (!directory) return fail(directory.error());
  return env_.database.read([&](db::Session& session) -> Result<SubscriptionDto> {
    const Result<store::SubscriptionRecord> record = find_subscription(session, id);
    if (!record) return fail(record.error());
    return subscription_dto_of(env_, *record, **directory, caller);
  });
}

Result<SubscriptionListing> SubscriptionService::list(const domain::Caller& caller,
                                                      const SubscriptionFilter& filter,
                                                      std::optional<std::int64_t> after) {
  const Result<View> directory = env_.directory.view();
  if (!directory) return fail(directory.error());
  const Result<store::SubscriptionQuery> query = query_of(filter, **directory);
  if (!query) return fail(query.error());
  return env_.database.read([&](db::Session& session) -> Result<SubscriptionListing> {
    const store::SubscriptionPage page = store::Subscriptions(session).list(*query, after);
    SubscriptionListing listing;
    for (const store::SubscriptionRecord& one : page.items) {
      listing.items.push_back(subscription_dto_of(env_, one, **directory, caller));
    }
    listing.next = page.next;
    return listing;
  });
}

Result<SubscriptionDto> SubscriptionService::create(const Context& context,
                                                    const SubscriptionCreateDto& wish) {
  const Result<View> directory = env_.directory.view();
  if (!directory) return fail(directory.error());
  return command(env_, context, [&](db::Session& session) -> Result<SubscriptionDto> {
    Result<store::SubscriptionRecord> made =
        new_subscription(env_, session, context, wish, **directory);
    if (!made) return fail(std::move(made.error()));
    Result<void> taken = take_for_change(env_, session, context, {made->value.customer});
    if (!taken) return fail(std::move(taken.error()));
    insert_subscription(env_, session, context.caller, made->value, **directory);
    return subscription_dto_of(env_, *made, **directory, context.caller);
  });
}

Result<SubscriptionDto> SubscriptionService::take(const Context& context, const std::string& id,
                                                  const SubscriptionStep& step) {
  const Result<View> directory = env_.directory.view();
  if (!directory) return fail(directory.error());
  return command(env_, context, [&](db::Session& session) -> Result<SubscriptionDto> {
    const Result<TakenStep> taken = take_step(env_, session, context, id, step, **directory);
    if (!taken) return fail(taken.error());
    return subscription_dto_of(env_, taken->record, **directory, context.caller);
  });
}

Result<SubscriptionDto> SubscriptionService::patch(const Context& context, const std::string& id,
                                                   const SubscriptionPatchDto& wish) {
  return take(context, id, change_step(wish, today()));
}

Result<SubscriptionDto> SubscriptionService::skip(const Context& context, const std::string& id,
                                                  const SkipSubscriptionDto& wish) {
  return take(context, id, skip_step(wish));
}

Result<SubscriptionDto> SubscriptionService::pause(const Context& context, const std::string& id,
                                                   const PauseSubscriptionDto& wish) {
  return take(context, id, pause_step(wish, today()));
}

Result<SubscriptionDto> SubscriptionService::resume(const Context& context, const std::string& id,
                                                    const ResumeSubscriptionDto& wish) {
  return take(context, id, resume_step(wish, today()));
}

Result<SubscriptionDto> SubscriptionService::cancel(const Context& context, const std::string& id,
                                                    const CancelSubscriptionDto& wish) {
  return take(context, id, cancel_step(wish));
}

Result<OrderDto> SubscriptionService::order_now(const Context& context, const std::string& id,
                                                const OrderNowDto& wish) {
  const Result<View> directory = env_.directory.view();
  if (!directory) return fail(directory.error());
  return command(env_, context, [&](db::Session& session) -> Result<OrderDto> {
    Result<store::SubscriptionRecord> record =
        subscription_to_change(env_, session, context, id, **directory);
    if (!record) return fail(std::move(record.error()));
    Subscription& value = record->value;
    if (value.state == State::canceled) return fail(wrong_subscription_state(value.state));
    if (!value.account.empty()) {
      return fail(Error::conflict("subscription-of-shop", {"The shop makes its orders.",
                                                           "受注はショップ側で作成されます。"}));
    }
    std::vector<FieldError> wrong;
    std::optional<domain::BusinessDate> date = today().plus_days(value.lead_days);
    if (wish.date) date = free_day(session, value, *wish.date, "/date", today(), wrong);
    if (!wrong.empty()) return fail(Error::invalid(std::move(wrong)));
    const Result<domain::Order> order =
        make_order(env_, session, context.caller, value, *date, **directory);
    if (!order) return fail(order.error());
    return order_dto_of(
        {*order, record->customer_number, record->customer_name, record->customer_blacklisted},
        **directory, context.caller);
  });
}

}  // namespace madoguchi::service
