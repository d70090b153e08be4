// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "core/db/session.h"
#include "core/domain/case.h"

namespace madoguchi::store {

/// What the messages of a case tell those who decide by it.
class CaseFacts {
 public:
  explicit CaseFacts(db::Session& session) : session_(session) {}

  /// The newest that the customer wrote, without what it quotes; empty: nothing yet.
  [[nodiscard]] std::string newest_inbound_text(const domain::CaseId& id);
  /// Whether each telephone call in it says how it ended.
  [[nodiscard]] bool calls_ended(const domain::CaseId& id);

 private:
  db::Session& session_;
};

}  // namespace madoguchi::store
