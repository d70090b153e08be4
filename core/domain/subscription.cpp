// SPDX-License-Identifier: Apache-2.0
#include "core/domain/subscription.h"

#include "core/domain/object_number.h"
#include "core/domain/order_texts.h"
#include "core/domain/subscription_names.h"

namespace madoguchi::domain {
namespace {

using State = SubscriptionState;
struct SubscriptionStep {
  State from;
  SubscriptionStates to;
};
constexpr SubscriptionStep kSubscriptionSteps[] = {
    {State::active, {State::paused, State::canceled}},
    {State::paused, {State::active, State::canceled}},
    {State::canceled, {}},
};

std::string text_of(Interval interval) {
  return std::to_string(interval.count) + " " + std::string(enum_name(interval.unit));
}

Change take_over(Subscription& value, const Subscription& wanted, const char* event) {
  Change change{event, {}};
  const auto set = [&](const char* field, auto Subscription::*member) {
    change.set(field, value.*member, wanted.*member, kShow);
  };
  const auto set_yen = [&](const char* field, std::int64_t Subscription::*member) {
    change.set(field, value.*member, wanted.*member, yen);
  };
  set("state", &Subscription::state);
  change.set("interval", value.interval, wanted.interval, text_of);
  set("next_date", &Subscription::next_date);
  value.month_day = wanted.month_day;
  set("time_slot", &Subscription::time_slot);
  set("lead_days", &Subscription::lead_days);
  set("deadline_days", &Subscription::deadline_days);
  set("delivered_count", &Subscription::delivered_count);
  set("minimum_count", &Subscription::minimum_count);
  set("items", &Subscription::items);
  set_yen("discount", &Subscription::discount);
  set_yen("shipping_fee", &Subscription::shipping_fee);
  set_yen("payment_fee", &Subscription::payment_fee);
  set("tax_included", &Subscription::tax_included);
  set_yen("total", &Subscription::total);
  set("payment_method", &Subscription::payment_method);
  set("card", &Subscription::card);
  set("shipping_address", &Subscription::shipping_address);
  set("memo", &Subscription::memo);
  set("labels", &Subscription::labels);
  set("pause_reasons", &Subscription::pause_reasons);
  set("cancel_reasons", &Subscription::cancel_reasons);
  set("resume_on", &Subscription::resume_on);
  set("last_order", &Subscription::last_order);
  set("error", &Subscription::error);
  return change;
}

std::int64_t most_of(IntervalUnit unit) {  // two years
  switch (unit) {
    case IntervalUnit::day:
      return 730;
    case IntervalUnit::week:
      return 104;
    case IntervalUnit::month:
      break;
  }
  return 24;
}

bool past_deadline(const Subscription& value, BusinessDate today) {
  return value.state == State::active && today > value.change_deadline();
}

bool below_minimum(const Subscription& value) {
  return value.delivered_count < value.minimum_count;
}

/// Whether the next delivery becomes another one.
bool touches_delivery(const Subscription& before, const Subscription& wanted) {
  return wanted.state != before.state || !(wanted.interval == before.interval) ||
         wanted.next_date != before.next_date || wanted.time_slot != before.time_slot ||
         wanted.items != before.items || wanted.total != before.total ||
         wanted.lead_days != before.lead_days || wanted.deadline_days != before.deadline_days ||
         wanted.payment_method != before.payment_method || wanted.card != before.card ||
         !(wanted.shipping_address == before.shipping_address);
}

}  // namespace

SubscriptionStates next_states(SubscriptionState state) noexcept {
  for (const SubscriptionStep& step : kSubscriptionSteps) {
    if (step.from == state) return step.to;
  }
  return {};
}

std::string subscription_number(std::int64_t sequence) { return object_number("SB-", sequence); }

BusinessDate Subscription::date_after(BusinessDate date) const {
  switch (interval.unit) {
    case IntervalUnit::day:
      return date.plus_days(interval.count);
    case IntervalUnit::week:
      return date.plus_days(7 * interval.count);
    case IntervalUnit::month:
      break;
  }
  return date.plus_months(static_cast<int>(interval.count), static_cast<unsigned>(month_day));
}

std::optional<BusinessDate> Subscription::due_day() const {
  if (!account.empty()) return std::nullopt;
  if (state == State::paused) return resume_on;
  return state == State::active ? std::optional(order_day()) : std::nullopt;
}

Result<Order> order_for(const Subscription& value, BusinessDate date) {
  Order order;
  order.account = value.account;
  order.customer = value.customer;
  order.case_sequence = value.case_sequence;
  order.source = OrderSource::subscription;
  order.subscription = value.id.str();
  order.items = value.items;
  order.discount = value.discount;
  order.shipping_fee = value.shipping_fee;
  order.payment_fee = value.payment_fee;
  order.tax_included = value.tax_included;
  order.payment_method = value.payment_method;
  order.card = value.card;
  order.shipping_address = value.shipping_address;
  order.desired_delivery = {date, value.time_slot};
  order.labels = value.labels;
  return checked(std::move(order));
}

Result<Subscription> checked(Subscription value) {
  std::vector<FieldError> wrong;
  const std::int64_t most = most_of(value.interval.unit);
  if (value.interval.count < 1 || value.interval.count > most) {
    const std::string limit = std::to_string(most);
    wrong.push_back(
        {"/interval/count",
         {"Has to be between 1 and " + limit + ".", "1から" + limit + "までで指定してください。"}});
  }
  if (value.lead_days > value.deadline_days) {
    wrong.push_back({"/lead_days",
                     {"The order cannot be made while changes are still free.",
                      "変更期限より前に受注は作成できません。"}});
  }
  Result<Order> order = order_for(value, value.next_date);
  if (order) {
    value.shipping_address = order->shipping_address;
    value.total = order->amounts.total;
  } else {
    for (FieldError& one : order.error().fields) wrong.push_back(std::move(one));
  }
  if (!wrong.empty()) return fail(Error::invalid(std::move(wrong)));
  return value;
}

Change creation(const Subscription& value) {
  Subscription nothing;
  Change change = take_over(nothing, value, "subscription.created");
  for (FieldChange& one : change.fields) one.from.clear();  // there was no date before
  change.fields.insert(change.fields.begin(), {"number", "", value.number});
  return change;
}

Result<Change> become(Subscription& value, const Subscription& wanted, const char* event) {
  if (wanted.state != value.state && !next_states(value.state).has(wanted.state)) {
    const std::string both = show(value.state) + " -> " + show(wanted.state);
    return fail(Error::conflict("subscription-state", {"This step is not possible: " + both + ".",
                                                       "この変更はできません: " + both}));
  }
  if (value.state == State::canceled && touches_delivery(value, wanted)) {
    return fail(
        Error::conflict("subscription-canceled", {"It was canceled: only its notes can be changed.",
                                                  "解約済みの定期受注は変更できません。"}));
  }
  return take_over(value, wanted, event);
}

Objections objections(const Subscription& before, const Subscription& wanted, BusinessDate today) {
  Objections found;
  if (past_deadline(before, today) && touches_delivery(before, wanted)) {
    found.add(Objection::past_deadline);
  }
  const bool ends = wanted.state == State::canceled && before.state != State::canceled;
  const bool lowered = wanted.minimum_count < before.minimum_count;
  if ((ends || lowered) && below_minimum(before)) found.add(Objection::below_minimum);
  return found;
}

Subscription skipped(Subscription value) {
  value.next_date = value.date_after(value.next_date);
  return value;
}

Subscription resumed(Subscription value, std::optional<BusinessDate> date, BusinessDate today) {
  value.state = State::active;
  value.pause_reasons.clear();
  value.resume_on.reset();
  if (date) {
    value.next_date = *date;
    value.month_day = date->day_of_month();
  }
  while (value.order_day() < today) value.next_date = value.date_after(value.next_date);
  return value;
}

Subscription went_on(Subscription value, const OrderId& order, BusinessDate date) {
  value.last_order = order.str();
  value.error.clear();
  ++value.delivered_count;
  value.next_date = value.date_after(date);
  return value;
}

SubscriptionActions allowed_actions(const Subscription& value, const Caller& caller,
                                    BusinessDate today) {
  using Action = SubscriptionAction;
  SubscriptionActions actions;
  if (!caller.may(Permission::orders_write)) return actions;
  actions.add(Action::edit);
  if (value.state == State::canceled) return actions;
  const bool exceptions = caller.may(Permission::subscriptions_exception);
  const bool free = exceptions || !past_deadline(value, today);
  if (free) actions.add(Action::edit_delivery);
  if (free && value.state == State::active) {
    actions.add(Action::skip);
    actions.add(Action::pause);
  }
  if (value.state == State::paused) actions.add(Action::resume);
  if (free && (exceptions || !below_minimum(value))) actions.add(Action::cancel);
  if (value.account.empty()) actions.add(Action::order_now);
  return actions;
}

}  // namespace madoguchi::domain
