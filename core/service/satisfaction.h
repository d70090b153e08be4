// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/domain/case.h"
#include "core/service/dto/satisfaction_dto.h"
#include "core/service/environment.h"

namespace madoguchi::service {

/// The link that asks the customer of a case how it went: /open/satisfaction/TOKEN. The token names
/// the case and when it ends, signed under the hub's own key; it opens nothing but this question.
[[nodiscard]] std::string satisfaction_token(const Environment& env, std::int64_t case_sequence,
                                             TimePoint ends);
/// Empty when the hub does not know where it is reached from outside.
[[nodiscard]] std::string satisfaction_url(const Environment& env, std::int64_t case_sequence);

/// What somebody with the link is shown.
struct SatisfactionQuestion {
  std::optional<SatisfactionDto> answer;  ///< the one given before
  bool changeable = true;
};

/// Asking customers how it went. Those who answer have no login: the link is all they have. Safe
/// for use by many threads.
class SatisfactionService {
 public:
  explicit SatisfactionService(const Environment& env) : env_(env) {}

  /// A new link, for agents who want to hand one out. 409 where the hub does not know its address.
  [[nodiscard]] Result<SatisfactionLinkDto> link(const domain::Caller& caller,
                                                 const std::string& number);
  /// Changes nothing, whoever follows the link. `not_found` for every link that does not hold.
  [[nodiscard]] Result<SatisfactionQuestion> question(std::string_view token);
  /// Keeps the answer; given again, it replaces the one before, for some days.
  [[nodiscard]] Result<SatisfactionDto> answer(std::string_view token, std::int64_t score,
                                               const std::string& comment);

 private:
  const Environment& env_;
};

}  // namespace madoguchi::service
