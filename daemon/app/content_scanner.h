// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "core/base/clock.h"
#include "core/base/result.h"
#include "core/config/configuration.h"
#include "core/connector/connector.h"

namespace madoguchi::app {

/// The connector that contents are scanned by, as [scanner] of the configuration says.
[[nodiscard]] Result<std::unique_ptr<connector::Connector>> make_content_scanner(
    const config::ScannerSettings& settings, const Clock& clock);

}  // namespace madoguchi::app
