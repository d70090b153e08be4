// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/jobs/runner.h"
#include "core/service/dto/privacy_dto.h"
#include "core/service/environment.h"
#include "core/service/privacy.h"

namespace madoguchi::service {

/// How long things are kept (docs/guide/privacy.md). A job goes through the rules once a day, in
/// small units of work. Safe for use by many threads.
class RetentionService {
 public:
  /// `privacy` outlives it.
  RetentionService(const Environment& env, PrivacyService& privacy)
      : env_(env), privacy_(privacy) {}

  /// To be added to the runner once.
  [[nodiscard]] jobs::JobKind job_kind();
  /// Sees to today's run; called from time to time.
  [[nodiscard]] Result<void> see_to_today();

  [[nodiscard]] Result<RetentionDto> get();
  [[nodiscard]] Result<RetentionDto> put(const Context& context, const store::RetentionRules& wish);
  /// What these rules would take now, each counted up to 1,000.
  [[nodiscard]] Result<RetentionPreviewDto> preview(const store::RetentionRules& wish);

 private:
  using Rules = store::RetentionRules;
  [[nodiscard]] Result<void> run(const Rules& rules, jobs::Claim& claim);
  [[nodiscard]] Result<void> erase_cases(TimePoint before, jobs::Claim& claim);
  [[nodiscard]] Result<void> give_up_mails(TimePoint before, jobs::Claim& claim);
  [[nodiscard]] Result<void> erase_customers(TimePoint before, jobs::Claim& claim);
  [[nodiscard]] Result<void> forget_sightings(TimePoint before, jobs::Claim& claim);
  [[nodiscard]] TimePoint days_ago(std::int64_t days) const;

  const Environment& env_;
  PrivacyService& privacy_;
};

}  // namespace madoguchi::service
