// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>

#include "core/base/result.h"
#include "core/config/configuration.h"

namespace madoguchi::app {

/// Runs the daemon until SIGTERM or SIGINT, then drains; the process's exit code. HUP, INT, TERM,
/// QUIT and PIPE must be blocked in every thread before this is called: it waits for them itself.
[[nodiscard]] int run_daemon(const config::Configuration& configuration,
                             const std::filesystem::path& configuration_file);

}  // namespace madoguchi::app
