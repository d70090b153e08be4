// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/db/session.h"
#include "core/domain/case.h"

namespace madoguchi::store {

enum class StatisticsBy { day, category, channel, agent, mailbox, team };

/// Of which cases. Several values of one filter mean OR, different filters AND.
struct StatisticsQuery {
  StatisticsBy by = StatisticsBy::day;
  TimePoint from;
  TimePoint until;
  std::vector<domain::Channel> channels;
  std::vector<domain::CategoryId> categories;
  std::vector<domain::MailboxId> mailboxes;
  std::vector<domain::AgentId> assignees;
  bool unassigned = false;
  std::vector<std::string> teams;
  domain::Scope scope;
};

/// Facts of one case, as far as statistics ask. `key` is its category, channel, …; empty: none.
struct CaseFacts {
  std::string_view key;
  TimePoint opened_at;
  std::optional<TimePoint> handled_at;
  std::optional<std::int64_t> first_wall;  ///< microseconds
  std::optional<std::int64_t> first_seconds;
  std::optional<std::int64_t> resolution_seconds;
  std::string_view first_state;
  std::string_view resolution_state;
  std::int64_t reopened = 0;
  std::optional<std::int64_t> score;
};

struct BacklogCount {
  std::string key;
  std::int64_t unresolved = 0;
  std::int64_t unassigned = 0;
  std::int64_t overdue = 0;
  std::vector<std::int64_t> younger;  ///< than each of the ages asked for
};

/// Reads case_times, the narrow table of facts.
class Statistics {
 public:
  explicit Statistics(db::Session& session) : session_(session) {}

  /// Calls `take` with each case that was opened, or that was handled, within the period.
  template <class Take>
  void opened(const StatisticsQuery& query, Take&& take) {
    each(read(query, "opened_at"), take);
  }
  template <class Take>
  void handled(const StatisticsQuery& query, Take&& take) {
    each(read(query, "handled_at"), take);
  }
  /// Of the cases that are not handled; period and day do not count.
  [[nodiscard]] std::vector<BacklogCount> backlog(const StatisticsQuery& query, TimePoint now,
                                                  const std::vector<TimePoint>& ages);

 private:
  [[nodiscard]] db::Rows read(const StatisticsQuery& query, const char* when);
  [[nodiscard]] static CaseFacts facts_of(const db::Row& row);
  template <class Take>
  static void each(const db::Rows& rows, Take& take) {
    for (std::size_t i = 0; i < rows.size(); ++i) take(facts_of(rows[i]));
  }

  db::Session& session_;
};

}  // namespace madoguchi::store
