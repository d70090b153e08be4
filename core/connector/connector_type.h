// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <limits>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.h"
#include "core/base/enum_names.h"
#include "core/base/result.h"
#include "core/base/secret.h"
#include "core/connector/connector.h"
#include "core/connector/request_gate.h"

namespace madoguchi::net {
class HttpClient;
}  // namespace madoguchi::net

namespace madoguchi::connector {

enum class OptionKind {
  text,
  integer,  ///< within minimum and maximum
  choice,   ///< one of `choices`
  file,     ///< an absolute path
  secret,   ///< kept sealed, never shown again
  boolean,  ///< "true" or "false"
  url,      ///< http or https, a host, perhaps a port and a path; no user, query or fragment
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
  /// Whether a boolean is "true".
  [[nodiscard]] bool flag(std::string_view name) const;
};

/// The parts of the hub a connector may use; they outlive it.
struct Host {
  const Clock& clock;
  /// Asked before each request to the outside system.
  RequestGate& gate = open_gate();
  /// The one way out over HTTP; null only in tests of connectors that do not need it.
  const net::HttpClient* http = nullptr;
};

/// How far a connector can be relied upon.
enum class Status { alpha, stable };

enum class Capability {
  content_scanner,
  embed,
  mail_history,
  mail_intake,
  mail_sender,
  survey,
  tickets,
  watcher,
  webhook,
};

/// How a new account of a type goes about it; people change it for each account.
struct Pace {
  std::chrono::seconds poll_every{300};
  /// At most so many requests in any such time; 0: as many as one likes.
  int requests = 60;
  std::chrono::seconds per{60};
  int concurrency = 4;  ///< calls at once
  std::chrono::seconds overlap{300};
  std::chrono::seconds call_limit{60};  ///< for one call
};

/// A kind of connector, as a value: all the hub knows of it before an account exists.
struct ConnectorType {
  std::string name;  ///< as in connectors/CMakeLists.txt; stored with every account
  Text summary;
  Status status = Status::alpha;
  /// What the vendor does not document, so that it had to be made an option or left out; shown
  /// wherever the type is. Empty: nothing.
  Text provisional = {};
  std::vector<Capability> capabilities;
  std::vector<OptionSpec> options;
  Pace pace = {};
  /// What the options cannot say one by one. Pure; gets settings whose single values are good.
  std::function<std::vector<FieldError>(const Settings&)> validate;
  /// No I/O, no threads. `settings` come from checked().
  std::function<std::unique_ptr<Connector>(const Settings& settings, const Host& host)> create;
};

/// The settings with defaults filled in, or everything that is wrong with them: unknown and missing
/// names, wrong values (pointers "/options/port", "/secrets/password"), then `type.validate`.
[[nodiscard]] Result<Settings> checked(const ConnectorType& type, Settings settings);

}  // namespace madoguchi::connector

namespace madoguchi {

template <>
struct EnumNames<connector::OptionKind> {
  static constexpr EnumName<connector::OptionKind> values[] = {
      {connector::OptionKind::text, "text"},     {connector::OptionKind::integer, "integer"},
      {connector::OptionKind::choice, "choice"}, {connector::OptionKind::file, "file"},
      {connector::OptionKind::secret, "secret"}, {connector::OptionKind::boolean, "boolean"},
      {connector::OptionKind::url, "url"}};
};
template <>
struct EnumNames<connector::Presence> {
  static constexpr EnumName<connector::Presence> values[] = {
      {connector::Presence::optional, "optional"}, {connector::Presence::required, "required"}};
};
template <>
struct EnumNames<connector::Status> {
  static constexpr EnumName<connector::Status> values[] = {{connector::Status::alpha, "alpha"},
                                                           {connector::Status::stable, "stable"}};
};
template <>
struct EnumNames<connector::Capability> {
  static constexpr EnumName<connector::Capability> values[] = {
      {connector::Capability::content_scanner, "content_scanner"},
      {connector::Capability::embed, "embed"},
      {connector::Capability::mail_history, "mail_history"},
      {connector::Capability::mail_intake, "mail_intake"},
      {connector::Capability::mail_sender, "mail_sender"},
      {connector::Capability::survey, "survey"},
      {connector::Capability::tickets, "tickets"},
      {connector::Capability::watcher, "watcher"},
      {connector::Capability::webhook, "webhook"}};
};

}  // namespace madoguchi
