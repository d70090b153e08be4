// SPDX-License-Identifier: Apache-2.0
#include "core/domain/scheme.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/domain/names.h"

namespace madoguchi::domain {
namespace {

template <class T>
bool has(const std::vector<T>& list, const T& value) {
  return std::find(list.begin(), list.end(), value) != list.end();
}

template <class E>
std::vector<E> all_values() {
  std::vector<E> values;
  for (const EnumName<E>& entry : EnumNames<E>::values) values.push_back(entry.value);
  return values;
}

bool may_change_cases(Role role) { return permissions_of(role).has(Permission::cases_write); }

bool concerns(const FieldRule& rule, const Case& value, CaseStatus status) {
  if (!has(rule.entering, status)) return false;
  if (!rule.categories.empty() && !(value.category && has(rule.categories, *value.category)))
    return false;
  return rule.channels.empty() || has(rule.channels, value.channel);
}

bool is_there(CaseField field, const Case& value, const CaseFacts& facts) {
  switch (field) {
    case CaseField::category:
      return value.category.has_value();
    case CaseField::category_detail:
      return value.category.has_value() && facts.category_detail;
    case CaseField::customer:
      return value.customer.has_value();
    case CaseField::assignee:
      return value.assignee.has_value();
    case CaseField::team:
      return value.team.has_value();
    case CaseField::order_numbers:
      return !value.order_numbers.empty();
    case CaseField::tags:
      return !value.tags.empty();
    case CaseField::requester_address:
      return !value.requester.address.empty();
    case CaseField::call_outcome:
      return facts.calls_ended;
  }
  return true;
}

struct FieldWords {
  const char* pointer;
  Text what;
};

FieldWords words_of(CaseField field) {
  switch (field) {
    case CaseField::category:
      return {"/category", {"a category", "お問い合わせ区分"}};
    case CaseField::category_detail:
      return {"/category", {"a category that has a detail", "詳細が登録された区分"}};
    case CaseField::customer:
      return {"/customer", {"a customer", "顧客"}};
    case CaseField::assignee:
      return {"/assignee", {"somebody who is responsible", "担当者"}};
    case CaseField::team:
      return {"/team", {"a team", "チーム"}};
    case CaseField::order_numbers:
      return {"/order_numbers", {"an order number", "受注番号"}};
    case CaseField::tags:
      return {"/tags", {"a tag", "タグ"}};
    case CaseField::requester_address:
      return {"/requester/address", {"the requester's mail address", "問い合わせ元のアドレス"}};
    case CaseField::call_outcome:
      return {"/call/outcome", {"the outcome of each telephone call", "通話の結果"}};
  }
  return {"", {}};
}

Error not_allowed(const Scheme& scheme, Role role, CaseStatus from, CaseStatus to) {
  std::string others;
  for (const CaseStatus status : all_values<CaseStatus>()) {
    if (status == from || !allows(scheme, role, from, status)) continue;
    others += (others.empty() ? "\"" : ",\"") + std::string(enum_name(status)) + "\"";
  }
  const auto quoted = [](std::string_view name) { return "\"" + std::string(name) + "\""; };
  return Error::conflict(
             "transition-not-allowed",
             {fmt::format("The desk's scheme does not let the role {} move a case from {} to {}.",
                          enum_name(role), enum_name(from), enum_name(to)),
              fmt::format("スキームの設定により、権限「{}」ではケースを {} から {} "
                          "に変更できません。",
                          enum_name(role), enum_name(from), enum_name(to))})
      .with_member("role", quoted(enum_name(role)))
      .with_member("from", quoted(enum_name(from)))
      .with_member("to", quoted(enum_name(to)))
      .with_member("allowed", "[" + others + "]");
}

Error fields_required(const std::vector<CaseField>& missing, CaseStatus status) {
  std::vector<FieldError> fields;
  for (const CaseField field : missing) {
    const FieldWords words = words_of(field);
    fields.push_back(
        {words.pointer,
         {fmt::format("A case needs {} before it becomes {}.", words.what.en, enum_name(status)),
          fmt::format("{} にするには{}が必要です。", enum_name(status), words.what.ja)}});
  }
  Error error = Error::invalid(std::move(fields));
  error.type = "fields-required";
  return error;
}

using Moves = std::vector<std::pair<CaseStatus, CaseStatus>>;

/// What the hub does by itself (the rules of case.h).
const Moves kAutomatic = {{CaseStatus::new_, CaseStatus::pending},
                          {CaseStatus::open, CaseStatus::pending},
                          {CaseStatus::pending, CaseStatus::open},
                          {CaseStatus::resolved, CaseStatus::open},
                          {CaseStatus::closed, CaseStatus::open}};

/// What can be reached from there, by anybody and by those moves.
std::vector<CaseStatus> reachable(const Scheme& scheme, CaseStatus from, const Moves& moves) {
  std::vector<CaseStatus> found{from};
  for (std::size_t i = 0; i < found.size(); ++i) {
    const CaseStatus at = found[i];
    for (const CaseStatus to : all_values<CaseStatus>()) {
      const bool by_hand =
          std::any_of(scheme.transitions.begin(), scheme.transitions.end(),
                      [&](const auto& one) { return has(one.from, at) && has(one.to, to); });
      if (!has(found, to) && (by_hand || has(moves, {at, to}))) found.push_back(to);
    }
  }
  return found;
}

void check_roles(const Scheme& scheme, std::vector<FieldError>& wrong) {
  for (std::size_t i = 0; i < scheme.transitions.size(); ++i) {
    const std::vector<Role>& roles = scheme.transitions[i].roles;
    for (std::size_t j = 0; j < roles.size(); ++j) {
      if (may_change_cases(roles[j])) continue;
      wrong.push_back(
          {fmt::format("/transitions/{}/roles/{}", i, j),
           {fmt::format("The role {} may not change cases at all.", enum_name(roles[j])),
            fmt::format("権限「{}」はケースを変更できません。", enum_name(roles[j]))}});
    }
  }
}

void check_ways(const Scheme& scheme, std::vector<FieldError>& wrong) {
  const std::vector<CaseStatus> found = reachable(scheme, CaseStatus::new_, kAutomatic);
  for (const CaseStatus status : all_values<CaseStatus>()) {
    if (has(found, status)) continue;
    const bool closed = status == CaseStatus::closed;
    const std::string_view before = enum_name(closed ? CaseStatus::resolved : CaseStatus::open);
    wrong.push_back(
        {"/transitions",
         {fmt::format("No case can ever become {0}. Allow a transition to it, for instance {1} to "
                      "{0} for the role agent.",
                      enum_name(status), before),
          fmt::format("どのケースも {0} になれません。{0} への遷移（例: 権限「agent」に {1} から "
                      "{0}）を許可してください。",
                      enum_name(status), before)}});
  }
  for (const CaseStatus status : {CaseStatus::new_, CaseStatus::open, CaseStatus::pending}) {
    const std::vector<CaseStatus> later = reachable(scheme, status, {});
    if (std::any_of(later.begin(), later.end(),
                    [](CaseStatus one) { return group_of(one) == StatusGroup::handled; }))
      continue;
    wrong.push_back(
        {"/transitions",
         {fmt::format("Nobody can ever finish a case that is {0}. Allow a transition from it, for "
                      "instance {0} to resolved for the role agent.",
                      enum_name(status)),
          fmt::format("{0} のケースを対応済みにできません。{0} からの遷移（例: 権限「agent」に {0} "
                      "から resolved）を許可してください。",
                      enum_name(status))}});
  }
}

}  // namespace

Scheme default_scheme() {
  Scheme scheme;
  scheme.transitions.push_back({all_values<CaseStatus>(), all_values<CaseStatus>(), {}});
  return scheme;
}

bool binds(const Scheme& scheme) {
  const std::size_t all = std::size(EnumNames<CaseStatus>::values);
  const bool open = std::any_of(
      scheme.transitions.begin(), scheme.transitions.end(), [&](const StatusRule& rule) {
        return rule.from.size() == all && rule.to.size() == all && rule.roles.empty();
      });
  return !open || !scheme.required.empty();
}

bool requires_field(const Scheme& scheme, CaseField field) {
  return std::any_of(scheme.required.begin(), scheme.required.end(),
                     [&](const FieldRule& rule) { return has(rule.fields, field); });
}

bool allows(const Scheme& scheme, Role role, CaseStatus from, CaseStatus to) {
  return std::any_of(scheme.transitions.begin(), scheme.transitions.end(),
                     [&](const StatusRule& rule) {
                       return has(rule.from, from) && has(rule.to, to) &&
                              (rule.roles.empty() ? may_change_cases(role) : has(rule.roles, role));
                     });
}

std::vector<CaseField> missing_fields(const Scheme& scheme, const Case& value, CaseStatus status,
                                      const CaseFacts& facts) {
  std::vector<CaseField> missing;
  for (const FieldRule& rule : scheme.required) {
    if (!concerns(rule, value, status)) continue;
    for (const CaseField field : rule.fields) {
      if (!is_there(field, value, facts) && !has(missing, field)) missing.push_back(field);
    }
  }
  return missing;
}

Result<void> check_move(const Scheme& scheme, Role role, CaseStatus before, const Case& after,
                        const CaseFacts& facts) {
  if (before == after.status) return {};
  if (!allows(scheme, role, before, after.status)) {
    return fail(not_allowed(scheme, role, before, after.status));
  }
  const std::vector<CaseField> missing = missing_fields(scheme, after, after.status, facts);
  if (missing.empty()) return {};
  return fail(fields_required(missing, after.status));
}

CaseActions within(const Scheme& scheme, CaseActions actions, const Case& value, Role role,
                   const CaseFacts& facts) {
  const auto may_become = [&](CaseStatus status) {
    return value.status == status || (allows(scheme, role, value.status, status) &&
                                      missing_fields(scheme, value, status, facts).empty());
  };
  CaseActions left;
  for (const CaseAction action : all_values<CaseAction>()) {
    if (!actions.has(action)) continue;
    if (action == CaseAction::resolve && !may_become(CaseStatus::resolved)) continue;
    if (action == CaseAction::reopen && !may_become(CaseStatus::open)) continue;
    if (action == CaseAction::take && value.status == CaseStatus::new_) {
      std::vector<CaseField> missing = missing_fields(scheme, value, CaseStatus::open, facts);
      // Taking it is what makes somebody responsible.
      missing.erase(std::remove(missing.begin(), missing.end(), CaseField::assignee),
                    missing.end());
      if (!missing.empty() || !allows(scheme, role, value.status, CaseStatus::open)) continue;
    }
    left.add(action);
  }
  return left;
}

Result<void> check_scheme(const Scheme& scheme) {
  std::vector<FieldError> wrong;
  check_roles(scheme, wrong);
  check_ways(scheme, wrong);
  if (wrong.empty()) return {};
  return fail(Error::invalid(std::move(wrong)));
}

}  // namespace madoguchi::domain
