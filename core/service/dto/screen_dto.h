// SPDX-License-Identifier: Apache-2.0
#pragma once

// Everything that a customer's screen shows, in one answer (contract: Customers).

#include <optional>
#include <string>
#include <vector>

#include "core/service/dto/card_dto.h"
#include "core/service/dto/customer_dto.h"
#include "core/service/dto/delivery_dto.h"
#include "core/service/dto/edit_lock_dto.h"
#include "core/service/dto/order_dto.h"
#include "core/service/dto/presence_dto.h"
#include "core/service/dto/subscription_dto.h"
#include "core/service/dto/survey_dto.h"

namespace madoguchi::service {

/// The first page of one tab, as its own list gives it.
template <class T>
struct ScreenTab {
  std::vector<T> items;
  std::optional<std::vector<std::string>> next;  ///< key to go on behind, not shown
  std::optional<std::string> next_cursor;        ///< the same for the tab's list; set by the facade
  std::optional<std::int64_t> count;
  bool count_capped = false;
};

/// How far what another system has is known.
enum class VendorPartState { fresh, stale, unavailable, disabled };

/// What a connected account shows of the customer. The hub never waits for it.
struct VendorPartDto {
  std::string account;
  VendorPartState state = VendorPartState::disabled;
  std::optional<TimePoint> as_of;
  std::vector<json::Raw> items;
  std::optional<std::string> embed_url;
};

/// A part that the caller may not see.
struct WithheldDto {
  std::string part;
  domain::Permission needs = domain::Permission::customers_read;
};

/// Somebody who has one of the customer's cases open.
struct ScreenPresentDto {
  std::string case_number;
  PresentDto who;
};

struct ScreenDto {
  CustomerDto customer;
  std::vector<DeliveryAddressDto> addresses;
  std::optional<ScreenTab<CaseDto>> cases;
  std::optional<ScreenTab<OrderDto>> orders;
  std::optional<ScreenTab<SubscriptionDto>> subscriptions;
  ScreenTab<EventDto> changes;
  ScreenTab<MemoDto> memos;
  std::optional<ScreenTab<DeliveryDto>> deliveries;
  ScreenTab<CardDto> cards;
  std::vector<CardSessionDto> card_sessions;
  ScreenTab<SurveyResponseDto> surveys;
  std::vector<VendorPartDto> mail_history;
  EditLockDto edit_lock;
  std::vector<CaseAlertDto> alerts;
  std::vector<ScreenPresentDto> presence;
  std::vector<WithheldDto> withheld;
  TimePoint as_of;
  std::int64_t version = 0;
};

}  // namespace madoguchi::service

namespace madoguchi {

template <>
struct EnumNames<service::VendorPartState> {
  static constexpr EnumName<service::VendorPartState> values[] = {
      {service::VendorPartState::fresh, "fresh"},
      {service::VendorPartState::stale, "stale"},
      {service::VendorPartState::unavailable, "unavailable"},
      {service::VendorPartState::disabled, "disabled"}};
};

}  // namespace madoguchi

namespace madoguchi::json {

template <class T>
struct Table<service::ScreenTab<T>> {
  static inline const std::string name = std::string(Table<T>::name) + "Tab";
  static const Fields& fields() {
    using Tab = service::ScreenTab<T>;
    static const Fields table = json::fields<Tab>(
        field("items", &Tab::items, "The first page of the tab's own list."),
        field("next_cursor", &Tab::next_cursor,
              "`cursor` of the tab's own list for what follows; null at the end."),
        field("count", &Tab::count, "How many there are; null where that is not counted."),
        field("count_capped", &Tab::count_capped, "Counting stopped at `count`."));
    return table;
  }
};
template <>
struct Table<service::VendorPartDto> {
  static constexpr const char* name = "VendorPart";
  static const Fields& fields();
};
template <>
struct Table<service::WithheldDto> {
  static constexpr const char* name = "Withheld";
  static const Fields& fields();
};
template <>
struct Table<service::ScreenPresentDto> {
  static constexpr const char* name = "ScreenPresent";
  static const Fields& fields();
};
template <>
struct Table<service::ScreenDto> {
  static constexpr const char* name = "Screen";
  static const Fields& fields();
};

}  // namespace madoguchi::json
