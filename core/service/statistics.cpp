// SPDX-License-Identifier: Apache-2.0
#include "core/service/statistics.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "core/domain/names.h"
#include "core/service/csv.h"
#include "core/service/directory.h"
#include "core/service/sla_settings.h"
#include "core/store/sla.h"

namespace madoguchi::service {
namespace {

using domain::BusinessDate;
using std::chrono::sys_days;
using store::CaseFacts;
using store::StatisticsBy;
using Names = std::shared_ptr<const DirectoryView>;

constexpr int kMostDays = 400;
/// Facts are read in slices, so that a long period needs no more memory than a short one.
constexpr std::chrono::hours kSlice{24 * 7};
constexpr std::chrono::microseconds kMinute = std::chrono::minutes(1);

sys_days day_of_calendar(const BusinessDate& date) {
  return std::chrono::floor<std::chrono::days>(date.begins() + std::chrono::hours(9));
}
BusinessDate calendar_date(sys_days day) { return BusinessDate::of(TimePoint(day)); }

struct Taken {
  std::vector<std::int64_t> wall;
  std::vector<std::int64_t> business;
  std::int64_t met = 0;
  std::int64_t missed = 0;

  void add(std::int64_t wall_micros, std::optional<std::int64_t> seconds) {
    wall.push_back(wall_micros / kMinute.count());
    if (seconds) business.push_back(*seconds / 60);
  }
  void add(std::string_view state) {
    if (state == "met") ++met;
    if (state == "missed") ++missed;
  }
};

/// What one row grows from.
struct Sums {
  std::int64_t created = 0;
  std::int64_t resolved = 0;
  std::int64_t reopened = 0;
  Taken first;
  Taken resolution;
  std::int64_t scores = 0;
  std::int64_t score_sum = 0;
  std::int64_t good = 0;

  void opened(const CaseFacts& one) {
    ++created;
    if (one.reopened > 0) ++reopened;
    if (one.first_wall) first.add(*one.first_wall, one.first_seconds);
    first.add(one.first_state);
    if (!one.score) return;
    ++scores;
    score_sum += *one.score;
    if (*one.score >= 4) ++good;
  }
  void handled(const CaseFacts& one) {
    ++resolved;
    resolution.add((*one.handled_at - one.opened_at).count(), one.resolution_seconds);
    resolution.add(one.resolution_state);
  }
};

PercentilesDto percentiles(std::vector<std::int64_t>& values) {
  PercentilesDto dto;
  dto.count = static_cast<std::int64_t>(values.size());
  if (values.empty()) return dto;
  std::sort(values.begin(), values.end());
  const auto rank = [&](std::size_t percent) {
    return values[(values.size() * percent + 99) / 100 - 1];
  };
  dto.p50 = rank(50);
  dto.p90 = rank(90);
  dto.p95 = rank(95);
  return dto;
}

TimesTakenDto times_of(Taken& taken) {
  return {percentiles(taken.wall), percentiles(taken.business), taken.met, taken.missed};
}

StatisticsRowDto row_of(const std::string& key, const std::string& name, Sums& sums) {
  StatisticsRowDto row;
  row.key = key;
  row.name = name;
  row.created = sums.created;
  row.resolved = sums.resolved;
  row.reopened = sums.reopened;
  row.first_response = times_of(sums.first);
  row.resolution = times_of(sums.resolution);
  row.satisfaction.count = sums.scores;
  row.satisfaction.good = sums.good;
  if (sums.scores > 0) {
    row.satisfaction.average = static_cast<double>(sums.score_sum * 100 / sums.scores) / 100.0;
  }
  return row;
}

/// The key of a row as GET /cases filters by it.
std::string shown_key(StatisticsBy by, const std::string& key, const DirectoryView& directory) {
  if (by != StatisticsBy::mailbox) return key;
  const domain::Mailbox* mailbox = directory.mailbox(std::string_view(key));
  return mailbox != nullptr ? mailbox->name : key;
}

std::string row_name(StatisticsBy by, const std::string& key, const DirectoryView& directory) {
  switch (by) {
    case StatisticsBy::category: {
      const domain::Category* category = directory.category(std::string_view(key));
      return category != nullptr ? category->name : key;
    }
    case StatisticsBy::agent: {
      const domain::Agent* agent = directory.agent(std::string_view(key));
      return agent != nullptr ? agent->display_name : key;
    }
    case StatisticsBy::mailbox:
      return shown_key(by, key, directory);
    case StatisticsBy::day:
    case StatisticsBy::channel:
    case StatisticsBy::team:
      break;
  }
  return key;
}

Result<store::StatisticsQuery> query_of(const StatisticsFilter& filter,
                                        const domain::Caller& caller,
                                        const DirectoryView& directory) {
  store::StatisticsQuery query;
  query.by = filter.by;
  query.channels = filter.channels;
  query.teams = filter.teams;
  for (const std::string& category : filter.categories) query.categories.emplace_back(category);
  for (const std::string& assignee : filter.assignees) {
    if (assignee == "none") {
      query.unassigned = true;
    } else {
      query.assignees.push_back(assignee == "me" ? caller.agent : domain::AgentId(assignee));
    }
  }
  for (const std::string& name : filter.mailboxes) {
    const domain::Mailbox* mailbox = directory.mailbox_named(name);
    if (mailbox == nullptr) {
      return fail(Error::invalid(
          "/mailbox", {"There is no mailbox of that name. GET /mailboxes lists them.",
                       "その名前のメールボックスはありません。GET /mailboxes で確認できます。"}));
    }
    query.mailboxes.push_back(mailbox->id);
  }
  query.scope = caller.scope;
  return query;
}

struct Period {
  sys_days first;
  sys_days last;
};

Result<Period> period_of(const StatisticsFilter& filter, sys_days today) {
  Period period;
  period.last = filter.to ? day_of_calendar(*filter.to) : today;
  period.first = filter.from ? day_of_calendar(*filter.from) : period.last - std::chrono::days(29);
  if (period.last < period.first) {
    return fail(Error::invalid(
        "/to", {"This must not be before \"from\".", "from より前の日は指定できません。"}));
  }
  if ((period.last - period.first).count() >= kMostDays) {
    return fail(Error::invalid(
        "/from", {"Ask for 400 days at most.", "期間は 400 日以内で指定してください。"}));
  }
  return period;
}

std::string desk_zone(db::Session& session) {
  for (const domain::BusinessHours& hours : store::SlaTables(session).hours()) {
    if (hours.id.str() == kDefaultHours) return hours.time_zone;
  }
  return {};
}

/// Gathers the facts of a period by key.
class Counting {
 public:
  Counting(const domain::BusinessClock& clock, StatisticsBy by) : clock_(clock), by_(by) {}

