// SPDX-License-Identifier: Apache-2.0
#pragma once

// An order that comes again. Its days are days in Japan, its amounts whole yen.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/domain/order.h"

namespace madoguchi::domain {

struct SubscriptionTag;
using SubscriptionId = Id<SubscriptionTag>;

enum class SubscriptionState { active, paused, canceled };
using SubscriptionStates = EnumSet<SubscriptionState>;
/// What may come next: one table, in subscription.cpp.
[[nodiscard]] SubscriptionStates next_states(SubscriptionState state) noexcept;

enum class IntervalUnit { day, week, month };

struct Interval {
  IntervalUnit unit = IntervalUnit::month;
  std::int64_t count = 1;

  bool operator==(const Interval&) const = default;
};

struct Subscription {
  SubscriptionId id;
  std::int64_t sequence = 0;  ///< set by the store
  std::string account;        ///< the shop that runs it; empty: the hub makes its orders
  std::string number;         ///< unique in its account; "SB-000123" of one made here
  CustomerId customer;
  std::optional<std::int64_t> case_sequence;  ///< the case it was agreed in
  SubscriptionState state = SubscriptionState::active;
  Interval interval;
  BusinessDate next_date;      ///< when the next delivery is wanted
  std::int64_t month_day = 1;  ///< the day of the month that was chosen, kept over short months
  std::optional<TimeSlot> time_slot;
  std::int64_t lead_days = 3;        ///< the order is made so long before the delivery
  std::int64_t deadline_days = 7;    ///< changes are free up to so long before it
  std::int64_t delivered_count = 0;  ///< orders that were made
  std::int64_t minimum_count = 0;    ///< what was agreed to be taken at least
  std::vector<OrderItem> items;
  std::int64_t discount = 0;
  std::int64_t shipping_fee = 0;
  std::int64_t payment_fee = 0;
  bool tax_included = true;
  std::int64_t total = 0;  ///< of each order
  PaymentMethod payment_method = PaymentMethod::bank_transfer;
  std::string card;
  PostalAddress shipping_address;
  std::string memo;
  std::vector<MasterId> labels;
  std::vector<MasterId> pause_reasons;
  std::vector<MasterId> cancel_reasons;
  std::optional<BusinessDate> resume_on;  ///< of one that is paused: goes on by itself
  std::string last_order;                 ///< id of the newest order; empty: none
  std::string error;                      ///< why the next order could not be made
  CustomerSync sync;
  TimePoint created_at;
  TimePoint modified_at;
  std::int64_t version = 1;

  /// The last day on which the next delivery can be changed by anybody.
  [[nodiscard]] BusinessDate change_deadline() const { return next_date.plus_days(-deadline_days); }
  /// The day on which its order is made.
  [[nodiscard]] BusinessDate order_day() const { return next_date.plus_days(-lead_days); }
  /// The delivery after that one.
  [[nodiscard]] BusinessDate date_after(BusinessDate date) const;
  /// The day on which the hub has something to do with it by itself; nullopt: never.
  [[nodiscard]] std::optional<BusinessDate> due_day() const;
};

/// "SB-000123" for 123.
[[nodiscard]] std::string subscription_number(std::int64_t sequence);

/// The order of the delivery on `date`, checked and calculated.
[[nodiscard]] Result<Order> order_for(const Subscription& subscription, BusinessDate date);

/// As it may be kept, what each order comes to calculated. `invalid` with every member that is
/// wrong.
[[nodiscard]] Result<Subscription> checked(Subscription subscription);

/// "subscription.created", with everything that was written down.
[[nodiscard]] Change creation(const Subscription& subscription);
/// Makes it what `wanted`, which was checked, says and returns what became different. Conflict
/// "subscription-state" for a step that is not possible, "subscription-canceled" where the next
/// delivery of one that is over would change.
[[nodiscard]] Result<Change> become(Subscription& subscription, const Subscription& wanted,
                                    const char* event);

/// What stands against a change: it needs a permission, and somebody who says that he means it.
enum class Objection {
  past_deadline,  ///< the next delivery is under way
  below_minimum   ///< fewer deliveries than were agreed
};
using Objections = EnumSet<Objection>;
[[nodiscard]] Objections objections(const Subscription& before, const Subscription& wanted,
                                    BusinessDate today);

/// The next delivery falls out.
[[nodiscard]] Subscription skipped(Subscription subscription);
/// Goes on with `date`, or with the first of its days whose order can still be made.
[[nodiscard]] Subscription resumed(Subscription subscription, std::optional<BusinessDate> date,
                                   BusinessDate today);
/// After `order` was made for the delivery on `date`: counted, and on to the next one.
[[nodiscard]] Subscription went_on(Subscription subscription, const OrderId& order,
                                   BusinessDate date);

enum class SubscriptionAction { edit, edit_delivery, skip, pause, resume, cancel, order_now };
using SubscriptionActions = EnumSet<SubscriptionAction>;
/// What meets an objection is only there for who may make exceptions.
[[nodiscard]] SubscriptionActions allowed_actions(const Subscription& subscription,
                                                  const Caller& caller, BusinessDate today);

}  // namespace madoguchi::domain
