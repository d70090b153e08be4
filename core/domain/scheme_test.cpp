// SPDX-License-Identifier: Apache-2.0
#include "core/domain/scheme.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "core/domain/names.h"

namespace madoguchi::domain {
namespace {

using enum CaseStatus;

const std::vector<CaseStatus> kAll = {new_, open, pending, resolved, closed};

/// Agents work, supervisors may do everything; a category before it is resolved.
Scheme strict() {
  Scheme scheme;
  scheme.transitions = {{{new_, open, pending}, {open, pending, resolved}, {Role::agent}},
                        {kAll, kAll, {Role::supervisor}}};
  scheme.required = {{{resolved, closed}, {CaseField::category}, {}, {}}};
  return scheme;
}

Case in_status(CaseStatus status) {
  Case value;
  value.status = status;
  return value;
}

std::vector<std::string> pointers_of(const Result<void>& answer) {
  std::vector<std::string> pointers;
  if (answer) return pointers;
  for (const FieldError& field : answer.error().fields) pointers.push_back(field.pointer);
  return pointers;
}

TEST(DeskScheme, AllowsEverythingAtFirst) {
  const Scheme scheme = default_scheme();
  EXPECT_FALSE(binds(scheme));
  EXPECT_TRUE(check_scheme(scheme));
  EXPECT_TRUE(allows(scheme, Role::agent, closed, new_));
  EXPECT_FALSE(allows(scheme, Role::viewer, new_, open)) << "who may not change cases at all";
  EXPECT_TRUE(check_move(scheme, Role::integration, new_, in_status(closed), {}));
}

TEST(DeskScheme, RefusesAMoveWithRoleAndBothStatuses) {
  const Result<void> refused = check_move(strict(), Role::agent, resolved, in_status(open), {});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::conflict);
  EXPECT_EQ(refused.error().type, "transition-not-allowed");
  EXPECT_NE(refused.error().message.en.find("agent"), std::string::npos);
  EXPECT_NE(refused.error().message.ja.find("resolved から open"), std::string::npos);
  EXPECT_EQ(refused.error().members.at("allowed"), "[]");
  EXPECT_EQ(refused.error().members.at("to"), "\"open\"");
  EXPECT_TRUE(check_move(strict(), Role::supervisor, resolved, in_status(open), {}));
  EXPECT_TRUE(check_move(strict(), Role::agent, resolved, in_status(resolved), {})) << "no move";
}

TEST(DeskScheme, SaysWhichFieldIsMissing) {
  Case value = in_status(resolved);
  const Result<void> refused = check_move(strict(), Role::agent, open, value, {});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::invalid);
  EXPECT_EQ(refused.error().type, "fields-required");
  EXPECT_EQ(pointers_of(refused), std::vector<std::string>{"/category"});
  value.category = CategoryId("c1");
  EXPECT_TRUE(check_move(strict(), Role::agent, open, value, {}));
}

TEST(DeskScheme, AsksForFieldsOnlyWhereTheRuleIsAboutTheCase) {
  Scheme scheme = default_scheme();
  scheme.required = {{{resolved}, {CaseField::order_numbers}, {CategoryId("claim")}, {}},
                     {{resolved}, {CaseField::call_outcome}, {}, {Channel::phone}}};
  Case value = in_status(resolved);
  CaseFacts facts;
  facts.calls_ended = false;
  EXPECT_TRUE(missing_fields(scheme, value, resolved, facts).empty()) << "an email, no category";
  value.channel = Channel::phone;
  value.category = CategoryId("claim");
  EXPECT_EQ(missing_fields(scheme, value, resolved, facts),
            (std::vector<CaseField>{CaseField::order_numbers, CaseField::call_outcome}));
  EXPECT_TRUE(missing_fields(scheme, value, closed, facts).empty());
}

TEST(DeskScheme, EachFieldCanBeRequired) {
  Scheme scheme = default_scheme();
  FieldRule& rule = scheme.required.emplace_back();
  rule.entering = {resolved};
  using enum CaseField;
  rule.fields = {category, category_detail,   customer,    assignee, team, order_numbers,
                 tags,     requester_address, call_outcome};
  CaseFacts facts{false, false};
  EXPECT_EQ(missing_fields(scheme, in_status(open), resolved, facts), rule.fields);
  Case full = in_status(open);
  full.category = CategoryId("c");
  full.customer = CustomerId("k");
  full.assignee = AgentId("a");
  full.team = TeamId("t");
  full.order_numbers = {"1"};
  full.tags = {"x"};
  full.requester.address = "a@example.jp";
  EXPECT_EQ(missing_fields(scheme, full, resolved, facts),
            (std::vector<CaseField>{category_detail, call_outcome}));
  EXPECT_TRUE(missing_fields(scheme, full, resolved, {}).empty());
}

TEST(DeskScheme, TakesAwayActionsThatWouldBeRefused) {
  const CaseActions all{CaseAction::edit, CaseAction::take, CaseAction::resolve,
                        CaseAction::reopen};
  using enum CaseAction;
  EXPECT_EQ(within(strict(), all, in_status(new_), Role::agent, {}),
            (CaseActions{edit, take, reopen}));
  Case sorted = in_status(open);
  sorted.category = CategoryId("c");
  EXPECT_EQ(within(strict(), all, sorted, Role::agent, {}),
            (CaseActions{edit, take, resolve, reopen}));
  EXPECT_EQ(within(strict(), all, in_status(resolved), Role::agent, {}),
            (CaseActions{edit, take, resolve}));
  Scheme scheme = default_scheme();
  scheme.required = {{{open}, {CaseField::assignee}, {}, {}}};
  EXPECT_TRUE(within(scheme, all, in_status(new_), Role::agent, {}).has(take))
      << "taking it is what makes somebody responsible";
}

TEST(DeskScheme, IsRefusedWhenAStatusCannotBeReached) {
  Scheme scheme;
  scheme.transitions = {{{new_, open, pending}, {open, resolved}, {Role::agent}}};
  const Result<void> refused = check_scheme(scheme);
  ASSERT_EQ(pointers_of(refused), std::vector<std::string>{"/transitions"});
  const std::string& said = refused.error().fields[0].message.en;
  EXPECT_NE(said.find("closed"), std::string::npos);
  EXPECT_NE(said.find("resolved to closed for the role agent"), std::string::npos) << said;
}

TEST(DeskScheme, IsRefusedWhenACaseCannotBeFinished) {
  Scheme scheme;
  scheme.transitions = {{{new_, open}, {open, resolved, closed}, {}}};
  const Result<void> refused = check_scheme(scheme);
  ASSERT_EQ(pointers_of(refused), std::vector<std::string>{"/transitions"});
  EXPECT_NE(refused.error().fields[0].message.en.find("pending"), std::string::npos);
  EXPECT_NE(refused.error().fields[0].message.ja.find("pending"), std::string::npos);
}

TEST(DeskScheme, NamesNoRoleThatMayChangeNothing) {
  Scheme scheme = default_scheme();
  scheme.transitions.push_back({{new_}, {open}, {Role::agent, Role::viewer}});
  EXPECT_EQ(pointers_of(check_scheme(scheme)), std::vector<std::string>{"/transitions/1/roles/1"});
}

}  // namespace
}  // namespace madoguchi::domain
