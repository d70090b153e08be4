// SPDX-License-Identifier: Apache-2.0
#pragma once

// Orders that come again, as the facade shows them (contract: Orders and subscriptions).

#include <optional>
#include <string>
#include <vector>

#include "core/domain/subscription_names.h"
#include "core/service/dto/order_dto.h"

namespace madoguchi::service {

struct SubscriptionDto {
  std::string id;
  std::optional<std::string> account;
  std::string number;
  std::string customer;
  std::string customer_name;
  std::optional<std::string> case_number;
  domain::SubscriptionState state = domain::SubscriptionState::active;
  domain::Interval interval;
  std::string next_date;
  std::string change_deadline;
  std::string order_day;
  std::optional<domain::TimeSlot> time_slot;
  std::int64_t lead_days = 0;
  std::int64_t deadline_days = 0;
  std::int64_t delivered_count = 0;
  std::int64_t minimum_count = 0;
  std::vector<OrderItemDto> items;
  Yen discount;
  Yen shipping_fee;
  Yen payment_fee;
  bool tax_included = true;
  Yen total;
  domain::PaymentMethod payment_method = domain::PaymentMethod::bank_transfer;
  std::optional<std::string> card;
  domain::PostalAddress shipping_address;
  std::string memo;
  std::vector<NamedDto> labels;
  std::vector<NamedDto> pause_reasons;
  std::vector<NamedDto> cancel_reasons;
  std::optional<std::string> resume_on;
  std::optional<std::string> last_order;
  std::optional<std::string> error;
  domain::CustomerSync sync;
  TimePoint created_at;
  TimePoint modified_at;
  std::int64_t version = 0;
  domain::SubscriptionActions allowed_actions;
  domain::SubscriptionStates next_states;
  domain::Objections objections;
};

/// What can be said of a subscription; absent members stay as they are.
struct SubscriptionPatchDto {
  std::optional<domain::Interval> interval;
  std::optional<std::string> next_date;
  json::Patch<domain::TimeSlot> time_slot;
  std::optional<std::int64_t> lead_days;
  std::optional<std::int64_t> deadline_days;
  std::optional<std::int64_t> minimum_count;
  std::optional<std::vector<OrderItemWishDto>> items;
  std::optional<Yen> discount;
  std::optional<Yen> shipping_fee;
  std::optional<Yen> payment_fee;
  std::optional<bool> tax_included;
  std::optional<domain::PaymentMethod> payment_method;
  json::Patch<std::string> card;
  std::optional<domain::PostalAddress> shipping_address;
  std::optional<std::string> memo;
  std::optional<std::vector<std::string>> labels;
  bool exception = false;
};

struct SubscriptionCreateDto : SubscriptionPatchDto {
  std::optional<std::string> customer;
  std::optional<std::string> case_number;
  std::optional<std::string> account;
  std::optional<std::string> number;
  std::optional<std::int64_t> delivered_count;
};

struct SkipSubscriptionDto {
  bool exception = false;
};

struct PauseSubscriptionDto {
  std::vector<std::string> reasons;
  std::optional<std::string> resume_on;
  bool exception = false;
};

struct ResumeSubscriptionDto {
  std::optional<std::string> next_date;
};

struct CancelSubscriptionDto {
  std::vector<std::string> reasons;
  bool exception = false;
};

struct OrderNowDto {
  std::optional<std::string> date;
};

}  // namespace madoguchi::service

namespace madoguchi::json {

template <>
struct Table<domain::Interval> {
  static constexpr const char* name = "Interval";
  static const Fields& fields();
};
template <>
struct Table<service::SubscriptionDto> {
  static constexpr const char* name = "Subscription";
  static const Fields& fields();
};
template <>
struct Table<service::SubscriptionPatchDto> {
  static constexpr const char* name = "SubscriptionPatch";
  static const Fields& fields();
};
template <>
struct Table<service::SubscriptionCreateDto> {
  static constexpr const char* name = "SubscriptionCreate";
  static const Fields& fields();
};
template <>
struct Table<service::SkipSubscriptionDto> {
  static constexpr const char* name = "SkipSubscription";
  static const Fields& fields();
};
template <>
struct Table<service::PauseSubscriptionDto> {
  static constexpr const char* name = "PauseSubscription";
  static const Fields& fields();
};
template <>
struct Table<service::ResumeSubscriptionDto> {
  static constexpr const char* name = "ResumeSubscription";
  static const Fields& fields();
};
template <>
struct Table<service::CancelSubscriptionDto> {
  static constexpr const char* name = "CancelSubscription";
  static const Fields& fields();
};
template <>
struct Table<service::OrderNowDto> {
  static constexpr const char* name = "OrderNow";
  static const Fields& fields();
};

}  // namespace madoguchi::json
