// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/service/dto/case_dto.h"
#include "core/service/environment.h"
#include "core/store/cases.h"

namespace madoguchi::service {

/// What GET /cases filters by, as the caller wrote it. Several values of one filter mean OR.
struct CaseFilter {
  std::vector<domain::CaseStatus> statuses;
  std::vector<domain::StatusGroup> status_groups;
  bool unresolved = false;
  std::vector<std::string> assignees;  ///< "me", "none" or an agent's id
  std::vector<std::string> teams;
  std::vector<domain::Channel> channels;
  std::vector<std::string> categories;
  std::vector<domain::Priority> priorities;
  std::vector<std::string> tags;
  std::vector<std::string> customers;
  std::vector<std::string> requesters;
  std::vector<std::string> order_numbers;
  std::vector<std::string> mailboxes;  ///< names
  std::optional<TimePoint> created_after;
  std::optional<TimePoint> created_before;
  std::optional<TimePoint> modified_after;
  std::optional<TimePoint> modified_before;
  std::optional<TimePoint> due_before;
  bool overdue = false;
  std::optional<TimePoint> resolved_after;
  std::optional<TimePoint> resolved_before;
  bool reopened = false;
  std::vector<store::SlaTarget> sla_missed;
  std::vector<std::int64_t> satisfaction;
  std::optional<std::string> q;
  store::CaseOrder order = store::CaseOrder::newest_modified;
  int limit = 50;
  bool count = false;
  bool text = false;  ///< the beginning of each inquiry too
};

struct CaseListing {
  std::vector<CaseDto> items;
  std::optional<std::vector<std::string>> next;  ///< key to go on behind
  std::optional<int> count;                      ///< at most 1,000
};

struct SearchWish;

/// The use cases of a case. Safe for use by many threads.
class CaseService {
 public:
  explicit CaseService(const Environment& env) : env_(env) {}

  [[nodiscard]] Result<CaseDto> get(const domain::Caller& caller, const std::string& number);
  [[nodiscard]] Result<CaseListing> list(const domain::Caller& caller, const CaseFilter& filter,
                                         const std::optional<std::vector<std::string>>& after);
  [[nodiscard]] Result<CaseDto> create(const Context& context, const CaseCreateDto& wish);
  [[nodiscard]] Result<CaseDto> patch(const Context& context, const std::string& number,
                                      const CasePatchDto& wish);
  [[nodiscard]] Result<CaseDto> take(const Context& context, const std::string& number);
  [[nodiscard]] Result<CaseDto> assign(const Context& context, const std::string& number,
                                       const AssignDto& wish);
  [[nodiscard]] Result<CaseDto> resolve(const Context& context, const std::string& number);
  [[nodiscard]] Result<CaseDto> reopen(const Context& context, const std::string& number);

 private:
  template <class Rule>
  Result<CaseDto> change(const Context& context, const std::string& number, Rule&& rule);
  Result<CaseListing> search(const domain::Caller& caller, const SearchWish& wish,
                             const store::CaseQuery& query,
                             const std::optional<std::vector<std::string>>& after);

  const Environment& env_;
};

}  // namespace madoguchi::service
