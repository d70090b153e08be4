// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/db/session.h"
#include "core/domain/customer.h"
#include "core/json/json.h"

namespace madoguchi::store {

/// How many days things are kept; nullopt: for ever.
struct RetentionRules {
  std::optional<std::int64_t> closed_cases_days;
  std::optional<std::int64_t> original_mails_days;
  std::optional<std::int64_t> idle_customers_days;
  std::optional<std::int64_t> sightings_days;

  bool operator==(const RetentionRules&) const = default;
};

/// The rules, and what is older than they allow. Who is under a legal hold is never among it.
class Retention {
 public:
  explicit Retention(db::Session& session) : session_(session) {}

  struct Record {
    RetentionRules rules;
    std::int64_t version = 1;
  };
  [[nodiscard]] Record get();
  /// Counts the version up; false when it is no longer at `record.version`.
  [[nodiscard]] bool put(Record& record);

  /// Sequences of cases that ended and were not touched since `before`, longest ago first.
  [[nodiscard]] std::vector<std::int64_t> closed_cases(TimePoint before, int limit);
  /// Ids of intakes that were decided and still have the mail as it came, behind `after`.
  struct Mail {
    std::int64_t received_at = 0;
    std::string id;
  };
  [[nodiscard]] std::vector<Mail> original_mails(const Mail& after, TimePoint before, int limit);
  /// Ids of customers of whom nothing happened since `before` and of whom nothing is under way:
  /// looks at `rows` customers behind `after`, a sequence, which it moves on; empty and false at
  /// the end.
  [[nodiscard]] std::vector<domain::CustomerId> idle_customers(std::int64_t& after,
                                                               TimePoint before, int rows,
                                                               bool& more);
  /// Forgets some; how many.
  std::int64_t forget_sightings(TimePoint before, int limit);
  /// Counted up to `limit`.
  [[nodiscard]] std::int64_t count_sightings(TimePoint before, int limit);

 private:
  db::Session& session_;
};

}  // namespace madoguchi::store

namespace madoguchi::json {

template <>
struct Table<store::RetentionRules> {
  static constexpr const char* name = "RetentionRules";
  static const Fields& fields();
};

}  // namespace madoguchi::json
