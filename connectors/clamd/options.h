// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "core/config/listen_address.h"
#include "core/connector/connector_type.h"

namespace madoguchi::connectors::clamd {

struct Options {
  config::ListenAddress address;  ///< where it listens: a unix socket, or a host and a port
  std::size_t max_size = 0;       ///< octets; what is bigger is not sent (StreamMaxLength)
};

[[nodiscard]] const std::vector<connector::OptionSpec>& option_specs();
/// What is wrong beyond single values.
[[nodiscard]] std::vector<FieldError> validate(const connector::Settings& settings);
/// From settings that were checked.
[[nodiscard]] Options read_options(const connector::Settings& settings);

}  // namespace madoguchi::connectors::clamd
