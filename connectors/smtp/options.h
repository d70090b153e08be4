// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "core/connector/connector_type.h"

namespace madoguchi::connectors::smtp {

enum class Security {
  none,      ///< in the clear: a server on this machine or a trusted network
  starttls,  ///< refused when the server does not offer it (RFC 3207)
  tls,       ///< from the first byte (RFC 8314)
};

struct Options {
  std::string host = {};  ///< a name or an address, IPv6 without brackets
  int port = 25;
  Security security = Security::none;
  std::string user = {};  ///< empty: no AUTH
  Secret password = {};
  std::string ca_file = {};    ///< PEM, in place of the system's authorities
  std::string helo_name = {};  ///< what EHLO says; empty: this machine's name
  std::chrono::seconds connect_timeout{30};
};

[[nodiscard]] const std::vector<connector::OptionSpec>& option_specs();
/// What is wrong beyond single values.
[[nodiscard]] std::vector<FieldError> validate(const connector::Settings& settings);
/// From settings that were checked.
[[nodiscard]] Options read_options(const connector::Settings& settings);

}  // namespace madoguchi::connectors::smtp
