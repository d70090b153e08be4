// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "core/domain/message.h"
#include "core/service/dto/outgoing_dto.h"
#include "core/service/environment.h"

namespace madoguchi::service {

/// What agents have begun to write: one draft per case and agent, seen by nobody else. It survives
/// crashes, as everything does that was answered. Safe for use by many threads.
class DraftService {
 public:
  explicit DraftService(const Environment& env) : env_(env) {}

  /// The first one needs no If-Match; a later one does (428), and 412 brings the current one, so
  /// that two windows never overwrite each other unseen.
  [[nodiscard]] Result<DraftDto> save(const Context& context, const std::string& number,
                                      const DraftSaveDto& wish);
  [[nodiscard]] Result<DraftDto> get(const domain::Caller& caller, const std::string& number);
  [[nodiscard]] Result<void> remove(const Context& context, const std::string& number);

 private:
  const Environment& env_;
};

/// Empties the caller's draft, which was sent; 412 with the current one when it is not at
/// `version`.
[[nodiscard]] Result<void> spend_draft(const Environment& env, db::Session& session,
                                       const domain::Caller& caller, const domain::Case& value,
                                       std::int64_t version);

/// Gives a reply that does not go out back to its author, as a draft, with copies of its
/// attachments. A draft that is there already stays: the reply can still be read in the case.
void give_back_as_draft(const Environment& env, db::Session& session,
                        const domain::Message& message);

}  // namespace madoguchi::service
