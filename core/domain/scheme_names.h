// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/enum_names.h"
#include "core/domain/scheme.h"

namespace madoguchi {

template <>
struct EnumNames<domain::CaseField> {
  static constexpr EnumName<domain::CaseField> values[] = {
      {domain::CaseField::category, "category"},
      {domain::CaseField::category_detail, "category_detail"},
      {domain::CaseField::customer, "customer"},
      {domain::CaseField::assignee, "assignee"},
      {domain::CaseField::team, "team"},
      {domain::CaseField::order_numbers, "order_numbers"},
      {domain::CaseField::tags, "tags"},
      {domain::CaseField::requester_address, "requester_address"},
      {domain::CaseField::call_outcome, "call_outcome"}};
};

}  // namespace madoguchi
