// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/base/clock.h"
#include "core/base/enum_names.h"
#include "core/db/session.h"
#include "core/domain/case.h"

namespace madoguchi::store {

struct RuleTag;
using RuleId = Id<RuleTag>;

/// What happens by itself when something happens to a case.
struct Rule {
  RuleId id;
  std::string name;
  bool enabled = true;
  std::int64_t position = 0;
  std::string content;  ///< JSON of the service: events, conditions, actions
  std::int64_t version = 1;
};

/// Rules: few, read whole, in the order in which they are tried.
class Rules {
 public:
  explicit Rules(db::Session& session) : session_(session) {}

  [[nodiscard]] std::vector<Rule> all();
  [[nodiscard]] std::optional<Rule> by_id(const RuleId& id);
  void insert(const Rule& rule);
  /// Counts the version up; false when it is no longer at `rule.version`.
  [[nodiscard]] bool update(Rule& rule);
  [[nodiscard]] bool remove(const Rule& rule);

 private:
  db::Session& session_;
};

/// What became of a rule that was to do something in a case.
enum class RuleRunState {
  applied,
  failed,    ///< an action could not be done; nothing of the rule was
  broken,    ///< it names things that there are no more; nothing was tried
  held_back  ///< too much had been done by rules already
};

struct RuleRun {
  std::int64_t sequence = 0;
  RuleId rule;
  domain::CaseId case_id;
  std::int64_t case_sequence = 0;
  TimePoint at;
  std::string event;
  RuleRunState state = RuleRunState::applied;
  std::vector<domain::FieldChange> changes;
  std::string error;  ///< JSON of the service; empty: none
};

class RuleRuns {
 public:
  explicit RuleRuns(db::Session& session) : session_(session) {}

  void insert(const RuleRun& run);
  /// Newest first, those before `before`; 0: from the newest.
  [[nodiscard]] std::vector<RuleRun> of_rule(const RuleId& rule, std::int64_t before, int limit);
  /// How many were applied to the case since then.
  [[nodiscard]] std::int64_t applied_since(const domain::CaseId& id, TimePoint since);
  /// Whether a run was held back in the case since then.
  [[nodiscard]] bool held_back_since(const domain::CaseId& id, TimePoint since);

 private:
  db::Session& session_;
};

}  // namespace madoguchi::store

namespace madoguchi {

template <>
struct EnumNames<store::RuleRunState> {
  static constexpr EnumName<store::RuleRunState> values[] = {
      {store::RuleRunState::applied, "applied"},
      {store::RuleRunState::failed, "failed"},
      {store::RuleRunState::broken, "broken"},
      {store::RuleRunState::held_back, "held_back"}};
};

}  // namespace madoguchi
