// SPDX-License-Identifier: Apache-2.0
#pragma once

// Cards and card sessions, as the facade shows them. No member takes or shows a card number.

#include <optional>
#include <string>
#include <vector>

#include "core/json/json.h"
#include "core/store/card_columns.h"
#include "core/store/customer_columns.h"

namespace madoguchi::service {

struct CardDto {
  std::string id;
  std::string account;
  domain::CardBrand brand = domain::CardBrand::other;
  std::string last_digits;
  std::optional<std::string> expiry;
  bool expired = false;
  std::string holder;
  bool is_default = false;
  domain::CustomerSync sync;
  TimePoint created_at;
  TimePoint modified_at;
  std::int64_t version = 0;
  domain::CardActions allowed_actions;
};

/// What can be said of a card; absent members stay as they are.
struct CardPatchDto {
  std::optional<bool> is_default;
  std::optional<std::string> expiry;
  std::optional<std::string> holder;
};

/// A card that a payment service keeps.
struct ToldCardDto {
  std::string account;
  Secret token;
  domain::CardBrand brand = domain::CardBrand::other;
  std::string last_digits;
  std::optional<std::string> expiry;
  std::string holder;
  std::vector<domain::CardPart> editable;
  bool is_default = false;
};

struct CardSessionCreateDto {
  std::string account;
  std::string device;
};

struct CardSessionDto {
  std::string id;
  std::string account;
  std::string device;
  domain::CardSessionState state = domain::CardSessionState::created;
  std::optional<domain::CardPrompt> prompt;
  std::optional<std::string> agent;
  std::string agent_name;
  std::string code;
  std::optional<std::string> card;
  std::vector<domain::CardSessionReport> reports;
  bool needs_attention = false;
  TimePoint created_at;
  TimePoint expires_at;
  std::optional<TimePoint> ended_at;
  std::int64_t version = 0;
  domain::CardSessionActions allowed_actions;
};

}  // namespace madoguchi::service

namespace madoguchi::json {

template <>
struct Table<service::CardDto> {
  static constexpr const char* name = "Card";
  static const Fields& fields();
};
template <>
struct Table<service::CardPatchDto> {
  static constexpr const char* name = "CardPatch";
  static const Fields& fields();
};
template <>
struct Table<service::ToldCardDto> {
  static constexpr const char* name = "ToldCard";
  static const Fields& fields();
};
template <>
struct Table<service::CardSessionCreateDto> {
  static constexpr const char* name = "CardSessionCreate";
  static const Fields& fields();
};
template <>
struct Table<service::CardSessionDto> {
  static constexpr const char* name = "CardSession";
  static const Fields& fields();
};

}  // namespace madoguchi::json
