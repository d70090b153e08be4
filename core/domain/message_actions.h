// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/enum_names.h"
#include "core/base/enum_set.h"
#include "core/domain/agent.h"
#include "core/domain/message.h"

namespace madoguchi::domain {

/// What can be done with an entry of a case.
enum class MessageAction {
  edit,      ///< of a note or an entry recorded by hand
  move,      ///< to another case
  redecode,  ///< of a mail, by another charset
  approve,   ///< of a reply that waits for it
  reject,    ///< the same
  cancel,    ///< of a reply that nobody has got yet
  read_raw   ///< of a mail, as it came
};
using MessageActions = EnumSet<MessageAction>;

/// What a caller may do with a message as it stands.
[[nodiscard]] MessageActions allowed_actions(const Message& message, const Caller& caller);

}  // namespace madoguchi::domain

namespace madoguchi {

template <>
struct EnumNames<domain::MessageAction> {
  static constexpr EnumName<domain::MessageAction> values[] = {
      {domain::MessageAction::edit, "edit"},         {domain::MessageAction::move, "move"},
      {domain::MessageAction::redecode, "redecode"}, {domain::MessageAction::approve, "approve"},
      {domain::MessageAction::reject, "reject"},     {domain::MessageAction::cancel, "cancel"},
      {domain::MessageAction::read_raw, "read_raw"}};
};

}  // namespace madoguchi
