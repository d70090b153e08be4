// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "core/connector/connector_type.h"
#include "core/net/url.h"

namespace madoguchi::connectors::relation {

struct Options {
  net::Url api;     ///< ".../api/v2"
  net::Url screen;  ///< where people see it
  Secret token;
  std::vector<std::int64_t> boxes;  ///< empty: all
  std::chrono::hours history{24 * 365};
  std::int64_t mail_account = 0;  ///< 0: the message box's first
};

[[nodiscard]] const std::vector<connector::OptionSpec>& option_specs();
[[nodiscard]] std::vector<FieldError> validate(const connector::Settings& settings);
[[nodiscard]] Options read_options(const connector::Settings& settings);

}  // namespace madoguchi::connectors::relation
