// SPDX-License-Identifier: Apache-2.0
#include "core/service/sla_settings.h"

#include <algorithm>

#include "core/text/time_zone.h"

namespace madoguchi::service {
namespace {

/// Zones are checked when they are set; one that newer tables no longer know counts as Japan's.
domain::ZoneOffsets offsets_of(const std::string& zone) {
  std::vector<domain::ZoneOffsets::Change> changes;
  if (const auto known = text::zone_changes(zone)) {
    for (const text::ZoneChange& one : *known) changes.push_back({one.first, one.second});
  } else {
    changes.push_back({TimePoint{}, std::chrono::hours(9)});
  }
  return domain::ZoneOffsets(std::move(changes));
}

std::optional<std::int64_t> seconds(const std::optional<std::chrono::microseconds>& time) {
  if (!time) return std::nullopt;
  return std::chrono::floor<std::chrono::seconds>(*time).count();
}

}  // namespace

SlaSettings::SlaSettings(std::int64_t revision, const std::vector<domain::BusinessHours>& hours,
                         std::vector<domain::SlaPolicy> policies)
    : revision_(revision) {
  for (const domain::BusinessHours& one : hours) {
    clocks_.emplace(one.id.str(), domain::BusinessClock(one, offsets_of(one.time_zone)));
  }
  for (domain::SlaPolicy& policy : policies) {
    if (policy.archived) continue;
    asks_for_labels_ = asks_for_labels_ || !policy.conditions.customer_labels.empty();
    policies_.push_back(std::move(policy));
  }
}

std::shared_ptr<const SlaSettings> SlaSettings::read(db::Session& session, std::int64_t revision) {
  store::SlaTables tables(session);
  return std::make_shared<const SlaSettings>(revision, tables.hours(), tables.policies());
}

const domain::BusinessClock& SlaSettings::clock_of(const std::string& hours) const {
  return clocks_.at(hours);
}

const domain::BusinessClock& SlaSettings::desk_clock() const { return clock_of(kDefaultHours); }

store::CaseStanding SlaSettings::standing_of(const domain::Case& value,
                                             const std::vector<domain::MasterId>& labels,
                                             const domain::CaseTimes& times) const {
  store::CaseStanding standing;
  standing.revision = revision_;
  const auto policy = std::find_if(
      policies_.begin(), policies_.end(),
      [&](const domain::SlaPolicy& one) { return domain::fits(one.conditions, value, labels); });
  const domain::BusinessClock& clock =
      policy == policies_.end() ? desk_clock() : clock_of(policy->hours.str());
  if (policy != policies_.end()) standing.standing = domain::standing_of(times, *policy, clock);
  standing.first_seconds = seconds(domain::first_response_time(times, clock));
  standing.resolution_seconds = seconds(domain::resolution_time(times, clock));
  return standing;
}

}  // namespace madoguchi::service
