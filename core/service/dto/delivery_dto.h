// SPDX-License-Identifier: Apache-2.0
#pragma once

// Deliveries over all messages, and suppressed addresses, as the facade shows them.

#include <string>

#include "core/json/json.h"
#include "core/store/columns.h"

namespace madoguchi::service {

struct DeliveryDto {
  std::string case_number;
  std::string message_id;
  std::string address;
  domain::DeliveryState state = domain::DeliveryState::queued;
  std::string reason;
  std::string status_code;
  std::string detail;
  bool suppressed = false;
  TimePoint at;
  std::string subject = {};
};

struct SuppressionDto {
  std::string address;
  std::string reason;
  std::string detail;
  std::string case_number;
  std::string message_id;
  TimePoint at;
};

}  // namespace madoguchi::service

namespace madoguchi {

template <>
struct json::Table<service::DeliveryDto> {
  static constexpr const char* name = "DeliveryOfMessage";
  static const json::Fields& fields();
};
template <>
struct json::Table<service::SuppressionDto> {
  static constexpr const char* name = "Suppression";
  static const json::Fields& fields();
};

}  // namespace madoguchi
