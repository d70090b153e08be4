// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/db/session.h"
#include "core/domain/survey.h"
#include "core/json/json.h"

namespace madoguchi::store {

/// A response with what is shown of its customer.
struct SurveyRecord {
  domain::SurveyResponse value;
  std::string customer_number;  ///< empty: nobody's
};

struct SurveyQuery {
  std::optional<domain::CustomerId> customer;
  std::optional<bool> linked;
  std::vector<std::string> accounts;
  int limit = 50;
};

/// Where a page of the list ended.
struct SurveyPlace {
  std::int64_t answered_at = 0;
  std::string id;
};

class Surveys {
 public:
  explicit Surveys(db::Session& session) : session_(session) {}

  /// False when the account has that response already.
  [[nodiscard]] bool insert(const domain::SurveyResponse& response);
  /// Counts the version up; false when the row is no longer at `response.version`.
  [[nodiscard]] bool update(domain::SurveyResponse& response);
  [[nodiscard]] std::optional<SurveyRecord> by_id(const domain::SurveyResponseId& id);
  [[nodiscard]] std::optional<SurveyRecord> by_external_id(const std::string& account,
                                                           const std::string& external_id);
  /// Last answered first; one more than the limit when there are more.
  [[nodiscard]] std::vector<SurveyRecord> list(const SurveyQuery& query,
                                               const std::optional<SurveyPlace>& after);
  /// How many a customer has, counted up to `limit`.
  [[nodiscard]] int count(const domain::CustomerId& customer, int limit);
  /// Nobody's responses that name one of the customer's addresses or ids, 200 at most.
  [[nodiscard]] std::vector<domain::SurveyResponse> unlinked_of(const domain::Customer& customer);

 private:
  db::Session& session_;
};

}  // namespace madoguchi::store

namespace madoguchi::json {

template <>
struct Table<domain::SurveyAnswer> {
  static constexpr const char* name = "SurveyAnswer";
  static const Fields& fields();
};
template <>
struct Table<domain::Respondent> {
  static constexpr const char* name = "Respondent";
  static const Fields& fields();
};

}  // namespace madoguchi::json
