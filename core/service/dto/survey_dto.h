// SPDX-License-Identifier: Apache-2.0
#pragma once

// Survey responses, as the facade shows and takes them.

#include <optional>
#include <string>
#include <vector>

#include "core/json/json.h"
#include "core/store/surveys.h"

namespace madoguchi::service {

struct SurveyResponseDto {
  std::string id;
  std::string account;
  std::string external_id;
  std::string survey_id;
  std::string survey;
  domain::Respondent respondent;
  std::optional<std::string> customer;
  domain::SurveyLink linked_by = domain::SurveyLink::none;
  std::vector<domain::SurveyAnswer> answers;
  TimePoint answered_at;
  TimePoint created_at;
  TimePoint modified_at;
  std::int64_t version = 0;
  domain::SurveyActions allowed_actions;
};

struct ToldSurveyResponseDto {
  std::string external_id;
  std::string survey_id;
  std::string survey;
  domain::Respondent respondent;
  std::vector<domain::SurveyAnswer> answers;
  TimePoint answered_at;
};

struct ToldSurveysDto {
  std::string account;
  std::vector<ToldSurveyResponseDto> items;
};

/// What became of them.
struct TakenSurveysDto {
  std::int64_t created = 0;
  std::int64_t changed = 0;
  std::int64_t unchanged = 0;
  std::int64_t unlinked = 0;
};

struct SurveyPatchDto {
  json::Patch<std::string> customer;
};

}  // namespace madoguchi::service

namespace madoguchi::json {

template <>
struct Table<service::SurveyResponseDto> {
  static constexpr const char* name = "SurveyResponse";
  static const Fields& fields();
};
template <>
struct Table<service::ToldSurveyResponseDto> {
  static constexpr const char* name = "ToldSurveyResponse";
  static const Fields& fields();
};
template <>
struct Table<service::ToldSurveysDto> {
  static constexpr const char* name = "ToldSurveys";
  static const Fields& fields();
};
template <>
struct Table<service::TakenSurveysDto> {
  static constexpr const char* name = "TakenSurveys";
  static const Fields& fields();
};
template <>
struct Table<service::SurveyPatchDto> {
  static constexpr const char* name = "SurveyPatch";
  static const Fields& fields();
};

}  // namespace madoguchi::json
