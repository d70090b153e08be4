// SPDX-License-Identifier: Apache-2.0
#include "core/service/dto/case_condition_dto.h"

namespace madoguchi::json {

using service::CaseConditionDto;

const Fields& Table<CaseConditionDto>::fields() {
  static const Fields table = json::fields<CaseConditionDto>(
      field("filter", &CaseConditionDto::filter,
            "As the parameters of GET /cases, without q, sort and `me`.")
          .optional(),
      field("words", &CaseConditionDto::words,
            "One of these stands in the subject or in what was written, upper and lower case, "
            "width and kana alike.")
          .optional()
          .omitted_when_empty()
          .max_items(50),
      field("registered", &CaseConditionDto::registered, "Whether it is a registered customer's."),
      field("blacklisted", &CaseConditionDto::blacklisted, "Whether the customer is blacklisted."),
      field("labels", &CaseConditionDto::labels, "The customer has one of these labels, by id.")
          .optional()
          .omitted_when_empty()
          .max_items(50),
      field("open_cases", &CaseConditionDto::open_cases,
            "The customer, or whoever wrote, has at least that many unresolved cases.")
          .range(1, 1000),
      field("waiting_hours", &CaseConditionDto::waiting_hours,
            "The customer has waited for an answer for at least that many hours.")
          .range(1, 10'000));
  return table;
}

}  // namespace madoguchi::json
