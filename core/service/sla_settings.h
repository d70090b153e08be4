// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/store/sla.h"

namespace madoguchi::service {

/// The business hours that are always there; they count where no policy says otherwise.
inline constexpr const char* kDefaultHours = "default";

/// Business hours and SLA policies of one revision, ready for use. Never changes; safe for use by
/// many threads.
class SlaSettings {
 public:
  SlaSettings(std::int64_t revision, const std::vector<domain::BusinessHours>& hours,
              std::vector<domain::SlaPolicy> policies);
  [[nodiscard]] static std::shared_ptr<const SlaSettings> read(db::Session& session,
                                                               std::int64_t revision);

  [[nodiscard]] std::int64_t revision() const { return revision_; }
  /// Whether a policy goes by labels of customers.
  [[nodiscard]] bool asks_for_labels() const { return asks_for_labels_; }
  [[nodiscard]] store::CaseStanding standing_of(const domain::Case& value,
                                                const std::vector<domain::MasterId>& labels,
                                                const domain::CaseTimes& times) const;
  /// Of the hours that are always there.
  [[nodiscard]] const domain::BusinessClock& desk_clock() const;
  /// Of hours that are there, archived ones too.
  [[nodiscard]] const domain::BusinessClock& clock_of(const std::string& hours) const;

 private:
  std::int64_t revision_;
  std::vector<domain::SlaPolicy> policies_;  ///< those in use
  std::map<std::string, domain::BusinessClock> clocks_;
  bool asks_for_labels_ = false;
};

}  // namespace madoguchi::service
