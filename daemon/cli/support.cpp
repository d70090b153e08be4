// SPDX-License-Identifier: Apache-2.0
#include "daemon/cli/support.h"

#include <unistd.h>

#include <iostream>

namespace madoguchi::cli {

int report(const Error& error) {
  std::cerr << "madoguchid: " << error.describe() << "\n";
  switch (error.code) {
    case ErrorCode::invalid:
      return kConfig;
    case ErrorCode::unavailable:
      return kTemporary;
    default:
      return kFailed;
  }
}

std::optional<config::Configuration> read_config(const Arguments& arguments) {
  Result<config::Configuration> configuration = config::load_configuration(arguments.config);
  if (configuration) return std::move(*configuration);
  const Error& error = configuration.error();
  std::cerr << (error.detail.empty() ? error.message.en : error.detail) << "\n";
  return std::nullopt;
}

OfflineHub::OfflineHub() : log(STDERR_FILENO, clock, {observe::Level::warning, {}}) {}

Result<void> OfflineHub::open(const config::Configuration& configuration) {
  Result<std::unique_ptr<app::Hub>> opened = app::Hub::open(configuration, log, metrics, {});
  if (!opened) return fail(std::move(opened.error()));
  hub = std::move(*opened);
  return {};
}

}  // namespace madoguchi::cli
