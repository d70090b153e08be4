// SPDX-License-Identifier: Apache-2.0
#include "core/service/dto/subscription_dto.h"

#include "core/service/dto/limits.h"

namespace madoguchi::json {

using domain::Interval;
using service::CancelSubscriptionDto;
using service::OrderNowDto;
using service::PauseSubscriptionDto;
using service::ResumeSubscriptionDto;
using service::SkipSubscriptionDto;
using service::SubscriptionCreateDto;
using service::SubscriptionDto;
using service::SubscriptionPatchDto;

namespace {

constexpr std::int64_t kMostDays = 60;
constexpr std::int64_t kMostDeliveries = 10'000;
constexpr std::size_t kDay = 10;

constexpr char kException[] =
    "true: although objections stand against it; needs subscriptions_exception.";
constexpr char kReasons[] = "Each by its id or name, of /subscription-reasons.";

/// What POST and PATCH take alike.
template <class S, class... More>
Fields subscription_wish_fields(More&&... more) {
  using Wish = SubscriptionPatchDto;
  return json::fields<S>(
      field("interval", &Wish::interval, "How long between deliveries; default: a month."),
      field("next_date", &Wish::next_date,
            "When the next delivery is wanted, a day in Japan; months keep its day.")
          .max_length(kDay)
          .example("\"2026-12-20\""),
      field("time_slot", &Wish::time_slot, "Hours of that day."),
      field("lead_days", &Wish::lead_days,
            "The order is made so many days before the delivery; default 3.")
          .range(0, kMostDays),
      field("deadline_days", &Wish::deadline_days,
            "Changes are free up to so many days before the delivery; default 7.")
          .range(0, kMostDays),
      field("minimum_count", &Wish::minimum_count, "Deliveries that were agreed on at least.")
          .range(0, kMostDeliveries),
      field("items", &Wish::items, "All items of each order.").min_items(1).max_items(200),
      field("discount", &Wish::discount, "Taken from the items of each order.")
          .needs(service::kAmounts),
      field("shipping_fee", &Wish::shipping_fee, "Shipping, at the standard tax rate.")
          .needs(service::kAmounts),
      field("payment_fee", &Wish::payment_fee, "Such as for cash on delivery.")
          .needs(service::kAmounts),
      field("tax_included", &Wish::tax_included, "Prices and fees have the tax in them; default."),
      field("payment_method", &Wish::payment_method, "How it is paid; default bank_transfer."),
      field("card", &Wish::card, "Reference of a stored card, never a number; only with card.")
          .max_length(200),
      field("shipping_address", &Wish::shipping_address,
            "Where it goes, whole; of a new one the customer's own when not given.")
          .needs(service::kContact),
      field("memo", &Wish::memo, "The desk's own note; the customer never sees it.")
          .max_length(5000),
      field("labels", &Wish::labels, "All labels, each by its id or name.").max_items(50),
      field("exception", &Wish::exception, kException).optional(), std::forward<More>(more)...);
}

}  // namespace

const Fields& Table<Interval>::fields() {
  static const Fields table = json::fields<Interval>(
      field("unit", &Interval::unit, "day, week or month."),
      field("count", &Interval::count, "How many of them; two years at most.").range(1, 730));
  return table;
}

const Fields& Table<SubscriptionDto>::fields() {
  using Dto = SubscriptionDto;
  static const Fields table = json::fields<Dto>(
      field("id", &Dto::id, "Its id."),
      field("account", &Dto::account, "The shop that makes its orders; null: the hub does."),
      field("number", &Dto::number, "Unique in its account.").example("\"SB-000123\""),
      field("customer", &Dto::customer, "Number of the customer.").example("\"CU-000123\""),
      field("customer_name", &Dto::customer_name, "The customer's name."),
      field("case", &Dto::case_number, "Number of the case it was agreed in."),
      field("state", &Dto::state, "Where it stands."),
      field("interval", &Dto::interval, "How long between deliveries."),
      field("next_date", &Dto::next_date, "When the next delivery is wanted, a day in Japan."),
      field("change_deadline", &Dto::change_deadline,
            "Last day on which the next delivery can be changed by anybody."),
      field("order_day", &Dto::order_day, "Day on which its order is made."),
      field("time_slot", &Dto::time_slot, "Hours of the delivery."),
      field("lead_days", &Dto::lead_days, "Days between the order and the delivery."),
      field("deadline_days", &Dto::deadline_days, "Days between change_deadline and the delivery."),
      field("delivered_count", &Dto::delivered_count, "Orders that were made of it."),
      field("minimum_count", &Dto::minimum_count, "Deliveries that were agreed on at least."),
      field("items", &Dto::items, "What each order has."),
      field("discount", &Dto::discount, "Taken from the items.").needs(service::kAmounts),
      field("shipping_fee", &Dto::shipping_fee, "Shipping.").needs(service::kAmounts),
      field("payment_fee", &Dto::payment_fee, "Fee of the payment method.")
          .needs(service::kAmounts),
      field("tax_included", &Dto::tax_included, "Prices and fees have the tax in them."),
      field("total", &Dto::total, "What each order comes to.").needs(service::kAmounts),
      field("payment_method", &Dto::payment_method, "How it is paid."),
      field("card", &Dto::card, "Reference of the stored card."),
      field("shipping_address", &Dto::shipping_address, "Where it goes.").needs(service::kContact),
      field("memo", &Dto::memo, "The desk's own note."), field("labels", &Dto::labels, "Labels."),
      field("pause_reasons", &Dto::pause_reasons, "Why it is paused."),
      field("cancel_reasons", &Dto::cancel_reasons, "Why it was canceled."),
      field("resume_on", &Dto::resume_on, "Of one that is paused: the day it goes on by itself."),
      field("last_order", &Dto::last_order, "Id of the newest order that was made of it."),
      field("error", &Dto::error,
            "Why the next order could not be made; changing the subscription tries it again."),
      field("sync", &Dto::sync, "Whether the shop has it as it stands here."),
      field("created_at", &Dto::created_at, "When it was written down here."),
      field("modified_at", &Dto::modified_at, "When it changed last."),
      field("version", &Dto::version, "Counts changes; the ETag."),
      field("allowed_actions", &Dto::allowed_actions, "What the caller may do with it now."),
      field("next_states", &Dto::next_states, "What state may become."),
      field("objections", &Dto::objections,
            "What stands against changing the next delivery (past_deadline) or ending it "
            "(below_minimum) today."));
  return table;
}

const Fields& Table<SubscriptionPatchDto>::fields() {
  static const Fields table = subscription_wish_fields<SubscriptionPatchDto>();
  return table;
}

const Fields& Table<SubscriptionCreateDto>::fields() {
  using Wish = SubscriptionCreateDto;
  static const Fields table = subscription_wish_fields<Wish>(
      field("customer", &Wish::customer, "Number of the customer; default: the case's customer."),
      field("case", &Wish::case_number, "Number of the case it was agreed in."),
      field("account", &Wish::account, "The shop it is in already, which makes its orders.")
          .max_length(100),
      field("number", &Wish::number, "Its number there; only with account.")
          .not_empty()
          .max_length(60),
      field("delivered_count", &Wish::delivered_count, "Deliveries so far; default 0.")
          .range(0, kMostDeliveries));
  return table;
}

const Fields& Table<SkipSubscriptionDto>::fields() {
  static const Fields table = json::fields<SkipSubscriptionDto>(
      field("exception", &SkipSubscriptionDto::exception, kException).optional());
  return table;
}

const Fields& Table<PauseSubscriptionDto>::fields() {
  static const Fields table = json::fields<PauseSubscriptionDto>(
      field("reasons", &PauseSubscriptionDto::reasons, kReasons).optional().max_items(20),
      field("resume_on", &PauseSubscriptionDto::resume_on,
            "The day it goes on by itself; not given: when somebody resumes it.")
          .max_length(kDay),
      field("exception", &PauseSubscriptionDto::exception, kException).optional());
  return table;
}

const Fields& Table<ResumeSubscriptionDto>::fields() {
  static const Fields table = json::fields<ResumeSubscriptionDto>(
      field("next_date", &ResumeSubscriptionDto::next_date,
            "When the next delivery is wanted; default: the first of its days that can be met.")
          .max_length(kDay));
  return table;
}

const Fields& Table<CancelSubscriptionDto>::fields() {
  static const Fields table = json::fields<CancelSubscriptionDto>(
      field("reasons", &CancelSubscriptionDto::reasons, kReasons).min_items(1).max_items(20),
      field("exception", &CancelSubscriptionDto::exception, kException).optional());
  return table;
}

const Fields& Table<OrderNowDto>::fields() {
  static const Fields table = json::fields<OrderNowDto>(
      field("date", &OrderNowDto::date, "When it is wanted; default: as soon as lead_days allow.")
          .max_length(kDay));
  return table;
}

}  // namespace madoguchi::json
