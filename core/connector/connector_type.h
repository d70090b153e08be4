// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.h"
#include "core/base/result.h"
#include "core/base/secret.h"
#include "core/connector/connector.h"

namespace madoguchi::connector {

enum class OptionKind {
  text,
  integer,  ///< within minimum and maximum
  choice,   ///< one of `choices`
  file,     ///< an absolute path
  secret,   ///< kept sealed, never shown again
};

enum class Presence { optional, required };

/// One option of a connector: the validator, the sample and the reference page come from it.
struct OptionSpec {
  std::string name;
  OptionKind kind = OptionKind::text;
  Presence presence = Presence::optional;
  std::string default_value = {};
  Text summary = {};
  std::vector<std::string> choices = {};
  std::int64_t minimum = std::numeric_limits<std::int64_t>::min();
  std::int64_t maximum = std::numeric_limits<std::int64_t>::max();
};

/// The values of an account's options as the configuration file or the database holds them. Secrets
/// are apart because they rest sealed and cannot be printed.
struct Settings {
  std::map<std::string, std::string> options;
  std::map<std::string, Secret> secrets;

  /// The value, or an empty string when it is not set.
  [[nodiscard]] const std::string& text(std::string_view name) const;
  /// 0 when it is not set. Only for options that were checked as integers.
  [[nodiscard]] std::int64_t integer(std::string_view name) const;
  [[nodiscard]] Secret secret(std::string_view name) const;
};

/// The parts of the hub a connector may use; they outlive it.
struct Host {
  const Clock& clock;
};

/// How far a connector can be relied upon.
enum class Status { alpha, stable };

enum class Capability { content_scanner, mail_intake, mail_sender, watcher, webhook };

/// A kind of connector, as a value: all the hub knows of it before an account exists.
struct ConnectorType {
  std::string name;  ///< as in connectors/CMakeLists.txt; stored with every account
  Text summary;
  Status status = Status::alpha;
  std::vector<Capability> capabilities;
  std::vector<OptionSpec> options;
  /// What the options cannot say one by one. Pure; gets settings whose single values are good.
  std::function<std::vector<FieldError>(const Settings&)> validate;
  /// No I/O, no threads. `settings` come from checked().
  std::function<std::unique_ptr<Connector>(const Settings& settings, const Host& host)> create;
};

/// The settings with defaults filled in, or everything that is wrong with them: unknown and missing
/// names, wrong values (pointers "/options/port", "/secrets/password"), then `type.validate`.
[[nodiscard]] Result<Settings> checked(const ConnectorType& type, Settings settings);

}  // namespace madoguchi::connector
