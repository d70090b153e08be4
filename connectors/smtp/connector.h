// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/connector/connector_type.h"

namespace madoguchi::connectors::smtp {

/// Message submission to one mail server (RFC 5321, RFC 6409), by libcurl. See sender.h.
[[nodiscard]] const connector::ConnectorType& type();

}  // namespace madoguchi::connectors::smtp
