// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/domain/mailbox_rules.h"
#include "core/domain/outgoing.h"
#include "core/json/json.h"

// Mailbox rules as JSON: in their column and in the facade.

namespace madoguchi::json {

template <>
struct Table<domain::FormRule> {
  static constexpr const char* name = "FormRule";
  static const Fields& fields();
};
template <>
struct Table<domain::MailboxRules> {
  static constexpr const char* name = "MailboxRules";
  static const Fields& fields();
};
template <>
struct Table<domain::OutgoingRules> {
  static constexpr const char* name = "OutgoingRules";
  static const Fields& fields();
};

}  // namespace madoguchi::json
