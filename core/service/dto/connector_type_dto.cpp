// SPDX-License-Identifier: Apache-2.0
#include "core/service/dto/connector_type_dto.h"

#include <limits>

namespace madoguchi::service {
namespace {

BothLanguagesDto both(const Text& text) { return {text.en, text.ja}; }

ConnectorOptionDto option_dto(const connector::OptionSpec& spec) {
  ConnectorOptionDto dto;
  dto.name = spec.name;
  dto.kind = spec.kind;
  dto.presence = spec.presence;
  dto.default_value = spec.default_value;
  dto.summary = both(spec.summary);
  dto.choices = spec.choices;
  using Limits = std::numeric_limits<std::int64_t>;
  if (spec.minimum != Limits::min()) dto.minimum = spec.minimum;
  if (spec.maximum != Limits::max()) dto.maximum = spec.maximum;
  return dto;
}

}  // namespace

ConnectorTypeDto dto_of(const connector::ConnectorType& type) {
  ConnectorTypeDto dto;
  dto.name = type.name;
  dto.summary = both(type.summary);
  dto.status = type.status;
  if (!type.provisional.en.empty()) dto.provisional = both(type.provisional);
  dto.capabilities = type.capabilities;
  for (const connector::OptionSpec& spec : type.options) dto.options.push_back(option_dto(spec));
  dto.pace = {type.pace.poll_every.count(), type.pace.requests, type.pace.per.count(),
              type.pace.concurrency, type.pace.overlap.count()};
  return dto;
}

}  // namespace madoguchi::service

namespace madoguchi::json {

using service::BothLanguagesDto;
using service::ConnectorOptionDto;
using service::ConnectorPaceDto;
using service::ConnectorTypeDto;

const Fields& Table<BothLanguagesDto>::fields() {
  static const Fields table =
      json::fields<BothLanguagesDto>(field("en", &BothLanguagesDto::en, "In English."),
                                     field("ja", &BothLanguagesDto::ja, "In Japanese."));
  return table;
}

const Fields& Table<ConnectorOptionDto>::fields() {
  static const Fields table = json::fields<ConnectorOptionDto>(
      field("name", &ConnectorOptionDto::name, "What it is called."),
      field("kind", &ConnectorOptionDto::kind,
            "What it takes. A secret is written, kept sealed and never shown."),
      field("presence", &ConnectorOptionDto::presence, "Whether it has to be given."),
      field("default", &ConnectorOptionDto::default_value, "Taken without one; may be empty."),
      field("summary", &ConnectorOptionDto::summary, "What it is for."),
      field("choices", &ConnectorOptionDto::choices, "One of these, where it is a choice."),
      field("minimum", &ConnectorOptionDto::minimum, "Of an integer; null: there is none."),
      field("maximum", &ConnectorOptionDto::maximum, "Of an integer; null: there is none."));
  return table;
}

const Fields& Table<ConnectorPaceDto>::fields() {
  static const Fields table = json::fields<ConnectorPaceDto>(
      field("poll_every_seconds", &ConnectorPaceDto::poll_every_seconds,
            "How often the other system is asked."),
      field("requests", &ConnectorPaceDto::requests,
            "At most so many requests in any `per_seconds`; 0: no limit."),
      field("per_seconds", &ConnectorPaceDto::per_seconds, "See `requests`."),
      field("concurrency", &ConnectorPaceDto::concurrency, "Calls at once."),
      field("overlap_seconds", &ConnectorPaceDto::overlap_seconds,
            "How far back each question goes, for lists that move."));
  return table;
}

const Fields& Table<ConnectorTypeDto>::fields() {
  static const Fields table = json::fields<ConnectorTypeDto>(
      field("name", &ConnectorTypeDto::name, "What it is called."),
      field("summary", &ConnectorTypeDto::summary, "What it does."),
      field("status", &ConnectorTypeDto::status, "How far it can be relied upon."),
      field("provisional", &ConnectorTypeDto::provisional,
            "What the vendor does not document, so that it is an option or left out; null: "
            "nothing."),
      field("capabilities", &ConnectorTypeDto::capabilities, "What it can do."),
      field("options", &ConnectorTypeDto::options, "The form, in its order."),
      field("pace", &ConnectorTypeDto::pace, "How a new account goes about it."));
  return table;
}

}  // namespace madoguchi::json
