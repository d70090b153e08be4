// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/base/clock.h"
#include "core/base/enum_names.h"
#include "core/domain/case.h"
#include "core/domain/message.h"

namespace madoguchi::domain {

enum class CaseMoveKind { merge, split, move };

/// What undoing a move has to know of the two cases as they were.
struct BeforeMove {
  CaseStatus source_status = CaseStatus::open;
  std::optional<TimePoint> source_pending_until;
  std::optional<MailboxId> source_mailbox;
  CaseStatus target_status = CaseStatus::open;
  CaseStatus target_status_after = CaseStatus::open;
  std::optional<MailboxId> target_mailbox;
  std::vector<std::string> order_numbers;  ///< that the target was given
};

/// Messages that a person moved from one case to another.
struct CaseMove {
  std::int64_t sequence = 0;  ///< set by the store
  CaseMoveKind kind = CaseMoveKind::move;
  std::int64_t source = 0;  ///< sequences of the cases
  std::int64_t target = 0;
  std::vector<MessageId> messages;
  BeforeMove before;
  TimePoint at;
};

// The rules. Each changes the value and returns what happened, for the history.

/// Closes the case for good: everything of it is in `target` now.
Change merge_into(Case& value, const Case& target);
/// Takes in what came from `source`: what waits for an answer there waits here.
Change take_in(Case& value, const Case& source);
/// The merge is undone: the case is as it was.
Change part_from(Case& value, const BeforeMove& before);

}  // namespace madoguchi::domain

namespace madoguchi {

template <>
struct EnumNames<domain::CaseMoveKind> {
  static constexpr EnumName<domain::CaseMoveKind> values[] = {
      {domain::CaseMoveKind::merge, "merge"},
      {domain::CaseMoveKind::split, "split"},
      {domain::CaseMoveKind::move, "move"}};
};

}  // namespace madoguchi
