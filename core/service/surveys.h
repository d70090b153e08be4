// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/service/dto/survey_dto.h"
#include "core/service/environment.h"

namespace madoguchi::service {

struct SurveyListing {
  std::vector<SurveyResponseDto> items;
  std::optional<std::vector<std::string>> next;  ///< key to go on behind
};

/// What customers answered in surveys of other services (C17). Safe for use by many threads.
class SurveyService {
 public:
  explicit SurveyService(const Environment& env) : env_(env) {}

  [[nodiscard]] Result<SurveyListing> of_customer(
      const domain::Caller& caller, const std::string& number,
      const std::optional<std::vector<std::string>>& after, int limit);
  [[nodiscard]] Result<SurveyListing> list(const domain::Caller& caller,
                                           const store::SurveyQuery& query,
                                           const std::optional<std::vector<std::string>>& after);
  [[nodiscard]] Result<SurveyResponseDto> get(const domain::Caller& caller, const std::string& id);
  /// What a service tells, as often as it likes: a response is known by its account and external
  /// id. Card numbers in it are masked. Whoever it names gets it; else it waits until somebody is
  /// registered whom it names, or a person says whose it is.
  [[nodiscard]] Result<TakenSurveysDto> take(const Context& context, const ToldSurveysDto& told);
  /// Says whose it is, or that it is nobody's.
  [[nodiscard]] Result<SurveyResponseDto> patch(const Context& context, const std::string& id,
                                                const SurveyPatchDto& wish);

 private:
  const Environment& env_;
};

/// A page of a customer's responses, in the caller's unit of work.
[[nodiscard]] SurveyListing surveys_of(db::Session& session, const domain::Caller& caller,
                                       const store::SurveyQuery& query,
                                       const std::optional<std::vector<std::string>>& after);

/// Gives the customer what waited for somebody with its addresses and ids. Called when these have
/// changed.
void link_surveys(const Environment& env, db::Session& session, const domain::Caller& caller,
                  const domain::Customer& customer);

}  // namespace madoguchi::service
