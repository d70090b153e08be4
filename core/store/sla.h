// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/db/session.h"
#include "core/domain/sla.h"

namespace madoguchi::store {

/// Business hours and SLA policies: small tables that are read whole. Every change counts the
/// revision up, so that one number stands for what both say: even of a change that was rolled
/// back, for it is made of the time of the change.
class SlaTables {
 public:
  explicit SlaTables(db::Session& session) : session_(session) {}

  [[nodiscard]] std::int64_t revision();
  /// By name.
  [[nodiscard]] std::vector<domain::BusinessHours> hours();
  void insert(const domain::BusinessHours& hours, TimePoint now);
  /// Counts the version up; false when the row is no longer at `hours.version`.
  [[nodiscard]] bool update(domain::BusinessHours& hours, TimePoint now);

  /// By position, then name.
  [[nodiscard]] std::vector<domain::SlaPolicy> policies();
  void insert(const domain::SlaPolicy& policy, TimePoint now);
  [[nodiscard]] bool update(domain::SlaPolicy& policy, TimePoint now);

 private:
  void count_up(TimePoint now);

  db::Session& session_;
};

/// How a case stands by the settings of a revision.
struct CaseStanding {
  std::int64_t revision = 0;
  std::optional<domain::SlaStanding> standing;  ///< empty: no policy fits
  std::optional<std::int64_t> first_seconds;    ///< of working time
  std::optional<std::int64_t> resolution_seconds;
};

/// What happened to cases, one narrow row each.
class CaseTimesTable {
 public:
  explicit CaseTimesTable(db::Session& session) : session_(session) {}

  [[nodiscard]] std::optional<domain::CaseTimes> of(std::int64_t case_sequence);
  /// Writes the row, which may be there already.
  void put(const domain::Case& value, const domain::CaseTimes& times, const CaseStanding& standing);
  /// Keeps others from changing the case until this unit of work ends; they wait.
  void hold(std::int64_t case_sequence);
  /// Sets the case's due_at to what its row says, without counting its version.
  void set_due(std::int64_t case_sequence, std::optional<TimePoint> due_at);
  /// Sequences of cases that stand by an older revision and could stand otherwise: those not
  /// handled, and those nobody has looked at yet.
  [[nodiscard]] std::vector<std::int64_t> older_than(std::int64_t revision, int limit);
  /// What older_than() finds next time: the unhandled cases of that customer.
  void look_again_at(const domain::CustomerId& customer);
  [[nodiscard]] std::vector<domain::MasterId> labels_of(const domain::CustomerId& customer);

 private:
  db::Session& session_;
};

}  // namespace madoguchi::store
