// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "core/base/guarded.h"
#include "core/service/dto/intake_dto.h"
#include "core/service/environment.h"
#include "core/store/intake_ledger.h"

namespace madoguchi::service {

/// What was stored against what became of it, per mailbox and day (UTC). Safe for use by many
/// threads.
class IntakeLedgerService {
 public:
  explicit IntakeLedgerService(const Environment& env);

  /// Days as "2026-11-22", both included; without them the last seven days. At most 400 days.
  [[nodiscard]] Result<LedgerDto> ledger(const domain::Caller& caller, const std::string& mailbox,
                                         const std::optional<std::string>& from,
                                         const std::optional<std::string>& to);

  /// Closes hours that are over, counts those of the last week again, looks for recent mails that
  /// no count shows, and raises the alarm. Called every few minutes; a replica more does no harm.
  [[nodiscard]] Result<void> check();
  /// Sets the gauges of today and of all that is not accounted for; called when somebody looks.
  [[nodiscard]] Result<void> measure();

 private:
  /// What the last check found.
  struct Alarm {
    std::int64_t difference = 0;
    store::IntakeFindings findings;

    bool operator==(const Alarm&) const = default;
  };

  const Environment& env_;
  Guarded<Alarm> alarm_;
};

}  // namespace madoguchi::service
