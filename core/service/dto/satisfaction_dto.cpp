// SPDX-License-Identifier: Apache-2.0
#include "core/service/dto/satisfaction_dto.h"

namespace madoguchi::json {

using service::SatisfactionDto;
using service::SatisfactionLinkDto;

const Fields& Table<SatisfactionDto>::fields() {
  static const Fields table = json::fields<SatisfactionDto>(
      field("score", &SatisfactionDto::score, "1 (very bad) to 5 (very good)."),
      field("comment", &SatisfactionDto::comment, "What the customer wrote beside it."),
      field("answered_at", &SatisfactionDto::answered_at, "When it was answered first."),
      field("changed_at", &SatisfactionDto::changed_at, "When it was answered last."));
  return table;
}

const Fields& Table<SatisfactionLinkDto>::fields() {
  static const Fields table = json::fields<SatisfactionLinkDto>(
      field("url", &SatisfactionLinkDto::url, "For the customer alone: whoever has it can answer."),
      field("expires_at", &SatisfactionLinkDto::expires_at, "Until when it can be answered."));
  return table;
}

}  // namespace madoguchi::json
