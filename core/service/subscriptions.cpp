// SPDX-License-Identifier: Apache-2.0
#include "core/service/subscriptions.h"

#include "core/service/edit_locks.h"
#include "core/service/order_access.h"
#include "core/service/order_wishes.h"
#include "core/service/subscription_access.h"
#include "core/service/subscription_orders.h"
#include "core/service/unit_of_work.h"

namespace madoguchi::service {
namespace {

using View = std::shared_ptr<const DirectoryView>;
using domain::Subscription;
using State = domain::SubscriptionState;

Error wrong_state(State state) {
  const std::string name(enum_name(state));
  return Error::conflict("subscription-state", {"Not possible while it is " + name + ".",
                                                "この状態ではできません: " + name});
}

std::string named(domain::Objections objections) {
  std::string out;
  for (const auto& one : EnumNames<domain::Objection>::values) {
    if (objections.has(one.value)) out += (out.empty() ? "" : ", ") + std::string(one.name);
  }
  return out;
}

Text why(domain::Objections found, const Subscription& value) {
  Text text;
  if (found.has(domain::Objection::past_deadline)) {
    const std::string day = value.change_deadline().str();
    text = {"The next delivery could be changed until " + day + ".",
            "変更期限(" + day + ")を過ぎています。"};
  }
  if (found.has(domain::Objection::below_minimum)) {
    const std::string counts =
        std::to_string(value.delivered_count) + " / " + std::to_string(value.minimum_count);
    if (!text.en.empty()) text.en += " ";
    text.en += "Fewer deliveries than were agreed: " + counts + ".";
    text.ja += "最低継続回数に達していません(" + counts + ")。";
  }
  return text;
}

/// Nothing, or why it cannot be done so.
Result<void> may_be_done(domain::Objections found, const Subscription& value,
                         const domain::Caller& caller, bool exception) {
  if (found.empty()) return {};
  const bool may = caller.may(domain::Permission::subscriptions_exception);
  if (may && exception) return {};
  Text text = why(found, value);
  if (may) {
    text.en += " Send exception: true if it is meant.";
    text.ja += " 例外として行う場合は exception: true を指定してください。";
  } else {
    text.en += " Your role does not allow exceptions.";
    text.ja += " 例外として変更する権限がありません。";
  }
  Error error = may ? Error::conflict("subscription-objection", text) : Error::forbidden(text);
  return fail(std::move(error).with_member("objections", json::to_string(found)));
}

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

Result<SubscriptionDto> SubscriptionService::change(const Context& context, const std::string& id,
                                                    const Step& step) {
  const Result<View> directory = env_.directory.view();
  if (!directory) return fail(directory.error());
  return command(env_, context, [&](db::Session& session) -> Result<SubscriptionDto> {
    Result<store::SubscriptionRecord> record =
        subscription_to_change(env_, session, context, id, **directory);
    if (!record) return fail(std::move(record.error()));
    Subscription& value = record->value;
    Result<Subscription> wanted = step.wanted(session, value, **directory);
    if (!wanted) return fail(std::move(wanted.error()));
    wanted->error.clear();  // its next order is tried again
    const Subscription before = value;
    Result<domain::Change> changed = domain::become(value, *wanted, step.event);
    if (!changed) return fail(std::move(changed.error()));
    const domain::Objections found = domain::objections(before, *wanted, today());
    Result<void> good = may_be_done(found, before, context.caller, step.exception);
    if (!good) return fail(std::move(good.error()));
    if (!changed->empty()) {
      if (!found.empty()) changed->fields.push_back({"exception", "", named(found)});
      save_subscription(env_, session, context.caller, value, std::move(*changed), **directory);
    }
    return subscription_dto_of(env_, *record, **directory, context.caller);
  });
}

Result<SubscriptionDto> SubscriptionService::patch(const Context& context, const std::string& id,
                                                   const SubscriptionPatchDto& wish) {
  return change(
      context, id,
      {"subscription.changed", wish.exception,
       [&](db::Session& session, const Subscription& value, const DirectoryView& directory) {
         return with_wishes(session, value, wish, directory, today());
       }});
}

Result<SubscriptionDto> SubscriptionService::skip(const Context& context, const std::string& id,
                                                  const SkipSubscriptionDto& wish) {
  return change(
      context, id,
      {"subscription.skipped", wish.exception,
       [](db::Session&, const Subscription& value, const DirectoryView&) -> Result<Subscription> {
         if (value.state != State::active) return fail(wrong_state(value.state));
         return domain::skipped(value);
       }});
}

Result<SubscriptionDto> SubscriptionService::pause(const Context& context, const std::string& id,
                                                   const PauseSubscriptionDto& wish) {
  return change(
      context, id,
      {"subscription.paused", wish.exception,
       [&](db::Session&, const Subscription& value,
           const DirectoryView& directory) -> Result<Subscription> {
         Result<std::vector<domain::MasterId>> reasons = reasons_of(wish.reasons, directory);
         if (!reasons) return fail(std::move(reasons.error()));
         Subscription wanted = value;
         wanted.state = State::paused;
         wanted.pause_reasons = std::move(*reasons);
         wanted.resume_on.reset();
         if (!wish.resume_on) return wanted;
         std::vector<FieldError> wrong;
         wanted.resume_on = day_of(*wish.resume_on, "/resume_on", wrong);
         if (wanted.resume_on && *wanted.resume_on <= today()) {
           wrong.push_back(
               {"/resume_on", {"Has to be a later day.", "明日以降の日付を指定してください。"}});
         }
         if (!wrong.empty()) return fail(Error::invalid(std::move(wrong)));
         return wanted;
       }});
}

Result<SubscriptionDto> SubscriptionService::resume(const Context& context, const std::string& id,
                                                    const ResumeSubscriptionDto& wish) {
  return change(context, id,
                {"subscription.resumed", false,
                 [&](db::Session& session, const Subscription& value,
                     const DirectoryView&) -> Result<Subscription> {
                   if (value.state != State::paused) return fail(wrong_state(value.state));
                   std::optional<domain::BusinessDate> day;
                   std::vector<FieldError> wrong;
                   if (wish.next_date) {
                     day = free_day(session, value, *wish.next_date, "/next_date", today(), wrong);
                   }
                   if (!wrong.empty()) return fail(Error::invalid(std::move(wrong)));
                   return domain::resumed(value, day, today());
                 }});
}

Result<SubscriptionDto> SubscriptionService::cancel(const Context& context, const std::string& id,
                                                    const CancelSubscriptionDto& wish) {
  return change(context, id,
                {"subscription.canceled", wish.exception,
                 [&](db::Session&, const Subscription& value,
                     const DirectoryView& directory) -> Result<Subscription> {
                   if (value.state == State::canceled) return fail(wrong_state(value.state));
                   Result<std::vector<domain::MasterId>> reasons =
                       reasons_of(wish.reasons, directory);
                   if (!reasons) return fail(std::move(reasons.error()));
                   Subscription wanted = value;
                   wanted.state = State::canceled;
                   wanted.cancel_reasons = std::move(*reasons);
                   wanted.resume_on.reset();
                   return wanted;
                 }});
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
    if (value.state == State::canceled) return fail(wrong_state(value.state));
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
