// SPDX-License-Identifier: Apache-2.0
#pragma once

// What happens to an order after it has left, as the facade shows it.

#include <optional>
#include <string>
#include <vector>

#include "core/domain/return_names.h"
#include "core/service/dto/order_dto.h"

namespace madoguchi::service {

struct ReturnItemDto {
  std::string sku;
  std::int64_t quantity = 1;
};

struct OrderReturnDto {
  std::string id;
  std::string order;
  std::string order_number;
  domain::ReturnKind kind = domain::ReturnKind::return_;
  domain::ReturnState state = domain::ReturnState::requested;
  std::vector<ReturnItemDto> items;
  std::vector<OrderItemDto> replacement_items;
  std::optional<std::string> replacement;
  std::vector<NamedDto> reasons;
  std::string reason;
  std::string note;
  Yen refund;
  std::optional<std::string> case_number;
  TimePoint created_at;
  TimePoint modified_at;
  std::int64_t version = 0;
  domain::ReturnStates next_states;
};

struct ReturnPatchDto {
  std::optional<domain::ReturnState> state;
  std::optional<std::vector<ReturnItemDto>> items;
  std::optional<std::vector<OrderItemWishDto>> replacement_items;
  std::optional<std::vector<std::string>> reasons;
  std::optional<std::string> reason;
  std::optional<std::string> note;
  std::optional<Yen> refund;
};

struct ReturnCreateDto : ReturnPatchDto {
  domain::ReturnKind kind = domain::ReturnKind::return_;
  std::optional<std::string> case_number;
};

}  // namespace madoguchi::service

namespace madoguchi::json {

template <>
struct Table<service::ReturnItemDto> {
  static constexpr const char* name = "ReturnItem";
  static const Fields& fields();
};
template <>
struct Table<service::OrderReturnDto> {
  static constexpr const char* name = "OrderReturn";
  static const Fields& fields();
};
template <>
struct Table<service::ReturnPatchDto> {
  static constexpr const char* name = "ReturnPatch";
  static const Fields& fields();
};
template <>
struct Table<service::ReturnCreateDto> {
  static constexpr const char* name = "ReturnCreate";
  static const Fields& fields();
};

}  // namespace madoguchi::json
