// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/connector/connector_type.h"

namespace madoguchi::connectors::clamd {

/// ClamAV's daemon, by a unix socket or TCP. See scanner.h.
[[nodiscard]] const connector::ConnectorType& type();

}  // namespace madoguchi::connectors::clamd
