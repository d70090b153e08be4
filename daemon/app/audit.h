// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "core/service/audit_trail.h"
#include "daemon/app/control.h"

namespace madoguchi::app {

/// Verifies the change history and says in words what was found, for a terminal; an error when
/// something was. `kept`: the lines of a file of signatures, or empty.
[[nodiscard]] ControlReply verify_audit(service::AuditTrail& trail, const std::string& kept);

}  // namespace madoguchi::app
