// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/enum_names.h"
#include "core/base/error.h"

namespace madoguchi::connector {

/// What an error of a call says, for who decides what comes next.
enum class FailureClass {
  refusal,    ///< a well-understood no to this request: the other system is fine
  settings,   ///< the account's settings are refused: nothing helps but a person
  throttled,  ///< too many requests
  passing,    ///< may work again by itself
  fault,      ///< the answer makes no sense, or the connector fell over it
};

[[nodiscard]] constexpr FailureClass class_of(ErrorCode code) noexcept {
  switch (code) {
    case ErrorCode::unauthenticated:
    case ErrorCode::forbidden:
      return FailureClass::settings;
    case ErrorCode::rate_limited:
      return FailureClass::throttled;
    case ErrorCode::unavailable:
      return FailureClass::passing;
    case ErrorCode::malformed:
    case ErrorCode::internal:
      return FailureClass::fault;
    case ErrorCode::invalid:
    case ErrorCode::not_found:
    case ErrorCode::conflict:
    case ErrorCode::stale:
    case ErrorCode::precondition_required:
    case ErrorCode::locked:
    case ErrorCode::too_large:
    case ErrorCode::unsupported_media_type:
      return FailureClass::refusal;
  }
  return FailureClass::fault;
}

/// Whether it counts against the other system: enough of them in a row, and it is left alone for a
/// while.
[[nodiscard]] constexpr bool is_failure(FailureClass what) noexcept {
  return what != FailureClass::refusal && what != FailureClass::throttled;
}

/// Whether the same request may be sent again soon, if it may be sent twice at all.
[[nodiscard]] constexpr bool may_pass(FailureClass what) noexcept {
  return what == FailureClass::passing || what == FailureClass::throttled;
}

}  // namespace madoguchi::connector

namespace madoguchi {

template <>
struct EnumNames<connector::FailureClass> {
  static constexpr EnumName<connector::FailureClass> values[] = {
      {connector::FailureClass::refusal, "refusal"},
      {connector::FailureClass::settings, "settings"},
      {connector::FailureClass::throttled, "throttled"},
      {connector::FailureClass::passing, "passing"},
      {connector::FailureClass::fault, "fault"}};
};

}  // namespace madoguchi
