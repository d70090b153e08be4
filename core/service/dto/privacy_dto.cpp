// SPDX-License-Identifier: Apache-2.0
#include "core/service/dto/privacy_dto.h"

namespace madoguchi::json {

using service::EraseCustomerDto;
using service::ExportIndexDto;
using service::LegalHoldDto;
using service::LegalHoldWishDto;
using service::RetentionDto;
using service::RetentionPreviewDto;
using service::SightingDto;

const Fields& Table<EraseCustomerDto>::fields() {
  static const Fields table = json::fields<EraseCustomerDto>(
      field("reason", &EraseCustomerDto::reason,
            "Why, as it will stand in the history: who asked for it, and when.")
          .not_empty()
          .max_length(500)
          .example("\"本人からの消去請求（2026-11-20 受付）\""),
      field("preview", &EraseCustomerDto::preview, "Only try it: nothing is erased.").optional());
  return table;
}

const Fields& Table<LegalHoldWishDto>::fields() {
  static const Fields table =
      json::fields<LegalHoldWishDto>(field("reason", &LegalHoldWishDto::reason,
                                           "Why nothing may be erased, for instance a dispute.")
                                         .not_empty()
                                         .max_length(500)
                                         .example("\"係争中のため保全\""));
  return table;
}

const Fields& Table<LegalHoldDto>::fields() {
  static const Fields table = json::fields<LegalHoldDto>(
      field("held", &LegalHoldDto::held, "Whether the customer must not be erased."),
      field("reason", &LegalHoldDto::reason, "Why."),
      field("agent_name", &LegalHoldDto::agent_name, "Who said so."),
      field("at", &LegalHoldDto::at, "When."));
  return table;
}

const Fields& Table<ExportIndexDto>::fields() {
  static const Fields table = json::fields<ExportIndexDto>(
      field("customer", &ExportIndexDto::customer, "Number of the customer."),
      field("at", &ExportIndexDto::at, "When it was made."),
      field("files", &ExportIndexDto::files, "Names of the files."),
      field("left_out", &ExportIndexDto::left_out, "Contents that are infected, or gone."));
  return table;
}

const Fields& Table<RetentionDto>::fields() {
  static const Fields table = json::fields<RetentionDto>(
      field("closed_cases_days", &RetentionDto::closed_cases_days,
            "Days after which ended cases are erased; null: never."),
      field("original_mails_days", &RetentionDto::original_mails_days,
            "Days after which mails as they came are given up; null: never."),
      field("idle_customers_days", &RetentionDto::idle_customers_days,
            "Days after which customers of whom nothing is heard are erased; null: never."),
      field("sightings_days", &RetentionDto::sightings_days,
            "Days after which it is forgotten who saw whom; null: never."),
      field("version", &RetentionDto::version, "Counts changes; the ETag."));
  return table;
}

const Fields& Table<RetentionPreviewDto>::fields() {
  static const Fields table = json::fields<RetentionPreviewDto>(
      field("closed_cases", &RetentionPreviewDto::closed_cases, "Cases that would be erased."),
      field("original_mails", &RetentionPreviewDto::original_mails,
            "Mails that would be given up."),
      field("idle_customers", &RetentionPreviewDto::idle_customers,
            "Customers that would be erased."),
      field("sightings", &RetentionPreviewDto::sightings, "Lines that would be forgotten."));
  return table;
}

const Fields& Table<SightingDto>::fields() {
  static const Fields table = json::fields<SightingDto>(
      field("agent", &SightingDto::agent, "Id of the agent."),
      field("agent_name", &SightingDto::agent_name, "Who saw the customer."),
      field("way", &SightingDto::way, "Where."),
      field("at", &SightingDto::at, "When first in that hour."));
  return table;
}

}  // namespace madoguchi::json
