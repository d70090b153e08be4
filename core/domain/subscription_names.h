// SPDX-License-Identifier: Apache-2.0
#pragma once

// How the enumerations of subscriptions are written.

#include "core/domain/order_names.h"
#include "core/domain/subscription.h"

namespace madoguchi {

template <>
struct EnumNames<domain::SubscriptionState> {
  static constexpr EnumName<domain::SubscriptionState> values[] = {
      {domain::SubscriptionState::active, "active"},
      {domain::SubscriptionState::paused, "paused"},
      {domain::SubscriptionState::canceled, "canceled"}};
};

template <>
struct EnumNames<domain::IntervalUnit> {
  static constexpr EnumName<domain::IntervalUnit> values[] = {
      {domain::IntervalUnit::day, "day"},
      {domain::IntervalUnit::week, "week"},
      {domain::IntervalUnit::month, "month"}};
};

template <>
struct EnumNames<domain::Objection> {
  static constexpr EnumName<domain::Objection> values[] = {
      {domain::Objection::past_deadline, "past_deadline"},
      {domain::Objection::below_minimum, "below_minimum"}};
};

template <>
struct EnumNames<domain::SubscriptionAction> {
  static constexpr EnumName<domain::SubscriptionAction> values[] = {
      {domain::SubscriptionAction::edit, "edit"},
      {domain::SubscriptionAction::edit_delivery, "edit_delivery"},
      {domain::SubscriptionAction::skip, "skip"},
      {domain::SubscriptionAction::pause, "pause"},
      {domain::SubscriptionAction::resume, "resume"},
      {domain::SubscriptionAction::cancel, "cancel"},
      {domain::SubscriptionAction::order_now, "order_now"}};
};

}  // namespace madoguchi