  void read(db::Session& session, store::StatisticsQuery query) {
    store::Statistics statistics(session);
    const TimePoint end = query.until;
    for (TimePoint from = query.from; from < end; from += kSlice) {
      query.from = from;
      query.until = std::min(end, from + kSlice);
      statistics.opened(query, [&](const CaseFacts& one) {
        total_.opened(one);
        sums_of(one.key, one.opened_at).opened(one);
      });
      statistics.handled(query, [&](const CaseFacts& one) {
        total_.handled(one);
        sums_of(one.key, *one.handled_at).handled(one);
      });
    }
  }
  void each_of(const Period& period) {
    for (sys_days day = period.first; day <= period.last; day += std::chrono::days(1)) {
      sums_[calendar_date(day).str()];
    }
  }
  void write(StatisticsDto& dto, const DirectoryView& directory) {
    dto.total = row_of("", "", total_);
    for (auto& [key, sums] : sums_) {
      dto.rows.push_back(
          row_of(shown_key(by_, key, directory), row_name(by_, key, directory), sums));
    }
    if (by_ == StatisticsBy::day) return;
    std::stable_sort(dto.rows.begin(), dto.rows.end(),
                     [](const auto& a, const auto& b) { return a.created > b.created; });
  }

 private:
  /// Mostly the row before was of the same day, or key.
  Sums& sums_of(std::string_view key, TimePoint at) {
    if (by_ == StatisticsBy::day) {
      const sys_days day = clock_.day_of(at);
      if (last_ == nullptr || day != last_day_) last_ = &sums_[calendar_date(day).str()];
      last_day_ = day;
      return *last_;
    }
    const auto found = sums_.find(key);
    return found != sums_.end() ? found->second : sums_[std::string(key)];
  }

