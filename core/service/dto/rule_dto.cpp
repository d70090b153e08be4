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
constexpr const char* kName = "What it is called.";
constexpr const char* kEnabled = "Whether it works.";
constexpr const char* kPosition = "Its place: rules are tried in this order.";
constexpr const char* kEvents = "When it is tried: after any of these.";
constexpr const char* kWhen = "What has to hold then; nothing: always.";
constexpr const char* kAddedTags = "With tag_added: only when one of these was added; none: any.";
constexpr const char* kActions = "What is done, in that order, all of it or nothing.";
constexpr const char* kStop = "No later rule is tried for the same event when this one was done.";

}  // namespace

const Fields& Table<RuleContent>::fields() {
  static const Fields table = json::fields<RuleContent>(
      field("events", &RuleContent::events, kEvents), field("when", &RuleContent::when, kWhen),
      field("added_tags", &RuleContent::added_tags, kAddedTags),
      field("actions", &RuleContent::actions, kActions), field("stop", &RuleContent::stop, kStop));
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
      field("id", &RuleDto::id, "Id."), field("name", &RuleDto::name, kName),
      field("enabled", &RuleDto::enabled, kEnabled),
      field("position", &RuleDto::position, kPosition), field("events", &RuleDto::events, kEvents),
      field("when", &RuleDto::when, kWhen), field("added_tags", &RuleDto::added_tags, kAddedTags),
      field("actions", &RuleDto::actions, kActions), field("stop", &RuleDto::stop, kStop),
      field("state", &RuleDto::state,
            "broken: it names what there is no more; `problems` says what. It is not applied until "
            "that is mended."),
      field("problems", &RuleDto::problems, "What is wrong with it now."),
      field("version", &RuleDto::version, "Counts changes; the ETag."));
  return table;
}

const Fields& Table<RuleCreateDto>::fields() {
  static const Fields table = json::fields<RuleCreateDto>(
      field("name", &RuleCreateDto::name, kName).not_empty().max_length(kRuleName),
      field("enabled", &RuleCreateDto::enabled, kEnabled).optional(),
      field("position", &RuleCreateDto::position, kPosition).optional().range(0, kRulePlaces),
      field("events", &RuleCreateDto::events, kEvents).min_items(1).max_items(9),
      field("when", &RuleCreateDto::when, kWhen).optional(),
      field("added_tags", &RuleCreateDto::added_tags, kAddedTags).optional().max_items(50),
      field("actions", &RuleCreateDto::actions, kActions).min_items(1).max_items(kMostRuleSteps),
      field("stop", &RuleCreateDto::stop, kStop).optional());
  return table;
}

const Fields& Table<RulePatchDto>::fields() {
  static const Fields table = json::fields<RulePatchDto>(
      field("name", &RulePatchDto::name, kName).not_empty().max_length(kRuleName),
      field("enabled", &RulePatchDto::enabled, kEnabled),
      field("position", &RulePatchDto::position, kPosition).range(0, kRulePlaces),
      field("events", &RulePatchDto::events, kEvents).min_items(1).max_items(9),
      field("when", &RulePatchDto::when, kWhen),
      field("added_tags", &RulePatchDto::added_tags, kAddedTags).max_items(50),
      field("actions", &RulePatchDto::actions, kActions).min_items(1).max_items(kMostRuleSteps),
      field("stop", &RulePatchDto::stop, kStop));
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
      field("when", &RuleDryRunDto::when, kWhen).optional(),
      field("actions", &RuleDryRunDto::actions, kActions).optional().max_items(kMostRuleSteps),
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
