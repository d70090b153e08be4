// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "core/service/dto/case_dto.h"
#include "core/service/dto/move_dto.h"
#include "core/service/environment.h"

namespace madoguchi::service {

/// Putting messages where they belong: merging cases, splitting one, moving a message, and undoing
/// the last of these. Messages go with their placements, so sight and later mails follow: a mail
/// that answers a message goes to where that message is. Callers must see both cases; whose
/// messages all went elsewhere is closed with `merged_into`. Safe for use by many threads.
class CaseMoveService {
 public:
  explicit CaseMoveService(const Environment& env) : env_(env) {}

  /// Everything of the case goes into another one, or into the one that was merged into. Returns
  /// the case itself: closed, with merged_into.
  [[nodiscard]] Result<CaseDto> merge(const Context& context, const std::string& number,
                                      const MergeDto& wish);
  /// Some of its messages, not all, go into a new case that is linked to it, which is returned.
  [[nodiscard]] Result<CaseDto> split(const Context& context, const std::string& number,
                                      const SplitDto& wish);
  /// One message goes into another case, or a new one. Returns the case where it is now.
  [[nodiscard]] Result<CaseDto> move(const Context& context, const std::string& message,
                                     const MoveDto& wish);
  /// Takes back the last merge, split or move of the case that was not taken back yet: those of its
  /// messages that are still where it put them return. Returns the case.
  [[nodiscard]] Result<CaseDto> undo(const Context& context, const std::string& number);

 private:
  const Environment& env_;
};

}  // namespace madoguchi::service
