// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/db/session.h"
#include "core/domain/case_move.h"
#include "core/domain/message.h"

namespace madoguchi::store {

/// Messages going from one case to another, with their placements, and the record of it.
class CaseMoves {
 public:
  explicit CaseMoves(db::Session& session) : session_(session) {}

  /// Sets `move.sequence`.
  void insert(domain::CaseMove& move);
  void set_undone(const domain::CaseMove& move, TimePoint at);
  /// The last one that touched the case and was not undone.
  [[nodiscard]] std::optional<domain::CaseMove> last_of(std::int64_t case_sequence);

  [[nodiscard]] std::vector<domain::MessageId> messages_of(const domain::CaseId& id);
  /// Moves those of `messages` that are in `from` and counts their versions up; answers which.
  [[nodiscard]] std::vector<domain::MessageId> shift(const std::vector<domain::MessageId>& messages,
                                                     const domain::CaseId& from,
                                                     const domain::CaseId& to);

 private:
  db::Session& session_;
};

}  // namespace madoguchi::store
