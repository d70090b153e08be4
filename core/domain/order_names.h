// SPDX-License-Identifier: Apache-2.0
#pragma once

// How the enumerations of orders are written (core/domain/names.h has the others).

#include "core/base/enum_names.h"
#include "core/domain/customer_names.h"
#include "core/domain/order.h"

namespace madoguchi {

template <>
struct EnumNames<domain::OrderState> {
  static constexpr EnumName<domain::OrderState> values[] = {
      {domain::OrderState::received, "received"},   {domain::OrderState::on_hold, "on_hold"},
      {domain::OrderState::preparing, "preparing"}, {domain::OrderState::shipped, "shipped"},
      {domain::OrderState::delivered, "delivered"}, {domain::OrderState::returned, "returned"},
      {domain::OrderState::canceled, "canceled"}};
};

template <>
struct EnumNames<domain::PaymentState> {
  static constexpr EnumName<domain::PaymentState> values[] = {
      {domain::PaymentState::pending, "pending"},
      {domain::PaymentState::authorized, "authorized"},
      {domain::PaymentState::captured, "captured"},
      {domain::PaymentState::paid, "paid"},
      {domain::PaymentState::refunded, "refunded"},
      {domain::PaymentState::voided, "voided"},
      {domain::PaymentState::failed, "failed"},
      {domain::PaymentState::unknown, "unknown"}};
};

template <>
struct EnumNames<domain::PaymentMethod> {
  static constexpr EnumName<domain::PaymentMethod> values[] = {
      {domain::PaymentMethod::card, "card"},
      {domain::PaymentMethod::bank_transfer, "bank_transfer"},
      {domain::PaymentMethod::cash_on_delivery, "cash_on_delivery"},
      {domain::PaymentMethod::convenience_store, "convenience_store"},
      {domain::PaymentMethod::deferred, "deferred"},
      {domain::PaymentMethod::wallet, "wallet"},
      {domain::PaymentMethod::points, "points"},
      {domain::PaymentMethod::none, "none"},
      {domain::PaymentMethod::other, "other"}};
};

template <>
struct EnumNames<domain::OrderSource> {
  static constexpr EnumName<domain::OrderSource> values[] = {
      {domain::OrderSource::desk, "desk"},
      {domain::OrderSource::phone, "phone"},
      {domain::OrderSource::mail, "mail"},
      {domain::OrderSource::fax, "fax"},
      {domain::OrderSource::letter, "letter"},
      {domain::OrderSource::chat, "chat"},
      {domain::OrderSource::shop, "shop"},
      {domain::OrderSource::marketplace, "marketplace"},
      {domain::OrderSource::subscription, "subscription"}};
};

template <>
struct EnumNames<domain::Carrier> {
  static constexpr EnumName<domain::Carrier> values[] = {
      {domain::Carrier::yamato, "yamato"},
      {domain::Carrier::sagawa, "sagawa"},
      {domain::Carrier::japan_post, "japan_post"},
      {domain::Carrier::other, "other"}};
};

template <>
struct EnumNames<domain::TimeSlot> {
  static constexpr EnumName<domain::TimeSlot> values[] = {
      {domain::TimeSlot::morning, "morning"},     {domain::TimeSlot::from_12_to_14, "12_14"},
      {domain::TimeSlot::from_14_to_16, "14_16"}, {domain::TimeSlot::from_16_to_18, "16_18"},
      {domain::TimeSlot::from_18_to_20, "18_20"}, {domain::TimeSlot::from_18_to_21, "18_21"},
      {domain::TimeSlot::from_19_to_21, "19_21"}, {domain::TimeSlot::from_20_to_21, "20_21"}};
};

template <>
struct EnumNames<domain::OrderAction> {
  static constexpr EnumName<domain::OrderAction> values[] = {
      {domain::OrderAction::edit, "edit"},
      {domain::OrderAction::edit_items, "edit_items"},
      {domain::OrderAction::cancel, "cancel"},
      {domain::OrderAction::return_items, "return_items"}};
};

}  // namespace madoguchi
