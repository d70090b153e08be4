// SPDX-License-Identifier: Apache-2.0
#include "core/service/case_bulk.h"

#include <algorithm>

#include "core/service/case_access.h"
#include "core/service/case_wishes.h"
#include "core/service/edit_locks.h"
#include "core/service/scheme.h"
#include "core/service/unit_of_work.h"
#include "core/store/columns.h"

namespace madoguchi::service {
namespace {

constexpr char kKind[] = "cases.bulk";
constexpr int kMostCases = 1000;

using View = std::shared_ptr<const DirectoryView>;
using Numbers = std::vector<std::string>;

std::vector<std::string> retagged(std::vector<std::string> tags, const CaseBulkDto& wish) {
  for (const std::string& tag : wish.remove_tags) {
    tags.erase(std::remove(tags.begin(), tags.end(), tag), tags.end());
  }
  for (const std::string& tag : wish.add_tags) {
    if (std::find(tags.begin(), tags.end(), tag) == tags.end()) tags.push_back(tag);
  }
  return tags;
}

Result<domain::Change> changed(db::Session& session, domain::Case& value, const CaseBulkDto& wish,
                               const DirectoryView& directory) {
  CasePatchDto patch;
  switch (wish.action) {
    case CaseBulkAction::resolve:
      return domain::resolve(value);
    case CaseBulkAction::assign: {
      const AssignDto to{wish.assignee, wish.team};
      Result<Assignment> wanted = assignment_of(value, to, directory);
      if (!wanted) return fail(std::move(wanted.error()));
      return domain::assign(value, wanted->agent, wanted->team);
    }
    case CaseBulkAction::tag:
      patch.tags = retagged(value.tags, wish);
      break;
    case CaseBulkAction::category:
      patch.category = wish.category;
      break;
    case CaseBulkAction::priority:
      patch.priority = wish.priority;
      break;
  }
  Result<domain::CaseEdit> edit = edit_of(session, patch, directory);
  if (!edit) return fail(std::move(edit.error()));
  return domain::edit(value, *edit);
}

}  // namespace

CaseBulkService::CaseBulkService(const Environment& env, OperationService& operations)
    : env_(env), operations_(operations) {
  operations.add(kKind, domain::Permission::cases_write,
                 [this](db::Session& session, const Context& context, const std::string& number,
                        const std::string& wish) {
                   return change(session, context, number, store::from_column<CaseBulkDto>(wish));
                 });
}

Result<OperationService::Fields> CaseBulkService::change(db::Session& session,
                                                         const Context& context,
                                                         const std::string& number,
                                                         const CaseBulkDto& wish) {
  const Result<View> directory = env_.directory.view();
  if (!directory) return fail(directory.error());
  Result<store::CaseRecord> record = find_case(session, context.caller, number);
  if (!record) return fail(std::move(record.error()));
  domain::Case& value = record->value;
  const domain::CaseStatus before = value.status;
  const Result<domain::Change> done = changed(session, value, wish, **directory);
  if (!done) return fail(done.error());
  Result<void> allowed = check_move(session, context.caller, **directory, before, value);
  if (!allowed) return fail(std::move(allowed.error()));
  if (done->empty()) return OperationService::Fields();
  if (wish.action == CaseBulkAction::category && value.customer) {
    Result<void> taken = take_for_change(env_, session, context, {*value.customer});
    if (!taken) return fail(std::move(taken.error()));
  }
  save_case(env_, session, context.caller, value, *done);
  return done->fields;
}

Result<Numbers> CaseBulkService::chosen(const domain::Caller& caller, const CaseBulkDto& wish) {
  Numbers numbers;
  if (wish.ids) {
    for (const std::string& number : *wish.ids) {
      if (std::find(numbers.begin(), numbers.end(), number) == numbers.end())
        numbers.push_back(number);
    }
    return numbers;
  }
  const Error too_many =
      Error::invalid("/filter", {"It finds more than 1,000 cases. Narrow it.",
                                 "該当するケースが1,000件を超えています。絞り込んでください。"});
  if (wish.filter->q) {
    return fail(
        Error::invalid("/filter/q", {"Not by words: say which cases in ids.",
                                     "検索語では指定できません。ids で指定してください。"}));
  }
  const Result<View> directory = env_.directory.view();
  if (!directory) return fail(directory.error());
  Result<store::CaseQuery> query = query_of(*wish.filter, caller, **directory, env_.clock.now());
  if (!query) {
    for (FieldError& field : query.error().fields) field.pointer = "/filter" + field.pointer;
    return fail(std::move(query.error()));
  }
  query->limit = kMostCases;
  return env_.database.read([&](db::Session& session) -> Result<Numbers> {
    Numbers found;
    std::optional<store::CasePlace> after;
    do {
      const store::CasePage page = store::Cases(session).list(*query, after);
      for (const store::CaseRow& row : page.items) {
        if (found.size() == static_cast<std::size_t>(kMostCases)) return fail(too_many);
        found.push_back(domain::case_number(row.sequence()));
      }
      after = page.next;
    } while (after);
    return found;
  });
}

Result<OperationStartedDto> CaseBulkService::start(const Context& context,
                                                   const CaseBulkDto& wish) {
  if (wish.action == CaseBulkAction::assign &&
      !context.caller.may(domain::Permission::cases_assign)) {
    return fail(
        Error::forbidden({"Your role does not allow this.", "この操作を行う権限がありません。"}));
  }
  for (std::size_t i = 0; i < wish.add_tags.size(); ++i) {
    Result<void> clean = refuse_card_numbers(wish.add_tags[i], "/add_tags/" + std::to_string(i));
    if (!clean) return fail(std::move(clean.error()));
  }
  const Result<Numbers> numbers = chosen(context.caller, wish);
  if (!numbers) return fail(numbers.error());
  CaseBulkDto kept = wish;
  // Which cases it is about stands in the rows.
  kept.ids.reset();
  kept.filter.emplace();
  return operations_.start(context, kKind, store::to_column(kept), wish.preview, *numbers);
}

}  // namespace madoguchi::service
