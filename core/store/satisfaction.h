// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "core/db/session.h"

namespace madoguchi::store {

/// What the customer of a case answered.
struct SatisfactionAnswer {
  std::int64_t case_sequence = 0;
  std::int64_t score = 0;
  std::string comment;
  TimePoint answered_at;  ///< the first time
  TimePoint changed_at;
};

class SatisfactionAnswers {
 public:
  explicit SatisfactionAnswers(db::Session& session) : session_(session) {}

  [[nodiscard]] std::optional<SatisfactionAnswer> of(std::int64_t case_sequence);
  /// Writes it, and the score into the facts of the case; one that is there is replaced, but for
  /// when it was answered first.
  void put(const SatisfactionAnswer& answer);

 private:
  db::Session& session_;
};

}  // namespace madoguchi::store
