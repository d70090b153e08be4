// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/service/dto/intake_dto.h"
#include "core/service/environment.h"
#include "core/service/intake.h"
#include "core/service/messages.h"
#include "core/store/intake.h"

namespace madoguchi::service {

struct QuarantineListing {
  std::vector<QuarantinedDto> items;
  std::optional<store::IntakePlace> next;
};

/// Mails that could not be read, and their ways out: read anew, or discarded by a person, which
/// keeps them whole too. All that is done here stands in the change feed. Safe for use by many
/// threads.
class QuarantineService {
 public:
  QuarantineService(const Environment& env, const IntakeService& intake)
      : env_(env), intake_(intake) {}

  /// Newest first; those that wait for a person, or the discarded ones.
  [[nodiscard]] Result<QuarantineListing> list(const domain::Caller& caller,
                                               const std::optional<std::string>& mailbox,
                                               bool discarded,
                                               const std::optional<store::IntakePlace>& after,
                                               int limit);
  /// As it came, masked by nothing: for administrators only.
  [[nodiscard]] Result<Content> raw(const domain::Caller& caller, const std::string& id);
  /// Queued when it returns; a discarded mail comes back.
  [[nodiscard]] Result<QuarantinedDto> reprocess(const Context& context, const std::string& id);
  /// Up to 1,000 mails in one transaction.
  [[nodiscard]] Result<ReprocessedDto> reprocess(const Context& context, const ReprocessDto& wish);
  [[nodiscard]] Result<QuarantinedDto> discard(const Context& context, const std::string& id,
                                               const std::string& reason);

 private:
  void hand_in_again(db::Session& session, const domain::Caller& caller,
                     store::IntakeRecord& record);

  const Environment& env_;
  const IntakeService& intake_;
};

}  // namespace madoguchi::service
