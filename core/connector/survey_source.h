// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "core/base/clock.h"
#include "core/base/result.h"
#include "core/connector/call_options.h"
#include "core/connector/pull.h"
#include "core/domain/survey.h"

namespace madoguchi::connector {

/// One person's answers to one survey, as the service tells them.
struct ExternalSurveyResponse {
  std::string id;         ///< unique in the account: "FORM/RESPONSE" where the service's is not
  std::string survey_id;  ///< the service's own
  std::string survey;     ///< its title
  domain::Respondent respondent = {};
  std::vector<domain::SurveyAnswer> answers = {};
  TimePoint answered_at = {};
};

/// What was answered or changed. The same again changes nothing.
struct SurveyPage : Page {
  std::vector<ExternalSurveyResponse> responses = {};
};

/// What customers answered in surveys of another service (C17). Calls of one account come one after
/// the other. Errors as of MailHistorySource.
class SurveySource {
 public:
  virtual ~SurveySource() = default;
  /// The next page, some dozens of responses.
  virtual Result<SurveyPage> pull(const Pull& pull, const CallOptions& call) = 0;
};

}  // namespace madoguchi::connector
