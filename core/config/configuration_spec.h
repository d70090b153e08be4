// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/config/configuration.h"
#include "core/config/spec.h"

namespace madoguchi::config {

/// The declaration of every option of the daemon.
[[nodiscard]] ConfigSpec<Configuration> configuration_spec();

}  // namespace madoguchi::config
