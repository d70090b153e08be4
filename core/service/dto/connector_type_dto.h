// SPDX-License-Identifier: Apache-2.0
#pragma once

// Kinds of connected accounts, as forms: what a screen needs to ask somebody for.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/connector/connector_type.h"
#include "core/json/json.h"

namespace madoguchi::service {

/// A text in both languages: a form is kept by screens that switch between them.
struct BothLanguagesDto {
  std::string en;
  std::string ja;
};

struct ConnectorOptionDto {
  std::string name;
  connector::OptionKind kind = connector::OptionKind::text;
  connector::Presence presence = connector::Presence::optional;
  std::string default_value;
  BothLanguagesDto summary;
  std::vector<std::string> choices;
  std::optional<std::int64_t> minimum;
  std::optional<std::int64_t> maximum;
};

struct ConnectorPaceDto {
  std::int64_t poll_every_seconds = 0;
  std::int64_t requests = 0;
  std::int64_t per_seconds = 0;
  std::int64_t concurrency = 0;
  std::int64_t overlap_seconds = 0;
};

struct ConnectorTypeDto {
  std::string name;
  BothLanguagesDto summary;
  connector::Status status = connector::Status::alpha;
  std::optional<BothLanguagesDto> provisional;
  std::vector<connector::Capability> capabilities;
  std::vector<ConnectorOptionDto> options;
  ConnectorPaceDto pace;
};

[[nodiscard]] ConnectorTypeDto dto_of(const connector::ConnectorType& type);

}  // namespace madoguchi::service

namespace madoguchi::json {

template <>
struct Table<service::BothLanguagesDto> {
  static constexpr const char* name = "BothLanguages";
  static const Fields& fields();
};
template <>
struct Table<service::ConnectorOptionDto> {
  static constexpr const char* name = "ConnectorOption";
  static const Fields& fields();
};
template <>
struct Table<service::ConnectorPaceDto> {
  static constexpr const char* name = "ConnectorPace";
  static const Fields& fields();
};
template <>
struct Table<service::ConnectorTypeDto> {
  static constexpr const char* name = "ConnectorType";
  static const Fields& fields();
};

}  // namespace madoguchi::json
