// SPDX-License-Identifier: Apache-2.0
#include "core/domain/sla.h"

#include <algorithm>

namespace madoguchi::domain {
namespace {

using std::chrono::microseconds;

template <class T>
bool one_of(const std::vector<T>& wanted, const std::optional<T>& given) {
  return wanted.empty() ||
         (given && std::find(wanted.begin(), wanted.end(), *given) != wanted.end());
}

template <class T>
bool any_of(const std::vector<T>& wanted, const std::vector<T>& given) {
  return wanted.empty() || std::any_of(given.begin(), given.end(), [&](const T& one) {
           return std::find(wanted.begin(), wanted.end(), one) != wanted.end();
         });
}

bool is_handled(const Case& value) { return group_of(value.status) == StatusGroup::handled; }

/// The customer has been told something: what waited for it no longer does.
void answer(CaseTimes& times, const Case& value, TimePoint now) {
  if (!times.first_at) {
    times.first_at = now;
    if (!times.first_since) times.first_since = times.opened_at;
  }
  // The answer was written before the last thing that was said, and is none to it.
  const bool goes_on = value.status == CaseStatus::new_ || value.status == CaseStatus::open;
  if (goes_on && value.last_inbound_at && times.waiting_since) return;
  if (times.waiting_since) times.last_wait = Pause{*times.waiting_since, now};
  times.waiting_since.reset();
}

void stop(CaseTimes& times, const Case& value, TimePoint now) {
  if (!times.stopped_since) times.stopped_since = now;
  if (!is_handled(value) || times.handled_at) return;
  times.handled_at = now;
  times.waiting_since.reset();
  if (!times.first_at) times.first_since.reset();
}

void go_on(CaseTimes& times, CaseHappening happening, TimePoint now) {
  if (times.stopped_since) {
    if (*times.stopped_since < now) times.pauses.push_back({*times.stopped_since, now});
    times.stopped_since.reset();
  }
  if (!times.handled_at) return;
  times.handled_at.reset();
  if (happening != CaseHappening::moved_back) ++times.reopened;
  if (!times.first_at && !times.first_since) times.first_since = now;
}

microseconds minutes(std::int64_t count) { return std::chrono::minutes(count); }

SlaClock ended(TimePoint from, TimePoint to, microseconds target, const BusinessClock& clock) {
  const bool met = clock.between(from, to) <= target;
  return {clock.after(from, target), to, met ? SlaState::met : SlaState::missed};
}

SlaClock first_response(const CaseTimes& times, microseconds target, const BusinessClock& clock) {
  if (!times.first_since) return {std::nullopt, std::nullopt, SlaState::not_needed};
  if (times.first_at) return ended(*times.first_since, *times.first_at, target, clock);
  return {clock.after(*times.first_since, target), std::nullopt, SlaState::running};
}

std::optional<SlaClock> next_response(const CaseTimes& times, microseconds target,
                                      const BusinessClock& clock) {
  if (times.waiting_since && times.first_at) {
    return SlaClock{clock.after(*times.waiting_since, target), std::nullopt, SlaState::running};
  }
  if (!times.last_wait) return std::nullopt;
  return ended(times.last_wait->from, times.last_wait->to, target, clock);
}

SlaClock resolution(const CaseTimes& times, microseconds target, const BusinessClock& clock) {
  TimePoint from = times.opened_at;
  const auto overdue = [&](TimePoint until) -> std::optional<TimePoint> {
    const microseconds worked = clock.between(from, until);
    if (worked > target) return clock.after(from, target);
    target -= worked;
    return std::nullopt;
  };
  const SlaState late = times.handled_at ? SlaState::missed : SlaState::running;
  for (const Pause& pause : times.pauses) {
    if (const auto due = overdue(pause.from)) return {due, times.handled_at, late};
    from = pause.to;
  }
  if (!times.stopped_since) return {clock.after(from, target), std::nullopt, SlaState::running};
  if (const auto due = overdue(*times.stopped_since)) return {due, times.handled_at, late};
  if (!times.handled_at) return {std::nullopt, std::nullopt, SlaState::paused};
  return {clock.after(*times.stopped_since, target), times.handled_at, SlaState::met};
}

}  // namespace

bool fits(const SlaConditions& conditions, const Case& value,
          const std::vector<MasterId>& customer_labels) {
  return one_of(conditions.priorities, std::optional(value.priority)) &&
         one_of(conditions.categories, value.category) &&
         one_of(conditions.channels, std::optional(value.channel)) &&
         one_of(conditions.mailboxes, value.mailbox) && any_of(conditions.tags, value.tags) &&
         any_of(conditions.customer_labels, customer_labels);
}

void take_down(CaseTimes& times, const Case& value, CaseHappening happening, TimePoint now) {
  if (happening == CaseHappening::opened) {
    times.opened_at = value.created_at;
    times.first_since = value.created_at;
  }
  if (happening == CaseHappening::answered) answer(times, value, now);
  const bool stands = is_handled(value) || value.status == CaseStatus::pending;
  if (stands && !is_handled(value) && times.handled_at) go_on(times, happening, now);
  if (stands) {
    stop(times, value, now);
  } else {
    go_on(times, happening, now);
  }
  if (happening == CaseHappening::inbound && !stands && times.first_at && !times.waiting_since) {
    times.waiting_since = now;
  }
}

std::optional<TimePoint> SlaStanding::due_at() const {
  std::optional<TimePoint> first;
  for (const std::optional<SlaClock>& clock : {first_response, next_response, resolution}) {
    if (!clock || clock->state != SlaState::running || !clock->due_at) continue;
    if (!first || *clock->due_at < *first) first = clock->due_at;
  }
  return first;
}

SlaStanding standing_of(const CaseTimes& times, const SlaPolicy& policy,
                        const BusinessClock& clock) {
  SlaStanding standing;
  standing.policy = {policy.id.str(), policy.name};
  const SlaTargets& targets = policy.targets;
  if (targets.first_response) {
    standing.first_response = first_response(times, minutes(*targets.first_response), clock);
  }
  if (targets.next_response) {
    standing.next_response = next_response(times, minutes(*targets.next_response), clock);
  }
  if (targets.resolution) {
    standing.resolution = resolution(times, minutes(*targets.resolution), clock);
  }
  return standing;
}

std::optional<microseconds> first_response_time(const CaseTimes& times,
                                                const BusinessClock& clock) {
  if (!times.first_since || !times.first_at) return std::nullopt;
  return clock.between(*times.first_since, *times.first_at);
}

std::optional<microseconds> resolution_time(const CaseTimes& times, const BusinessClock& clock) {
  if (!times.handled_at) return std::nullopt;
  TimePoint from = times.opened_at;
  microseconds sum{0};
  for (const Pause& pause : times.pauses) {
    sum += clock.between(from, pause.from);
    from = pause.to;
  }
  return sum + clock.between(from, times.stopped_since.value_or(*times.handled_at));
}

}  // namespace madoguchi::domain
