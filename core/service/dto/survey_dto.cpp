// SPDX-License-Identifier: Apache-2.0
#include "core/service/dto/survey_dto.h"

#include "core/service/dto/limits.h"

namespace madoguchi::json {

using service::SurveyPatchDto;
using service::SurveyResponseDto;
using service::TakenSurveysDto;
using service::ToldSurveyResponseDto;
using service::ToldSurveysDto;

const Fields& Table<SurveyResponseDto>::fields() {
  using Dto = SurveyResponseDto;
  static const Fields table = json::fields<Dto>(
      field("id", &Dto::id, "Its id."),
      field("account", &Dto::account, "The connected account it came from."),
      field("external_id", &Dto::external_id, "The service's own id of the response."),
      field("survey_id", &Dto::survey_id, "The service's own id of the survey."),
      field("survey", &Dto::survey, "Title of the survey."),
      field("respondent", &Dto::respondent, "What the service knows of who answered.")
          .needs(service::kContact),
      field("customer", &Dto::customer, "Number of the customer; null: nobody's yet."),
      field("linked_by", &Dto::linked_by, "How it was found whose it is."),
      field("answers", &Dto::answers, "Question by question."),
      field("answered_at", &Dto::answered_at, "When it was answered."),
      field("created_at", &Dto::created_at, "When it came here."),
      field("modified_at", &Dto::modified_at, "When it changed last."),
      field("version", &Dto::version, "Counts changes; the ETag."),
      field("allowed_actions", &Dto::allowed_actions, "What the caller may do with it now."));
  return table;
}

const Fields& Table<ToldSurveyResponseDto>::fields() {
  using Dto = ToldSurveyResponseDto;
  static const Fields table = json::fields<Dto>(
      field("external_id", &Dto::external_id, "The service's own id; the same again is the same.")
          .not_empty()
          .max_length(200),
      field("survey_id", &Dto::survey_id, "The service's own id of the survey.")
          .optional()
          .max_length(200),
      field("survey", &Dto::survey, "Title of the survey.").optional().max_length(500),
      field("respondent", &Dto::respondent,
            "What is known of who answered; the first that is found counts: customer, "
            "external_id, email.")
          .needs(service::kContact)
          .optional(),
      field("answers", &Dto::answers, "Question by question.").max_items(300),
      field("answered_at", &Dto::answered_at, "When it was answered."));
  return table;
}

const Fields& Table<ToldSurveysDto>::fields() {
  static const Fields table = json::fields<ToldSurveysDto>(
      field("account", &ToldSurveysDto::account, "The connected account they come from.")
          .not_empty()
          .max_length(100),
      field("items", &ToldSurveysDto::items, "Responses.").max_items(200));
  return table;
}

const Fields& Table<TakenSurveysDto>::fields() {
  static const Fields table = json::fields<TakenSurveysDto>(
      field("created", &TakenSurveysDto::created, "Responses that are new here."),
      field("changed", &TakenSurveysDto::changed, "Those that were here and are different now."),
      field("unchanged", &TakenSurveysDto::unchanged, "Those that were here as they are."),
      field("unlinked", &TakenSurveysDto::unlinked, "Those among them that are nobody's yet."));
  return table;
}

const Fields& Table<SurveyPatchDto>::fields() {
  static const Fields table =
      json::fields<SurveyPatchDto>(field("customer", &SurveyPatchDto::customer,
                                         "Number of the customer whose it is; null: nobody's.")
                                       .max_length(40));
  return table;
}

}  // namespace madoguchi::json
