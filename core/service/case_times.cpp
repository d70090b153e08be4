// SPDX-License-Identifier: Apache-2.0
#include "core/service/case_times.h"

#include "core/service/directory.h"
#include "core/service/sla_settings.h"
#include "core/store/cases.h"
#include "core/store/messages.h"

namespace madoguchi::service {
namespace {

using domain::CaseHappening;

/// Whether the call that the change names got through to somebody.
bool was_spoken(db::Session& session, const domain::Change& change) {
  for (const domain::FieldChange& field : change.fields) {
    if (field.field != "message") continue;
    const std::optional<domain::Message> message =
        store::Messages(session).by_id(domain::MessageId(field.to));
    return message && message->call && message->call->outcome == domain::CallOutcome::spoken;
  }
  return false;
}

store::CaseStanding stand(const Environment& env, db::Session& session, domain::Case& value,
                          const domain::CaseTimes& times) {
  const std::shared_ptr<const SlaSettings> settings = env.directory.sla(session);
  std::vector<domain::MasterId> labels;
  if (value.customer && settings->asks_for_labels()) {
    labels = store::CaseTimesTable(session).labels_of(*value.customer);
  }
  store::CaseStanding standing = settings->standing_of(value, labels, times);
  value.due_at.reset();
  if (standing.standing && !times.handled_at) value.due_at = standing.standing->due_at();
  return standing;
}

/// What can be known of a case that was opened while nobody took down times.
domain::CaseTimes reconstructed(const domain::Case& value) {
  domain::CaseTimes times;
  domain::Case opened = value;
  opened.status = domain::CaseStatus::new_;
  domain::take_down(times, opened, CaseHappening::opened, value.created_at);
  return times;
}

}  // namespace

CaseHappening happening_of(db::Session& session, const domain::Case& value,
                           const domain::Change& change) {
  if (change.event == "case.message_received") return CaseHappening::inbound;
  if (change.event == "case.replied") return CaseHappening::answered;
  if (change.event == "case.called") {
    return was_spoken(session, change) ? CaseHappening::answered : CaseHappening::other;
  }
  if (change.event == "case.merge_undone") return CaseHappening::moved_back;
  // What waited for an answer in the other case waits here.
  const bool waits =
      value.status == domain::CaseStatus::new_ || value.status == domain::CaseStatus::open;
  return change.event == "case.absorbed" && waits ? CaseHappening::inbound : CaseHappening::other;
}

KeptTimes times_at_opening(const Environment& env, db::Session& session, domain::Case& value,
                           bool spoken) {
  KeptTimes kept;
  domain::take_down(kept.times, value, CaseHappening::opened, value.created_at);
  if (spoken) {
    kept.times.first_since = value.created_at;
    kept.times.first_at = value.created_at;
  }
  kept.standing = stand(env, session, value, kept.times);
  return kept;
}

KeptTimes times_after(const Environment& env, db::Session& session, domain::Case& value,
                      CaseHappening happening) {
  KeptTimes kept;
  std::optional<domain::CaseTimes> before = store::CaseTimesTable(session).of(value.sequence);
  kept.times = before ? std::move(*before) : reconstructed(value);
  domain::take_down(kept.times, value, happening, env.clock.now());
  kept.standing = stand(env, session, value, kept.times);
  return kept;
}

void look_again(const Environment& env, db::Session& session, std::int64_t case_sequence) {
  store::CaseTimesTable table(session);
  // What happens to it meanwhile must not be overwritten by what it was before.
  table.hold(case_sequence);
  std::optional<store::CaseRecord> record = store::Cases(session).by_sequence(case_sequence);
  if (!record) return;
  domain::Case& value = record->value;
  const std::optional<domain::CaseTimes> times = table.of(value.sequence);
  if (!times) return;
  const store::CaseStanding standing = stand(env, session, value, *times);
  table.put(value, *times, standing);
  table.set_due(value.sequence, value.due_at);
}

}  // namespace madoguchi::service
