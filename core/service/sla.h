// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "core/jobs/runner.h"
#include "core/service/dto/sla_dto.h"
#include "core/service/environment.h"

namespace madoguchi::service {

/// Business hours and SLA policies. Every change lets a job look again at the cases that are not
/// handled, in small steps; their version and history stay. Safe for use by many threads.
class SlaService {
 public:
  explicit SlaService(const Environment& env) : env_(env) {}

  [[nodiscard]] Result<std::vector<BusinessHoursDto>> hours();
  [[nodiscard]] Result<BusinessHoursDto> hours(const std::string& id);
  [[nodiscard]] Result<BusinessHoursDto> create_hours(const Context& context,
                                                      const BusinessHoursCreateDto& wish);
  [[nodiscard]] Result<BusinessHoursDto> patch_hours(const Context& context, const std::string& id,
                                                     const BusinessHoursPatchDto& wish);
  /// Which days of a year are off, and how long the others are.
  [[nodiscard]] Result<BusinessDaysDto> days(const std::string& id, int year);

  [[nodiscard]] Result<std::vector<SlaPolicyDto>> policies();
  [[nodiscard]] Result<SlaPolicyDto> policy(const std::string& id);
  [[nodiscard]] Result<SlaPolicyDto> create_policy(const Context& context,
                                                   const SlaPolicyCreateDto& wish);
  [[nodiscard]] Result<SlaPolicyDto> patch_policy(const Context& context, const std::string& id,
                                                  const SlaPolicyPatchDto& wish);

  /// What looks again.
  [[nodiscard]] jobs::JobKind job_kind();
  /// At the start: looks at cases that an earlier release or a crash left behind.
  [[nodiscard]] Result<void> begin();

 private:
  const Environment& env_;
};

/// The customer's labels have changed, and with them perhaps what is promised.
void look_again_soon(const Environment& env, db::Session& session,
                     const domain::Customer& customer);

}  // namespace madoguchi::service
