// SPDX-License-Identifier: Apache-2.0
#include "core/domain/account.h"

#include <algorithm>

namespace madoguchi::domain {

bool is_account_name(std::string_view text) {
  const auto plain = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
  return !text.empty() && text.size() <= 40 && plain(text.front()) &&
         std::all_of(text.begin(), text.end(),
                     [&](char c) { return plain(c) || c == '-' || c == '_'; });
}

AccountActions allowed_actions(const Account& account, const Caller& caller) {
  if (!caller.may(Permission::accounts_manage)) return {};
  using enum AccountAction;
  switch (account.state) {
    case AccountState::enabled:
      return {test, disable, pause, poll, set_secrets, remove};
    case AccountState::paused:
      return {test, disable, resume, set_secrets, remove};
    case AccountState::disabled:
      return {test, enable, set_secrets, remove};
    case AccountState::archived:
      return {};
  }
  return {};
}

AccountState state_after(AccountAction action, AccountState before) {
  switch (action) {
    case AccountAction::enable:
    case AccountAction::resume:
      return AccountState::enabled;
    case AccountAction::disable:
      return AccountState::disabled;
    case AccountAction::pause:
      return AccountState::paused;
    case AccountAction::remove:
      return AccountState::archived;
    case AccountAction::test:
    case AccountAction::poll:
    case AccountAction::set_secrets:
      break;
  }
  return before;
}

}  // namespace madoguchi::domain
