// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <map>
#include <string>
#include <string_view>

#include "core/base/clock.h"
#include "core/base/enum_names.h"
#include "core/base/id.h"

namespace madoguchi::domain {

struct AccountTag;
using AccountId = Id<AccountTag>;

enum class AccountState {
  enabled,
  paused,    ///< nothing is asked for a while; what it brought is still shown
  disabled,  ///< as if it were not there
  archived,  ///< gone, and still named by what it brought
};

/// What becomes of an account that fails before it ever worked.
enum class StartFailure {
  retry,  ///< it goes on trying, less and less often
  pause,  ///< it is paused until a person has looked
};

/// One use of a connector (C21): which system, how to get in, how often to ask.
struct Account {
  AccountId id;
  std::string name;   ///< what everything that it brought is marked with; never changes
  std::string title;  ///< what people call it
  std::string type;   ///< of the connector
  AccountState state = AccountState::disabled;
  std::string reason;  ///< why the hub paused it; empty: a person did, or it is not
  std::map<std::string, std::string> options;
  std::chrono::seconds poll_every{300};
  int requests = 60;  ///< at most in any `per`; 0: no limit
  std::chrono::seconds per{60};
  int concurrency = 4;
  std::chrono::seconds overlap{300};
  StartFailure start_failure = StartFailure::retry;
  TimePoint created_at;
  TimePoint modified_at;
  std::int64_t version = 1;
};

/// 1 to 40 small letters, digits, "-" and "_", beginning with a letter or a digit.
[[nodiscard]] bool is_account_name(std::string_view text);

}  // namespace madoguchi::domain

namespace madoguchi {

template <>
struct EnumNames<domain::AccountState> {
  static constexpr EnumName<domain::AccountState> values[] = {
      {domain::AccountState::enabled, "enabled"},
      {domain::AccountState::paused, "paused"},
      {domain::AccountState::disabled, "disabled"},
      {domain::AccountState::archived, "archived"}};
};
template <>
struct EnumNames<domain::StartFailure> {
  static constexpr EnumName<domain::StartFailure> values[] = {
      {domain::StartFailure::retry, "retry"}, {domain::StartFailure::pause, "pause"}};
};

}  // namespace madoguchi
