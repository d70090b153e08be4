// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/base/clock.h"
#include "core/base/enum_names.h"
#include "core/domain/agent.h"

namespace madoguchi::domain {

/// Old receivers read nothing but ISO-2022-JP.
enum class MailCharset { utf_8, iso_2022_jp };

inline constexpr std::int64_t kMaxAttachmentsBytes = std::int64_t{50} * 1024 * 1024;

/// How replies leave a mailbox.
struct OutgoingRules {
  int undo_seconds = 0;  ///< how long each reply waits, so that it can be called back
  std::vector<Role> approval_for = {};  ///< whose replies somebody else approves first
  /// Of all attachments of one reply together, before encoding.
  std::int64_t attachments_bytes = std::int64_t{20} * 1024 * 1024;
  /// Falls back to UTF-8 where a character has no code.
  MailCharset charset = MailCharset::utf_8;

  bool operator==(const OutgoingRules&) const = default;
};

/// What holds a reply back. From awaiting_approval it goes on to scheduled, released or withdrawn,
/// from scheduled to released or withdrawn, and from those nowhere.
enum class SendingState {
  released,           ///< nothing: it is on its way, or was
  awaiting_approval,  ///< somebody else has to approve it
  scheduled,          ///< until its time; it can be called back
  withdrawn,          ///< called back or returned: it never goes out
};

enum class ApprovalState { requested, granted, returned };

struct Approval {
  ApprovalState state = ApprovalState::requested;
  std::optional<AgentId> by;  ///< who decided
  std::string by_name;
  std::optional<TimePoint> at;
  std::string reason;  ///< why it was returned
};

/// Where a reply stands before it goes out.
struct Sending {
  SendingState state = SendingState::released;
  std::optional<TimePoint> at;       ///< not before
  std::optional<Approval> approval;  ///< when it needed one
};

}  // namespace madoguchi::domain

namespace madoguchi {

template <>
struct EnumNames<domain::MailCharset> {
  static constexpr EnumName<domain::MailCharset> values[] = {
      {domain::MailCharset::utf_8, "utf_8"}, {domain::MailCharset::iso_2022_jp, "iso_2022_jp"}};
};

template <>
struct EnumNames<domain::SendingState> {
  static constexpr EnumName<domain::SendingState> values[] = {
      {domain::SendingState::released, "released"},
      {domain::SendingState::awaiting_approval, "awaiting_approval"},
      {domain::SendingState::scheduled, "scheduled"},
      {domain::SendingState::withdrawn, "withdrawn"}};
};

template <>
struct EnumNames<domain::ApprovalState> {
  static constexpr EnumName<domain::ApprovalState> values[] = {
      {domain::ApprovalState::requested, "requested"},
      {domain::ApprovalState::granted, "granted"},
      {domain::ApprovalState::returned, "returned"}};
};

}  // namespace madoguchi