  const domain::BusinessClock& clock_;
  StatisticsBy by_;
  Sums total_;
  std::map<std::string, Sums, std::less<>> sums_;
  Sums* last_ = nullptr;  ///< of last_day_
  sys_days last_day_;
};

BacklogRowDto backlog_row(const store::BacklogCount& count) {
  const std::vector<std::int64_t>& younger = count.younger;
  BacklogRowDto row;
  row.unresolved = count.unresolved;
  row.unassigned = count.unassigned;
  row.overdue = count.overdue;
  row.today = younger[0];
  row.days_3 = younger[1] - younger[0];
  row.days_7 = younger[2] - younger[1];
  row.days_30 = younger[3] - younger[2];
  row.older = count.unresolved - younger[3];
  return row;
}

void add(BacklogRowDto& total, const BacklogRowDto& row) {
  total.unresolved += row.unresolved;
  total.unassigned += row.unassigned;
  total.overdue += row.overdue;
  total.today += row.today;
  total.days_3 += row.days_3;
  total.days_7 += row.days_7;
  total.days_30 += row.days_30;
  total.older += row.older;
}

std::string cell_of(const std::optional<std::int64_t>& value) {
  return value ? std::to_string(*value) : std::string();
}

void add_times(std::vector<std::string>& cells, const TimesTakenDto& times) {
  for (const PercentilesDto* part : {&times.wall_minutes, &times.business_minutes}) {
    cells.push_back(std::to_string(part->count));
    for (const auto& value : {part->p50, part->p90, part->p95}) cells.push_back(cell_of(value));
  }
  cells.push_back(std::to_string(times.sla_met));
  cells.push_back(std::to_string(times.sla_missed));
}

}  // namespace

Result<StatisticsDto> StatisticsService::cases(const domain::Caller& caller,
                                               const StatisticsFilter& filter) {
  const Result<Names> directory = env_.directory.view();
  if (!directory) return fail(directory.error());
  Result<store::StatisticsQuery> query = query_of(filter, caller, **directory);
  if (!query) return fail(std::move(query.error()));
  return env_.database.read([&](db::Session& session) -> Result<StatisticsDto> {
    const std::shared_ptr<const SlaSettings> settings = env_.directory.sla(session);
    const domain::BusinessClock& clock = settings->desk_clock();
    const Result<Period> period = period_of(filter, clock.day_of(env_.clock.now()));
    if (!period) return fail(period.error());
    query->from = clock.begin_of(period->first);
    query->until = clock.begin_of(period->last + std::chrono::days(1));
    Counting counting(clock, filter.by);
    if (filter.by == StatisticsBy::day) counting.each_of(*period);
    counting.read(session, *query);
    StatisticsDto dto;
    dto.from = calendar_date(period->first);
    dto.to = calendar_date(period->last);
    dto.time_zone = desk_zone(session);
    dto.by = filter.by;
    counting.write(dto, **directory);
    return dto;
  });
}

Result<BacklogDto> StatisticsService::backlog(const domain::Caller& caller,
                                              const StatisticsFilter& filter) {
  const Result<Names> directory = env_.directory.view();
  if (!directory) return fail(directory.error());
  const Result<store::StatisticsQuery> query = query_of(filter, caller, **directory);
  if (!query) return fail(query.error());
  return env_.database.read([&](db::Session& session) -> Result<BacklogDto> {
    BacklogDto dto;
    dto.as_of = env_.clock.now();
    dto.by = filter.by;
    std::vector<TimePoint> ages;
    for (const int days : {1, 3, 7, 30}) ages.push_back(dto.as_of - std::chrono::hours(24 * days));
    for (const store::BacklogCount& count :
         store::Statistics(session).backlog(*query, dto.as_of, ages)) {
      BacklogRowDto row = backlog_row(count);
      row.key = shown_key(filter.by, count.key, **directory);
      row.name = row_name(filter.by, count.key, **directory);
      add(dto.total, row);
      dto.rows.push_back(std::move(row));
    }
    std::stable_sort(dto.rows.begin(), dto.rows.end(),
                     [](const auto& a, const auto& b) { return a.unresolved > b.unresolved; });
    return dto;
  });
}

std::string csv_of(const StatisticsDto& statistics) {
  std::string csv = "\xEF\xBB\xBF";
  std::vector<std::string> head = {"key", "name", "created", "resolved", "reopened"};
  for (const char* clock : {"first_response", "resolution"}) {
    for (const char* time : {"wall", "business"}) {
      for (const char* value : {"count", "p50", "p90", "p95"}) {
        head.push_back(fmt::format("{}_{}_{}", clock, time, value));
      }
    }
    head.push_back(fmt::format("{}_sla_met", clock));
    head.push_back(fmt::format("{}_sla_missed", clock));
  }
  for (const char* value : {"count", "average", "good"}) {
    head.push_back(fmt::format("satisfaction_{}", value));
  }
  append_csv(csv, head);
  for (const StatisticsRowDto& row : statistics.rows) {
    std::vector<std::string> cells = {row.key, row.name, std::to_string(row.created),
                                      std::to_string(row.resolved), std::to_string(row.reopened)};
    add_times(cells, row.first_response);
    add_times(cells, row.resolution);
    cells.push_back(std::to_string(row.satisfaction.count));
    cells.push_back(row.satisfaction.average ? fmt::format("{:.2f}", *row.satisfaction.average)
                                             : std::string());
    cells.push_back(std::to_string(row.satisfaction.good));
    append_csv(csv, cells);
  }
  return csv;
}

}  // namespace madoguchi::service
