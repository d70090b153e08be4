// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "core/connector/connector_type.h"

namespace madoguchi::connectors {

/// The connectors that were compiled in (-DMADOGUCHI_CONNECTORS), in the order of their list. The
/// definition is written by connectors/CMakeLists.txt.
[[nodiscard]] const std::vector<const connector::ConnectorType*>& catalogue();

}  // namespace madoguchi::connectors
