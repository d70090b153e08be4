// SPDX-License-Identifier: Apache-2.0
#include "core/service/intake_ledger.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <map>

#include "core/service/directory.h"
#include "core/service/log_messages.h"

namespace madoguchi::service {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::sys_days;

constexpr std::int64_t kDays = 400;
constexpr days kWeek{7};
constexpr hours kFindingsOf{24};

sys_days day_of(TimePoint time) { return std::chrono::floor<days>(time); }

std::string text_of(sys_days day) {
  const std::chrono::year_month_day date(day);
  return fmt::format("{:04}-{:02}-{:02}", int(date.year()), unsigned(date.month()),
                     unsigned(date.day()));
}

/// Of "2026-11-22".
Result<sys_days> parse_day(const std::string& text, const char* pointer) {
  const Result<TimePoint> time = parse_rfc3339(text + "T00:00:00Z");
  if (time && text.size() == 10) return day_of(*time);
  return fail(Error::invalid(
      pointer, {"Not a day such as 2026-11-22.", "2026-11-22 のような日付ではありません。"}));
}

Error unknown_mailbox() {
  return Error::not_found({"There is no such mailbox.", "そのメールボックスはありません。"});
}

bool sees(const domain::Caller& caller, const domain::MailboxId& mailbox) {
  return caller.scope.has(mailbox);
}

}  // namespace

IntakeLedgerService::IntakeLedgerService(const Environment& env) : env_(env) {}

Result<LedgerDto> IntakeLedgerService::ledger(const domain::Caller& caller, const std::string& name,
                                              const std::optional<std::string>& from,
                                              const std::optional<std::string>& to) {
  const auto directory = env_.directory.view();
  if (!directory) return fail(directory.error());
  const domain::Mailbox* mailbox = (*directory)->mailbox_named(name);
  if (mailbox == nullptr || !sees(caller, mailbox->id)) return fail(unknown_mailbox());
  sys_days last = day_of(env_.clock.now());
  if (to) {
    const Result<sys_days> day = parse_day(*to, "/to");
    if (!day) return fail(day.error());
    last = *day;
  }
  sys_days first = last - days(6);
  if (from) {
    const Result<sys_days> day = parse_day(*from, "/from");
    if (!day) return fail(day.error());
    first = *day;
  }
  if (first > last || (last - first).count() >= kDays) {
    return fail(
        Error::invalid("/from", {"Ask for 1 to 400 days.", "期間は 1 日から 400 日までです。"}));
  }
  using Days = std::map<std::int64_t, store::IntakeCounts>;
  const domain::MailboxId id = mailbox->id;
  const Result<Days> counted = env_.database.read([&](db::Session& session) -> Result<Days> {
    return store::IntakeLedger(session).days(id, first.time_since_epoch().count(),
                                             last.time_since_epoch().count());
  });
  if (!counted) return fail(counted.error());
  LedgerDto dto;
  dto.mailbox = name;
  dto.from = text_of(first);
  dto.to = text_of(last);
  for (const auto& day : *counted) {
    const std::int64_t difference = day.second.difference();
    dto.days.push_back({text_of(sys_days(days(day.first))), day.second, difference});
    dto.total.add(day.second);
    if (difference != 0) dto.healthy = false;
  }
  dto.difference = dto.total.difference();
  const store::IntakeFindings found =
      alarm_.with([](const Alarm& alarm) { return alarm.findings; });
  if (found.unlisted != 0) dto.findings.emplace_back("unlisted");
  if (found.without_message != 0) dto.findings.emplace_back("without_message");
  if (found.stuck != 0) dto.findings.emplace_back("stuck");
  if (!dto.findings.empty()) dto.healthy = false;
  return dto;
}

Result<void> IntakeLedgerService::check() {
  const auto directory = env_.directory.view();
  if (!directory) return fail(directory.error());
  const TimePoint now = env_.clock.now();
  Alarm found;
  for (const domain::Mailbox& mailbox : (*directory)->mailboxes()) {
    Result<std::int64_t> difference =
        env_.database.in_transaction([&](db::Session& session) -> Result<std::int64_t> {
          store::IntakeLedger ledger(session);
          ledger.recheck(mailbox.id, now - kWeek);
          ledger.close_hours(mailbox.id, now);
          return ledger.open(mailbox.id).difference();
        });
    if (!difference) return fail(std::move(difference.error()));
    if (*difference != 0) {
      env_.log.write(kLedgerDiffers, {{"mailbox", mailbox.name}, {"mails", *difference}});
    }
    found.difference += std::abs(*difference);
  }
  const Result<store::IntakeFindings> findings =
      env_.database.read([&](db::Session& session) -> Result<store::IntakeFindings> {
        return store::IntakeLedger(session).findings(now - kFindingsOf, now);
      });
  if (!findings) return fail(findings.error());
  found.findings = *findings;
  if (found.findings != store::IntakeFindings{}) {
    env_.log.write(kLedgerFindings, {{"unlisted", found.findings.unlisted},
                                     {"without_message", found.findings.without_message},
                                     {"stuck", found.findings.stuck}});
  }
  alarm_.with([&](Alarm& alarm) { alarm = found; });
  return {};
}

Result<void> IntakeLedgerService::measure() {
  const auto directory = env_.directory.view();
  if (!directory) return fail(directory.error());
  const std::int64_t today = day_of(env_.clock.now()).time_since_epoch().count();
  auto& mails = env_.metrics.gauges(
      "madoguchi_intake_ledger_mails",
      "Mails of today (UTC), by how they ended; \"stored\" is what all the others add up to.",
      {"mailbox", "outcome"});
  std::int64_t difference = 0;
  for (const domain::Mailbox& mailbox : (*directory)->mailboxes()) {
    struct Both {
      store::IntakeCounts today;
      std::int64_t difference = 0;
    };
    const Result<Both> both = env_.database.read([&](db::Session& session) -> Result<Both> {
      store::IntakeLedger ledger(session);
      auto counted = ledger.days(mailbox.id, today, today);
      return Both{counted[today], ledger.open(mailbox.id).difference()};
    });
    if (!both) return fail(both.error());
    const store::IntakeCounts& counts = both->today;
    const std::pair<const char*, std::int64_t> shown[] = {{"stored", counts.stored},
                                                          {"case_opened", counts.case_opened},
                                                          {"message_added", counts.message_added},
                                                          {"duplicate", counts.duplicate},
                                                          {"ignored", counts.ignored},
                                                          {"bounce", counts.bounce},
                                                          {"filed", counts.filed},
                                                          {"quarantined", counts.quarantined},
                                                          {"undecided", counts.undecided}};
    for (const auto& one : shown) {
      mails.with({mailbox.name, one.first}).set(static_cast<double>(one.second));
    }
    difference += std::abs(both->difference);
  }
  env_.metrics
      .gauge("madoguchi_intake_ledger_difference",
             "Mails that were stored and are not accounted for; anything but 0 is an alarm.")
      .set(static_cast<double>(difference));
  const store::IntakeFindings found =
      alarm_.with([](const Alarm& alarm) { return alarm.findings; });
  auto& findings = env_.metrics.gauges(
      "madoguchi_intake_ledger_findings",
      "Recent mails that the last check found wrong; anything but 0 is an alarm.", {"finding"});
  findings.with({"unlisted"}).set(static_cast<double>(found.unlisted));
  findings.with({"without_message"}).set(static_cast<double>(found.without_message));
  findings.with({"stuck"}).set(static_cast<double>(found.stuck));
  return {};
}

}  // namespace madoguchi::service
