// SPDX-License-Identifier: Apache-2.0
#pragma once

// What a customer answered in a survey that another service ran.

#include <optional>
#include <string>
#include <vector>

#include "core/base/clock.h"
#include "core/base/enum_names.h"
#include "core/base/enum_set.h"
#include "core/domain/change.h"
#include "core/domain/customer.h"

namespace madoguchi::domain {

struct SurveyResponseTag;
using SurveyResponseId = Id<SurveyResponseTag>;

struct SurveyAnswer {
  std::string question_id;  ///< the service's own; may be empty
  std::string question;
  std::vector<std::string> answers;  ///< several where several could be chosen

  bool operator==(const SurveyAnswer&) const = default;
};

/// What the service knows of who answered: a hidden field of the survey, or what was asked.
struct Respondent {
  std::string customer;     ///< the hub's number
  std::string external_id;  ///< id in the account's own system
  std::string email;

  bool operator==(const Respondent&) const = default;
};

enum class SurveyLink { none, customer_number, external_id, email, by_hand };

struct SurveyResponse {
  SurveyResponseId id;
  std::string account;      ///< the connected account it came from
  std::string external_id;  ///< the service's own id of the response, unique in its account
  std::string survey_id;
  std::string survey;  ///< its title
  Respondent respondent;
  std::optional<CustomerId> customer;
  /// By what it was found to be the customer's; `by_hand` without a customer: nobody's, said
  /// somebody.
  SurveyLink linked_by = SurveyLink::none;
  std::vector<SurveyAnswer> answers;
  TimePoint answered_at;
  TimePoint created_at;
  TimePoint modified_at;
  std::int64_t version = 1;
};

/// Makes it what the service says now, and returns what became different; who it belongs to stays.
Change told(SurveyResponse& response, const SurveyResponse& now);

/// Whether the hub may find out whose it is: it is nobody's, and nobody said so.
[[nodiscard]] bool may_be_linked(const SurveyResponse& response) noexcept;

enum class SurveyAction { link, unlink };
using SurveyActions = EnumSet<SurveyAction>;
[[nodiscard]] SurveyActions allowed_actions(const SurveyResponse& response, const Caller& caller);

}  // namespace madoguchi::domain

namespace madoguchi {

template <>
struct EnumNames<domain::SurveyLink> {
  static constexpr EnumName<domain::SurveyLink> values[] = {
      {domain::SurveyLink::none, "none"},
      {domain::SurveyLink::customer_number, "customer_number"},
      {domain::SurveyLink::external_id, "external_id"},
      {domain::SurveyLink::email, "email"},
      {domain::SurveyLink::by_hand, "by_hand"}};
};

template <>
struct EnumNames<domain::SurveyAction> {
  static constexpr EnumName<domain::SurveyAction> values[] = {
      {domain::SurveyAction::link, "link"}, {domain::SurveyAction::unlink, "unlink"}};
};

}  // namespace madoguchi
