// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/base/clock.h"
#include "core/base/enum_names.h"
#include "core/base/id.h"
#include "core/domain/business_hours.h"
#include "core/domain/case.h"
#include "core/domain/customer.h"

namespace madoguchi::domain {

struct SlaPolicyTag;
using SlaPolicyId = Id<SlaPolicyTag>;

/// Which cases a policy is for: of each list that is not empty, the case has one at least.
struct SlaConditions {
  std::vector<Priority> priorities;
  std::vector<CategoryId> categories;
  std::vector<Channel> channels;
  std::vector<MailboxId> mailboxes;
  std::vector<std::string> tags;
  std::vector<MasterId> customer_labels;

  bool operator==(const SlaConditions&) const = default;
};

/// How many minutes of working time each may take; what is empty is not promised.
struct SlaTargets {
  std::optional<std::int64_t> first_response;
  std::optional<std::int64_t> next_response;
  std::optional<std::int64_t> resolution;

  bool operator==(const SlaTargets&) const = default;
};

/// What a desk promises for some of its cases. The first one that fits a case, by position, counts.
/// In use it is archived, never deleted.
struct SlaPolicy {
  SlaPolicyId id;
  std::string name;
  std::int64_t position = 0;
  SlaConditions conditions;
  SlaTargets targets;
  BusinessHoursId hours;
  bool archived = false;
  std::int64_t version = 1;
};

[[nodiscard]] bool fits(const SlaConditions& conditions, const Case& value,
                        const std::vector<MasterId>& customer_labels);

struct Pause {
  TimePoint from;
  TimePoint to;

  bool operator==(const Pause&) const = default;
};

/// What happened to a case as far as promised times go by it. No policy, holiday or change of hours
/// makes it different.
struct CaseTimes {
  TimePoint opened_at;
  /// From when on a first answer is waited for; empty: the case was handled without one.
  std::optional<TimePoint> first_since;
  std::optional<TimePoint> first_at;
  /// The first thing that was said since the last answer, and waits for the next one.
  std::optional<TimePoint> waiting_since;
  /// The last wait that ended by an answer.
  std::optional<Pause> last_wait;
  /// Since when the case is pending or handled, and when it was so before.
  std::optional<TimePoint> stopped_since;
  std::vector<Pause> pauses;
  std::optional<TimePoint> handled_at;
  std::int64_t reopened = 0;

  bool operator==(const CaseTimes&) const = default;
};

/// opened: first of all. inbound: the customer said something. answered: an agent did, to the
/// customer. moved_back: a merge was undone, which reopens nothing. other: anything else.
enum class CaseHappening { opened, inbound, answered, moved_back, other };

/// Takes down what happened at `now`; `value` is the case as it is since.
void take_down(CaseTimes& times, const Case& value, CaseHappening happening, TimePoint now);

/// running: it is waited for, overdue when due_at is past. paused: the clock stands still. met,
/// missed: it ended in time, or late. not_needed: the case was handled without it.
enum class SlaState { running, paused, met, missed, not_needed };

struct SlaClock {
  std::optional<TimePoint> due_at;
  std::optional<TimePoint> met_at;  ///< when it ended
  SlaState state = SlaState::running;

  bool operator==(const SlaClock&) const = default;
};

struct SlaPolicyName {
  std::string id;
  std::string name;

  bool operator==(const SlaPolicyName&) const = default;
};

/// How a case stands with what its policy promises.
struct SlaStanding {
  SlaPolicyName policy;
  std::optional<SlaClock> first_response;
  std::optional<SlaClock> next_response;
  std::optional<SlaClock> resolution;

  /// The first that is due of those that run.
  [[nodiscard]] std::optional<TimePoint> due_at() const;
  bool operator==(const SlaStanding&) const = default;
};

/// Pure: the same times, policy and clock always give the same standing.
[[nodiscard]] SlaStanding standing_of(const CaseTimes& times, const SlaPolicy& policy,
                                      const BusinessClock& clock);

/// Working time until the first answer was given, and until the case was handled without the time
/// in which it stood still. Empty: it was not.
[[nodiscard]] std::optional<std::chrono::microseconds> first_response_time(
    const CaseTimes& times, const BusinessClock& clock);
[[nodiscard]] std::optional<std::chrono::microseconds> resolution_time(const CaseTimes& times,
                                                                       const BusinessClock& clock);

}  // namespace madoguchi::domain

namespace madoguchi {

template <>
struct EnumNames<domain::SlaState> {
  static constexpr EnumName<domain::SlaState> values[] = {
      {domain::SlaState::running, "running"},
      {domain::SlaState::paused, "paused"},
      {domain::SlaState::met, "met"},
      {domain::SlaState::missed, "missed"},
      {domain::SlaState::not_needed, "not_needed"}};
};

}  // namespace madoguchi
