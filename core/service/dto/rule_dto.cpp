// SPDX-License-Identifier: Apache-2.0
#include "core/service/dto/rule_dto.h"

namespace madoguchi::json {

using service::RuleContent;
using service::RuleCreateDto;
using service::RuleDryRunAnswerDto;
using service::RuleDryRunCaseDto;
using service::RuleDryRunDto;
using service::RuleDto;
using service::RulePatchDto;
using service::RuleProblemDto;
using service::RuleRunDto;

namespace {

constexpr std::size_t kRuleName = 100;
constexpr std::size_t kMostRuleSteps = 20;
constexpr std::int64_t kRulePlaces = 1'000'000;
constexpr const char* kRuleCalled = "What it is called.";
constexpr const char* kRuleWorks = "Whether it works.";
constexpr const char* kRulePlace = "Its place: rules are tried in this order.";
constexpr const char* kRuleEvents =
    "When it is tried: after any of these; waiting: when a case that came or was written to since "
    "then "
    "has waited for `when.waiting_hours`.";
constexpr const char* kRuleWhen = "What has to hold then; nothing: always.";
constexpr const char* kAddedTags = "With tag_added: only when one of these was added; none: any.";
constexpr const char* kRuleSteps = "What is done, in that order, all of it or nothing.";
constexpr const char* kRuleStops =
    "No later rule is tried for the same event when this one was done.";

}  // namespace

const Fields& Table<RuleContent>::fields() {
  static const Fields table =
      json::fields<RuleContent>(field("events", &RuleContent::events, kRuleEvents),
                                field("when", &RuleContent::when, kRuleWhen),
                                field("added_tags", &RuleContent::added_tags, kAddedTags),
                                field("actions", &RuleContent::actions, kRuleSteps),
                                field("stop", &RuleContent::stop, kRuleStops));
  return table;
}

const Fields& Table<RuleProblemDto>::fields() {
  static const Fields table = json::fields<RuleProblemDto>(
      field("pointer", &RuleProblemDto::pointer, "Where in the rule."),
      field("message", &RuleProblemDto::message, "What is wrong there."));
  return table;
}

const Fields& Table<RuleDto>::fields() {
  static const Fields table = json::fields<RuleDto>(
      field("id", &RuleDto::id, "Id."), field("name", &RuleDto::name, kRuleCalled),
      field("enabled", &RuleDto::enabled, kRuleWorks),
      field("position", &RuleDto::position, kRulePlace),
      field("events", &RuleDto::events, kRuleEvents), field("when", &RuleDto::when, kRuleWhen),
      field("added_tags", &RuleDto::added_tags, kAddedTags),
      field("actions", &RuleDto::actions, kRuleSteps), field("stop", &RuleDto::stop, kRuleStops),
      field("state", &RuleDto::state,
            "broken: it names what there is no more; `problems` says what. It is not applied until "
            "that is mended."),
      field("problems", &RuleDto::problems, "What is wrong with it now."),
      field("version", &RuleDto::version, "Counts changes; the ETag."));
  return table;
}

const Fields& Table<RuleCreateDto>::fields() {
  static const Fields table = json::fields<RuleCreateDto>(
      field("name", &RuleCreateDto::name, kRuleCalled).not_empty().max_length(kRuleName),
      field("enabled", &RuleCreateDto::enabled, kRuleWorks).optional(),
      field("position", &RuleCreateDto::position, kRulePlace).optional().range(0, kRulePlaces),
      field("events", &RuleCreateDto::events, kRuleEvents).min_items(1).max_items(10),
      field("when", &RuleCreateDto::when, kRuleWhen).optional(),
      field("added_tags", &RuleCreateDto::added_tags, kAddedTags).optional().max_items(50),
      field("actions", &RuleCreateDto::actions, kRuleSteps).min_items(1).max_items(kMostRuleSteps),
      field("stop", &RuleCreateDto::stop, kRuleStops).optional());
  return table;
}

const Fields& Table<RulePatchDto>::fields() {
  static const Fields table = json::fields<RulePatchDto>(
      field("name", &RulePatchDto::name, kRuleCalled).not_empty().max_length(kRuleName),
      field("enabled", &RulePatchDto::enabled, kRuleWorks),
      field("position", &RulePatchDto::position, kRulePlace).range(0, kRulePlaces),
      field("events", &RulePatchDto::events, kRuleEvents).min_items(1).max_items(10),
      field("when", &RulePatchDto::when, kRuleWhen),
      field("added_tags", &RulePatchDto::added_tags, kAddedTags).max_items(50),
      field("actions", &RulePatchDto::actions, kRuleSteps).min_items(1).max_items(kMostRuleSteps),
      field("stop", &RulePatchDto::stop, kRuleStops));
  return table;
}

const Fields& Table<RuleRunDto>::fields() {
  static const Fields table = json::fields<RuleRunDto>(
      field("case", &RuleRunDto::case_number, "Number of the case."),
      field("at", &RuleRunDto::at, "When."), field("event", &RuleRunDto::event, "After what."),
      field("state", &RuleRunDto::state,
            "failed: an action could not be done, so none was; broken: it was not tried; "
            "held_back: rules had done too much in that case already."),
      field("changes", &RuleRunDto::changes, "What it did."),
      field("error", &RuleRunDto::error, "Why not."));
  return table;
}

const Fields& Table<RuleDryRunDto>::fields() {
  static const Fields table = json::fields<RuleDryRunDto>(
      field("rule", &RuleDryRunDto::rule, "Id of a rule; or `when` and `actions` of one to be."),
      field("when", &RuleDryRunDto::when, kRuleWhen).optional(),
      field("actions", &RuleDryRunDto::actions, kRuleSteps).optional().max_items(kMostRuleSteps),
      field("filter", &RuleDryRunDto::filter, "Which cases to try, as GET /cases; newest first.")
          .optional(),
      field("limit", &RuleDryRunDto::limit, "How many cases to look at.").optional().range(1, 200));
  return table;
}

void Table<RuleDryRunDto>::check(const RuleDryRunDto& value, Reader& reader) {
  if (value.rule.has_value() == !value.actions.empty()) {
    reader.refuse_member("rule", {"Send either rule or actions.",
                                  "rule か actions のどちらか一方を送ってください。"});
  }
}

const Fields& Table<RuleDryRunCaseDto>::fields() {
  static const Fields table = json::fields<RuleDryRunCaseDto>(
      field("case", &RuleDryRunCaseDto::number, "Number of the case."),
      field("subject", &RuleDryRunCaseDto::subject, "What it is about."),
      field("changes", &RuleDryRunCaseDto::changes, "What would become different; none: nothing."),
      field("error", &RuleDryRunCaseDto::error, "Why it could not be done."));
  return table;
}

const Fields& Table<RuleDryRunAnswerDto>::fields() {
  static const Fields table = json::fields<RuleDryRunAnswerDto>(
      field("looked_at", &RuleDryRunAnswerDto::looked_at, "How many cases were looked at."),
      field("matched", &RuleDryRunAnswerDto::matched, "How many of them the conditions meet."),
      field("more", &RuleDryRunAnswerDto::more, "The filter has more cases than were looked at."),
      field("items", &RuleDryRunAnswerDto::items, "Those that match."));
  return table;
}

}  // namespace madoguchi::json
