// SPDX-License-Identifier: Apache-2.0
#pragma once

// The edit lock of a customer's screen.

#include <optional>
#include <string>

#include "core/base/enum_names.h"
#include "core/json/json.h"
#include "core/service/dto/case_dto.h"

namespace madoguchi::service {

struct EditLockHolderDto {
  std::string id;
  std::string name;
  TimePoint since;
};

struct EditLockDto {
  std::optional<EditLockHolderDto> holder;
  std::optional<std::string> token;
  std::optional<TimePoint> expires_at;
  std::optional<NamedDto> asked_by;
};

/// What PUT wants of the lock.
enum class EditLockWish { acquire, ask, take_over };

struct EditLockWishDto {
  EditLockWish action = EditLockWish::acquire;
  std::string reason;
};

}  // namespace madoguchi::service

namespace madoguchi {

template <>
struct EnumNames<service::EditLockWish> {
  static constexpr EnumName<service::EditLockWish> values[] = {
      {service::EditLockWish::acquire, "acquire"},
      {service::EditLockWish::ask, "ask"},
      {service::EditLockWish::take_over, "take_over"}};
};

template <>
struct json::Table<service::EditLockHolderDto> {
  static constexpr const char* name = "EditLockHolder";
  static const json::Fields& fields();
};
template <>
struct json::Table<service::EditLockDto> {
  static constexpr const char* name = "EditLock";
  static const json::Fields& fields();
};
template <>
struct json::Table<service::EditLockWishDto> {
  static constexpr const char* name = "EditLockWish";
  static const json::Fields& fields();
  static void check(const service::EditLockWishDto& value, json::Reader& reader);
};

}  // namespace madoguchi
