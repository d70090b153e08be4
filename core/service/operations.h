// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "core/jobs/runner.h"
#include "core/service/dto/operation_dto.h"
#include "core/service/environment.h"

namespace madoguchi::service {

/// One wish for many objects, worked off by a job (contract: Bulk calls). Each object is changed in
/// a transaction of its own, together with its row: wholly or not at all, and once, whatever
/// crashes. What fails stops no other, and can be tried again. A preview does the same and rolls it
/// back. Safe for use by many threads, once all kinds were added.
class OperationService {
 public:
  /// Changes one object as whoever began the operation may do now; says what became different.
  using Fields = std::vector<domain::FieldChange>;
  using Change = std::function<Result<Fields>(db::Session& session, const Context& context,
                                              const std::string& object, const std::string& wish)>;

  explicit OperationService(const Environment& env) : env_(env) {}

  /// Who began it needs `permission` still when a row is worked off.
  void add(const std::string& kind, domain::Permission permission, Change change);
  /// To be added to the runner once.
  [[nodiscard]] jobs::JobKind job_kind();

  /// `wish` is the kind's own, handed to each change.
  [[nodiscard]] Result<OperationStartedDto> start(const Context& context, const std::string& kind,
                                                  const std::string& wish, bool preview,
                                                  const std::vector<std::string>& objects);
  /// Its own, or anybody's for who may read operations.
  [[nodiscard]] Result<OperationDto> get(const domain::Caller& caller, const std::string& id);
  /// Tries the rows that failed once more.
  [[nodiscard]] Result<OperationDto> retry(const Context& context, const std::string& id);
  /// Rows that were not begun stay as they are.
  [[nodiscard]] Result<OperationDto> cancel(const Context& context, const std::string& id);

 private:
  jobs::Outcome run(const jobs::Job& job, jobs::Claim& claim);
  /// `unavailable` when the row's end is not known.
  Result<void> work_off(const store::Operation& operation, const store::OperationRow& row);
  Result<Context> context_of(const store::Operation& operation, domain::Permission permission);

  const Environment& env_;
  struct Kind {
    domain::Permission permission;
    Change change;
  };
  std::map<std::string, Kind> kinds_;
};

}  // namespace madoguchi::service
