// SPDX-License-Identifier: Apache-2.0
#include "core/service/sla.h"

#include <algorithm>

#include "core/domain/japanese_holidays.h"
#include "core/domain/names.h"
#include "core/service/case_times.h"
#include "core/service/directory.h"
#include "core/service/sla_settings.h"
#include "core/service/unit_of_work.h"
#include "core/store/sla.h"
#include "core/text/time_zone.h"

namespace madoguchi::service {
namespace {

using domain::BusinessHours;
using domain::SlaPolicy;
using DirectoryNow = std::shared_ptr<const DirectoryView>;

constexpr char kLookAgain[] = "sla.look_again";
/// Longer than any unit of work: who began before the change has ended by then.
constexpr std::chrono::minutes kStragglers{2};
constexpr int kCasesAStep = 100;
constexpr std::size_t kMostHours = 100;
constexpr std::size_t kMostPolicies = 200;

BusinessHoursDto dto_of(const BusinessHours& hours) {
  return {hours.id.str(),          hours.name,         hours.time_zone, store::written(hours.week),
          hours.japanese_holidays, hours.special_days, hours.archived,  hours.version};
}

SlaPolicyDto dto_of(const SlaPolicy& policy, const DirectoryView& directory) {
  SlaPolicyDto dto{policy.id.str(), policy.name,        policy.position, policy.conditions,
                   policy.targets,  policy.hours.str(), policy.archived, policy.version};
  for (domain::MailboxId& mailbox : dto.conditions.mailboxes) {
    const domain::Mailbox* known = directory.mailbox(mailbox);
    if (known != nullptr) mailbox = domain::MailboxId(known->name);
  }
  return dto;
}

Error in_use(const char* pointer) {
  return Error::invalid(pointer, {"That is in use already.", "すでに使われています。"});
}

Error no_such_hours() {
  return Error::not_found({"There are no such business hours.", "その営業時間はありません。"});
}

Error no_such_policy() {
  return Error::not_found({"There is no such SLA policy.", "その SLA ポリシーはありません。"});
}

template <class T>
T* with_id(std::vector<T>& all, const std::string& id) {
  const auto found =
      std::find_if(all.begin(), all.end(), [&](const T& one) { return one.id.str() == id; });
  return found == all.end() ? nullptr : &*found;
}

template <class T>
bool is_named(const std::vector<T>& all, const T& value) {
  return std::any_of(all.begin(), all.end(),
                     [&](const T& one) { return one.id != value.id && one.name == value.name; });
}

Result<void> check_hours(const BusinessHours& hours, const std::vector<BusinessHours>& all) {
  if (is_named(all, hours)) return fail(in_use("/name"));
  if (!text::zone_changes(hours.time_zone)) {
    return fail(Error::invalid(
        "/time_zone", {"There is no such time zone. Use a name of the IANA table: Asia/Tokyo.",
                       "その名前のタイムゾーンはありません。Asia/Tokyo のように IANA の名前で指定"
                       "してください。"}));
  }
  return domain::check(hours);
}

/// Mailboxes of conditions by their ids; everything that they name is there.
Result<domain::SlaConditions> conditions_of(domain::SlaConditions wish,
                                            const DirectoryView& directory) {
  const auto refuse = [](const char* member, std::size_t at, Text why) {
    return fail(Error::invalid(std::string("/conditions/") + member + "/" + std::to_string(at),
                               std::move(why)));
  };
  for (std::size_t i = 0; i < wish.mailboxes.size(); ++i) {
    const domain::Mailbox* mailbox = directory.mailbox_named(wish.mailboxes[i].str());
    if (mailbox == nullptr) {
      return refuse("mailboxes", i,
                    {"There is no mailbox of that name. GET /mailboxes lists them.",
                     "その名前のメールボックスはありません。GET /mailboxes で確認できます。"});
    }
    wish.mailboxes[i] = mailbox->id;
  }
  for (std::size_t i = 0; i < wish.categories.size(); ++i) {
    if (directory.category(wish.categories[i]) != nullptr) continue;
    return refuse("categories", i,
                  {"There is no such category. GET /categories lists them.",
                   "その区分はありません。GET /categories で確認できます。"});
  }
  for (std::size_t i = 0; i < wish.customer_labels.size(); ++i) {
    const domain::MasterEntry* label = directory.master_entry(wish.customer_labels[i].str());
    if (label != nullptr && label->kind == domain::MasterKind::customer_label) continue;
    return refuse("customer_labels", i,
                  {"There is no such label. GET /labels lists them.",
                   "そのラベルはありません。GET /labels で確認できます。"});
  }
  return wish;
}

Result<domain::BusinessHoursId> hours_for(std::vector<BusinessHours> all, const std::string& id) {
  const BusinessHours* const hours = with_id(all, id);
  if (hours != nullptr && !hours->archived) return hours->id;
  return fail(Error::invalid("/business_hours",
                             {"There are no such business hours. GET /business-hours lists them.",
                              "その営業時間はありません。GET /business-hours で確認できます。"}));
}

void put_job(const Environment& env, db::Session& session, const std::string& why,
             std::optional<TimePoint> at = std::nullopt) {
  jobs::NewJob job;
  job.kind = kLookAgain;
  job.key = std::string(kLookAgain) + ":" + why;
  job.run_at = at;
  env.queue.put(session, job);
}

void announce_sla(const Environment& env, db::Session& session, const domain::Caller& caller,
                  const char* event, const char* type, const std::string& id,
                  const std::string& from, const std::string& to) {
  store::ChangeEntry entry;
  entry.event = event;
  entry.object_type = type;
  entry.object_id = id;
  entry.fields = {{type, from, to}};
  announce(env, session, caller, std::move(entry));
  const std::string revision = std::to_string(store::SlaTables(session).revision());
  put_job(env, session, revision);
  put_job(env, session, revision + ":again", env.clock.now() + kStragglers);
}

/// One step: so many cases in one transaction. False when nothing is left.
Result<bool> look_again_at_some(const Environment& env) {
  return env.database.in_transaction([&](db::Session& session) -> Result<bool> {
    const std::int64_t revision = store::SlaTables(session).revision();
    const std::vector<std::int64_t> some =
        store::CaseTimesTable(session).older_than(revision, kCasesAStep);
    for (const std::int64_t sequence : some) {
      look_again(env, session, sequence);
    }
    return some.size() == static_cast<std::size_t>(kCasesAStep);
  });
}

jobs::Outcome look_again_at_all(const Environment& env, jobs::Claim& claim) {
  while (true) {
    const Result<bool> more = look_again_at_some(env);
    if (!more) return jobs::Outcome::retry(more.error().describe());
    if (!*more) return jobs::Outcome::done();
    if (Result<void> ours = claim.extend(); !ours) {
      return jobs::Outcome::retry(ours.error().describe());
    }
  }
}

}  // namespace

Result<std::vector<BusinessHoursDto>> SlaService::hours() {
  return env_.database.read([](db::Session& session) -> Result<std::vector<BusinessHoursDto>> {
    std::vector<BusinessHoursDto> dtos;
    for (const BusinessHours& one : store::SlaTables(session).hours()) dtos.push_back(dto_of(one));
    return dtos;
  });
}

Result<BusinessHoursDto> SlaService::hours(const std::string& id) {
  return env_.database.read([&](db::Session& session) -> Result<BusinessHoursDto> {
    std::vector<BusinessHours> all = store::SlaTables(session).hours();
    const BusinessHours* const found = with_id(all, id);
    if (found == nullptr) return fail(no_such_hours());
    return dto_of(*found);
  });
}

Result<BusinessDaysDto> SlaService::days(const std::string& id, int year) {
  return env_.database.read([&](db::Session& session) -> Result<BusinessDaysDto> {
    std::vector<BusinessHours> all = store::SlaTables(session).hours();
    const BusinessHours* const found = with_id(all, id);
    if (found == nullptr) return fail(no_such_hours());
    BusinessDaysDto dto;
    dto.year = year;
    if (found->japanese_holidays) {
      for (const domain::Holiday& holiday : domain::japanese_holidays(year)) {
        dto.holidays.push_back({domain::BusinessDate::of(TimePoint(holiday.day)), holiday.name.ja});
      }
    }
    const SlaSettings settings(0, {*found}, {});
    const domain::BusinessClock& clock = settings.clock_of(found->id.str());
    const auto begin = [&](int of) {
      return clock.begin_of(std::chrono::sys_days(std::chrono::year(of) / 1 / 1));
    };
    dto.business_minutes =
        std::chrono::floor<std::chrono::minutes>(clock.between(begin(year), begin(year + 1)))
            .count();
    return dto;
  });
}

Result<BusinessHoursDto> SlaService::create_hours(const Context& context,
                                                  const BusinessHoursCreateDto& wish) {
  if (Result<void> clean = refuse_card_numbers(wish.name, "/name"); !clean) {
    return fail(std::move(clean.error()));
  }
  BusinessHours hours;
  hours.id = env_.ids.make<domain::BusinessHoursId>();
  hours.name = wish.name;
  hours.time_zone = wish.time_zone;
  hours.week = store::read(wish.week);
  hours.japanese_holidays = wish.japanese_holidays;
  hours.special_days = wish.special_days;
  return command(env_, context, [&](db::Session& session) -> Result<BusinessHoursDto> {
    store::SlaTables tables(session);
    const std::vector<BusinessHours> all = tables.hours();
    if (all.size() >= kMostHours) {
      return fail(
          Error::conflict("too-many", {"There are 100 already.", "登録は 100 件までです。"}));
    }
    if (Result<void> good = check_hours(hours, all); !good) return fail(std::move(good.error()));
    tables.insert(hours, env_.clock.now());
    announce_sla(env_, session, context.caller, "business_hours.created", "business_hours",
                 hours.id.str(), "", json::to_string(dto_of(hours)));
    return dto_of(hours);
  });
}

Result<BusinessHoursDto> SlaService::patch_hours(const Context& context, const std::string& id,
                                                 const BusinessHoursPatchDto& wish) {
  if (Result<void> clean = refuse_card_numbers(wish.name.value_or(""), "/name"); !clean) {
    return fail(std::move(clean.error()));
  }
  return command(env_, context, [&](db::Session& session) -> Result<BusinessHoursDto> {
    store::SlaTables tables(session);
    std::vector<BusinessHours> all = tables.hours();
    const BusinessHours* const found = with_id(all, id);
    if (found == nullptr) return fail(no_such_hours());
    BusinessHours hours = *found;
    const std::string before = json::to_string(dto_of(hours));
    if (context.if_match && *context.if_match != hours.version) {
      return fail(Error::stale().with_member("current", before));
    }
    hours.name = wish.name.value_or(hours.name);
    hours.time_zone = wish.time_zone.value_or(hours.time_zone);
    if (wish.week) hours.week = store::read(*wish.week);
    hours.japanese_holidays = wish.japanese_holidays.value_or(hours.japanese_holidays);
    hours.special_days = wish.special_days.value_or(hours.special_days);
    hours.archived = wish.archived.value_or(hours.archived);
    if (Result<void> good = check_hours(hours, all); !good) return fail(std::move(good.error()));
    if (hours.archived && id == kDefaultHours) {
      return fail(Error::conflict("default-hours", {"These hours are always there. Change them.",
                                                    "標準の営業時間はアーカイブできません。"}));
    }
    const std::vector<SlaPolicy> policies = tables.policies();
    if (hours.archived && std::any_of(policies.begin(), policies.end(), [&](const SlaPolicy& one) {
          return !one.archived && one.hours == hours.id;
        })) {
      return fail(Error::conflict("in-use", {"A policy counts by these hours.",
                                             "この営業時間を使っている SLA ポリシーがあります。"}));
    }
    if (json::to_string(dto_of(hours)) == before) return dto_of(hours);
    if (!tables.update(hours, env_.clock.now())) {
      throw db::Failure(db::FailureKind::serialization, "the hours changed meanwhile");
    }
    announce_sla(env_, session, context.caller, "business_hours.changed", "business_hours", id,
                 before, json::to_string(dto_of(hours)));
    return dto_of(hours);
  });
}

Result<std::vector<SlaPolicyDto>> SlaService::policies() {
  const Result<DirectoryNow> directory = env_.directory.view();
  if (!directory) return fail(directory.error());
  return env_.database.read([&](db::Session& session) -> Result<std::vector<SlaPolicyDto>> {
    std::vector<SlaPolicyDto> dtos;
    for (const SlaPolicy& one : store::SlaTables(session).policies()) {
      dtos.push_back(dto_of(one, **directory));
    }
    return dtos;
  });
}

Result<SlaPolicyDto> SlaService::policy(const std::string& id) {
  const Result<DirectoryNow> directory = env_.directory.view();
  if (!directory) return fail(directory.error());
  return env_.database.read([&](db::Session& session) -> Result<SlaPolicyDto> {
    std::vector<SlaPolicy> all = store::SlaTables(session).policies();
    const SlaPolicy* const found = with_id(all, id);
    if (found == nullptr) return fail(no_such_policy());
    return dto_of(*found, **directory);
  });
}

Result<SlaPolicyDto> SlaService::create_policy(const Context& context,
                                               const SlaPolicyCreateDto& wish) {
  const Result<DirectoryNow> directory = env_.directory.view();
  if (!directory) return fail(directory.error());
  if (Result<void> clean = refuse_card_numbers(wish.name, "/name"); !clean) {
    return fail(std::move(clean.error()));
  }
  Result<domain::SlaConditions> conditions = conditions_of(wish.conditions, **directory);
  if (!conditions) return fail(std::move(conditions.error()));
  SlaPolicy policy;
  policy.id = env_.ids.make<domain::SlaPolicyId>();
  policy.name = wish.name;
  policy.position = wish.position;
  policy.conditions = std::move(*conditions);
  policy.targets = wish.targets;
  return command(env_, context, [&](db::Session& session) -> Result<SlaPolicyDto> {
    store::SlaTables tables(session);
    const std::vector<SlaPolicy> all = tables.policies();
    if (all.size() >= kMostPolicies) {
      return fail(
          Error::conflict("too-many", {"There are 200 already.", "登録は 200 件までです。"}));
    }
    if (is_named(all, policy)) return fail(in_use("/name"));
    Result<domain::BusinessHoursId> hours =
        hours_for(tables.hours(), wish.business_hours.value_or(kDefaultHours));
    if (!hours) return fail(std::move(hours.error()));
    policy.hours = *hours;
    tables.insert(policy, env_.clock.now());
    announce_sla(env_, session, context.caller, "sla_policy.created", "sla_policy", policy.id.str(),
                 "", json::to_string(dto_of(policy, **directory)));
    return dto_of(policy, **directory);
  });
}

Result<SlaPolicyDto> SlaService::patch_policy(const Context& context, const std::string& id,
                                              const SlaPolicyPatchDto& wish) {
  const Result<DirectoryNow> directory = env_.directory.view();
  if (!directory) return fail(directory.error());
  if (Result<void> clean = refuse_card_numbers(wish.name.value_or(""), "/name"); !clean) {
    return fail(std::move(clean.error()));
  }
  Result<domain::SlaConditions> conditions =
      conditions_of(wish.conditions.value_or(domain::SlaConditions()), **directory);
  if (!conditions) return fail(std::move(conditions.error()));
  return command(env_, context, [&](db::Session& session) -> Result<SlaPolicyDto> {
    store::SlaTables tables(session);
    std::vector<SlaPolicy> all = tables.policies();
    const SlaPolicy* const found = with_id(all, id);
    if (found == nullptr) return fail(no_such_policy());
    SlaPolicy policy = *found;
    const std::string before = json::to_string(dto_of(policy, **directory));
    if (context.if_match && *context.if_match != policy.version) {
      return fail(Error::stale().with_member("current", before));
    }
    policy.name = wish.name.value_or(policy.name);
    policy.position = wish.position.value_or(policy.position);
    if (wish.conditions) policy.conditions = *conditions;
    policy.targets = wish.targets.value_or(policy.targets);
    policy.archived = wish.archived.value_or(policy.archived);
    if (is_named(all, policy)) return fail(in_use("/name"));
    if (wish.business_hours || !policy.archived) {
      Result<domain::BusinessHoursId> hours =
          hours_for(tables.hours(), wish.business_hours.value_or(policy.hours.str()));
      if (!hours) return fail(std::move(hours.error()));
      policy.hours = *hours;
    }
    if (json::to_string(dto_of(policy, **directory)) == before) return dto_of(policy, **directory);
    if (!tables.update(policy, env_.clock.now())) {
      throw db::Failure(db::FailureKind::serialization, "the policy changed meanwhile");
    }
    announce_sla(env_, session, context.caller, "sla_policy.changed", "sla_policy", id, before,
                 json::to_string(dto_of(policy, **directory)));
    return dto_of(policy, **directory);
  });
}

jobs::JobKind SlaService::job_kind() {
  jobs::JobKind kind;
  kind.name = kLookAgain;
  kind.concurrency = 1;
  kind.run = [this](const jobs::Job&, jobs::Claim& claim) {
    return look_again_at_all(env_, claim);
  };
  return kind;
}

Result<void> SlaService::begin() {
  return env_.database.in_transaction([&](db::Session& session) -> Result<void> {
    const std::int64_t revision = store::SlaTables(session).revision();
    if (store::CaseTimesTable(session).older_than(revision, 1).empty()) return {};
    put_job(env_, session, env_.ids.next());
    return {};
  });
}

void look_again_soon(const Environment& env, db::Session& session,
                     const domain::Customer& customer) {
  store::CaseTimesTable(session).look_again_at(customer.id);
  put_job(env, session, customer.id.str() + ":" + std::to_string(customer.version));
}

}  // namespace madoguchi::service
