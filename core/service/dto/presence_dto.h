// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "core/base/clock.h"
#include "core/base/enum_names.h"
#include "core/json/json.h"

namespace madoguchi::service {

enum class PresenceState { looking, writing, gone };

struct PresenceDto {
  PresenceState state = PresenceState::looking;
};

/// Somebody who has the case open.
struct PresentDto {
  std::string id;
  std::string name;
  PresenceState state = PresenceState::looking;
  TimePoint since;
};

}  // namespace madoguchi::service

namespace madoguchi {

template <>
struct EnumNames<service::PresenceState> {
  static constexpr EnumName<service::PresenceState> values[] = {
      {service::PresenceState::looking, "looking"},
      {service::PresenceState::writing, "writing"},
      {service::PresenceState::gone, "gone"}};
};

template <>
struct json::Table<service::PresenceDto> {
  static constexpr const char* name = "Presence";
  static const json::Fields& fields();
};
template <>
struct json::Table<service::PresentDto> {
  static constexpr const char* name = "Present";
  static const json::Fields& fields();
};

}  // namespace madoguchi
