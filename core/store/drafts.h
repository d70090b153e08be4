// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/base/clock.h"
#include "core/db/session.h"
#include "core/domain/message.h"

namespace madoguchi::store {

struct DraftTag;
using DraftId = Id<DraftTag>;

/// What an agent has begun to write in a case.
struct Draft {
  DraftId id;
  domain::CaseId case_id;
  domain::AgentId agent;
  std::string content;  ///< JSON of the service
  std::int64_t version = 1;
  TimePoint saved_at;
};

/// Drafts, one per case and agent, and the uploads that wait with them.
class Drafts {
 public:
  explicit Drafts(db::Session& session) : session_(session) {}

  [[nodiscard]] std::optional<Draft> find(const domain::CaseId& case_id,
                                          const domain::AgentId& agent);
  /// False when there is one already.
  [[nodiscard]] bool insert(const Draft& draft);
  /// Counts the version up; false when it is no longer at `draft.version`.
  [[nodiscard]] bool update(Draft& draft);
  /// Makes these uploads, and no others, wait with the draft.
  void hold(const DraftId& id, const std::vector<domain::AttachmentId>& uploads, TimePoint now);
  /// False when it is no longer at `draft.version`. Its uploads are free again, from now on.
  [[nodiscard]] bool remove(const Draft& draft, TimePoint now);

 private:
  db::Session& session_;
};

}  // namespace madoguchi::store
