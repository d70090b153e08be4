// SPDX-License-Identifier: Apache-2.0
#include "core/domain/message_actions.h"

#include <algorithm>

namespace madoguchi::domain {
namespace {

/// Whether calling it back is worth trying: once it set out, the first try decides.
bool can_be_called_back(const Message& message) {
  if (message.kind != MessageKind::reply) return false;
  switch (message.sending.state) {
    case SendingState::awaiting_approval:
    case SendingState::scheduled:
      return true;
    case SendingState::released:
      return !message.delivery.empty() &&
             std::all_of(message.delivery.begin(), message.delivery.end(),
                         [](const Delivery& one) { return one.state == DeliveryState::queued; });
    case SendingState::withdrawn:
      return false;
  }
  return false;
}

}  // namespace

MessageActions allowed_actions(const Message& message, const Caller& caller) {
  MessageActions actions;
  const bool is_mail = message.intake.has_value();
  const bool is_own = message.author == caller.agent;
  const bool approves = caller.may(Permission::replies_approve);
  if (is_mail && caller.may(Permission::raw_read)) actions.add(MessageAction::read_raw);
  if (approves && message.sending.state == SendingState::awaiting_approval) {
    if (!is_own) actions.add(MessageAction::approve);
    actions.add(MessageAction::reject);
  }
  if (!caller.may(Permission::cases_write)) return actions;
  actions.add(MessageAction::move);
  if (is_mail) actions.add(MessageAction::redecode);
  if (!is_mail && message.kind != MessageKind::reply) actions.add(MessageAction::edit);
  if ((is_own || approves) && can_be_called_back(message)) actions.add(MessageAction::cancel);
  return actions;
}

}  // namespace madoguchi::domain
