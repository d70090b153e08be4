// SPDX-License-Identifier: Apache-2.0
#pragma once

// How the enumerations of returns are written.

#include "core/domain/order_names.h"
#include "core/domain/order_return.h"

namespace madoguchi {

template <>
struct EnumNames<domain::ReturnKind> {
  static constexpr EnumName<domain::ReturnKind> values[] = {
      {domain::ReturnKind::return_, "return"},
      {domain::ReturnKind::exchange, "exchange"},
      {domain::ReturnKind::reship, "reship"},
      {domain::ReturnKind::refund, "refund"}};
};

template <>
struct EnumNames<domain::ReturnState> {
  static constexpr EnumName<domain::ReturnState> values[] = {
      {domain::ReturnState::requested, "requested"}, {domain::ReturnState::approved, "approved"},
      {domain::ReturnState::received, "received"},   {domain::ReturnState::completed, "completed"},
      {domain::ReturnState::rejected, "rejected"},   {domain::ReturnState::canceled, "canceled"}};
};

}  // namespace madoguchi
