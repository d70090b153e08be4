// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/base/clock.h"
#include "core/base/enum_names.h"
#include "core/db/session.h"
#include "core/domain/agent.h"
#include "core/domain/change.h"

namespace madoguchi::store {

enum class OperationState { running, done, cancelled };
enum class OperationRowState { ready, done, failed, cancelled };

/// One wish for many objects.
struct Operation {
  std::string id;
  std::string kind;
  std::string wish;  ///< the kind's own JSON
  bool preview = false;
  OperationState state = OperationState::running;
  std::int64_t runs = 1;  ///< counts retries
  domain::AgentId agent;
  std::string agent_name;
  std::vector<std::int64_t> edit_locks;  ///< tokens of who began it
  TimePoint created_at;
  std::optional<TimePoint> ended_at;
};

struct OperationRow {
  std::int64_t position = 0;
  std::string object;  ///< as the facade addresses it
  OperationRowState state = OperationRowState::ready;
  std::string error;                         ///< JSON of the service, of a failed one
  std::vector<domain::FieldChange> changes;  ///< of one that is done
};

class Operations {
 public:
  explicit Operations(db::Session& session) : session_(session) {}

  void insert(const Operation& operation, const std::vector<std::string>& objects);
  [[nodiscard]] std::optional<Operation> by_id(const std::string& id);
  /// State, runs, end and edit locks.
  void update(const Operation& operation);
  /// False, and nothing changes, when it does not run any more: of two ends the first counts.
  bool end(const std::string& id, OperationState state, TimePoint at);
  [[nodiscard]] std::vector<OperationRow> rows(const std::string& id);
  [[nodiscard]] std::vector<OperationRow> ready(const std::string& id, int limit);
  /// False when the row is not ready any more: somebody else ended it, or it was cancelled.
  [[nodiscard]] bool end_row(const std::string& id, std::int64_t position, OperationRowState state,
                             const std::string& error);
  void set_changes(const std::string& id, std::int64_t position,
                   const std::vector<domain::FieldChange>& changes);
  /// Every row in the one state goes into the other; how many.
  std::int64_t move_rows(const std::string& id, OperationRowState from, OperationRowState to);

 private:
  db::Session& session_;
};

}  // namespace madoguchi::store

namespace madoguchi {

template <>
struct EnumNames<store::OperationState> {
  static constexpr EnumName<store::OperationState> values[] = {
      {store::OperationState::running, "running"},
      {store::OperationState::done, "done"},
      {store::OperationState::cancelled, "cancelled"}};
};

template <>
struct EnumNames<store::OperationRowState> {
  static constexpr EnumName<store::OperationRowState> values[] = {
      {store::OperationRowState::ready, "ready"},
      {store::OperationRowState::done, "done"},
      {store::OperationRowState::failed, "failed"},
      {store::OperationRowState::cancelled, "cancelled"}};
};

}  // namespace madoguchi
