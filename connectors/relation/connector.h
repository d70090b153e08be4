// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/connector/connector_type.h"

namespace madoguchi::connectors::relation {

/// Re:lation by its API v2: its tickets' messages come here, replies, drafts, records and changes
/// go there. README.md says what its vendor documents and what not.
[[nodiscard]] const connector::ConnectorType& type();

}  // namespace madoguchi::connectors::relation
