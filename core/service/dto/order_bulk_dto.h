// SPDX-License-Identifier: Apache-2.0
#pragma once

// The same wish for many orders: changes, payments, mails.

#include <optional>
#include <string>
#include <vector>

#include "core/domain/payment_action.h"
#include "core/service/dto/order_dto.h"

namespace madoguchi::service {

/// What GET /orders filters by, as the caller wrote it. Several values of one filter mean OR.
struct OrderFilter {
  std::vector<std::string> numbers;
  std::vector<std::string> customers;
  std::vector<std::string> subscriptions;
  std::vector<std::string> accounts;
  std::vector<domain::OrderState> states;
  std::vector<domain::PaymentState> payment_states;
  std::vector<std::string> skus;
  std::vector<std::string> tracking_numbers;
  std::vector<std::string> labels;       ///< ids or names
  std::optional<std::string> date_from;  ///< days in Japan, both included
  std::optional<std::string> date_to;
  int limit = 50;
  bool count = false;
};

/// Which ones: by their ids, or all that the filter finds now.
struct OrderSelection {
  std::optional<std::vector<std::string>> ids;
  std::optional<OrderFilter> filter;
  bool preview = false;
};

struct OrderBulkDto : OrderSelection {
  std::optional<domain::OrderState> state;
  json::Patch<DesiredDeliveryDto> desired_delivery;
  std::optional<std::vector<domain::Shipment>> shipments;
  std::vector<std::string> add_labels;
  std::vector<std::string> remove_labels;
  std::optional<std::string> memo;
};

struct PaymentBulkDto : OrderSelection {
  domain::PaymentAction action = domain::PaymentAction::capture;
};

struct OrderNoticeDto : OrderSelection {
  std::string template_id;
  std::optional<std::string> mailbox;
};

}  // namespace madoguchi::service

namespace madoguchi::json {

template <>
struct Table<service::OrderFilter> {
  static constexpr const char* name = "OrderFilter";
  static const Fields& fields();
};
template <>
struct Table<service::OrderBulkDto> {
  static constexpr const char* name = "OrderBulk";
  static const Fields& fields();
  static void check(const service::OrderBulkDto& value, Reader& reader);
};
template <>
struct Table<service::PaymentBulkDto> {
  static constexpr const char* name = "PaymentBulk";
  static const Fields& fields();
  static void check(const service::PaymentBulkDto& value, Reader& reader);
};
template <>
struct Table<service::OrderNoticeDto> {
  static constexpr const char* name = "OrderNotice";
  static const Fields& fields();
  static void check(const service::OrderNoticeDto& value, Reader& reader);
};

}  // namespace madoguchi::json
