// SPDX-License-Identifier: Apache-2.0
#include "core/domain/survey.h"

namespace madoguchi::domain {
namespace {

std::string show(const std::string& text) { return text; }
std::string show(TimePoint time) { return to_rfc3339(time); }
std::string show(const std::vector<SurveyAnswer>& answers) {
  std::string out;
  for (const SurveyAnswer& one : answers) {
    out += (out.empty() ? "" : "\n") + one.question + ": ";
    for (std::size_t i = 0; i < one.answers.size(); ++i)
      out += (i == 0 ? "" : ", ") + one.answers[i];
  }
  return out;
}
const auto kShow = [](const auto& value) { return show(value); };

}  // namespace

Change told(SurveyResponse& response, const SurveyResponse& now) {
  Change change{"survey.changed", {}};
  change.set("survey", response.survey, now.survey, kShow);
  change.set("answers", response.answers, now.answers, kShow);
  change.set("answered_at", response.answered_at, now.answered_at, kShow);
  response.survey_id = now.survey_id;
  response.respondent = now.respondent;
  return change;
}

bool may_be_linked(const SurveyResponse& response) noexcept {
  return !response.customer && response.linked_by == SurveyLink::none;
}

SurveyActions allowed_actions(const SurveyResponse& response, const Caller& caller) {
  SurveyActions actions;
  if (!caller.may(Permission::customers_write)) return actions;
  actions.add(SurveyAction::link);
  if (response.customer) actions.add(SurveyAction::unlink);
  return actions;
}

}  // namespace madoguchi::domain
