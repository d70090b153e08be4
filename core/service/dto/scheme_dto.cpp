// SPDX-License-Identifier: Apache-2.0
#include "core/service/dto/scheme_dto.h"

#include "core/domain/names.h"

namespace madoguchi::json {

using domain::FieldRule;
using domain::StatusRule;
using service::CaseAlertDto;
using service::SchemeAlertDto;
using service::SchemeDto;
using service::SchemeWriteDto;
using service::StatusChoiceDto;

namespace {

constexpr const char* kTransitions =
    "Which moves people may make. A move that no entry allows is refused; the hub's own moves are "
    "not bound.";
constexpr const char* kRequired = "What a case needs before a person gives it a status.";
constexpr const char* kAlerts = "What agents are told about a case or a customer.";
constexpr std::size_t kAlertText = 500;
constexpr std::size_t kRules = 100;
constexpr std::size_t kMostAlerts = 30;

}  // namespace

const Fields& Table<Text>::fields() {
  static const Fields table =
      json::fields<Text>(field("en", &Text::en, "In English.").not_empty().max_length(kAlertText),
                         field("ja", &Text::ja, "In Japanese.").not_empty().max_length(kAlertText));
  return table;
}

const Fields& Table<CaseAlertDto>::fields() {
  static const Fields table = json::fields<CaseAlertDto>(
      field("name", &CaseAlertDto::name, "The entry of the scheme."),
      field("level", &CaseAlertDto::level, "How loud."),
      field("text", &CaseAlertDto::text, "What to know."),
      field("case", &CaseAlertDto::case_number,
            "On a customer's screen the case that it is about; null: the customer."));
  return table;
}

const Fields& Table<StatusChoiceDto>::fields() {
  static const Fields table = json::fields<StatusChoiceDto>(
      field("status", &StatusChoiceDto::status, "One that the caller's role may give it."),
      field("missing", &StatusChoiceDto::missing, "What it lacks for that; none: it may be now."));
  return table;
}

const Fields& Table<StatusRule>::fields() {
  static const Fields table = json::fields<StatusRule>(
      field("from", &StatusRule::from, "Any of these.").min_items(1).max_items(5),
      field("to", &StatusRule::to, "To any of these.").min_items(1).max_items(5),
      field("roles", &StatusRule::roles,
            "Whoever has one of these roles; none: every role that may change cases.")
          .optional()
          .max_items(20));
  return table;
}

const Fields& Table<FieldRule>::fields() {
  static const Fields table = json::fields<FieldRule>(
      field("entering", &FieldRule::entering, "Before it becomes one of these.")
          .min_items(1)
          .max_items(5),
      field("fields", &FieldRule::fields, "All of these.").min_items(1).max_items(9),
      field("categories", &FieldRule::categories, "Only cases of these categories; none: all.")
          .optional()
          .max_items(kRules),
      field("channels", &FieldRule::channels, "Only cases of these channels; none: all.")
          .optional()
          .max_items(20));
  return table;
}

const Fields& Table<SchemeAlertDto>::fields() {
  static const Fields table = json::fields<SchemeAlertDto>(
      field("name", &SchemeAlertDto::name, "What it is called.").not_empty().max_length(100),
      field("level", &SchemeAlertDto::level, "How loud.").optional(),
      field("when", &SchemeAlertDto::when, "What has to hold."),
      field("text", &SchemeAlertDto::text, "What agents read."));
  return table;
}

const Fields& Table<SchemeWriteDto>::fields() {
  static const Fields table = json::fields<SchemeWriteDto>(
      field("transitions", &SchemeWriteDto::transitions, kTransitions)
          .min_items(1)
          .max_items(kRules),
      field("required", &SchemeWriteDto::required, kRequired).optional().max_items(kRules),
      field("alerts", &SchemeWriteDto::alerts, kAlerts).optional().max_items(kMostAlerts));
  return table;
}

const Fields& Table<SchemeDto>::fields() {
  static const Fields table = json::fields<SchemeDto>(
      field("transitions", &SchemeDto::transitions, kTransitions),
      field("required", &SchemeDto::required, kRequired),
      field("alerts", &SchemeDto::alerts, kAlerts),
      field("changed_at", &SchemeDto::changed_at, "When it changed last; null: never."),
      field("version", &SchemeDto::version, "Counts changes; the ETag."));
  return table;
}

}  // namespace madoguchi::json
