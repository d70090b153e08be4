// SPDX-License-Identifier: Apache-2.0
#include "core/service/case_access.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/service/case_dto_of.h"
#include "core/service/case_times.h"
#include "core/service/case_waking.h"
#include "core/service/rule_engine.h"
#include "core/service/unit_of_work.h"

namespace madoguchi::service {

Error no_such_case(const std::string& number) {
  return Error::not_found({fmt::format("There is no case {}.", number.substr(0, 40)),
                           fmt::format("ケース {} はありません。", number.substr(0, 40))});
}

Result<store::CaseRecord> find_case(db::Session& session, const domain::Caller& caller,
                                    const std::string& number) {
  const std::optional<std::int64_t> sequence = domain::parse_case_number(number);
  if (!sequence) return fail(no_such_case(number));
  store::Cases cases(session);
  std::optional<store::CaseRecord> record = cases.by_sequence(*sequence);
  if (!record || !cases.visible(record->value, caller.scope)) return fail(no_such_case(number));
  return std::move(*record);
}

Result<void> check_version(const Context& context, const store::CaseRecord& record,
                           const DirectoryView& directory) {
  if (!context.if_match || *context.if_match == record.value.version) return {};
  return fail(Error::stale().with_member(
      "current",
      json::to_string(case_dto_of(record.row, directory, context.caller), context.caller.hides())));
}

std::vector<domain::MailboxId> sight_of(db::Session& session, const domain::Case& value) {
  std::vector<domain::MailboxId> mailboxes;
  if (!value.mailbox) return mailboxes;
  mailboxes.push_back(*value.mailbox);
  for (const store::Placement& placement : store::Cases(session).placements(value.id)) {
    if (std::find(mailboxes.begin(), mailboxes.end(), placement.mailbox) == mailboxes.end()) {
      mailboxes.push_back(placement.mailbox);
    }
  }
  return mailboxes;
}

void insert_case(const Environment& env, db::Session& session, domain::Case& value, bool spoken) {
  const KeptTimes times = times_at_opening(env, session, value, spoken);
  store::Cases(session).insert(value);
  store::CaseTimesTable(session).put(value, times.times, times.standing);
}

void save_case(const Environment& env, db::Session& session, const domain::Caller& caller,
               domain::Case& value, const domain::Change& change) {
  write_case(env, session, caller, value, change);
  tell_rules(env, session, value, change);
}

void write_case(const Environment& env, db::Session& session, const domain::Caller& caller,
                domain::Case& value, const domain::Change& change) {
  value.modified_at = env.clock.now();
  const KeptTimes times = times_after(env, session, value, happening_of(session, value, change));
  if (!store::Cases(session).update(value)) {
    throw db::Failure(db::FailureKind::serialization, "the case changed meanwhile");
  }
  store::CaseTimesTable(session).put(value, times.times, times.standing);
  wake_later(env, session, value);
  store::ChangeEntry entry;
  entry.event = change.event;
  entry.object_type = "case";
  entry.object_id = value.number();
  entry.case_id = value.id;
  entry.customer_id = value.customer;
  entry.mailboxes = sight_of(session, value);
  entry.fields = change.fields;
  announce(env, session, caller, std::move(entry));
}

}  // namespace madoguchi::service
