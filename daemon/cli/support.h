// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "core/base/clock.h"
#include "core/config/configuration.h"
#include "core/observe/log.h"
#include "core/observe/metrics.h"
#include "daemon/app/control.h"
#include "daemon/app/hub.h"
#include "daemon/cli/commands.h"

namespace madoguchi::cli {

// Exit codes of sysexits.h that an MTA understands.
inline constexpr int kOk = 0;
inline constexpr int kFailed = 1;
inline constexpr int kUsage = 64;
inline constexpr int kDataError = 65;
inline constexpr int kTemporary = 75;
inline constexpr int kConfig = 78;

/// Prints what is wrong, with every field, on standard error.
int report(const Error& error);
/// The configuration, or nullopt after every mistake was printed.
[[nodiscard]] std::optional<config::Configuration> read_config(const Arguments& arguments);

/// A hub opened by a subcommand while no daemon runs: it holds the database's lock as long as it
/// lives.
struct OfflineHub {
  SystemClock clock;
  observe::Log log;
  observe::Registry metrics;
  std::unique_ptr<app::Hub> hub;

  OfflineHub();
  [[nodiscard]] Result<void> open(const config::Configuration& configuration);
};

}  // namespace madoguchi::cli
