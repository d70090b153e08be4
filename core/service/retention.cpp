// SPDX-License-Identifier: Apache-2.0
#include "core/service/retention.h"

#include "core/domain/business_date.h"
#include "core/service/masked_mails.h"
#include "core/service/unit_of_work.h"
#include "core/store/cases.h"
#include "core/store/columns.h"
#include "core/store/retention.h"

namespace madoguchi::service {
namespace {

constexpr char kRetentionJob[] = "privacy.retention";
constexpr int kDueAtOnce = 20;
constexpr int kDueRows = 500;
constexpr int kPreviewedTo = 1000;
const Context kByRetention{{{}, "hub"}};

RetentionDto dto_of(const store::Retention::Record& record) {
  RetentionDto dto;
  static_cast<store::RetentionRules&>(dto) = record.rules;
  dto.version = record.version;
  return dto;
}

}  // namespace

TimePoint RetentionService::days_ago(std::int64_t days) const {
  return env_.clock.now() - std::chrono::hours(24 * days);
}

jobs::JobKind RetentionService::job_kind() {
  jobs::JobKind kind;
  kind.name = kRetentionJob;
  kind.run = [this](const jobs::Job&, jobs::Claim& claim) {
    const Result<RetentionDto> rules = get();
    if (!rules) return jobs::Outcome::postpone(rules.error().describe());
    const Result<void> done = run(*rules, claim);
    return done ? jobs::Outcome::done() : jobs::Outcome::retry(done.error().describe());
  };
  return kind;
}

Result<void> RetentionService::see_to_today() {
  const std::string today = domain::BusinessDate::of(env_.clock.now()).str();
  return env_.database.in_transaction([&](db::Session& session) -> Result<void> {
    if (store::Retention(session).get().rules == Rules()) return {};
    env_.queue.put(session, {kRetentionJob, std::string(kRetentionJob) + ":" + today, ""});
    return {};
  });
}

Result<RetentionDto> RetentionService::get() {
  return env_.database.read([&](db::Session& session) -> Result<RetentionDto> {
    return dto_of(store::Retention(session).get());
  });
}

Result<RetentionDto> RetentionService::put(const Context& context, const Rules& wish) {
  return command(env_, context, [&](db::Session& session) -> Result<RetentionDto> {
    store::Retention retention(session);
    store::Retention::Record record = retention.get();
    if (context.if_match && *context.if_match != record.version) {
      return fail(Error::stale().with_member("current", json::to_string(dto_of(record))));
    }
    const Rules before = record.rules;
    if (before == wish) return dto_of(record);
    record.rules = wish;
    if (!retention.put(record)) {
      throw db::Failure(db::FailureKind::serialization, "the rules changed meanwhile");
    }
    store::ChangeEntry entry;
    entry.event = "retention.changed";
    entry.object_type = "retention";
    entry.object_id = "retention";
    const auto changed = [&](const char* name, std::optional<std::int64_t> Rules::*days) {
      const auto text = [](const std::optional<std::int64_t>& value) {
        return value ? std::to_string(*value) : std::string();
      };
      if (before.*days != wish.*days) {
        entry.fields.push_back({name, text(before.*days), text(wish.*days)});
      }
    };
    changed("closed_cases_days", &Rules::closed_cases_days);
    changed("original_mails_days", &Rules::original_mails_days);
    changed("idle_customers_days", &Rules::idle_customers_days);
    changed("sightings_days", &Rules::sightings_days);
    announce(env_, session, context.caller, std::move(entry));
    return dto_of(record);
  });
}

Result<RetentionPreviewDto> RetentionService::preview(const Rules& wish) {
  return env_.database.read([&](db::Session& session) -> Result<RetentionPreviewDto> {
    store::Retention retention(session);
    RetentionPreviewDto dto;
    const auto size = [](const auto& list) { return static_cast<std::int64_t>(list.size()); };
    if (wish.closed_cases_days) {
      dto.closed_cases =
          size(retention.closed_cases(days_ago(*wish.closed_cases_days), kPreviewedTo));
    }
    if (wish.original_mails_days) {
      dto.original_mails =
          size(retention.original_mails({}, days_ago(*wish.original_mails_days), kPreviewedTo));
    }
    if (wish.idle_customers_days) {
      const TimePoint before = days_ago(*wish.idle_customers_days);
      bool more = true;
      for (std::int64_t after = 0; more && dto.idle_customers < kPreviewedTo;) {
        dto.idle_customers += size(retention.idle_customers(after, before, kDueRows, more));
      }
      dto.idle_customers = std::min<std::int64_t>(dto.idle_customers, kPreviewedTo);
    }
    if (wish.sightings_days) {
      dto.sightings = retention.count_sightings(days_ago(*wish.sightings_days), kPreviewedTo);
    }
    return dto;
  });
}

Result<void> RetentionService::run(const Rules& rules, jobs::Claim& claim) {
  Result<void> done;
  if (rules.idle_customers_days)
    done = erase_customers(days_ago(*rules.idle_customers_days), claim);
  if (done && rules.closed_cases_days) {
    done = erase_cases(days_ago(*rules.closed_cases_days), claim);
  }
  if (done && rules.original_mails_days) {
    done = give_up_mails(days_ago(*rules.original_mails_days), claim);
  }
  if (done && rules.sightings_days) done = forget_sightings(days_ago(*rules.sightings_days), claim);
  return done;
}

Result<void> RetentionService::erase_cases(TimePoint before, jobs::Claim& claim) {
  bool any = false;
  while (true) {
    if (Result<void> ours = claim.extend(); !ours) return ours;
    const Result<bool> more =
        env_.database.in_transaction([&](db::Session& session) -> Result<bool> {
          const std::vector<std::int64_t> due =
              store::Retention(session).closed_cases(before, kDueAtOnce);
          for (const std::int64_t sequence : due) {
            const auto record = store::Cases(session).by_sequence(sequence);
            if (record) (void)privacy_.erase_case(session, kByRetention, record->value);
          }
          return !due.empty();
        });
    if (!more) return fail(more.error());
    if (!*more) break;
    any = true;
  }
  if (!any) return {};
  return env_.database.in_transaction([&](db::Session& session) -> Result<void> {
    privacy_.clean_up_later(session);
    return {};
  });
}

Result<void> RetentionService::give_up_mails(TimePoint before, jobs::Claim& claim) {
  store::Retention::Mail after;
  while (true) {
    if (Result<void> ours = claim.extend(); !ours) return ours;
    const Result<bool> more =
        env_.database.in_transaction([&](db::Session& session) -> Result<bool> {
          const auto mails = store::Retention(session).original_mails(after, before, kDueAtOnce);
          for (const store::Retention::Mail& mail : mails) {
            env_.blobs.forget_unused(session, mail.id);
            remove_file_later(env_, session, mail.id);
          }
          if (!mails.empty()) after = mails.back();
          return !mails.empty();
        });
    if (!more) return fail(more.error());
    if (!*more) return {};
  }
}

Result<void> RetentionService::erase_customers(TimePoint before, jobs::Claim& claim) {
  std::int64_t after = 0;
  for (bool more = true; more;) {
    if (Result<void> ours = claim.extend(); !ours) return ours;
    using Ids = std::vector<domain::CustomerId>;
    const Result<Ids> idle = env_.database.read([&](db::Session& session) -> Result<Ids> {
      return store::Retention(session).idle_customers(after, before, kDueRows, more);
    });
    if (!idle) return fail(idle.error());
    for (const domain::CustomerId& id : *idle) {
      const Result<void> erased = privacy_.erase_idle(id,
                                                      "nothing happened for as long as the "
                                                      "retention rules say");
      if (!erased && erased.error().code != ErrorCode::conflict) return erased;
    }
  }
  return {};
}

Result<void> RetentionService::forget_sightings(TimePoint before, jobs::Claim& claim) {
  while (true) {
    if (Result<void> ours = claim.extend(); !ours) return ours;
    const Result<bool> more =
        env_.database.in_transaction([&](db::Session& session) -> Result<bool> {
          return store::Retention(session).forget_sightings(before, kDueRows) > 0;
        });
    if (!more) return fail(more.error());
    if (!*more) return {};
  }
}

}  // namespace madoguchi::service
