// SPDX-License-Identifier: Apache-2.0
#pragma once

// The same wish for many subscriptions: a step, mails.

#include <optional>
#include <string>
#include <vector>

#include "core/base/enum_names.h"
#include "core/service/dto/subscription_dto.h"

namespace madoguchi::service {

/// What GET /subscriptions filters by, as the caller wrote it. Several values of one filter mean
/// OR.
struct SubscriptionFilter {
  std::vector<std::string> numbers;
  std::vector<std::string> customers;
  std::vector<std::string> accounts;
  std::vector<domain::SubscriptionState> states;
  std::vector<std::string> skus;
  std::vector<std::string> labels;       ///< ids or names
  std::optional<std::string> next_from;  ///< days in Japan, both included
  std::optional<std::string> next_to;
  int limit = 50;
};

/// Which ones: by their ids, or all that the filter finds now.
struct SubscriptionSelection {
  std::optional<std::vector<std::string>> ids;
  std::optional<SubscriptionFilter> filter;
  bool preview = false;
};

enum class SubscriptionBulkAction { change, skip, pause, resume, cancel };

struct SubscriptionBulkDto : SubscriptionSelection {
  SubscriptionBulkAction action = SubscriptionBulkAction::change;
  std::optional<domain::Interval> interval;
  std::optional<std::string> next_date;
  json::Patch<domain::TimeSlot> time_slot;
  std::vector<std::string> add_labels;
  std::vector<std::string> remove_labels;
  std::optional<std::string> memo;
  std::vector<std::string> reasons;
  std::optional<std::string> resume_on;
  bool exception = false;
};

struct SubscriptionNoticeDto : SubscriptionSelection {
  std::string template_id;
  std::optional<std::string> mailbox;
};

}  // namespace madoguchi::service

namespace madoguchi {

template <>
struct EnumNames<service::SubscriptionBulkAction> {
  static constexpr EnumName<service::SubscriptionBulkAction> values[] = {
      {service::SubscriptionBulkAction::change, "change"},
      {service::SubscriptionBulkAction::skip, "skip"},
      {service::SubscriptionBulkAction::pause, "pause"},
      {service::SubscriptionBulkAction::resume, "resume"},
      {service::SubscriptionBulkAction::cancel, "cancel"}};
};

}  // namespace madoguchi

namespace madoguchi::json {

template <>
struct Table<service::SubscriptionFilter> {
  static constexpr const char* name = "SubscriptionFilter";
  static const Fields& fields();
};
template <>
struct Table<service::SubscriptionBulkDto> {
  static constexpr const char* name = "SubscriptionBulk";
  static const Fields& fields();
  static void check(const service::SubscriptionBulkDto& value, Reader& reader);
};
template <>
struct Table<service::SubscriptionNoticeDto> {
  static constexpr const char* name = "SubscriptionNotice";
  static const Fields& fields();
  static void check(const service::SubscriptionNoticeDto& value, Reader& reader);
};

}  // namespace madoguchi::json
